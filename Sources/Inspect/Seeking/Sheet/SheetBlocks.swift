internal import Core
internal import Render

/// A unit's kernels, their spectrum, its facts, and the unit most like it.
struct SheetWeights: Block {
  let numbers: SheetNumbers

  func layout(_ proposal: Proposal) -> Fragment {
    HStack(spacing: 28, weights: [150, 150, 210, 126]) {
      if let bank = numbers.filter.bank { kernels(bank) } else { noKernels }
      spectrum
      facts
      nearest
    }.layout(proposal)
  }

  private var noKernels: Panel {
    Panel("weights") {
      TextBlock("The weights of this layer have no places: there is no kernel to show.", paint: .secondary)
    }
  }

  private func kernels(_ bank: FilterBank) -> Panel {
    let scale = bank.scale
    if let whole = numbers.filter.whole {
      let isColour = whole.count == 3
      // Red, green and blue are three brightnesses about mid-grey.
      let bar =
        isColour
        ? ColorScale(map: .grey, lower: scale.lower, upper: scale.upper, kind: .diverging, symbol: "w")
        : scale
      return Panel(
        "kernel",
        caption: "\(bank.extent), \(isColour ? "red, green and blue about grey, " : "")\(words(scale))"
      ) {
        tile(bank, whole, side: 120, scale)
        ColorBar(bar, length: 120, showsNote: false)
      }
    }
    let strongest = numbers.filter.strongest(9)
    return Panel(
      "strongest kernels",
      caption:
        "\(strongest.count) of \(bank.inputs), \(bank.extent), beneath the map of \(numbers.sourceName); \(words(scale))"
    ) {
      ImageGrid(
        bank.tiles(strongest), scale: scale, columns: 3,
        magnification: PatchGrid.magnification(pixels: max(bank.height, bank.width), wanted: 36), gap: 6,
        labels: .captions(strongest.map { "\($0.input)" }), hairlines: true)
      ColorBar(scale, length: 120, showsNote: false)
    }
  }

  private func words(_ scale: ColorScale) -> String { "99.5\(Numbers.thinSpace)% of |w| in the layer" }

  private func tile(_ bank: FilterBank, _ places: [FilterBank.Place], side: Double, _ scale: ColorScale)
    -> ImageGrid
  {
    let tiles = ImageTiles(
      numbers: places.flatMap { bank.kernel($0) }, count: 1, channels: places.count, height: bank.height,
      width: bank.width)
    return ImageGrid(
      tiles, scale: scale, columns: 1,
      magnification: PatchGrid.magnification(pixels: max(bank.height, bank.width), wanted: side),
      hairlines: true)
  }

  private var spectrum: Panel {
    guard let spectrum = numbers.spectrum else {
      return Panel("spectrum") { TextBlock("none", paint: .secondary) }
    }
    let values = spectrum.magnitudes.map { Float($0) }
    let scale = ColorScale.sequential(limit: Double(values.max() ?? 1), mode: .fixed, symbol: "|F|")
    return Panel(
      "spectrum |F|",
      caption:
        "\(numbers.filter.whole == nil ? "of the strongest kernel, " : "")−½ … ½ cycles a pixel, 0 in the middle"
    ) {
      ImageGrid(
        ImageTiles(numbers: values, count: 1, height: spectrum.size, width: spectrum.size), scale: scale,
        columns: 1, magnification: 2)
      ColorBar(scale, length: 128, showsNote: false)
    }
  }

  private var facts: Panel {
    let filter = numbers.filter
    let lines =
      [
        "‖w‖₂ = \(Numbers.significant(filter.norm)), number \(filter.rank + 1) of \(Numbers.grouped(numbers.layer.units)) by size"
      ] + numbers.waveWords + [
        "values \(Numbers.significant(numbers.histogram.range.lowerBound)) … \(Numbers.significant(numbers.histogram.range.upperBound)), \(Numbers.percent(numbers.zeroShare)) not above zero"
      ]
    return Panel(
      "in numbers",
      caption: numbers.spectrum == nil
        ? ""
        : "direction and frequency by the refined peak of the spectrum of the kernel less its mean; selectivity: how much less it "
          + "answers to the same bars turned by 90°"
    ) {
      TextBlock(lines.joined(separator: "\n"))
    }
  }

  private var nearest: Panel {
    guard let nearest = numbers.filter.nearest else {
      return Panel("most like it") { TextBlock("it is the only unit", paint: .secondary) }
    }
    let cosine = Numbers.fixed(nearest.cosine, decimals: 3)
    return Panel(
      "most like it",
      caption: "unit \(nearest.unit), cosine \(cosine)\(nearest.cosine > 0.98 ? ": a duplicate" : "")"
    ) {
      if let bank = numbers.filter.bank {
        let places = numbers.filter.whole ?? numbers.filter.strongest(1)
        tile(bank, places.map { .init(output: nearest.unit, input: $0.input) }, side: 84, bank.scale)
      }
    }
  }
}

/// How often the unit answers how strongly.
struct SheetHistogram: Block {
  let numbers: SheetNumbers

  func layout(_ proposal: Proposal) -> Fragment {
    let histogram = numbers.histogram
    let words =
      "\(Numbers.grouped(histogram.total)) values, \(Numbers.percent(numbers.zeroShare)) not above zero"
      + (numbers.layer.isRectified ? ": ReLU makes them zero" : "")
    return Panel("How often it answers how strongly", caption: words) {
      if histogram.range.lowerBound < histogram.range.upperBound {
        Chart(
          x: Axis("value of \(numbers.layer.node)"),
          y: Axis("values", type: .logarithmic, domain: 0.5...Double(max(2, histogram.counts.max() ?? 1))),
          height: 120
        ) {
          BarMark(
            x: .values("value", histogram.centers), y: .values("values", histogram.counts.map(Double.init))
          ).color(.secondary)
          RuleMark(x: 0, label: "")
        }
      } else {
        TextBlock("always \(Numbers.significant(histogram.range.lowerBound))", paint: .secondary)
      }
    }.layout(proposal)
  }
}

/// What the network loses without the unit.
struct SheetAblation: Block {
  let numbers: SheetNumbers

  func layout(_ proposal: Proposal) -> Fragment {
    guard let ablation = numbers.ablation else {
      return Panel("What is lost without it") {
        TextBlock("The pictures have no labels that this network names: nothing to count.", paint: .secondary)
      }.layout(proposal)
    }
    let all = ablation.pictures.indices.filter { ablation.pictures[$0] > 0 }
    let shown =
      all.count <= 10
      ? all
      : all.sorted { (abs(ablation.change($0)), $1) > (abs(ablation.change($1)), $0) }.prefix(10).sorted()
    let points = shown.map { 100 * ablation.change($0) }
    let most = max(1, points.map(abs).max() ?? 1)
    let caption =
      "points of accuracy\(all.count > 10 ? ", the ten classes of \(all.count) that change most" : ""); all together "
      + "\(signed(100 * ablation.change)), \(Numbers.grouped(ablation.changed)) of \(Numbers.grouped(numbers.trial.count)) pictures named otherwise"
    return Panel("What changes without it, by class", caption: caption) {
      Chart(
        x: Axis(domain: -1.3 * most...1.3 * most, isHidden: true), height: max(120, Double(shown.count) * 13)
      ) {
        BarMark(
          x: .values("points", points),
          y: .values("class", shown.map { TextStyle.label.shortened(numbers.className($0), to: 70) }),
          labels: points.map(signed), paints: points.map { $0 < 0 ? .fake : .test })
        RuleMark(x: 0)
      }
    }.layout(proposal)
  }

  private func signed(_ value: Double) -> String {
    let text = Numbers.fixed(value, decimals: 1)
    return value > 0 ? "+" + text : text
  }
}

/// Nine pictures with frames where the unit saw them, and the pieces that it saw.
struct SheetPictures: Block {
  let title: String
  let answers: [UnitResponses.Answer]
  let numbers: SheetNumbers

  private static let largest = 56

  func layout(_ proposal: Proposal) -> Fragment {
    let trial = numbers.trial
    let pixels = max(trial.height, trial.width)
    let factor = (pixels + SheetPictures.largest - 1) / SheetPictures.largest
    let side = PatchGrid.magnification(pixels: pixels / factor, wanted: 58)
    let extent = numbers.view.extent
    let seen = max(extent.height, extent.width)
    let seenFactor = (seen + SheetPictures.largest - 1) / SheetPictures.largest
    let isWhole = extent.height == trial.height && extent.width == trial.width
    let regions = answers.map { numbers.view.region(of: $0.place) }
    let wholes = zip(answers, regions).map { answer, region -> PatchGrid.Tile in
      var tile = PatchGrid.Tile(patch: trial.patch(of: answer.picture).shrunk(toFit: SheetPictures.largest))
      tile.caption = Numbers.significant(Double(answer.value), digits: 3)
      if !isWhole {
        tile.box = InputRegion(
          rows: scaled(region.rows, factor), columns: scaled(region.columns, factor))
      }
      return tile
    }
    return Panel(
      title,
      caption: isWhole
        ? "beneath, its value; it sees the whole picture"
        : "beneath, its value; at the right the framed \(extent.height) × \(extent.width) pixels"
    ) {
      HStack(spacing: 14, weights: [176, 156]) {
        PatchGrid(tiles: wholes, columns: 3, magnification: side, gap: 4)
        if !isWhole {
          PatchGrid(
            tiles: zip(answers, regions).map { answer, region in
              .init(
                patch: trial.patch(of: answer.picture, region).shrunk(toFit: SheetPictures.largest),
                caption: " ")
            }, columns: 3,
            magnification: PatchGrid.magnification(pixels: seen / seenFactor, wanted: 48), gap: 4,
            rowHeight: Double(pixels / factor) * side)
        }
      }
    }.layout(proposal)
  }

  private func scaled(_ range: Range<Int>, _ factor: Int) -> Range<Int> {
    let first = Int((Double(range.lowerBound) / Double(factor)).rounded(.down))
    return first..<max(first + 1, Int((Double(range.upperBound) / Double(factor)).rounded(.up)))
  }
}

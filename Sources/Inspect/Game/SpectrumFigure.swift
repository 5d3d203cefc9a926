public import Core
public import Render

/// The waves of real and generated pictures: mean log power spectra side by side, their means over rings, and how much of the pattern of
/// the generator's stride is in either.
///
/// ```swift
/// let figure = try SpectrumFigure().figure(of: generator)
/// ```
/// - Source: Durall, Keuper & Keuper 2020, arXiv:2003.01826; the checkerboard after Odena, Dumoulin & Olah 2016.
public struct SpectrumFigure: Sendable {
  /// How many pictures of either kind are taken, at most.
  public var most: Int
  /// Where the latents come from.
  public var seed: UInt64
  /// The stride whose pattern is looked for; the generator's last one where none is given.
  public var stride: Int?
  /// The figure's colours.
  public var theme: Theme

  /// A look at the waves.
  public init(most: Int = 500, seed: UInt64 = 0, stride: Int? = nil, theme: Theme = .light) {
    self.most = most
    self.seed = seed
    self.stride = stride
    self.theme = theme
  }

  /// The most pictures of either kind that can be asked for.
  public static let mostPictures = 10_000

  /// The spectra of a generator's pictures and of real ones.
  /// - Parameters:
  ///   - real: what it is to imitate; its run's own pictures where none are given, nobody's where it has none.
  ///   - name: what the real pictures are called.
  ///   - progress: is told the share that is done.
  /// - Throws: `InspectError` if the network is no generator, or the real pictures are of another shape.
  public func figure(
    of generator: Specimen, real given: Probe? = nil, named name: String? = nil,
    progress: (Double) -> Void = { _ in }
  ) throws -> Figure {
    guard (1...SpectrumFigure.mostPictures).contains(most) else {
      throw InspectError(
        .input, generator.name,
        "\(most) pictures; ask for 1 to \(Numbers.grouped(SpectrumFigure.mostPictures))")
    }
    let sampling = try Sampling(generator)
    let stride = stride ?? generator.model.network.lastEnlargement
    guard (2...8).contains(stride), stride <= sampling.pictureShape[1], stride <= sampling.pictureShape[2]
    else {
      throw InspectError(.input, generator.name, "a stride of \(stride); give 2 to 8")
    }
    let probe = (given ?? generator.probe).flatMap { $0.count > 0 ? $0 : nil }
    if let probe, probe.pictureShape.perExample != sampling.pictureShape {
      throw InspectError(
        .input, name ?? generator.name,
        "has pictures of \(probe.pictureShape.perExample); '\(generator.name)' makes \(sampling.pictureShape)"
      )
    }
    let count = min(most, probe?.count ?? most)
    let fakes = try sampling.pictures(of: sampling.latents(seed: seed, count: count))
    guard fakes.elements.allSatisfy(\.isFinite) else {
      throw InspectError(.notApplicable, generator.name, "makes pictures that are not finite")
    }
    progress(0.3)
    let fake = PictureSpectrum(of: fakes, stride: stride)
    progress(0.6)
    let real = probe.map { PictureSpectrum(of: $0.brightness(0..<count), stride: stride) }
    progress(1)
    let drawing = SpectrumDrawing(fake: fake, real: real, stride: stride)
    var provenance = generator.provenance
    if let given {
      var hash = SHA256()
      given.pictures.withUnsafeBytes { hash.update($0) }
      provenance = provenance.adding(hash.hexDigest)
    }
    return Figure(
      "The waves in real and in generated pictures",
      facts: (generator.generatorFacts + [
        "\(Numbers.grouped(count)) pictures of seed \(seed)",
        real == nil
          ? "no real pictures to compare with: name some with --data"
          : "\(Numbers.grouped(count)) real ones" + (name.map { " of \($0)" } ?? ", the run’s own"),
        "no window, mean left in", "log₁₀ of power + 10⁻⁶, about what rounding to 256 greys adds",
      ]).facts,
      reading: drawing.reading, description: drawing.words,
      recipe: provenance.recipe(
        "spectrum",
        entries: generator.options + [
          given == nil ? nil : name.map { .init("data", .string($0)) },
          most == 500 ? nil : .init("most", .integer(most)), seed == 0 ? nil : .init("seed", .seed(seed)),
          self.stride.map { .init("stride", .integer($0)) }, .theme(theme),
        ]),
      numbers: drawing.tables, theme: theme
    ) {
      drawing.block
    }
  }
}

/// Two spectra, drawn.
private struct SpectrumDrawing {
  let fake: PictureSpectrum
  let real: PictureSpectrum?
  let stride: Int

  private var scale: ColorScale {
    let all = fake.logPower + (real?.logPower ?? [])
    let (low, high) = (all.min() ?? 0, all.max() ?? 1)
    return .range(low...max(high, low + 1e-6), symbol: "log₁₀ power")
  }

  /// The cells of the stride's frequencies where the grid has them, both signs.
  private func outlined(_ spectrum: PictureSpectrum) -> Set<Heatmap.Cell> {
    var cells: Set<Heatmap.Cell> = []
    for frequency in spectrum.frequencies {
      for (u, v) in [
        (frequency.u, frequency.v), (-frequency.u, frequency.v), (frequency.u, -frequency.v),
        (-frequency.u, -frequency.v),
      ] {
        let (row, column) = (v * Double(spectrum.height), u * Double(spectrum.width))
        guard row == row.rounded(), column == column.rounded() else { continue }
        let place = (
          (Int(row) + spectrum.height / 2 + spectrum.height) % spectrum.height,
          (Int(column) + spectrum.width / 2 + spectrum.width) % spectrum.width
        )
        cells.insert(.init(row: place.0, column: place.1))
      }
    }
    return cells
  }

  private func map(_ spectrum: PictureSpectrum) -> OutlinedMap {
    OutlinedMap(
      map: Heatmap(
        spectrum.logPower, rows: spectrum.height, columns: spectrum.width, scale: scale,
        cellSize: max(1, (232 / Double(max(spectrum.width, spectrum.height))).rounded(.down)),
        showsColorBar: false),
      outlined: outlined(spectrum))
  }

  @BlockBuilder var block: [any Block] {
    HStack(spacing: 24, weights: [1, 1, 1]) {
      if let real {
        Panel(
          "real", caption: "0 in the middle, ½ cycle a pixel at the edge; outlined: the stride’s frequencies"
        ) { map(real) }
      }
      Panel(
        "fake",
        caption: real == nil
          ? "0 in the middle, ½ cycle a pixel at the edge; outlined: the stride’s frequencies"
          : "the same scale"
      ) {
        map(fake)
      }
      numbersPanel
    }
    ColorBar(scale, title: "mean of log₁₀ power", length: 160)
    curves
  }

  private var numbersPanel: Panel {
    Panel("The pattern of stride \(stride)") {
      for line in lines { TextBlock(line, style: .text) }
    }
  }

  /// Fake power as a multiple of real power at a frequency; nil without real pictures, or where they have none.
  private func ratio(_ index: Int) -> Double? {
    guard let real, real.stridePower[index] > 0 else { return nil }
    return fake.stridePower[index] / real.stridePower[index]
  }

  private var lines: [String] {
    let powers = fake.frequencies.indices.prefix(8).map { index in
      let name = fake.frequencies[index].words
      return ratio(index).map { "power at \(name): \(Numbers.significant($0)) × real" }
        ?? "power at \(name): \(Numbers.significant(fake.stridePower[index]))"
    }
    return powers
      + [
        "checkerboard index, fake: \(Numbers.significant(fake.checkerboard))",
        real.map { "checkerboard index, real: \(Numbers.significant($0.checkerboard))" } ?? "",
      ].filter { !$0.isEmpty }
  }

  private var curves: Chart {
    Chart(
      "Mean over all directions",
      x: Axis(
        "frequency, cycles a pixel", domain: 0...0.75, ticks: [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75]),
      y: Axis("log₁₀ power"), height: 132
    ) {
      RuleMark(x: 0.5, label: "½, the finest along an axis")
      if let real {
        LineMark(
          x: .values("frequency", real.radial.map(\.frequency)),
          y: .values("real", real.radial.map(\.logPower)), series: "real"
        ).color(.real)
      }
      LineMark(
        x: .values("frequency", fake.radial.map(\.frequency)),
        y: .values("fake", fake.radial.map(\.logPower)), series: "fake"
      ).color(.fake).dash(real == nil ? [] : [5, 2])
    }
  }

  var reading: String {
    "The middle of a map are coarse shapes, its edge the finest detail. A generator that enlarges with stride \(stride) can leave a pattern that "
      + "repeats every \(stride) pixels: power at the outlined frequencies that real pictures lack, and a checkerboard index (the share of the pixels’ variance "
      + "that such a pattern makes up) above theirs."
  }

  var words: String {
    "Mean log power spectra of \(Numbers.grouped(fake.count)) generated \(real == nil ? "pictures" : "and as many real pictures"). "
      + lines.joined(separator: "; ") + "."
  }

  var tables: [(name: String, table: NumberTable)] {
    let rings = NumberTable(
      columns: ["cycles a pixel", "log10 power, fake"] + (real == nil ? [] : ["log10 power, real"]),
      rows: fake.radial.indices.map { index in
        [NumberTable.text(fake.radial[index].frequency), NumberTable.text(fake.radial[index].logPower)]
          + (real.map { [NumberTable.text($0.radial[index].logPower)] } ?? [])
      })
    let pattern = NumberTable(
      columns: ["measure", "fake"] + (real == nil ? [] : ["real", "ratio"]),
      rows: fake.frequencies.indices.map { index in
        ["power at \(fake.frequencies[index].words)", NumberTable.text(fake.stridePower[index])]
          + (real.map { [NumberTable.text($0.stridePower[index]), ratio(index).map(NumberTable.text) ?? ""] }
            ?? [])
      } + [
        ["checkerboard index", NumberTable.text(fake.checkerboard)]
          + (real.map {
            [
              NumberTable.text($0.checkerboard),
              $0.checkerboard > 0 ? NumberTable.text(fake.checkerboard / $0.checkerboard) : "",
            ]
          } ?? [])
      ])
    return [("rings", rings), ("stride", pattern)]
  }
}

/// A map with outlines that are seen on its own colours, whatever the paper: also around cells of a few points.
private struct OutlinedMap: Block {
  let map: Heatmap
  let outlined: Set<Heatmap.Cell>

  func layout(_ proposal: Proposal) -> Fragment {
    var result = map.layout(proposal)
    guard let plot = result.plot else { return result }
    let cell = plot.width / Double(map.columns)
    let air = cell < 6 ? 1.5 : -0.5
    for place in outlined.sorted(by: { ($0.row, $0.column) < ($1.row, $1.column) }) {
      // Around small cells, but within the map.
      let left = max(plot.minX + Double(place.column) * cell - air, plot.minX + 0.5)
      let top = max(plot.minY + Double(place.row) * cell - air, plot.minY + 0.5)
      let right = min(plot.minX + Double(place.column + 1) * cell + air, plot.maxX - 0.5)
      let bottom = min(plot.minY + Double(place.row + 1) * cell + air, plot.maxY - 0.5)
      let ink = map.scale.color(of: map.values[place.row * map.columns + place.column]).readableInk
      result.elements.append(
        .rectangle(
          Rect(x: left, y: top, width: right - left, height: bottom - top), fill: nil,
          stroke: .init(.color(ink), width: 1), radius: 0))
    }
    return result
  }
}

internal import Core
internal import Render

/// What was found for some pictures, laid out, and the words around it.
struct InversionDrawing {
  let found: InversionResult
  let settings: InversionSettings
  let shell: NormalShell

  /// Pictures side by side.
  private static let columns = 10

  /// One scale for what is left over of all pictures.
  private var scale: ColorScale {
    .diverging(
      of: (0..<found.count).flatMap { found.difference($0) }, mode: .global, symbol: "x − G(z)")
  }

  var blocks: [any Block] {
    (found.count == 1 ? single : several) + [ColorBar(scale, title: "what is left, x − G(z)")]
  }

  // MARK: One picture

  private var single: [any Block] {
    let (height, width) = (found.targets.shape[2], found.targets.shape[3])
    let magnification = max(1, (168 / Double(max(height, width))).rounded(.down))
    let residual = ImageTiles(numbers: found.difference(0), count: 1, height: height, width: width)
    let starts = settings.starts
    return [
      HStack {
        Panel("The picture x", caption: name(0)) {
          ImageGrid(Sampling.tiles(found.targets), magnification: magnification)
        }
        Panel("The nearest found, G(z)", caption: nearness(0)) {
          ImageGrid(Sampling.tiles(found.reconstructions), magnification: magnification)
        }
        Panel(
          "What is left, x − G(z)",
          caption: "root mean square \(Numbers.significant(found.residual(0)))"
        ) { ImageGrid(residual, scale: scale, magnification: magnification) }
      },
      HStack {
        Panel(
          starts == 1 ? "The start" : "All \(starts) starts, best first",
          caption: "where each came to, with its loss"
        ) {
          ImageGrid(
            Sampling.tiles(found.attempts[0]), columns: min(4, starts),
            magnification: max(1, (72 / Double(width)).rounded(.down)),
            labels: .captions((0..<starts).map { Numbers.significant(lowest(0, $0)) }))
        }
        descent
      },
    ]
  }

  private func lowest(_ picture: Int, _ start: Int) -> Double {
    found.histories[picture][start].min() ?? .nan
  }

  /// The loss of every start over the steps.
  private var descent: Chart {
    let steps = (0...settings.steps).map(Double.init)
    return Chart(
      "How the loss fell", x: Axis("step of the search"), y: Axis("loss", type: .logarithmic), height: 130
    ) {
      for start in found.histories[0].indices.dropFirst().reversed() {
        LineMark(x: .values("step", steps), y: .values("loss", found.histories[0][start]))
          .color(.secondary).lineWidth(0.75).opacity(0.6)
      }
      LineMark(x: .values("step", steps), y: .values("loss", found.histories[0][0]), series: "best")
        .color(.fake)
    }
  }

  // MARK: Several

  private var several: [any Block] {
    let rows = stride(from: 0, to: found.count, by: Self.columns).map {
      Array($0..<min($0 + Self.columns, found.count))
    }
    let scale = scale
    let strips = rows.map { indices -> any Block in
      Strip(
        [
          .init("picture x", tiles: Sampling.tiles(found.targets).selected(indices)),
          .init(
            "found, G(z)", tiles: Sampling.tiles(found.reconstructions).selected(indices)),
          .init(
            "left over", tiles: residuals(indices, scale),
            captions: indices.map { "\(Numbers.fixed(found.psnr($0), decimals: 1)) dB" }),
        ],
        magnification: magnification(indices.count))
    }
    return strips + byClass
  }

  private func magnification(_ count: Int) -> Double {
    let room = (Figure.standardWidth - 2 * Spacing.margin - 70) / Double(max(count, 5)) - 4
    let fitting = (2 * room / Double(found.targets.shape[3])).rounded(.down) / 2
    return min(max(fitting, 0.5), max(1, (112 / Double(found.targets.shape[3])).rounded(.down)))
  }

  /// What is left over in its colours, so that it can stand in one strip with pictures.
  private func residuals(_ indices: [Int], _ scale: ColorScale) -> ImageTiles {
    let pixels = indices.flatMap { index in
      found.difference(index).flatMap { value -> [UInt8] in
        let color = scale.color(of: Double(value))
        return [color.red, color.green, color.blue]
      }
    }
    return ImageTiles(
      pixels: pixels, count: indices.count, height: found.targets.shape[2], width: found.targets.shape[3],
      channels: 3)
  }

  /// What is left over by class, where the pictures have classes.
  private var byClass: [any Block] {
    let classes = found.residualsByClass()
    guard classes.count > 1 else { return [] }
    let counts = Set(classes.map(\.count))
    let heading =
      counts.count == 1
      ? "What is left by class, \(counts.first!) \(counts.first! == 1 ? "picture" : "pictures") of each"
      : "What is left by class"
    // Room for the number over the highest bar.
    let top = (classes.map(\.residual).max() ?? 0) * 1.2
    return [
      Chart(
        heading, x: Axis("class"), y: Axis("root mean square residual", domain: 0...(top > 0 ? top : 1)),
        height: 96
      ) {
        BarMark(
          x: .values("class", classes.map { found.className($0.label) }),
          y: .values("residual", classes.map(\.residual)),
          labels: classes.map { Numbers.fixed($0.residual, decimals: 3) }
        ).color(.fake)
      }
    ]
  }

  // MARK: Words

  private func name(_ index: Int) -> String {
    found.labels[index].map { "\(found.names[index]), a “\(found.className($0))”" } ?? found.names[index]
  }

  private func decibels(_ index: Int) -> String {
    let psnr = found.psnr(index)
    return psnr.isFinite ? "PSNR \(Numbers.fixed(psnr, decimals: 1)) dB" : "equal"
  }

  private func nearness(_ index: Int) -> String {
    "\(decibels(index)), SSIM \(Numbers.fixed(found.ssim(index), decimals: 2)); \(length(index))"
  }

  private func length(_ index: Int) -> String {
    let norm = "‖z‖ = \(Numbers.fixed(found.norm(index), decimals: 2))"
    guard settings.prior == .normal else { return norm }
    return norm + ", usual \(Numbers.fixed(shell.mean, decimals: 1)) ± "
      + Numbers.fixed(2 * shell.deviation, decimals: 1)
  }

  /// `12 pictures of mnist`, for the line of facts.
  func subject(in name: String?) -> String {
    let source = name.map { " of \($0)" } ?? ""
    return found.count == 1
      ? self.name(0) + source : "\(found.count) pictures\(source.isEmpty ? " of the run" : source)"
  }

  var shellTerm: String {
    let space = Numbers.thinSpace
    switch settings.prior {
    case .normal where settings.shellWeight > 0:
      // Narrow spaces, at which no line breaks.
      return
        "\(space)+\(space)\(Numbers.significant(settings.shellWeight))\(space)(‖z‖²/d\(space)−\(space)1)²"
    case .normal: return ""
    case .uniform: return ", z within ±1, coordinates that leave drawn anew"
    }
  }

  var reading: String {
    let how =
      "The weights stayed as they are: gradient descent moved the latent z until G(z) was as near to the picture as it could get. "
    let colours =
      "What is left is what this generator cannot paint: red where light is missing, blue where there is too much."
    guard found.count == 1, let origin = found.origin else { return how + colours }
    let distance = origin.distance(to: found.latents[0])
    return how
      + "The generator made this picture itself, so there is a latent of it: what came out lies "
      + "\(Numbers.significant(distance)) from the one it was made of (two random latents lie "
      + "\(Numbers.significant(2.squareRoot() * shell.mean)) apart). Red is light that is missing, blue what is "
      + "too much."
  }

  var description: String {
    if found.count == 1 {
      return
        "\(name(0)) beside the nearest picture that the generator makes: \(nearness(0)). "
        + "The residual’s root mean square is \(Numbers.significant(found.residual(0)))."
    }
    let psnr = (0..<found.count).map { found.psnr($0) }
    let order = psnr.indices.sorted { (psnr[$0], $0) < (psnr[$1], $1) }
    let (worst, best) = (order.first!, order.last!)
    return
      "\(found.count) pictures, above the nearest that the generator makes of each and what is left. "
      + "Nearest is \(name(best)), \(decibels(best)); farthest \(name(worst)), \(decibels(worst))."
  }

  var numbers: [(name: String, table: NumberTable)] {
    let rows = (0..<found.count).map { index in
      [
        found.names[index], found.labels[index].map { found.className($0) } ?? "",
        NumberTable.text(found.psnr(index)), NumberTable.text(found.ssim(index)),
        NumberTable.text(found.residual(index)), NumberTable.text(found.norm(index)),
      ] + (0..<settings.starts).map { NumberTable.text(lowest(index, $0)) }
    }
    let columns =
      ["picture", "class", "PSNR, dB", "SSIM", "root mean square residual", "norm of z"]
      + (1...settings.starts).map { "loss, start \($0) from the best" }
    return [("inversion", NumberTable(columns: columns, rows: rows))]
  }
}

import Render

/// Figures of made-up numbers, one of each kind: what the tests draw and compare.
enum Examples {
  /// Numbers between −1 and 1 that only depend on the seed.
  static func noise(_ count: Int, seed: UInt64) -> [Float] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    return (0..<count).map { _ in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Float(Int64(bitPattern: state) >> 40) / Float(1 << 23)
    }
  }

  /// Oriented stripes with noise, as first layers learn.
  static func filters(_ count: Int, size: Int) -> [Float] {
    let noise = noise(count * size * size, seed: 3)
    return (0..<count * size * size).map { place in
      let (filter, y, x) = (place / (size * size), place / size % size, place % size)
      let (dx, dy) = (Float(filter % 5 - 2), Float(filter % 7 - 3))
      let phase = (dx * Float(x) + dy * Float(y)) / Float(size)
      let wave = phase - (phase / 2).rounded() * 2
      return 0.22 * (1 - 2 * abs(wave)) + 0.12 * noise[place]
    }
  }

  /// Round strokes on black, as handwriting looks.
  static func digits(_ count: Int, size: Int = 28) -> [UInt8] {
    (0..<count * size * size).map { place in
      let (digit, y, x) = (place / (size * size), Float(place / size % size), Float(place % size))
      let radius = 5 + Float(digit % 5)
      let (dx, dy) = (x - Float(size) / 2 + 0.5, (y - Float(size) / 2 + 0.5) * (digit % 2 == 0 ? 0.75 : 1.2))
      let distance = abs((dx * dx + dy * dy).squareRoot() - radius)
      return UInt8(max(0, min(255, 255 * (2.4 - distance) / 1.6)))
    }
  }

  static let recipe = FigureRecipe(
    verb: "filters", options: ["layer": "conv1", "note": "(a) \"b\" \\ – ü < &"], step: 4680, seed: 7,
    toolVersion: "0.1", dataHash: "9f2c")

  static func gallery(count: Int = 64, size: Int = 5) -> Figure {
    let weights = filters(count, size: size)
    let scale = ColorScale.diverging(of: weights, map: .purpleOrange, symbol: "w")
    return Figure(
      "What the first layer looks for",
      facts: "conv1 · \(count) filters \(size)×\(size) · step 4,680 of 4,680 · one scale for the layer",
      reading:
        "Each tile is one filter: orange weights ask for light, purple for dark, white for neither; a tile of one "
        + "stripe beside another answers to an edge between them.",
      description: "\(count) filters of \(size) by \(size) weights between −0.33 and 0.33.", recipe: recipe,
      numbers: [
        ("weights", NumberTable(columns: ["filter", "first"], numbers: [[0, Double(weights[0])]]))
      ]
    ) {
      ImageGrid(
        ImageTiles(numbers: weights, count: count, height: size, width: size), scale: scale, labels: .index,
        frames: [5: .dead])
      ColorBar(scale)
    }
  }

  static func curves(theme: Theme = .light) -> Figure {
    let steps = (0..<4680).map { Double($0 + 1) }
    let noise = noise(4680, seed: 11)
    let loss = steps.indices.map { index in
      2.2 / (1 + steps[index] / 90) + 0.03 + 0.06 * abs(Double(noise[index])) * (index % 211 == 0 ? 6 : 1)
    }
    let epochs = (1...10).map { Double($0) * 468 }
    let validation = epochs.map { 1.7 / (1 + $0 / 90) + 0.045 + $0 / 200_000 }
    return Figure(
      "How the classifier learnt",
      facts: "preset cnn · MNIST · 10 epochs of 468 steps · smoothed with β = 0.98",
      reading:
        "The loss falls by a factor of fifty; after the marked step the validation loss rises again while the "
        + "training loss goes on falling: from there the network learns its examples by heart.",
      description: "Loss falls from 2.2 to 0.07.", theme: theme
    ) {
      StackedCharts(x: Axis("optimiser step"), top: TopAxis("epoch", unit: 468)) {
        Chart(y: Axis("loss, nats", type: .logarithmic), height: 150) {
          LineMark(x: .values("step", steps), y: .values("loss", loss), series: "training")
            .color(.training).smoothed(0.98)
          LineMark(x: .values("step", epochs), y: .values("loss", validation), series: "validation")
            .color(.validation)
          PointMark(x: 2340, y: validation[4], label: "best 0.120 at step 2,340").color(.validation)
          RuleMark(y: 2.302585, label: "ln 10")
        }
        Chart(y: .probability("accuracy"), height: 110) {
          AreaMark(
            x: .values("step", epochs), yStart: .values("low", epochs.map { 0.9 - 400 / ($0 + 1000) }),
            yEnd: .values("high", epochs.map { 1 - 200 / ($0 + 1000) })
          ).color(.validation)
          LineMark(
            x: .values("step", epochs), y: .values("accuracy", epochs.map { 0.95 - 300 / ($0 + 1000) }),
            series: "validation"
          )
          .color(.validation)
          LineMark(
            x: .values("step", epochs), y: .values("accuracy", epochs.map { 0.955 - 290 / ($0 + 1000) }),
            series: "test"
          )
          .color(.test)
          RuleMark(y: 0.1, label: "chance")
        }
      }
    }
  }

  static func confusion(theme: Theme = .light) -> Figure {
    var counts: [Int] = []
    var shares: [Double] = []
    let mistakes = [0, 0, 1, 3, 0, 12, 0, 5]
    for row in 0..<10 {
      let numbers: [Int] = (0..<10).map { column in
        row == column ? 950 + row : mistakes[(row * 10 + column) * 7 % 8]
      }
      let total = Double(numbers.reduce(0, +))
      counts += numbers
      shares += numbers.map { Double($0) / total }
    }
    let names = (0..<10).map(String.init)
    return Figure(
      "Which digits are taken for which", facts: "test set · 10,000 pictures · 98.7 % right",
      reading: "Each row is what the picture shows, each column what the network said.", theme: theme
    ) {
      Heatmap(
        shares, rows: 10, columns: 10, scale: .probability, rowLabels: names, columnLabels: names,
        rowTitle: "shown", columnTitle: "said", texts: counts.map(Numbers.grouped),
        outlined: Set((0..<10).map { .init(row: $0, column: $0) }))
    }
  }

  static func interpolation(theme: Theme = .light) -> Figure {
    let ts = (0...10).map { Double($0) / 10 }
    let tiles = ImageTiles(pixels: digits(11), count: 11, height: 28, width: 28)
    let norms = ts.map { 10 - 3.2 * (1 - (2 * $0 - 1) * (2 * $0 - 1)) }
    return Figure(
      "From one latent to another", facts: "generator at step 4,690 · 11 pictures · z in 100 dimensions",
      reading: "The framed ends were given, the pictures between were made.", theme: theme
    ) {
      Strip(
        [
          Strip.Row("lerp", tiles: tiles),
          Strip.Row("slerp", tiles: tiles, captions: ts.map { _ in "3 · 0.98" }),
        ],
        at: ts, axis: "t", ends: .framed,
        charts: [
          Chart(x: Axis(isHidden: true), y: Axis("‖z‖"), height: 60) {
            RectangleMark(y: 9.3...10.7, label: "shell of the prior, mean ± 2 sd")
            LineMark(x: .values("t", ts), y: .values("norm", norms), series: "lerp").color(.fake).symbol(
              .circle)
            LineMark(x: .values("t", ts), y: .values("norm", ts.map { _ in 10 }), series: "slerp").color(.ink)
              .symbol(.square)
          },
          Chart(x: Axis(isHidden: true), y: Axis("step length ‖Δx‖", includesZero: true), height: 50) {
            BarMark(
              x: .values("t", ts.dropLast().map { $0 + 0.05 }),
              y: .values("step", ts.dropLast().map { 1 + 3 * $0 })
            )
            .color(.secondary)
          },
        ])
    }
  }

  static func features(theme: Theme = .light) -> Figure {
    let maps = noise(32 * 13 * 13, seed: 5).map { max(0, $0) }
    let scale = ColorScale.sequential(of: maps, symbol: "activation")
    return Figure(
      "What the network sees in one picture", facts: "probe 12, a “7” · conv1: 32 maps of 13×13", theme: theme
    ) {
      HStack(weights: [1, 3]) {
        Panel("input", caption: "28 × 28") {
          ImageGrid(ImageTiles(pixels: digits(1), count: 1, height: 28, width: 28), magnification: 4)
        }
        Panel("conv1", caption: "32 maps after ReLU") {
          ImageGrid(
            ImageTiles(numbers: maps, count: 32, height: 13, width: 13), scale: scale, columns: 8,
            labels: .index)
          ColorBar(scale)
        }
      }
      Chart("prediction", x: Axis("probability", domain: 0...1), width: 300, height: 120) {
        BarMark(
          x: .values("p", [0.01, 0.02, 0.9, 0.05, 0.02]),
          y: .values("class", ["seven", "one", "nine", "two", "four"]),
          labels: ["0.01", "0.02", "0.90", "0.05", "0.02"]
        ).color(.real)
      }
    }
  }

  static func judge(theme: Theme = .light) -> Figure {
    let x = (0..<40).map { Double($0) * 100 }
    let shares = (0..<10).map { digit in
      (series: "\(digit)", numbers: x.map { 0.1 + 0.08 * ($0 / 4000) * (digit % 2 == 0 ? 1 : -1) })
    }
    return Figure("What the judge sees", facts: "1,000 samples at each of 40 steps", theme: theme) {
      Chart(x: Axis("step"), y: Axis("share of samples", domain: 0...1), height: 150) {
        AreaMark.stacked(x: .values("step", x), shares: shares)
      }
      Chart(x: Axis("step"), y: Axis("five lines"), height: 100) {
        for line in 0..<5 {
          LineMark(
            x: .values("step", x), y: .values("v", x.map { $0 * Double(line + 1) / 5 }),
            series: "line \(line)")
        }
      }
      Chart(x: Axis("class"), y: Axis("count", includesZero: true), height: 90) {
        BarMark(
          x: .values("class", (0..<10).map(String.init)), y: .values("n", (0..<10).map { 80 + 7 * $0 }),
          labels: (0..<10).map { "\(80 + 7 * $0)" }
        )
        .color(.fake)
      }
    }
  }

  static func architecture(theme: Theme = .light) -> Figure {
    func maps(_ count: Int, _ size: Int) -> ImageTiles {
      ImageTiles(
        numbers: noise(count * size * size, seed: UInt64(size)).map { max(0, $0) }, count: count,
        height: size,
        width: size)
    }
    let scale = ColorScale.sequential(limit: 1)
    return Figure(
      "The network from picture to answer",
      facts: "preset cnn · 1,199,882 parameters · 12.0 M multiply–adds a picture",
      reading: "Read from left to right: maps get smaller while there are more of them.", theme: theme
    ) {
      LayerDiagram(
        layers: [
          .init(
            name: "input", channels: 1, height: 28, width: 28, facts: ["–", "–", "1"], paint: .secondary,
            thumbnails: ImageTiles(pixels: digits(1), count: 1, height: 28, width: 28)),
          .init(
            name: "conv1", channels: 32, height: 26, width: 26, operation: "3×3 conv, ReLU",
            facts: ["320", "195 k", "3"], weight: 0.9, thumbnails: maps(5, 26), thumbnailScale: scale),
          .init(
            name: "conv2", channels: 64, height: 24, width: 24, operation: "3×3 conv, ReLU",
            facts: ["18,496", "10.6 M", "5"], weight: 0.4, thumbnails: maps(5, 24), thumbnailScale: scale),
          .init(
            name: "pool", channels: 64, height: 12, width: 12, operation: "2×2 max", facts: ["0", "–", "6"],
            weight: 0, thumbnails: maps(5, 12), thumbnailScale: scale),
          .init(
            name: "fc1", channels: 128, operation: "linear, ReLU", facts: ["1,179,776", "1.2 M", "28"],
            weight: 0.1,
            thumbnails: maps(5, 1), thumbnailScale: scale),
          .init(
            name: "fc2", channels: 10, operation: "linear", facts: ["1,290", "1.3 k", "28"], paint: .ink,
            weight: 0.3),
        ], factNames: ["parameters", "multiply–adds", "receptive field"])
    }
  }

  static func residual(theme: Theme = .light) -> Figure {
    let layers = (0..<16).map { index in
      LayerDiagram.Layer(
        name: "node\(index)", channels: 16 << (index / 5), height: 32 >> (index / 5),
        width: 32 >> (index / 5),
        operation: index % 3 == 0 ? "Add" : "3×3 conv, stride 2", facts: ["\(index * 1000)"],
        paint: index < 8 ? .real : .fake)
    }
    return Figure("A network with shortcuts", facts: "16 nodes", theme: theme) {
      LayerDiagram(
        layers: layers,
        skips: [
          .init(from: 0, to: 3, label: "identity"), .init(from: 1, to: 2), .init(from: 3, to: 6),
          .init(from: 7, to: 9, label: "identity"), .init(from: 9, to: 12),
        ], factNames: ["parameters"])
    }
  }

  static func all(theme: Theme = .light) -> [(name: String, figure: Figure)] {
    [
      ("gallery", gallery()), ("curves", curves()), ("confusion", confusion()),
      ("interpolation", interpolation()),
      ("features", features()), ("judge", judge()), ("architecture", architecture()),
      ("residual", residual()),
    ].map { (name: $0.0, figure: $0.1.theme(theme)) }
  }
}

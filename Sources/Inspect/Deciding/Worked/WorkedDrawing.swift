internal import Core
internal import Render

/// The figure, worksheet or key of one number.
struct WorkedDrawing {
  let subject: WorkedSubject
  let options: WorkedNumber
  let specimen: Specimen
  /// Channels that are shown, in order, and how many are not.
  let shown: [WorkedPlace.Channel]
  let hidden: [WorkedPlace.Channel]
  let cell: Double
  let isPrinted: Bool

  var numbers: WorkedPlace { subject.numbers }
  var isPaper: Bool { options.sheet != .figure }
  var isBlank: Bool { options.sheet == .worksheet }

  init(_ subject: WorkedSubject, _ options: WorkedNumber, _ specimen: Specimen) {
    self.subject = subject
    self.options = options
    self.specimen = specimen
    let first = subject.numbers.channels.first
    let side = max(first?.rows ?? 0, first?.columns ?? 0)
    isPrinted = side <= 7
    let ranking = subject.numbers.ranking
    let drawn = ranking.prefix(12)
    let all = drawn.flatMap { $0.values.map(Double.init) + $0.weights.map(Double.init) + $0.products }
    cell =
      isPrinted
      ? NumberGrid.cell(
        for: all, decimals: options.decimals, atLeast: options.sheet == .figure || side > 3 ? 26 : 30)
      : max(3, (150 / Double(max(side, 1))).rounded(.down))
    let usual =
      switch (subject.numbers.kind, options.sheet) {
      case (.linear, .figure): 10
      case (_, .figure): 6
      // As many as leave an A4 page room for their sums.
      default:
        max(
          1, min(subject.numbers.kind == .linear ? 8 : 3, Int(409 / (cell * Double(first?.rows ?? 1) + 34))))
      }
    let count = options.channels ?? usual
    shown = ranking.prefix(count).sorted { $0.index < $1.index }
    hidden = ranking.dropFirst(count).sorted { $0.index < $1.index }
  }

  func text(_ value: Double) -> String { Numbers.fixed(value, decimals: options.decimals) }

  var figure: Figure {
    let rows = VStack(spacing: isWeighed && shown.first?.rows == 1 ? 6 : 12, alignsPlots: false) { rowBlocks }
    let measured = rows.layout(Proposal(width: 2000)).size.width
    let ledgerWidth = 220.0
    // One row is not as high as what would stand beside it.
    let isBeside = !isPaper && measured + 28 + ledgerWidth <= 840 && shown.count > 1
    let width =
      isPaper
      ? PageDocument.a4.width
      : isBeside ? max(measured + 28 + ledgerWidth + 2 * Spacing.margin, 480) : max(measured + 40, 520)
    let ledger = Ledger(
      lines: ledgerLines, isPaper: isPaper, isBlank: isBlank, width: isPaper ? 290 : ledgerWidth)
    var figure = Figure(
      title, facts: facts, reading: reading, description: description, recipe: recipe, numbers: tables,
      theme: options.theme, width: width
    ) {
      if isPaper { NameLine(width: width - 2 * Spacing.margin, isKey: !isBlank) }
      if isBeside {
        Beside(distance: 28) {
          rows
          VStack(alignsPlots: false) {
            ledger
            outputMap
          }
        }
      } else {
        rows
        Beside(distance: 28) {
          ledger
          outputMap
        }
      }
      if !bars.isEmpty { Beside(distance: 24) { bars } }
    }
    if isPaper { figure.paper = PageDocument.a4 }
    return figure
  }

  var isWeighed: Bool {
    switch numbers.kind {
    case .convolution, .transposedConvolution, .linear: true
    case .maximum, .mean, .normalisation: false
    }
  }

  // MARK: - Rows

  private var rowBlocks: [any Block] {
    let measures = WorkedRow.Measures(thumb: isLinear ? 92 : isPaper ? 50 : 56, sum: isPaper ? 48 : 44)
    return shown.enumerated().compactMap { index, channel in
      guard channel.rows > 0 else { return nil }
      return WorkedRow(
        label: name(of: channel), thumb: isLinear ? nil : thumb(of: channel, side: measures.thumb),
        patch: grid(channel, channel.values.map(Double.init), patchScale(channel.index))
          .marking(channel, isMaximum: numbers.kind == .maximum && !isBlank),
        weights: isWeighed ? grid(channel, channel.weights.map(Double.init), weightScale) : nil,
        products: isWeighed ? productGrid(channel) : nil, result: result(of: channel), isBlank: isBlank,
        measures: measures, headings: index == 0 ? headings : [])
    }
  }

  private var isLinear: Bool { numbers.kind == .linear }

  private var headings: [String] {
    if isLinear { return ["x", "w", "x · w"] }
    guard isWeighed else { return [numbers.kind == .normalisation ? "number" : "window"] }
    return ["patch", numbers.kind == .transposedConvolution ? "taps" : "weights", "products"]
  }

  private func result(of channel: WorkedPlace.Channel) -> (sign: String, text: String)? {
    switch numbers.kind {
    // The sum of a single channel stands on the list.
    case .convolution, .transposedConvolution:
      numbers.channels.count > 1 ? ("Σ", text(channel.sum)) : nil
    case .maximum: ("largest", text(numbers.value))
    case .mean, .linear, .normalisation: nil
    }
  }

  private func grid(_ channel: WorkedPlace.Channel, _ values: [Double], _ scale: ColorScale) -> NumberGrid {
    var grid = NumberGrid(
      rows: channel.rows, columns: channel.columns, values: values, scale: scale, decimals: options.decimals,
      cell: cell)
    grid.printsNumbers = isPrinted
    return grid
  }

  private func productGrid(_ channel: WorkedPlace.Channel) -> NumberGrid {
    var grid = NumberGrid(
      rows: channel.rows, columns: channel.columns, values: channel.products, scale: productScale,
      decimals: options.decimals, cell: cell)
    grid.printsNumbers = isPrinted
    grid.isBlank = isBlank
    grid.isPlain = isPaper
    return grid
  }

  private func thumb(of channel: WorkedPlace.Channel, side: Double) -> MapThumb? {
    guard subject.input.shape.rank == 3 else { return nil }
    let (height, width) = (subject.input.shape[1], subject.input.shape[2])
    let plane = height * width
    return MapThumb(
      subject.input.elements[channel.index * plane..<(channel.index + 1) * plane], height: height,
      width: width,
      scale: patchScale(channel.index), side: side, box: channel.box)
  }

  /// What a channel is called: `picture`, `red`, `map 3`, `map 3 at 4,2` for a feature that was a place of a map.
  func name(of channel: WorkedPlace.Channel) -> String {
    let network = specimen.model.network
    if isLinear {
      guard let maps = network.mapsFlattened(into: subject.inputName) else {
        return "feature \(channel.index)"
      }
      let plane = maps[1] * maps[2]
      let (map, rest) = (channel.index / plane, channel.index % plane)
      return "map \(map) at \(rest % maps[2]),\(rest / maps[2])"
    }
    guard subject.inputName == network.inputs[0].name, subject.example.isPicture else {
      return subject.input.shape.rank == 3 ? "map \(channel.index)" : "feature \(channel.index)"
    }
    return subject.input.shape[0] == 3 ? ["red", "green", "blue"][channel.index] : "picture"
  }

  // MARK: - Colours

  func patchScale(_ channel: Int) -> ColorScale {
    let network = specimen.model.network
    if subject.inputName == network.inputs[0].name, subject.example.isPicture {
      let normalisation = specimen.normalisation
      let mean = Double(normalisation.mean[min(channel, normalisation.mean.count - 1)])
      let deviation = Double(normalisation.deviation[min(channel, normalisation.deviation.count - 1)])
      let (black, white) = (-mean / deviation, (1 - mean) / deviation)
      // A picture given as numbers that no brightness stands for has signs, not greys.
      if subject.input.elements.allSatisfy({ Double($0) >= black - 0.01 && Double($0) <= white + 0.01 }) {
        return .image(black...max(white, black + 1e-6))
      }
    }
    return inputScale
  }

  private var inputScale: ColorScale { .diverging(of: subject.input.elements, symbol: "x") }

  private var weightScale: ColorScale {
    .diverging(of: subject.weights?.elements ?? [], map: .purpleOrange, symbol: "w")
  }

  private var productScale: ColorScale {
    .diverging(
      limit: numbers.channels.reduce(0) { max($0, $1.products.reduce(0) { max($0, abs($1)) }) },
      mode: .global,
      symbol: "x · w")
  }

  private var bars: [any Block] {
    guard let channel = shown.first, channel.rows > 0 else { return [] }
    let title = subject.inputName == specimen.model.network.inputs[0].name ? "given" : subject.inputName
    func bar(_ scale: ColorScale, _ title: String) -> any Block {
      Fixed(width: isPaper ? 262 : 216) { ColorBar(scale, title: title, length: 96) }
    }
    var bars = [bar(patchScale(channel.index), title)]
    if isWeighed {
      bars.append(bar(weightScale, "weights"))
      if !isPaper { bars.append(bar(productScale, "products")) }
    }
    return bars
  }

  // MARK: - What comes out

  private var outputMap: Panel {
    let answer = subject.answer
    let last = subject.steps.last?.node ?? subject.node.name
    guard answer.shape.rank == 3 else {
      return Panel { Space() }
    }
    let (height, width) = (answer.shape[1], answer.shape[2])
    let map = answer[subject.unit].elements
    let (x, y) = (subject.place.column, subject.place.row)
    let scale = ColorScale.activations(answer.elements)
    return Panel(
      "map \(subject.unit) of \(last)", caption: "\(width) × \(height); colours \(scale.limits)"
    ) {
      MapThumb(
        map, height: height, width: width, scale: scale, side: 112, box: (x..<x + 1, y..<y + 1))
    }
  }
}

extension NumberGrid {
  /// The grid with what lies beyond the edge dotted, and the largest number framed.
  fileprivate func marking(_ channel: WorkedPlace.Channel, isMaximum: Bool) -> NumberGrid {
    var grid = self
    grid.padding = channel.padding
    if isMaximum {
      let inside = channel.values.indices.filter { !channel.padding.contains($0) }
      // The first of equals is whose switch is remembered.
      if let best = inside.max(by: { (channel.values[$0], -$0) < (channel.values[$1], -$1) }) {
        grid.outlined = [best]
      }
    }
    return grid
  }
}

extension Network {
  /// The shape of the maps whose places a list of features are; nil if they were none.
  fileprivate func mapsFlattened(into name: String) -> Shape? {
    var name = name
    while let node = nodes.first(where: { $0.name == name }), node.inputs.count == 1 {
      if node.operation is Flatten {
        let shape = knownShapes()[node.inputs[0]]?.perExample
        return shape?.rank == 3 ? shape : nil
      }
      guard node.operation is Dropout || node.operation is Identity else { return nil }
      name = node.inputs[0]
    }
    return nil
  }
}

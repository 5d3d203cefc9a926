internal import Core
internal import Render

extension WorkedDrawing {
  var title: String {
    switch options.sheet {
    case .figure: "How one number of \(subject.node.name) comes about"
    case .worksheet: "Work it out: one number of \(subject.node.name)"
    case .key: "The answers: one number of \(subject.node.name)"
    }
  }

  var facts: String {
    var facts = ["\(subject.node.name), \(subject.node.operation.words)"]
    facts.append(
      subject.output.shape.rank == 3
        ? "map \(subject.unit) at \(subject.place.words)" : "feature \(subject.unit)")
    facts.append(subject.example.named(specimen.probe?.classNames ?? []))
    facts.append(specimen.moment.map { "\(specimen.name) at \($0.facts)" } ?? specimen.name)
    let count = numbers.channels.count
    if isWeighed, count > 1 {
      let what = numbers.kind == .linear ? "features" : "input channels"
      facts.append(
        hidden.isEmpty
          ? "all \(Numbers.grouped(count)) \(what)"
          : "the \(shown.count) of \(Numbers.grouped(count)) \(what) that add most")
    }
    return facts.joined(separator: " · ")
  }

  var reading: String {
    let decimals = "\(options.decimals) decimal\(options.decimals == 1 ? "" : "s")"
    let rounding =
      isWeighed || numbers.kind == .mean
      ? "Each printed number is rounded to \(decimals) by itself; sums are of the exact numbers, so a last digit can differ."
      : "Numbers are rounded to \(decimals)."
    let isBeyond = shown.contains { !$0.padding.isEmpty }
    let padding =
      !isBeyond
      ? ""
      : numbers.kind == .maximum
        ? " Dotted cells lie beyond the edge and do not count."
        : " Dotted zeros lie beyond the edge."
    let what =
      switch (numbers.kind, options.sheet) {
      case (.convolution, .worksheet), (.transposedConvolution, .worksheet):
        "Multiply each number of a patch by the weight at the same place, sum the products of each row, then add up what is on the list."
      case (.linear, .worksheet): "Multiply each feature by its weight, then add up what is on the list."
      case (.convolution, _):
        "Each number of the patch is multiplied by the weight at the same place; \(summing)"
      case (.transposedConvolution, _):
        "Each number that reaches this place is multiplied by the tap of its kernel that lies here; \(summing)"
      case (.linear, _):
        "Each feature is multiplied by its weight; all products and the bias make one number."
      case (.maximum, .worksheet): "Find the largest number of the window."
      case (.maximum, _): "The largest number of the window is kept, the others are dropped."
      case (.mean, .worksheet): "Sum the window and divide."
      case (.mean, _): "The window is summed and divided by the count of its places."
      case (.normalisation, _):
        "The number is centred and scaled by what the layer saw in training, then by what it learnt."
      }
    let large =
      isPrinted ? "" : " The window is too large to print its numbers; --csv writes them."
    return "\(what)\(padding) \(rounding)\(large)"
  }

  private var summing: String {
    "the products are summed\(numbers.channels.count > 1 ? " in each channel and over all channels" : "")\(numbers.bias == nil ? "." : ", and the bias is added.")"
  }

  var description: String {
    var text = facts + ". "
    if options.sheet == .worksheet { return text + "The results are left blank." }
    if isWeighed {
      text +=
        "The products of \(Numbers.grouped(numbers.channels.count)) \(numbers.kind == .linear ? "features" : "channels") and the bias sum to \(self.text(numbers.value))."
    } else if numbers.kind == .normalisation {
      text += "The number is \(self.text(numbers.value))."
    } else {
      text +=
        "\(numbers.kind == .maximum ? "The largest" : "The mean") of the window is \(self.text(numbers.value))."
    }
    for step in subject.steps { text += " \(step.node) (\(step.words)) makes it \(self.text(step.value))." }
    return text
  }

  var ledgerLines: [Ledger.Line] {
    var lines: [Ledger.Line] = []
    let isLinear = numbers.kind == .linear
    switch numbers.kind {
    case .convolution, .transposedConvolution, .linear:
      if isLinear {
        lines.append(
          .init(
            label: "Σ of the \(shown.count) shown", value: text(shown.reduce(0) { $0 + $1.sum }),
            isResult: true))
      } else {
        lines += shown.map { .init(label: "Σ \(name(of: $0))", value: text($0.sum), isResult: true) }
      }
      if !hidden.isEmpty {
        let what =
          isLinear
          ? "features" : subject.inputName == specimen.model.network.inputs[0].name ? "channels" : "maps"
        lines.append(
          .init(
            label:
              "and \(Numbers.grouped(hidden.count)) more \(hidden.count == 1 ? String(what.dropLast()) : what)",
            value: text(hidden.reduce(0) { $0 + $1.sum })))
      }
      if let bias = numbers.bias { lines.append(.init(label: "bias", value: text(Double(bias)))) }
      lines.append(
        .init(label: "\(subject.node.name): sum", value: text(numbers.value), isResult: true, isTotal: true))
    case .maximum: break  // said beside the window
    case .mean:
      lines.append(
        .init(
          label: "Σ of the window", value: text(numbers.value * Double(numbers.count)), isResult: true))
      lines.append(
        .init(
          label: "\(subject.node.name): ÷ \(numbers.count)", value: text(numbers.value), isResult: true,
          isTotal: true))
    case .normalisation: lines.append(.init(label: "x", value: text(numbers.value)))
    }
    for step in subject.steps {
      for line in step.lines.dropLast() {
        lines.append(.init(label: line.label, value: text(line.value), isResult: true))
      }
      let last = step.lines[step.lines.count - 1]
      if step.lines.count > 1 {
        lines.append(.init(label: last.label, value: text(last.value), isResult: true))
        lines.append(
          .init(
            label: "\(step.node): \(step.words)", value: text(last.value), isResult: !isBlank, isTotal: true))
      } else {
        lines.append(
          .init(label: "\(step.node): \(last.label)", value: text(last.value), isResult: true, isTotal: true))
      }
    }
    // In a worksheet the line that names a batch norm would only repeat a result.
    if isBlank { lines.removeAll { $0.isTotal && !$0.isResult } }
    if options.sheet == .key, isWeighed {
      lines.append(
        .init(
          label: "Who computes with the printed numbers gets \(text(asPrinted)) for the sum.", value: "",
          isNote: true))
    }
    return lines
  }

  /// The sum as somebody gets it who has the printed numbers alone, and rounds each product.
  var asPrinted: Double {
    let unit = [1.0, 10, 100, 1000, 10000][options.decimals]
    func rounded(_ value: Double) -> Double { (value * unit).rounded(.toNearestOrAwayFromZero) / unit }
    let products = shown.reduce(0.0) { sum, channel in
      sum
        + zip(channel.values, channel.weights).reduce(0.0) {
          $0 + rounded(rounded(Double($1.0)) * rounded(Double($1.1)))
        }
    }
    return products + rounded(hidden.reduce(0) { $0 + $1.sum }) + rounded(Double(numbers.bias ?? 0))
  }

  var recipe: FigureRecipe {
    specimen.provenance.adding(subject.example.fingerprint).recipe(
      "worked",
      entries: specimen.options + [
        subject.example.option, .init("layer", .string(subject.node.name)),
        .init("unit", .integer(subject.unit)),
        subject.output.shape.rank == 3 ? .init("at", .string(subject.place.description)) : nil,
        options.channels.map { .init("channels", .integer($0)) },
        options.decimals == 2 ? nil : .init("decimals", .integer(options.decimals)),
        options.sheet == .worksheet ? .init("worksheet", true) : nil,
        options.sheet == .key ? .init("key", true) : nil, .theme(options.theme),
      ])
  }

  var tables: [(name: String, table: NumberTable)] {
    var terms: [[String]] = []
    for channel in numbers.channels {
      for index in channel.values.indices {
        let weight = channel.weights.isEmpty ? "" : "\(channel.weights[index])"
        let product = channel.weights.isEmpty ? "" : NumberTable.text(channel.products[index])
        terms.append([
          "\(channel.index)", "\(index / max(channel.columns, 1))", "\(index % max(channel.columns, 1))",
          "\(channel.values[index])", weight, product,
        ])
      }
    }
    var sums = numbers.channels.filter { _ in isWeighed }.map {
      ["channel \($0.index)", NumberTable.text($0.sum)]
    }
    if let bias = numbers.bias { sums.append(["bias", NumberTable.text(Double(bias))]) }
    sums.append([subject.node.name, NumberTable.text(numbers.value)])
    for step in subject.steps { sums.append([step.node, NumberTable.text(step.value)]) }
    return [
      (
        "terms",
        NumberTable(columns: ["channel", "row", "column", "input", "weight", "product"], rows: terms)
      ),
      ("sums", NumberTable(columns: ["what", "value"], rows: sums)),
    ]
  }
}

/// Where a pupil writes a name; on a key, that it is one.
struct NameLine: Block {
  let width: Double
  let isKey: Bool

  func layout(_ proposal: Proposal) -> Fragment {
    let style = TextStyle.text
    var fragment = Fragment(size: Size(width, style.ascent + style.descent + 4))
    func put(_ string: String, _ x: Double) {
      fragment.elements.append(
        .text(Scene.Text(string, at: Point(x, style.ascent), style: style, paint: .secondary)))
    }
    guard !isKey else {
      put("Key", 0)
      return fragment
    }
    for (string, start, end) in [("Name", 0.0, width * 0.6), ("Date", width * 0.66, width)] {
      put(string, start)
      fragment.elements.append(
        .line(
          from: Point(start + style.width(of: string) + 6, style.ascent + 2),
          to: Point(end, style.ascent + 2),
          stroke: .init(.secondary, width: 0.5)))
    }
    return fragment
  }
}

/// Blocks side by side at their own widths.
struct Beside: Block {
  let distance: Double
  let blocks: [any Block]

  init(distance: Double, @BlockBuilder _ blocks: () -> [any Block]) {
    self.distance = distance
    self.blocks = blocks()
  }

  func layout(_ proposal: Proposal) -> Fragment {
    var result = Fragment(size: .zero)
    var x = 0.0
    for block in blocks {
      var inner = proposal
      inner.width = max(proposal.width - x, 60)
      let fragment = block.layout(inner)
      result.add(fragment, at: Point(x, 0))
      if fragment.size.width > 0 { x += fragment.size.width + distance }
    }
    return result
  }
}

/// A block in a room of a given width.
struct Fixed: Block {
  let width: Double
  let block: any Block

  init(width: Double, _ block: () -> any Block) {
    self.width = width
    self.block = block()
  }

  func layout(_ proposal: Proposal) -> Fragment {
    var inner = proposal
    inner.width = width
    var fragment = block.layout(inner)
    fragment.size.width = width
    return fragment
  }
}

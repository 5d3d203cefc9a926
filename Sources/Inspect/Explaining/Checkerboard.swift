public import Render

/// The uneven overlap that makes checkerboards, beside an even one: how many products add up at each place of a transposed
/// convolution's output, along one axis and in two.
///
/// ```swift
/// try Checkerboard(kernel: 3, stride: 2).figure().write(to: "checkerboard.svg")
/// ```
public struct Checkerboard: Hashable, Sendable {
  /// Taps of the kernel along one axis.
  public var kernel: Int
  /// Places of the output from one input to the next.
  public var stride: Int
  /// Places cut off at either end.
  public var padding: Int
  /// Inputs along the axis.
  public var inputs: Int
  /// The colours' theme.
  public var theme: Theme

  /// Inputs where nothing is said.
  public static let usualInputs = 6

  /// An overlap of a kernel and a stride.
  public init(
    kernel: Int = 3, stride: Int = 2, padding: Int = 0, inputs: Int = usualInputs, theme: Theme = .light
  ) {
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.inputs = inputs
    self.theme = theme
  }

  /// Draws the counts beside those of the nearest kernel that is even (or uneven, if this one is even).
  /// - Throws: `InspectError` if the sizes make no sense or cannot be drawn.
  public func figure() throws(InspectError) -> Figure {
    for (name, value, range) in [
      ("kernel", kernel, 1...12), ("stride", stride, 1...6), ("padding", padding, 0...12),
      ("input", inputs, 1...12),
    ] where !range.contains(value) {
      throw InspectError(
        .input, "sizes",
        "\(name) \(value); expected \(range.lowerBound) to \(range.upperBound), more cannot be drawn")
    }
    guard (inputs - 1) * stride - 2 * padding + kernel > 0 else {
      throw InspectError(.input, "sizes", "a padding of \(padding) cuts everything away")
    }
    let own = OverlapCount(kernel: kernel, stride: stride, padding: padding, inputs: inputs)
    let other = counterpart
    let pair = ([own] + [other].compactMap { $0 }).sorted { !$0.isEven && $1.isEven }
    let most = pair.flatMap(\.squareCounts).max() ?? 1
    let scale = ColorScale.sequential(limit: Double(most), mode: .global, symbol: "products")
    return Figure(
      own.isEven ? "An even overlap" : "Why checkerboards appear: an uneven overlap",
      facts: "transposed convolution · "
        + pair.map {
          "kernel \($0.kernel), stride \($0.stride)\($0.padding > 0 ? ", padding \($0.padding)" : "")"
        }
        .joined(separator: " beside "),
      reading:
        "Above, each bar is one input spread over a kernel’s extent; the numbers count how many bars lie over each place of the output. Where the stride does not divide the kernel, places take turns, and in two dimensions the counts multiply to a checkerboard that the weights would have to undo. An even overlap can still learn one; enlarging first and then convolving with stride 1 cannot.",
      description: pair.map(describe).joined(separator: " "), recipe: recipe, numbers: pair.map(table),
      theme: theme
    ) {
      Beside(distance: 32) {
        for overlap in pair {
          Panel(
            "kernel \(overlap.kernel), stride \(overlap.stride): \(overlap.isEven ? "even" : "uneven")",
            caption: words(overlap)
          ) {
            Spans(overlap: overlap, cell: cell(pair))
            Space(height: 4)
            counts(overlap, scale, cell(pair))
          }
        }
      }
      ColorBar(scale, title: "products added up", length: 120)
    }
  }

  /// The nearest kernel of the other sort, with the padding that keeps the output's size as near.
  private var counterpart: OverlapCount? {
    guard stride > 1 else { return nil }
    let size =
      kernel % stride == 0 ? (kernel > 1 ? kernel - 1 : kernel + 1) : kernel + stride - kernel % stride
    guard size % stride == 0 || kernel % stride == 0 else { return nil }
    let pad = min(padding, max(0, ((inputs - 1) * stride + size - 1) / 2))
    return OverlapCount(kernel: size, stride: stride, padding: pad, inputs: inputs)
  }

  private func cell(_ pair: [OverlapCount]) -> Double {
    let widest = pair.map(\.outputs).max() ?? 1
    let room = (720 - 32 * Double(pair.count - 1)) / Double(pair.count)
    return max(4, min(20, (room / Double(widest)).rounded(.down)))
  }

  private func counts(_ overlap: OverlapCount, _ scale: ColorScale, _ cell: Double) -> NumberGrid {
    var grid = NumberGrid(
      rows: overlap.outputs, columns: overlap.outputs, values: overlap.squareCounts.map(Double.init),
      scale: scale,
      decimals: 0, cell: cell)
    grid.printsNumbers = cell >= 12
    return grid
  }

  private func words(_ overlap: OverlapCount) -> String {
    overlap.isEven
      ? "far from the edges every place adds up \(overlap.squarePhases[0]) products"
      : "far from the edges \(overlap.squarePhases.map(String.init).joined(separator: " : ")) products"
  }

  private func describe(_ overlap: OverlapCount) -> String {
    "Kernel \(overlap.kernel), stride \(overlap.stride): along one axis \(overlap.counts.map(String.init).joined(separator: " ")); \(words(overlap))."
  }

  private func table(_ overlap: OverlapCount) -> (name: String, table: NumberTable) {
    let side = overlap.outputs
    let counts = overlap.squareCounts
    return (
      "kernel-\(overlap.kernel)",
      NumberTable(
        columns: (0..<side).map { "column \($0)" },
        numbers: (0..<side).map { row in (0..<side).map { Double(counts[row * side + $0]) } })
    )
  }

  private var recipe: FigureRecipe {
    .explanation(
      "explain checkerboard",
      [
        .init("kernel", .integer(kernel)), .init("stride", .integer(stride)),
        padding == 0 ? nil : .init("padding", .integer(padding)),
        inputs == Checkerboard.usualInputs ? nil : .init("input", .integer(inputs)), .theme(theme),
      ])
  }
}

/// One axis: a bar for every input over the places that it reaches, and their count beneath.
private struct Spans: Block {
  let overlap: OverlapCount
  let cell: Double

  func layout(_ proposal: Proposal) -> Fragment {
    let width = Double(overlap.outputs) * cell
    // Bars that overlap stand on levels of their own.
    let levels = (overlap.kernel + overlap.stride - 1) / overlap.stride
    let (pitch, thickness) = (9.0, 6.0)
    let top = Double(levels) * pitch
    var fragment = Fragment(size: Size(width, top + cell + 2))
    for input in 0..<overlap.inputs {
      let first = max(0, input * overlap.stride - overlap.padding)
      let last = min(overlap.outputs, input * overlap.stride - overlap.padding + overlap.kernel)
      guard last > first else { continue }
      fragment.elements.append(
        .rectangle(
          Rect(
            x: Double(first) * cell + 1, y: Double(input % levels) * pitch,
            width: Double(last - first) * cell - 2,
            height: thickness), fill: .class(input % 2 == 0 ? 0 : 1).opacity(0.75), stroke: nil, radius: 2))
    }
    let most = overlap.counts.max() ?? 1
    for (place, count) in overlap.counts.enumerated() {
      let rect = Rect(x: Double(place) * cell, y: top + 1, width: cell, height: cell)
      fragment.elements.append(
        .rectangle(
          rect, fill: .secondary.opacity(0.45 * Double(count) / Double(most)),
          stroke: .init(.frame, width: 0.5),
          radius: 0))
      if cell >= 10 {
        fragment.elements.append(
          .text(
            Scene.Text(
              "\(count)", at: Point(rect.midX, rect.midY + TextStyle.label.capHeight / 2), style: .label,
              anchor: .middle, isTabular: true)))
      }
    }
    return fragment
  }
}

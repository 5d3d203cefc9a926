internal import Render

/// One step: the input with the kernel upon it, and what has come out so far.
struct SlidingPanel: Block {
  /// How a transposed convolution is looked at.
  enum View: Hashable, Sendable {
    /// The kernel slides over the input and gathers, with zeros between and around the numbers where it is transposed.
    case gathering
    /// Each number of the input stamps the kernel onto the output.
    case spreading
  }

  let arithmetic: SlidingArithmetic
  let view: View
  /// The step, from 0; one before the first shows nothing done yet.
  let step: Int
  /// The side of a cell, in points.
  let cell: Double

  /// The steps there are.
  static func steps(_ arithmetic: SlidingArithmetic, _ view: View) -> Int {
    view == .spreading ? arithmetic.input.count : arithmetic.outputSide * arithmetic.outputSide
  }

  /// One axis of what the kernel slides over: the input with zeros around it, and between where it is transposed.
  struct Axis: Hashable {
    let total: Int
    /// The cell in which each number stands.
    let given: [Int]
    /// The cell of the kernel's first tap at the first step.
    let start: Int

    init(_ arithmetic: SlidingArithmetic) {
      let n = arithmetic.inputSide
      guard arithmetic.kind == .transposedConvolution else {
        total = n + 2 * arithmetic.padding
        given = (0..<n).map { $0 + arithmetic.padding }
        start = 0
        return
      }
      // As an ordinary convolution: span − 1 − p zeros around; where p is larger, numbers at the edge are not all reached.
      let before = arithmetic.span - 1 - arithmetic.padding
      let shift = max(0, before)
      start = shift - before
      given = (0..<n).map { shift + $0 * arithmetic.stride }
      total = max(given[n - 1] + 1, start + arithmetic.outputSide - 1 + arithmetic.span)
    }
  }

  private var axis: Axis { Axis(arithmetic) }
  private var isTransposed: Bool { arithmetic.kind == .transposedConvolution }
  private var inputSide: Int { view == .spreading ? arithmetic.inputSide : axis.total }
  private var printsNumbers: Bool { cell >= 12 }

  func layout(_ proposal: Proposal) -> Fragment {
    let gap = max(20, cell)
    let left = Double(inputSide) * cell
    let right = Double(arithmetic.outputSide) * cell
    let height = max(left, right)
    var fragment = Fragment(size: Size(left + gap + right + 1, height + 1))
    let source = Point(0.5, ((height - left) / 2).rounded() + 0.5)
    let target = Point(left + gap + 0.5, ((height - right) / 2).rounded() + 0.5)
    switch view {
    case .gathering: gather(&fragment, source, target)
    case .spreading: spread(&fragment, source, target)
    }
    return fragment
  }

  // MARK: - Cells

  private func rect(_ origin: Point, _ row: Int, _ column: Int, _ count: Int = 1) -> Rect {
    Rect(
      x: origin.x + Double(column) * cell, y: origin.y + Double(row) * cell, width: cell * Double(count),
      height: cell * Double(count))
  }

  private func number(_ text: String, in rect: Rect, _ paint: Paint = .ink, strong: Bool = false)
    -> Scene.Element
  {
    let style: TextStyle = cell >= 22 ? (strong ? .heading : .text) : .note
    return .text(
      Scene.Text(
        text, at: Point(rect.midX, rect.midY + style.capHeight / 2), style: style, paint: paint,
        anchor: .middle,
        isTabular: true))
  }

  /// A weight in the corner of a cell, where there is room.
  private func weight(_ value: Int, in rect: Rect) -> [Scene.Element] {
    guard cell >= 26 else { return [] }
    let style = TextStyle.note
    return [
      .text(
        Scene.Text(
          "×" + Numbers.fixed(Double(value), decimals: 0), at: Point(rect.maxX - 2, rect.maxY - 3),
          style: style,
          paint: .class(1), anchor: .end))
    ]
  }

  private func beams(_ fragment: inout Fragment, _ from: Rect, _ to: Rect) {
    var beams = Path()
    beams.addLine(Point(from.maxX, from.minY), Point(to.minX, to.minY))
    beams.addLine(Point(from.maxX, from.maxY), Point(to.minX, to.maxY))
    fragment.elements.append(.path(beams, fill: nil, stroke: .init(.secondary.opacity(0.6), width: 0.5)))
  }

  // MARK: - Gathering

  private func gather(_ fragment: inout Fragment, _ source: Point, _ target: Point) {
    let axis = axis
    let (side, stride) = (arithmetic.outputSide, isTransposed ? 1 : arithmetic.stride)
    let current = step >= 0 ? (row: step / side, column: step % side) : nil
    func first(_ place: Int) -> Int { axis.start + place * stride }
    var zeros = Path()
    var given = Path()
    var dots = Path()
    var taps = Path()
    var texts: [Scene.Element] = []
    for row in 0..<axis.total {
      for column in 0..<axis.total {
        let rect = rect(source, row, column)
        var isTap = false
        if let current {
          let (dy, dx) = (row - first(current.row), column - first(current.column))
          isTap =
            (0..<arithmetic.span).contains(dy) && (0..<arithmetic.span).contains(dx)
            && dy % arithmetic.dilation == 0
            && dx % arithmetic.dilation == 0
          if isTap {
            taps.add(rect)
            if isWeighed {
              // A transposed kernel meets the numbers turned around.
              let k = arithmetic.kernelSide
              let (ky, kx) = (dy / arithmetic.dilation, dx / arithmetic.dilation)
              let index = isTransposed ? (k - 1 - ky) * k + k - 1 - kx : ky * k + kx
              texts += weight(arithmetic.kernel[index], in: rect)
            }
          }
        }
        if let y = axis.given.firstIndex(of: row), let x = axis.given.firstIndex(of: column) {
          given.add(rect)
          if printsNumbers {
            texts.append(number("\(arithmetic.input[y * arithmetic.inputSide + x])", in: rect, strong: isTap))
          }
        } else {
          zeros.add(rect)
          dots.pieces += Path.circle(center: Point(rect.midX, rect.midY), radius: cell / 14).pieces
        }
      }
    }
    let faint = Scene.Stroke(.secondary.opacity(0.55), width: 0.5, dash: [1, 1.5])
    if !zeros.pieces.isEmpty {
      fragment.elements.append(.path(zeros, fill: nil, stroke: faint))
      fragment.elements.append(.path(dots, fill: .secondary.opacity(0.7), stroke: nil))
    }
    fragment.elements.append(
      .path(given, fill: .class(0).opacity(0.22), stroke: .init(.class(0), width: 0.6)))
    fragment.elements.append(.path(taps, fill: .class(1).opacity(0.4), stroke: nil))
    if let current {
      let window = rect(source, first(current.row), first(current.column), arithmetic.span)
      fragment.elements.append(.rectangle(window, fill: nil, stroke: .init(.ink, width: 1.25), radius: 0))
      beams(&fragment, window, rect(target, current.row, current.column))
    }
    fragment.elements += texts
    outputs(
      &fragment, target, arithmetic.output, done: step + 1,
      current: current.map { [$0.row * side + $0.column] } ?? [])
  }

  private var isWeighed: Bool { isTransposed || arithmetic.kind == .convolution }

  /// Numbers that have come out; those that have not are empty cells.
  private func outputs(
    _ fragment: inout Fragment, _ target: Point, _ values: [Int], done: Int, current: Set<Int>
  ) {
    let side = arithmetic.outputSide
    var empty = Path()
    var full = Path()
    var texts: [Scene.Element] = []
    for index in values.indices {
      let rect = rect(target, index / side, index % side)
      if index < done {
        full.add(rect)
        if printsNumbers {
          texts.append(
            number(SlidingPanel.text(values[index], arithmetic), in: rect, strong: current.contains(index)))
        }
      } else {
        empty.add(rect)
      }
    }
    fragment.elements.append(.path(empty, fill: .paper, stroke: .init(.secondary, width: 0.5)))
    // Paper first: lines that lead here end at the edge.
    fragment.elements.append(.path(full, fill: .paper, stroke: nil))
    fragment.elements.append(.path(full, fill: .class(9).opacity(0.2), stroke: .init(.class(9), width: 0.6)))
    for index in current {
      fragment.elements.append(
        .rectangle(
          rect(target, index / side, index % side), fill: .class(9).opacity(0.35),
          stroke: .init(.ink, width: 1.25),
          radius: 0))
    }
    fragment.elements += texts
  }

  /// A number of the output: a whole one, or of a mean the quotient.
  static func text(_ value: Int, _ arithmetic: SlidingArithmetic) -> String {
    guard arithmetic.kind == .mean else { return Numbers.fixed(Double(value), decimals: 0) }
    let count = arithmetic.kernelSide * arithmetic.kernelSide
    return Numbers.fixed(Double(value) / Double(count), decimals: value % count == 0 ? 0 : 1)
  }

  // MARK: - Spreading

  private func spread(_ fragment: inout Fragment, _ source: Point, _ target: Point) {
    let (n, side) = (arithmetic.inputSide, arithmetic.outputSide)
    var given = Path()
    var texts: [Scene.Element] = []
    for index in arithmetic.input.indices {
      let rect = rect(source, index / n, index % n)
      given.add(rect)
      if printsNumbers { texts.append(number("\(arithmetic.input[index])", in: rect, strong: index == step)) }
    }
    fragment.elements.append(
      .path(given, fill: .class(0).opacity(0.22), stroke: .init(.class(0), width: 0.6)))
    let values = arithmetic.spread(after: step + 1)
    let reached = step >= 0 ? arithmetic.reached(from: step) : []
    // How often something arrived: zero products count too.
    var arrived = [Int](repeating: 0, count: values.count)
    for index in 0..<max(step + 1, 0) {
      for (place, _) in arithmetic.reached(from: index) { arrived[place] += 1 }
    }
    var empty = Path()
    var full = Path()
    for place in values.indices {
      let rect = rect(target, place / side, place % side)
      if arrived[place] > 0 { full.add(rect) } else { empty.add(rect) }
      if printsNumbers, arrived[place] > 0 {
        texts.append(
          number(
            Numbers.fixed(Double(values[place]), decimals: 0), in: rect,
            strong: reached.contains { $0.place == place }))
      }
    }
    fragment.elements.append(.path(empty, fill: .paper, stroke: .init(.secondary, width: 0.5)))
    // Paper first: lines that lead here end at the edge.
    fragment.elements.append(.path(full, fill: .paper, stroke: nil))
    fragment.elements.append(.path(full, fill: .class(9).opacity(0.2), stroke: .init(.class(9), width: 0.6)))
    if step >= 0 {
      var stamp = Path()
      for (place, product) in reached {
        let cellRect = rect(target, place / side, place % side)
        stamp.add(cellRect)
        if cell >= 26 {
          texts.append(
            .text(
              Scene.Text(
                product < 0 ? Numbers.fixed(Double(product), decimals: 0) : "+\(product)",
                at: Point(cellRect.maxX - 2, cellRect.maxY - 3), style: .note, paint: .class(1), anchor: .end)
            ))
        }
      }
      let from = rect(source, step / n, step % n)
      fragment.elements.append(
        .rectangle(from, fill: .class(1).opacity(0.4), stroke: .init(.ink, width: 1.25), radius: 0))
      fragment.elements.append(.path(stamp, fill: .class(1).opacity(0.4), stroke: nil))
      // The stamp's frame, cut where padding cuts the output.
      if let box = stamp.bounds {
        fragment.elements.append(.rectangle(box, fill: nil, stroke: .init(.ink, width: 1.25), radius: 0))
        beams(&fragment, from, box)
      }
    }
    fragment.elements += texts
  }
}

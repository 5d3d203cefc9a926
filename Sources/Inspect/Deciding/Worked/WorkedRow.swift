internal import Render

/// One channel's part of a number: where it is taken from, patch ⊙ weights = products, and their sum.
struct WorkedRow: Block {
  /// Measures that all rows of a figure share.
  struct Measures: Hashable, Sendable {
    var thumb: Double
    var gap = 10.0
    var sign = 14.0
    var sum: Double
  }

  let label: String
  let thumb: MapThumb?
  let patch: NumberGrid
  /// What it is weighed with, and what comes of it; nil where nothing is weighed.
  let weights: NumberGrid?
  let products: NumberGrid?
  /// What stands at the right, with its sign: `Σ`, `max`, `mean`; nil for nothing.
  let result: (sign: String, text: String)?
  /// True if the result is a box to write into.
  let isBlank: Bool
  let measures: Measures
  /// Names of the columns, over the first row.
  var headings: [String] = []

  func layout(_ proposal: Proposal) -> Fragment {
    var fragment = Fragment(size: .zero)
    let style = TextStyle.label
    let thumbFragment = thumb?.layout(proposal)
    let labelHeight = label.isEmpty ? 0 : style.ascent + style.descent + (thumb == nil ? 0 : 3)
    let leftHeight = (thumbFragment?.size.height ?? 0) + labelHeight
    let height = max(leftHeight, patch.size.height)
    let top = headings.isEmpty ? 0 : style.lineHeight + 2
    func put(
      _ string: String, _ x: Double, _ baseline: Double, _ paint: Paint, _ anchor: TextAnchor = .start,
      _ style: TextStyle = .label, tabular: Bool = false
    ) {
      fragment.elements.append(
        .text(
          Scene.Text(
            string, at: Point(x, baseline), style: style, paint: paint, anchor: anchor, isTabular: tabular)))
    }

    // The label stands over its map, both in the middle of the row.
    var y = top + (height - leftHeight) / 2
    if !label.isEmpty {
      put(style.shortened(label, to: measures.thumb + measures.gap - 2), 0, y + style.ascent, .ink)
      y += labelHeight
    }
    if let thumbFragment { fragment.add(thumbFragment, at: Point(0, y)) }

    var x = measures.thumb + measures.gap
    let middle = top + height / 2 + TextStyle.text.capHeight / 2
    func add(_ grid: NumberGrid, _ heading: Int) {
      fragment.add(grid.layout(proposal), at: Point(x, top + (height - grid.size.height) / 2))
      if headings.indices.contains(heading) {
        put(headings[heading], x, style.ascent, .secondary)
      }
      x += grid.size.width
    }
    func sign(_ string: String) {
      put(string, x + measures.sign / 2, middle, .ink, .middle, .text)
      x += measures.sign
    }
    add(patch, 0)
    if let weights, let products {
      sign("×")
      add(weights, 1)
      sign("=")
      add(products, 2)
    }
    if let result {
      x += 8
      put(result.sign, x, middle, .secondary, .start, .text)
      x += TextStyle.text.width(of: result.sign) + 5
      if isBlank {
        fragment.elements.append(
          .rectangle(
            Rect(x: x, y: top + height / 2 - 11, width: measures.sum, height: 22), fill: .paper,
            stroke: .init(.secondary, width: 0.75), radius: 0))
      } else {
        put(result.text, x + measures.sum, middle, .ink, .end, .heading, tabular: true)
      }
      x += measures.sum
    }
    fragment.size = Size(max(fragment.size.width, x), top + height)
    return fragment
  }
}

/// Sums one beneath the other, as on paper: what is added at the left, numbers at the right, results under a line.
struct Ledger: Block {
  /// One line.
  struct Line: Hashable, Sendable {
    var label: String
    var value: String
    /// True for what a reader works out: a box in a worksheet.
    var isResult = false
    /// True if a line is drawn above: what stands over it is done.
    var isTotal = false
    /// A remark in small print; the value is not used.
    var isNote = false
  }

  let lines: [Line]
  /// True for a page to write upon: lines stand as far apart as a hand needs, on the worksheet and on its key.
  let isPaper: Bool
  let isBlank: Bool
  let width: Double

  func layout(_ proposal: Proposal) -> Fragment {
    guard !lines.isEmpty else { return Fragment(size: .zero) }
    var fragment = Fragment(size: Size(width, 0))
    let pitch = isPaper ? 23.0 : 16.0
    let box = Size(62, 19)
    var y = 0.0
    for line in lines {
      if line.isNote {
        let note = TextBlock(line.label, style: .label, paint: .secondary).layout(Proposal(width: width))
        fragment.add(note, at: Point(0, y + 2))
        y += note.size.height + 8
        continue
      }
      if line.isTotal {
        y += 3
        fragment.elements.append(
          .line(from: Point(0, y), to: Point(width, y), stroke: .init(.ink, width: 0.75)))
        y += 3
      }
      let style: TextStyle = line.isTotal ? .heading : .text
      let baseline = y + pitch / 2 + style.capHeight / 2
      let text = style.shortened(line.label, to: width - box.width - 4)
      fragment.elements.append(
        .text(
          Scene.Text(text, at: Point(0, baseline), style: style, paint: line.isResult ? .ink : .secondary)))
      if line.isResult, isBlank {
        fragment.elements.append(
          .rectangle(
            Rect(x: width - box.width, y: y + (pitch - box.height) / 2, width: box.width, height: box.height),
            fill: .paper, stroke: .init(.secondary, width: 0.75), radius: 0))
      } else {
        fragment.elements.append(
          .text(
            Scene.Text(
              line.value, at: Point(width - (isPaper ? 6 : 0), baseline), style: style, paint: .ink,
              anchor: .end,
              isTabular: true)))
      }
      y += pitch
    }
    fragment.size.height = y
    return fragment
  }
}

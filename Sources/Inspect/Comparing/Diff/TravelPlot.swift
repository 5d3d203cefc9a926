internal import Render

/// For each filter a bar of its likeness to its partner and one of how far it went; beneath, lines to the partners' places.
struct TravelPlot: Block {
  /// Filters of the first network, from left to right.
  let units: [Int]
  let partners: [Int]
  let cosines: [Double]
  let travel: [Double]
  /// What the two networks are called.
  let names: [String]
  /// The mean cosine that chance gives.
  let chance: Double?
  let showsLines: Bool

  private let style = TextStyle.label
  private let barHeight = 44.0
  private let lineHeight = 84.0

  func layout(_ proposal: Proposal) -> Fragment {
    guard !units.isEmpty else { return Fragment(size: .zero) }
    let finite = travel.filter(\.isFinite)
    let farthest = max(finite.max() ?? 0, .leastNormalMagnitude)
    let lowest = min(0, cosines.min() ?? 0)
    let side = max(style.width(of: Numbers.significant(farthest, digits: 2)), style.width(of: "−0.0")) + 8
    let room = proposal.width - side
    let pitch = min(36, room / Double(units.count))
    let width = pitch * Double(units.count)
    let bar = max(pitch * 0.64, 0.5)
    var result = Fragment(size: Size(side + width, 0))
    func centre(_ index: Int) -> Double { side + (Double(index) + 0.5) * pitch }
    func text(_ string: String, _ x: Double, _ y: Double, _ anchor: TextAnchor = .middle) {
      result.elements.append(
        .text(Scene.Text(string, at: Point(x, y), style: style, paint: .secondary, anchor: anchor)))
    }

    // Cosines: from 0, or from the lowest where some are negative, to 1.
    text(
      "cosine of the two" + (chance == nil ? "" : "; dashed: what chance gives"), side, style.ascent, .start)
    var top = style.lineHeight + style.ascent / 2
    let floor = lowest < 0 ? -1.0 : 0.0
    func y(_ cosine: Double) -> Double { top + barHeight * (1 - cosine) / (1 - floor) }
    for tick in floor < 0 ? [1, 0, -1] : [1, 0.5, 0] {
      rule(y(tick), from: side, width, isBase: tick == 0, &result)
      text(Numbers.significant(tick), side - 5, y(tick) + style.capHeight / 2, .end)
    }
    for (index, cosine) in cosines.enumerated() {
      box(centre(index) - bar / 2, min(y(cosine), y(0)), bar, abs(y(cosine) - y(0)), &result)
    }
    if let chance {
      result.elements.append(
        .line(
          from: Point(side, y(chance)), to: Point(side + width, y(chance)),
          stroke: .init(.fake, width: 0.75, dash: [3, 3])))
    }
    top += barHeight + style.lineHeight + style.ascent

    // How far: from 0.
    text("‖b − a‖ / ‖a‖", side, top - style.ascent / 2 - 2, .start)
    for tick in [farthest, 0] {
      let height = top + barHeight * (1 - tick / farthest)
      rule(height, from: side, width, isBase: tick == 0, &result)
      text(Numbers.significant(tick, digits: 2), side - 5, height + style.capHeight / 2, .end)
    }
    for (index, distance) in travel.enumerated() {
      let height = barHeight * (distance.isFinite ? distance / farthest : 1)
      box(centre(index) - bar / 2, top + barHeight - height, bar, height, &result)
    }
    top += barHeight + 4 + style.ascent

    // Numbers of the filters, as many as there is room for.
    let widest = max(units.max() ?? 0, partners.max() ?? 0)
    let every = max(1, Int(((style.width(of: "\(widest)") + 4) / pitch).rounded(.up)))
    for index in stride(from: 0, to: units.count, by: every) { text("\(units[index])", centre(index), top) }
    top += style.descent
    if showsLines {
      let order = partners.sorted()
      let bottom = top + lineHeight
      for (index, partner) in partners.enumerated() {
        let place = order.firstIndex(of: partner) ?? 0
        result.elements.append(
          .line(
            from: Point(centre(index), top + 2), to: Point(centre(place), bottom - 2),
            stroke: .init(.ink.opacity(0.12 + 0.88 * max(0, cosines[index])), width: 1)))
      }
      top = bottom + style.ascent
      for index in stride(from: 0, to: order.count, by: every) { text("\(order[index])", centre(index), top) }
      top += style.descent
    }
    result.size.height = top
    return result
  }

  private func rule(
    _ y: Double, from x: Double, _ width: Double, isBase: Bool, _ result: inout Fragment
  ) {
    result.elements.append(
      .line(
        from: Point(x, y), to: Point(x + width, y), stroke: .init(isBase ? .secondary : .faint, width: 0.5)))
  }

  private func box(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ result: inout Fragment) {
    guard height > 0 else { return }
    result.elements.append(
      .rectangle(Rect(x: x, y: y, width: width, height: height), fill: .secondary, stroke: nil, radius: 0))
  }
}

internal import Render

/// One layer's units: how often they answer, how choosy they are, how near the next filter is; a mark for each.
struct UnitBand: Block {
  let layer: UnitHealth.Layer
  let hasClasses: Bool
  let words: UnitWords

  /// A strip: what it shows and where its units are on it; nil for a unit that has no such number.
  private struct Strip {
    let title: String
    let values: [Double?]
    let rule: Double?
    let absence: String
  }

  func layout(_ proposal: Proposal) -> Fragment {
    let (bold, style) = (TextStyle.heading, TextStyle.label)
    var result = Fragment(size: Size(proposal.width, bold.ascent + bold.descent))
    for (text, x, font, paint) in [
      (layer.name, 0, bold, Paint.ink),
      (words.line(of: layer), bold.width(of: layer.name) + 8, style, .secondary),
    ] {
      result.elements.append(
        .text(Scene.Text(text, at: Point(x, bold.ascent), style: font, paint: paint)))
    }
    let strips = strips
    // As high as the highest stack, within limits: in higher ones marks cover each other.
    let levels = max(4, min(UnitBand.mostLevels, strips.map { stackHeight(of: $0) }.max() ?? 1))
    let height = Double(levels) * UnitBand.pitch
    let body = HStack(alignment: .trailing, spacing: 20) {
      for strip in strips { block(strip, height: height, levels: levels) }
    }
    result.add(body.layout(proposal), at: Point(0, result.size.height + 4))
    return result
  }

  private static let columns = 44
  /// The height of a mark in its stack, in points.
  private static let pitch = 4.75
  private static let mostLevels = 13

  private var strips: [Strip] {
    let units = layer.units
    let how: Strip =
      switch layer.answers {
      case .rectified:
        Strip(title: "answers above zero", values: units.map(\.positiveShare), rule: nil, absence: "")
      case .leaky:
        Strip(
          title: "answers of the rarer sign", values: units.map(\.signFlipShare), rule: nil, absence: "")
      case .bounded:
        Strip(
          title: "answers at the ends", values: units.map(\.saturatedShare),
          rule: words.health.thresholds.saturatedShare, absence: "")
      case .free:
        Strip(title: "answers above zero", values: units.map(\.positiveShare), rule: nil, absence: "")
      }
    return [
      how,
      Strip(
        title: "class selectivity", values: units.map(\.selectivity), rule: nil,
        absence: hasClasses ? "no selectivity: answers can be negative" : "no selectivity: no labels"),
      Strip(
        title: "cosine to the nearest filter", values: units.map { $0.twin.map { max(0, $0.cosine) } },
        rule: words.health.thresholds.duplicateCosine, absence: "no filters to compare"),
    ]
  }

  private func bin(_ value: Double) -> Int { Int((value * Double(UnitBand.columns)).rounded()) }

  private func stackHeights(of strip: Strip) -> [Int] {
    var counts = [Int](repeating: 0, count: UnitBand.columns + 1)
    for case let value? in strip.values where value.isFinite { counts[bin(min(max(value, 0), 1))] += 1 }
    return counts
  }

  private func stackHeight(of strip: Strip) -> Int { stackHeights(of: strip).max() ?? 0 }

  private func block(_ strip: Strip, height: Double, levels: Int) -> any Block {
    guard strip.values.contains(where: { $0 != nil }) else {
      return AbsentStrip(reason: strip.absence)
    }
    // Marks of one column stand one on the other, those that something is wrong with at the bottom.
    let order = layer.units.indices.sorted {
      let (left, right) = (layer.units[$0].findings.isEmpty, layer.units[$1].findings.isEmpty)
      return left == right ? $0 < $1 : !left
    }
    let totals = stackHeights(of: strip)
    var stacks = [Int](repeating: 0, count: UnitBand.columns + 1)
    var places: [UnitHealth.Finding?: (x: [Double], y: [Double])] = [:]
    for index in order {
      guard let value = strip.values[index], value.isFinite else { continue }
      let column = bin(min(max(value, 0), 1))
      let finding = layer.units[index].findings.first
      places[finding, default: ([], [])].x.append(Double(column) / Double(UnitBand.columns))
      let step = min(1, Double(levels) / Double(totals[column]))
      places[finding, default: ([], [])].y.append((Double(stacks[column]) + 0.5) * step)
      stacks[column] += 1
    }
    return Chart(
      x: Axis(strip.title, domain: 0...1, ticks: [0, 0.5, 1], tickLabels: ["0", "0.5", "1"]),
      y: Axis(domain: 0...Double(levels), isHidden: true),
      height: height
    ) {
      if let rule = strip.rule { RuleMark(x: rule) }
      for finding in [nil] + UnitHealth.Finding.allCases.map(Optional.some) {
        if let place = places[finding] {
          PointMark(x: .values(strip.title, place.x), y: .values("unit", place.y))
            .color(finding?.paint ?? .secondary).symbol(finding?.symbol ?? .circle)
            .opacity(finding == nil ? 0.55 : 1)
        }
      }
    }
  }
}

extension UnitHealth.Finding {
  /// What a unit is drawn in; the same in all figures.
  var paint: Paint {
    switch self {
    case .dead, .constant: .fake
    case .nearlyDead, .oneSided: .validation
    case .saturated: .test
    case .duplicate: .real
    }
  }

  /// What marks a unit, also in grey print.
  var symbol: Symbol {
    switch self {
    case .dead, .constant: .cross
    case .nearlyDead, .oneSided: .triangle
    case .saturated: .square
    case .duplicate: .diamond
    }
  }
}

/// The room of a strip, and why there is none.
private struct AbsentStrip: Block {
  let reason: String

  func layout(_ proposal: Proposal) -> Fragment {
    let text = TextBlock(reason, style: .label, paint: .secondary).layout(proposal)
    var result = Fragment(size: Size(proposal.width, 0))
    result.add(text, at: .zero)
    // Where the other strips have their axis.
    result.size.height += 28
    return result
  }
}

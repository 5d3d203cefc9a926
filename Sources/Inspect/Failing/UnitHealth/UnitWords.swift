internal import Render

/// What a figure of units says in words and tables.
struct UnitWords {
  let health: UnitHealth
  let layers: [UnitHealth.Layer]

  /// What can be wrong with units of these layers.
  var possible: [UnitHealth.Finding] {
    UnitHealth.Finding.allCases.filter { finding in
      layers.contains { layer in
        switch (finding, layer.answers) {
        case (.dead, .rectified), (.nearlyDead, .rectified): true
        case (.constant, .leaky), (.constant, .bounded), (.constant, .free): true
        case (.oneSided, .leaky), (.saturated, .bounded): true
        case (.duplicate, _): layer.units.contains { $0.twin != nil }
        default: false
        }
      }
    }
  }

  var legend: [Legend.Item] {
    [Legend.Item("a unit", paint: .secondary.opacity(0.55), symbol: .circle)]
      + possible.map { Legend.Item($0.rawValue, paint: $0.paint, symbol: $0.symbol) }
  }

  var reading: String {
    var sentences = ["Each mark is a unit."]
    func has(_ test: (UnitHealth.Answers) -> Bool) -> Bool { layers.contains { test($0.answers) } }
    if has({ $0 == .rectified || $0 == .free }) {
      sentences.append(
        "Far left in the first strip: it hardly ever answers, and the network could do without it.")
    }
    if has({ $0 == .leaky }) {
      sentences.append(
        "Far left in a strip of rarer signs: it hardly ever bends, and a straight unit adds nothing that the next layer could not do."
      )
    }
    if has({ if case .bounded = $0 { true } else { false } }) {
      sentences.append(
        "Far right in a strip of ends: it is nearly always full on or off, and learns no more.")
    }
    if layers.contains(where: { $0.units.contains { $0.selectivity != nil } }) {
      sentences.append("Far right in the second: it answers to one class alone.")
    }
    if possible.contains(.duplicate) {
      sentences.append("Beyond the dashed line in the third: another filter does the same.")
    }
    sentences.append(
      "Only these \(Numbers.grouped(health.count)) inputs were tried; others may find other units awake.")
    return sentences.joined(separator: " ")
  }

  /// `dead, nearly dead or a duplicate`
  var possibilities: String {
    let names = possible.map { $0 == .duplicate ? "a duplicate" : $0.rawValue }
    guard names.count > 1 else { return names.first ?? "out of order" }
    return names.dropLast().joined(separator: ", ") + " or " + names[names.count - 1]
  }

  /// From where on something is said, for the layers that are shown.
  var thresholds: String {
    let limits = health.thresholds
    let sentences = possible.map { finding in
      switch finding {
      case .dead: "Dead: no answer above zero."
      case .nearlyDead:
        "Nearly dead: fewer than \(Numbers.percent(limits.nearlyDeadShare)) of answers (pictures × places) above zero."
      case .constant:
        "Constant: answers vary by less than \(Numbers.significant(limits.constantVariance)) (variance)."
      case .oneSided: "One-sided: all answers have one sign, so the unit never bends."
      case .saturated:
        "Saturated: at least \(Numbers.percent(limits.saturatedShare, decimals: 0)) of answers within \(Numbers.percent(limits.saturatedMargin, decimals: 0)) of the range from its ends."
      case .duplicate:
        "Duplicate: the cosine of two filters is above \(Numbers.significant(limits.duplicateCosine)), over all input channels; biases take no part."
      }
    }
    return sentences.joined(separator: " ")
  }

  /// `3 × 3 conv, ReLU · 32 units · 2 dead`
  func line(of layer: UnitHealth.Layer) -> String {
    var parts = [
      layer.words, "\(Numbers.grouped(layer.units.count)) \(layer.units.count == 1 ? "unit" : "units")",
    ]
    for finding in UnitHealth.Finding.allCases where layer.count(of: finding) > 0 {
      parts.append("\(layer.count(of: finding)) \(finding.rawValue)")
    }
    return parts.joined(separator: " · ")
  }

  func description(_ offenders: [UnitHealth.Offender]) -> String {
    var text = layers.map { layer in
      let shares = layer.units.map(\.positiveShare)
      let mean = shares.reduce(0, +) / Double(max(shares.count, 1))
      return "\(layer.name) (\(line(of: layer))): \(Numbers.percent(mean)) of answers are above zero."
    }
    if offenders.isEmpty { text.append("No unit stands out.") }
    return text.joined(separator: " ")
  }

  /// What is wrong with a unit, with the number that says so.
  func evidence(_ offender: UnitHealth.Offender) -> String {
    let unit = offender.unit
    return unit.findings.map { finding in
      switch finding {
      case .dead: "highest answer \(Numbers.significant(unit.highest))"
      case .nearlyDead:
        "\(Numbers.significant(unit.positiveShare * 100, digits: 2))\(Numbers.thinSpace)% above zero"
      case .constant: "always \(Numbers.significant(unit.mean))"
      case .oneSided:
        "answers from \(Numbers.significant(unit.lowest)) to \(Numbers.significant(unit.highest))"
      case .saturated: "\(Numbers.percent(unit.saturatedShare ?? 0)) at the ends"
      case .duplicate:
        unit.twin.map { "cosine \(Numbers.fixed($0.cosine, decimals: 3)) to unit \($0.unit)" } ?? ""
      }
    }.joined(separator: "; ")
  }

  func offenderTable(_ offenders: [UnitHealth.Offender]) -> NumberTable {
    NumberTable(
      columns: ["layer", "unit", "is", "because"],
      rows: offenders.map { offender in
        [
          offender.layer, String(offender.unit.index),
          offender.unit.findings.map(\.rawValue).joined(separator: ", "), evidence(offender),
        ]
      })
  }

  /// The offenders of a layer and a kind in a row each.
  func summary(_ offenders: [UnitHealth.Offender]) -> NumberTable {
    var rows: [[String]] = []
    for layer in layers {
      for finding in UnitHealth.Finding.allCases {
        let units = offenders.filter { $0.layer == layer.name && $0.unit.findings.contains(finding) }.map(
          \.unit)
        guard !units.isEmpty else { continue }
        rows.append([
          layer.name, finding.rawValue, "\(units.count) of \(Numbers.grouped(layer.units.count))",
          finding == .duplicate ? pairs(units) : list(units.map { String($0.index) }),
        ])
      }
    }
    return NumberTable(columns: ["layer", "what", "how many", "which units"], rows: rows)
  }

  private func list(_ names: [String]) -> String {
    let most = 32
    let shown = names.prefix(most).joined(separator: ", ")
    return names.count > most ? "\(shown) and \(names.count - most) more" : shown
  }

  /// `17 like 4 (0.991)`; two that are each other's nearest are named once.
  private func pairs(_ units: [UnitHealth.Unit]) -> String {
    let twins = Dictionary(
      uniqueKeysWithValues: units.compactMap { unit in unit.twin.map { (unit.index, $0) } })
    let named = units.filter { unit in
      guard let twin = unit.twin else { return false }
      return twins[twin.unit]?.unit != unit.index || unit.index < twin.unit
    }
    return list(
      named.map { "\($0.index) like \($0.twin!.unit) (\(Numbers.fixed($0.twin!.cosine, decimals: 3)))" })
  }

  /// Every unit with all that was counted.
  var table: NumberTable {
    func text(_ number: Double?) -> String { number.map(NumberTable.text) ?? "" }
    return NumberTable(
      columns: [
        "layer", "unit", "lowest", "highest", "mean", "variance", "share zero", "share above zero",
        "share saturated", "class selectivity", "favourite class", "nearest unit", "cosine", "findings",
      ],
      rows: layers.flatMap { layer in
        layer.units.map { unit in
          [
            layer.name, String(unit.index), text(unit.lowest), text(unit.highest), text(unit.mean),
            text(unit.variance), text(unit.zeroShare), text(unit.positiveShare), text(unit.saturatedShare),
            text(unit.selectivity), unit.favourite.map { health.classNames[$0] } ?? "",
            unit.twin.map { String($0.unit) } ?? "", text(unit.twin?.cosine),
            unit.findings.map(\.rawValue).joined(separator: " "),
          ]
        }
      })
  }
}

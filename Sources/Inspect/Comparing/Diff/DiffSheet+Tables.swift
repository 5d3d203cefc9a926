internal import Render

extension NetworkDiff.Layer {
  /// How its filters were paired, in a word or two.
  var pairingWords: String {
    switch pairing {
    case .similarity: "by similarity"
    case .place: "by place"
    case .inherited(let name): "as \(name)"
    }
  }
}

extension DiffSheet {
  /// A line for every layer that both have, for reading.
  var table: NumberTable {
    let hasChance = diff.layers.contains { $0.chance != nil }
    let isPaired = diff.layers.contains { $0.moved > 0 }
    return NumberTable(
      columns: ["layer", "filters", "paired"] + (isPaired ? ["elsewhere"] : []) + ["mean cosine"]
        + (hasChance ? ["by chance"] : [])
        + ["change", "largest |Δw|"],
      rows: diff.layers.map { layer in
        let name = layer.name == layer.otherName ? layer.name : "\(layer.name) – \(layer.otherName)"
        return [
          name, Numbers.grouped(layer.units), layer.pairingWords,
        ] + (isPaired ? ["\(layer.moved)"] : []) + [Numbers.fixed(layer.meanCosine, decimals: 2)]
          + (hasChance ? [layer.chance.map { Numbers.fixed($0, decimals: 2) } ?? "–"] : [])
          + [
            Numbers.significant(layer.change, digits: 2),
            Numbers.significant(layer.largestDifference, digits: 2),
          ]
      })
  }

  /// The same with all digits, for computing.
  var layerTable: NumberTable {
    func text(_ number: Double?) -> String { number.map(NumberTable.text) ?? "" }
    return NumberTable(
      columns: [
        "layer", "other", "filters", "paired", "elsewhere", "mean cosine", "by chance", "change",
        "largest weight difference", "largest bias difference",
      ],
      rows: diff.layers.map { layer in
        [
          layer.name, layer.otherName, "\(layer.units)", layer.pairingWords, "\(layer.moved)",
          NumberTable.text(layer.meanCosine), text(layer.chance), NumberTable.text(layer.change),
          NumberTable.text(layer.largestDifference), text(layer.largestBiasDifference),
        ]
      })
  }

  /// Every filter of the layer that is drawn.
  var filterTable: NumberTable {
    NumberTable(
      columns: ["filter", "partner", "cosine", "travel"],
      numbers: layer.match.indices.map { unit in
        [Double(unit), Double(layer.match[unit]), layer.cosines[unit], layer.travel[unit]]
      })
  }
}

internal import Core
internal import Render

/// How often each class is named rightly, with a unit and without it.
package struct UnitAblation: Hashable, Sendable {
  /// Pictures of each class.
  package let pictures: [Int]
  /// Those named rightly by the whole network.
  package let before: [Int]
  /// Those named rightly with the unit silent.
  package let after: [Int]
  /// Pictures of which another class is named without the unit.
  package let changed: Int

  /// Silences a unit.
  /// - Returns: nil if the pictures have no labels that are classes of the network.
  package init?(_ unit: Int, of layer: String, in specimen: Specimen, on trial: TrialPictures) throws {
    guard let logits = try? specimen.model.network.logits(), !trial.probe.labels.isEmpty else { return nil }
    func named(_ model: Model) throws -> [Int] {
      let scores = try trial.logits(of: model)
      return (0..<trial.count).map { picture in
        let row = scores[picture].elements
        return row.indices.max { (row[$0], $1) < (row[$1], $0) } ?? 0
      }
    }
    let labels = trial.indices.map { trial.probe.labels[$0] }
    let classes = specimen.model.network.knownShapes()[logits]?.perExample.elementCount ?? 0
    guard classes > 1, labels.allSatisfy({ (0..<classes).contains($0) }) else { return nil }
    let whole = try named(specimen.model)
    let without = try named(specimen.model.silencing(unit, of: layer))
    var (pictures, before, after) = (
      [Int](repeating: 0, count: classes), [Int](repeating: 0, count: classes),
      [Int](repeating: 0, count: classes)
    )
    for (index, label) in labels.enumerated() {
      pictures[label] += 1
      before[label] += whole[index] == label ? 1 : 0
      after[label] += without[index] == label ? 1 : 0
    }
    (self.pictures, self.before, self.after) = (pictures, before, after)
    changed = zip(whole, without).count { $0 != $1 }
  }

  /// The change of a class's accuracy, −1 … 1; 0 for a class without pictures.
  package func change(_ label: Int) -> Double {
    pictures[label] > 0 ? Double(after[label] - before[label]) / Double(pictures[label]) : 0
  }

  /// The change of the accuracy over all pictures, −1 … 1.
  package var change: Double {
    Double(after.reduce(0, +) - before.reduce(0, +)) / Double(max(1, pictures.reduce(0, +)))
  }
}

/// How often a unit answers how strongly, over all places of all pictures.
package struct UnitHistogram: Hashable, Sendable {
  /// The lowest and the highest value.
  package let range: ClosedRange<Double>
  /// Values in each of the bins, which divide the range evenly.
  package private(set) var counts: [Int]
  /// Values that are not above zero.
  package private(set) var zeros = 0
  /// All values.
  package var total: Int { counts.reduce(0, +) }

  /// No values yet.
  package init(_ range: ClosedRange<Float>, bins: Int = 48) {
    self.range = Double(range.lowerBound)...Double(range.upperBound)
    counts = [Int](repeating: 0, count: bins)
  }

  /// Counts values.
  package mutating func add(_ values: some Sequence<Float>) {
    let width = range.upperBound - range.lowerBound
    let scale = width > 0 ? Double(counts.count) / width : 0
    for value in values where value.isFinite {
      let bin = Int((Double(value) - range.lowerBound) * scale)
      counts[min(max(bin, 0), counts.count - 1)] += 1
      if value <= 0 { zeros += 1 }
    }
  }

  /// The middle of each bin.
  var centers: [Double] {
    let width = (range.upperBound - range.lowerBound) / Double(counts.count)
    return counts.indices.map { range.lowerBound + (Double($0) + 0.5) * width }
  }
}

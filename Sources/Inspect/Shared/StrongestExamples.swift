internal import Core

/// The pictures that excite units of a layer most, one place of each picture, strongest first.
struct StrongestExamples {
  /// A picture and where in a unit's map it excites it most.
  struct Hit: Hashable {
    let picture: Int
    let value: Float
    let row: Int
    let column: Int
  }

  /// Pictures that were looked at.
  let count: Int
  /// For each unit that was asked for its strongest pictures.
  let hits: [[Hit]]
  /// For each unit the highest score over all pictures.
  let highest: [Float]

  /// Runs a specimen's pictures through the network up to a layer; nil if it has none that fit.
  /// - Parameters:
  ///   - head: the network up to the node.
  ///   - score: a unit's score of one example in values `[batch, units, height, width]`.
  init?(
    of units: [Int], _ target: UnitTarget, head: Model, in specimen: Specimen, most: Int = 9
  ) throws {
    guard let probe = specimen.probe, probe.count > 0,
      probe.pictureShape.perExample == head.network.inputs[0].shape
    else { return nil }
    count = probe.count
    var hits = [[Hit]](repeating: [], count: units.count)
    var highest = [Float](repeating: -.infinity, count: units.count)
    let plane = target.height * target.width
    try Sweep(head, count: probe.count).run({ probe.inputs($0) }) { range, executor in
      let value = try executor.value(of: target.node)
      value.elements.withUnsafeBufferPointer { values in
        for (index, unit) in units.enumerated() {
          for example in 0..<range.count {
            highest[index] = max(highest[index], target.score(values, example: example, unit: unit))
            let start = (example * target.units + unit) * plane
            var best = 0
            for place in 1..<max(plane, 1) where values[start + place] > values[start + best] { best = place }
            let found = target.isRectified ? max(0, values[start + best]) : values[start + best]
            let place = hits[index].firstIndex { found > $0.value } ?? hits[index].count
            guard place < most else { continue }
            hits[index].insert(
              Hit(
                picture: range.lowerBound + example, value: found, row: best / target.width,
                column: best % target.width), at: place)
            if hits[index].count > most { hits[index].removeLast() }
          }
        }
      }
    }
    self.hits = hits
    self.highest = highest
  }
}

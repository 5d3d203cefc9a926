internal import Core

/// The real pictures that excite some units of a layer most, beside those that are painted for them.
struct StrongestExamples {
  /// Pictures that were looked at.
  let count: Int
  /// For each unit that was asked for its strongest pictures, one place of each.
  let hits: [[UnitResponses.Answer]]
  /// For each unit the highest score over all pictures.
  let highest: [Float]

  /// Runs a specimen's pictures through the network up to a layer; nil if it has none that fit.
  /// - Parameter head: the network up to the layer.
  init?(of units: [Int], _ target: UnitTarget, head: Model, in specimen: Specimen) throws {
    guard let pictures = try? TrialPictures(of: specimen) else { return nil }
    var highest = [Float](repeating: -.infinity, count: units.count)
    let sweep = try UnitSweep(head.network, upTo: [UnitLayer(target)], pictures: pictures.count)
    let responses = try sweep.responses(
      of: head.parameters, to: pictures,
      visit: { range, executor in
        try executor.value(of: target.node).elements.withUnsafeBufferPointer { values in
          for (index, unit) in units.enumerated() {
            for example in 0..<range.count {
              highest[index] = max(highest[index], target.score(values, example: example, unit: unit))
            }
          }
        }
      })[0]
    count = pictures.count
    hits = units.map { unit in
      responses.strongest(of: unit).map { answer in
        var answer = answer
        if target.isRectified { answer.value = max(0, answer.value) }
        return answer
      }
    }
    self.highest = highest
  }
}

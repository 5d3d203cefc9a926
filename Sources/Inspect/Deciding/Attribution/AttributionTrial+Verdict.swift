internal import Render

extension AttributionTrial.MethodTrial {
  /// What the trial found, in a word or two and as a sentence.
  struct Verdict: Hashable {
    /// `draws edges`, `follows the weights`.
    var word: String
    /// The sentence, with its numbers.
    var sentence: String
    /// Green for a method that passed, orange for one that did in part, vermilion for one that did not.
    var paint: Paint
  }

  /// The rank correlation, once all layers are shuffled, above which a map is said hardly to change; below half of it, and if half of
  /// the layers were enough to get under it, to follow the weights.
  static let unchanged = 0.5
  /// How much better than chance an area has to be.
  static let margin = 0.02

  /// The verdict beside what random orders do.
  func verdict(
    chance: (deletion: AttributionTrial.PixelCurve, insertion: AttributionTrial.PixelCurve),
    completeness: [Attribution.Completeness] = []
  ) -> Verdict {
    func number(_ value: Double) -> String { Numbers.fixed(value, decimals: 2) }
    let deletes = chance.deletion.area - deletion.area > Self.margin
    let inserts = insertion.area - chance.insertion.area > Self.margin
    let last = layers.last?.spearman ?? 0
    // Halfway down: the layers that decide are gone, those that see are not.
    let middle = layers.isEmpty ? 0 : layers[(layers.count - 1) / 2].spearman
    var sentence: String
    let word: String
    var paint = Paint.test
    if last >= Self.unchanged {
      (word, paint) = ("draws edges", .fake)
      sentence =
        "Hardly changes when all weights are shuffled (ρ \(number(last))): it draws the picture’s edges rather than the network’s evidence. "
    } else if last >= Self.unchanged / 2 || middle >= Self.unchanged {
      (word, paint) = ("partly a drawing", .validation)
      sentence =
        "Changes in part: ρ \(number(middle)) with half of the layers shuffled, \(number(last)) with all. Some of it is the picture, not the evidence. "
    } else {
      word = "follows the weights"
      sentence = "Follows the weights (ρ \(number(last)) once all are shuffled). "
    }
    let areas =
      "deletion \(number(deletion.area)), by chance \(number(chance.deletion.area)); insertion \(number(insertion.area)), by chance \(number(chance.insertion.area))"
    switch (deletes, inserts) {
    case (true, true): sentence += "The pixels it names count: \(areas)."
    case (true, false):
      sentence += "Without the pixels it names the score falls, but they do not suffice: \(areas)."
    case (false, true): sentence += "The pixels it names suffice, but the score does not need them: \(areas)."
    case (false, false): sentence += "The pixels it names count no more than any others: \(areas)."
    }
    let errors = completeness.map(\.error).sorted()
    if method == .integratedGradients, let worst = errors.last {
      let median = errors[errors.count / 2]
      sentence +=
        " Its shares add up to the score within \(Numbers.percent(median)) (median), \(Numbers.percent(worst)) at worst: \(worst <= 0.05 ? "within" : "beyond") the 5\(Numbers.thinSpace)% that are asked for."
    }
    if !deletes, !inserts { paint = .fake }
    return Verdict(word: word, sentence: sentence, paint: paint)
  }
}

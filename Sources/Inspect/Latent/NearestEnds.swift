internal import Core
internal import Render

/// The ends of a way beside the training pictures nearest to them, and what distances are usual.
struct NearestEnds {
  /// How many pictures that were never trained on are looked at for comparison.
  static let compared = 20

  let real: RealPictures
  let ends: [(name: String, picture: Tensor, nearest: NearestReal)]
  /// How far pictures that were never trained on are from their nearest, from the least to the greatest; empty if there are none.
  let usual: [Double]

  /// - Parameter ends: names, and pictures as brightness.
  init(
    _ ends: [(name: String, picture: Tensor)], _ real: RealPictures, _ sampling: Sampling
  ) throws(InspectError) {
    guard real.train.count > 0, real.train.pictureShape.perExample == sampling.pictureShape else {
      throw InspectError(
        .input, real.name,
        "has pictures of \(real.train.pictureShape.perExample); '\(sampling.name)' makes \(sampling.pictureShape)"
      )
    }
    self.real = real
    self.ends = ends.map { ($0.name, $0.picture, NearestReal(to: $0.picture, among: real.train)) }
    usual = SeededChoice.sorted(NearestEnds.compared, of: real.test.count, seed: 0).map {
      NearestReal(to: real.test.brightness($0..<$0 + 1)[0], among: real.train).distance
    }.sorted()
  }

  var block: Panel {
    Panel("The ends, and the training picture nearest to each") {
      HStack(spacing: 20, weights: ends.map { _ in 1 } + [2.2]) {
        for end in ends {
          Panel(
            caption:
              "\(end.name): \(Numbers.significant(end.nearest.distance)) from picture \(Numbers.grouped(end.nearest.index))"
          ) {
            ImageGrid(
              Sampling.tiles(
                Tensor(stacking: [
                  end.picture, real.train.brightness(end.nearest.index..<end.nearest.index + 1)[0],
                ])),
              columns: 2, magnification: max(1, (56 / Double(end.picture.shape[2])).rounded(.down)),
              columnHeaders: ["made", "real"])
          }
        }
        TextBlock(words, paint: .secondary)
      }
    }
  }

  private var words: String {
    let searched =
      "Searched: \(Numbers.grouped(real.train.count)) pictures of \(real.name), by the Euclidean distance of all pixels."
    guard let least = usual.first, let most = usual.last else { return searched }
    let median = usual[usual.count / 2]
    let isCopy = ends.contains { $0.nearest.distance < 0.5 * least }
    return searched
      + " \(usual.count) real pictures that were never trained on have their nearest \(Numbers.significant(least)) to "
      + "\(Numbers.significant(most)) away, half of them within \(Numbers.significant(median)). "
      + (isCopy
        ? "An end is much nearer than that: it may have been learnt by heart."
        : "An end much nearer than that would have been learnt by heart.")
  }

  /// Name, index and distance of every end.
  var table: NumberTable {
    NumberTable(
      columns: ["end", "nearest training picture", "distance"],
      rows: ends.map { [$0.name, String($0.nearest.index), NumberTable.text($0.nearest.distance)] })
  }
}

public import Core
internal import Render

extension LatentInterpolation {
  /// Real pictures that the ends of a way are held against.
  public struct RealPictures: Sendable {
    /// What the generator may have learnt from.
    public let train: Probe
    /// What it has never seen: for comparison; nil for nothing.
    public let heldOut: Probe?
    /// What the pictures are called: the data set's name.
    public let name: String
    /// What draws them again: the name or folder that was asked for; nil for the pictures of the run itself.
    public let source: String?

    /// Pictures of a data set.
    public init(train: Probe, heldOut: Probe? = nil, name: String, source: String? = nil) {
      self.train = train
      self.heldOut = heldOut
      self.name = name
      self.source = source
    }
  }
}

/// The real picture nearest to another, by the Euclidean distance of brightness over all pixels.
package struct NearestReal: Hashable, Sendable {
  /// Its index among the real pictures.
  package let index: Int
  /// How far it is.
  package let distance: Double

  /// Finds the nearest real picture.
  ///
  /// It is looked for in whole numbers of 0 … 255, in which sums can be taken many at a time; how far it is, is then computed
  /// from the picture as it is.
  /// - Parameters:
  ///   - picture: brightness, 0 black to 1 white, of the real pictures' shape.
  ///   - real: at least one picture.
  package init(to picture: Tensor, among real: Probe) {
    let size = picture.elements.count
    precondition(real.count > 0 && real.pictureShape.perExample.elementCount == size, "pictures of one shape")
    let levels = picture.elements.map { UInt8(min(max($0.isNaN ? 0 : $0, 0), 1) * 255 + 0.5) }
    var (best, least) = (0, Int.max)
    levels.withUnsafeBufferPointer { levels in
      real.pictures.withUnsafeBufferPointer { bytes in
        for index in 0..<real.count {
          let row = bytes.baseAddress! + index * size
          let distance = NearestReal.square(levels.baseAddress!, row, size, below: least)
          if distance < least { (best, least) = (index, distance) }
        }
      }
    }
    index = best
    var sum = 0.0
    for (place, value) in picture.elements.enumerated() {
      let difference = Double(value) - Double(real.pictures[best * size + place]) / 255
      sum += difference * difference
    }
    distance = sum.squareRoot()
  }

  /// The squared distance, or any number not below `limit` once it is that large.
  @inline(__always)
  private static func square(
    _ first: UnsafePointer<UInt8>, _ second: UnsafePointer<UInt8>, _ count: Int, below limit: Int
  ) -> Int {
    var total = 0
    var start = 0
    // Stretches whose sum no 32 bits overflow; often one is enough to see that a picture is farther.
    while start < count, total < limit {
      let end = min(start + 256, count)
      var sum: Int32 = 0
      for place in start..<end {
        let difference = Int32(first[place]) &- Int32(second[place])
        sum &+= difference &* difference
      }
      total += Int(sum)
      start = end
    }
    return total
  }
}

/// The ends of a way beside the training pictures nearest to them, and what distances are usual.
struct NearestEnds {
  /// How many pictures that were never trained on are looked at for comparison.
  static let compared = 20

  let real: LatentInterpolation.RealPictures
  let ends: [(name: String, picture: Tensor, nearest: NearestReal)]
  /// How far pictures that were never trained on are from their nearest, from the least to the greatest; empty if there are none.
  let usual: [Double]

  /// - Parameter ends: names, and pictures as brightness.
  init(
    _ ends: [(name: String, picture: Tensor)], _ real: LatentInterpolation.RealPictures, _ sampling: Sampling
  ) throws(InspectError) {
    guard real.train.count > 0, real.train.pictureShape.perExample == sampling.pictureShape else {
      throw InspectError(
        .input, real.name,
        "has pictures of \(real.train.pictureShape.perExample); '\(sampling.name)' makes \(sampling.pictureShape)"
      )
    }
    self.real = real
    self.ends = ends.map { ($0.name, $0.picture, NearestReal(to: $0.picture, among: real.train)) }
    guard let heldOut = real.heldOut, heldOut.pictureShape.perExample == sampling.pictureShape else {
      usual = []
      return
    }
    usual = SeededChoice.sorted(NearestEnds.compared, of: heldOut.count, seed: 0).map {
      NearestReal(to: heldOut.brightness($0..<$0 + 1)[0], among: real.train).distance
    }.sorted()
  }

  /// SHA-256 of the pictures that were searched.
  var fingerprint: String {
    var sum = SHA256()
    for part in [real.train, real.heldOut] { part?.pictures.withUnsafeBytes { sum.update($0) } }
    return sum.hexDigest
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

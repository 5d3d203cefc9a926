package import Core
internal import Render

/// Of each class the generated pictures that are named most and least surely.
package struct JudgedGallery: Sendable {
  /// One picture.
  package struct Sample: Hashable, Sendable {
    /// Its place among those that were generated.
    package let index: Int
    /// The class that is said.
    package let said: Int
    /// The probability of that class.
    package let probability: Double
  }

  /// The surest of each class that is shown, from the surest on.
  package let surest: [[Sample]]
  /// The least sure of each, from the least sure on.
  package let leastSure: [[Sample]]
  /// The pictures of all samples, brightness by place: `[channels, height, width]`.
  package let pictures: [Int: Tensor]

  /// Pictures of each class on either side.
  static let each = 6
  /// Classes that are shown, at most.
  static let mostClasses = 12

  init(_ sure: Confidence, classes: Int, _ made: GeneratedPictures) throws {
    var (surest, leastSure): ([[Sample]], [[Sample]]) = ([], [])
    for label in 0..<min(classes, Self.mostClasses) {
      let own = sure.said.indices.filter { sure.said[$0] == label }
        .sorted { (sure.values[$0], $1) > (sure.values[$1], $0) }
      func samples(_ places: some Sequence<Int>) -> [Sample] {
        places.map { Sample(index: $0, said: label, probability: sure.values[$0]) }
      }
      // Of few pictures none is shown on both sides.
      let most = samples(own.prefix(min(Self.each, (own.count + 1) / 2)))
      surest.append(most)
      leastSure.append(samples(own.dropFirst(most.count).reversed().prefix(Self.each)))
    }
    (self.surest, self.leastSure) = (surest, leastSure)
    let places = (surest + leastSure).flatMap { $0 }.map(\.index)
    guard !places.isEmpty else {
      pictures = [:]
      return
    }
    let drawn = try made.brightness(places)
    pictures = Dictionary(zip(places, (0..<places.count).map { drawn[$0] })) { first, _ in first }
  }

  /// The pictures of some rows of samples as tiles, rows that are short filled up with nothing, and where these are.
  func tiles(_ rows: [[Sample]]) -> ImageTiles? {
    guard let shape = pictures.values.first?.shape else { return nil }
    let blank = [Float](repeating: 0, count: shape.elementCount)
    let numbers = rows.flatMap { row in
      (0..<Self.each).flatMap { $0 < row.count ? pictures[row[$0].index]!.elements : blank }
    }
    return ImageTiles(
      numbers: numbers, count: rows.count * Self.each, channels: shape[0], height: shape[1], width: shape[2])
  }
}

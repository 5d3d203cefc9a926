internal import Core
internal import Render

/// What a judge takes one picture to be.
struct JudgedClass: Hashable, Sendable {
  /// The most probable class's name.
  let name: String
  /// Its probability.
  let probability: Double

  /// `7 · 98 %`.
  var caption: String { "\(name) · \(Numbers.percent(probability, decimals: 0))" }
}

extension Judge {
  /// The most probable class of each picture.
  /// - Parameter pictures: brightness, `[count, channels, height, width]`.
  func classes(of pictures: Tensor) throws -> [JudgedClass] {
    let said = try read(pictures).prediction
    return (0..<said.count).map { index in
      let top = said.top(index)
      return JudgedClass(name: classNames[top.class], probability: top.probability)
    }
  }
}

extension [JudgedClass] {
  /// The names, only where they are not the one before.
  var changes: [String] {
    indices.map { $0 == 0 || self[$0].name != self[$0 - 1].name ? self[$0].name : "" }
  }
}

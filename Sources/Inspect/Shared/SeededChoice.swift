internal import Core

/// A choice that a seed makes: the same one everywhere and at any time.
package enum SeededChoice {
  /// Some of the numbers `0 ..< total`, each at most once, in the order in which they were drawn; all where there are no more.
  package static func drawn(_ count: Int, of total: Int, seed: UInt64, stream: UInt64 = 0) -> [Int] {
    var random = RandomStream(seed: seed, stream: stream)
    var rest = Array(0..<max(total, 0))
    // The first places of a shuffle (Fisher and Yates).
    for place in 0..<min(max(count, 0), rest.count) {
      let other = place + Int(random.next() % UInt64(rest.count - place))
      rest.swapAt(place, other)
    }
    return Array(rest.prefix(max(count, 0)))
  }

  /// The same numbers from the lowest to the highest.
  package static func sorted(_ count: Int, of total: Int, seed: UInt64) -> [Int] {
    drawn(count, of: total, seed: seed).sorted()
  }
}

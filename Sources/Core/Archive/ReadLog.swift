internal import Synchronization

/// Which data were read, and what they were: the sum of it identifies what a figure was drawn from.
final class ReadLog: Sendable {
  private let digests: Mutex<[String: String]>

  init() { digests = Mutex([:]) }

  /// Notes elements that were read from somewhere.
  func note<Element: BitwiseCopyable>(_ place: String, _ elements: [Element]) {
    let digest = SHA256.hexDigest(of: elements)
    digests.withLock { $0[place] = digest }
  }

  /// Notes a text that was read from somewhere.
  func note(_ place: String, _ text: String) { note(place, Array(text.utf8)) }

  /// The sum over all places, whatever the order and number of readings.
  var digest: String {
    let lines = digests.withLock { digests in
      digests.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }
    }
    var sum = SHA256()
    for line in lines { sum.update(line) }
    return sum.hexDigest
  }
}

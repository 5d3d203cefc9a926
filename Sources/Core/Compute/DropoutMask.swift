/// The factors that dropout multiplies a node's value by: 0 with probability `rate`, else `1 / (1 − rate)`.
///
/// A factor depends on the seed, the step, the node and the element's row-major index alone: not on the executor, the
/// order of work or the number of threads. So executors agree, and a resumed run drops what the
/// uninterrupted run would have dropped.
package struct DropoutMask: Sendable {
  private let source: RandomStream
  /// Random words below it mean 0: rate · 2³².
  private let threshold: UInt64
  /// What the kept numbers are multiplied by.
  package let keptFactor: Float

  /// The mask of one node in one step.
  /// - Parameters:
  ///   - rate: the probability of a zero, in `0 ..< 1`.
  ///   - node: the node's position among its network's nodes, below 65,536.
  package init(rate: Float, seed: DropoutSeed, node: Int) {
    source = RandomStream(seed: seed.seed, stream: Self.stream(step: seed.step, node: node))
    threshold = UInt64(Double(rate) * 0x1p32)
    keptFactor = 1 / (1 - rate)
  }

  /// A stream of its own for every step and node: the last mixing of SplitMix64 (Steele et al. 2014) is a bijection, so
  /// no two of them meet, and it leads far from the small numbers by which other streams are called.
  private static func stream(step: Int, node: Int) -> UInt64 {
    var bits = (UInt64(bitPattern: Int64(step)) &+ 1) << 16 | UInt64(node & 0xFFFF)
    bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
    return bits ^ bits >> 31
  }

  /// Writes the factors of the elements `start ..< start + buffer.count`.
  package func fill(_ buffer: UnsafeMutableBufferPointer<Float>, from start: Int) {
    // Four elements share a block of the counter: element e is word e mod 4 of block e / 4.
    let source = source
    let keptBits = keptFactor.bitPattern
    let largestDropped = Int64(threshold) - 1
    // `word < threshold ? 0 : keptFactor` without a branch, which would be mispredicted every other time: the sign
    // of the difference, spread over all bits, keeps the factor's bits or none.
    func factor(_ word: UInt32) -> Float {
      let keep = UInt32(truncatingIfNeeded: (largestDropped &- Int64(word)) >> 63)
      return Float(bitPattern: keptBits & keep)
    }
    let end = start + buffer.count
    let whole = (start + 3) / 4..<max((start + 3) / 4, end / 4)
    for block in whole {
      let words = source.words(ofBlock: UInt64(block))
      let index = block * 4 - start
      buffer[index] = factor(words[0])
      buffer[index + 1] = factor(words[1])
      buffer[index + 2] = factor(words[2])
      buffer[index + 3] = factor(words[3])
    }
    // What a first and a last block share with elements outside.
    let head = start..<min(end, whole.lowerBound * 4)
    let tail = max(head.upperBound, min(end, whole.upperBound * 4))..<end
    for element in [head, tail].joined() {
      buffer[element - start] = factor(source.words(ofBlock: UInt64(element / 4))[element % 4])
    }
  }
}

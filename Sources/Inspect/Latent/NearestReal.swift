package import Core

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

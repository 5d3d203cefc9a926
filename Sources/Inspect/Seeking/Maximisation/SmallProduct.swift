/// Products of matrices that fit into the nearest cache: what a picture's Fourier transform is made of.
enum SmallProduct {
  /// Rows of right-hand matrices are filled up to whole blocks of this many numbers, and begin at multiples of 64 bytes.
  static let block = 16

  /// A row's length with what fills it up.
  static func padded(_ count: Int) -> Int { (count + block - 1) / block * block }

  /// `result = left · right`, or that added to what is in `result`.
  ///
  /// - Parameters:
  ///   - left: `[rows, inner]`, rows `leftStride` numbers apart.
  ///   - right: `[inner, columns]`, `result` `[rows, columns]`; `columns` a multiple of the block.
  @inline(__always)
  static func multiply(
    _ left: UnsafePointer<Float>, leftStride: Int, _ right: UnsafePointer<Float>,
    into result: UnsafeMutablePointer<Float>, rows: Int, inner: Int, columns: Int, adds: Bool = false
  ) {
    let blocks = columns / block
    let right = UnsafeRawPointer(right).assumingMemoryBound(to: SIMD16<Float>.self)
    let result = UnsafeMutableRawPointer(result).assumingMemoryBound(to: SIMD16<Float>.self)
    var row = 0
    // Two rows at a time: eight registers of sums, and every number of the right side is loaded half as often.
    while row + 1 < rows {
      let (first, second) = (left + row * leftStride, left + (row + 1) * leftStride)
      for column in 0..<blocks {
        var sum0 = adds ? result[row * blocks + column] : .zero
        var sum1 = adds ? result[(row + 1) * blocks + column] : .zero
        for index in 0..<inner {
          let numbers = right[index * blocks + column]
          sum0 += numbers * first[index]
          sum1 += numbers * second[index]
        }
        result[row * blocks + column] = sum0
        result[(row + 1) * blocks + column] = sum1
      }
      row += 2
    }
    guard row < rows else { return }
    let last = left + row * leftStride
    for column in 0..<blocks {
      var sum = adds ? result[row * blocks + column] : .zero
      for index in 0..<inner { sum += right[index * blocks + column] * last[index] }
      result[row * blocks + column] = sum
    }
  }
}

/// Numbers in memory of their own, aligned for vectors, all zero at first.
final class Workspace {
  let numbers: UnsafeMutablePointer<Float>
  let count: Int

  init(_ count: Int) {
    self.count = count
    numbers = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * 4, alignment: 64)
      .bindMemory(to: Float.self, capacity: max(count, 1))
    numbers.initialize(repeating: 0, count: count)
  }

  deinit { UnsafeMutableRawPointer(numbers).deallocate() }
}

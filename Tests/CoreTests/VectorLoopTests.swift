import CKernels
import Core
import TestSupport
import Testing

/// The loops for vectors of sixteen give what those for vectors of eight give, also where a processor has only the latter.
@Suite struct VectorLoopTests {
  private static let channels = 32

  /// Pictures in blocks of a width.
  private struct Picture {
    var numbers: [Float]
    let extents: [Int]
    let width: Int

    init(_ extents: [Int], width: Int, seed: UInt64) {
      var random = RandomStream(seed: seed, stream: 0)
      let plain = random.normal(Shape(extents)).elements
      (self.extents, self.width) = (extents, width)
      numbers = plain
      for (index, number) in plain.enumerated() { numbers[place(index)] = number }
    }

    /// Where the number at an index of row-major order lies.
    private func place(_ index: Int) -> Int {
      let plane = extents[2] * extents[3]
      let (example, channel, spot) = (index / plane / extents[1], index / plane % extents[1], index % plane)
      return ((example * extents[1] + channel / width * width) * plane) + spot * width + channel % width
    }

    var plain: [Float] { numbers.indices.map { numbers[place($0)] } }

    mutating func with<Result>(_ body: (inout kernels_image) -> Result) -> Result {
      numbers.withUnsafeMutableBufferPointer { buffer in
        var image = kernels_image(
          values: buffer.baseAddress!, channels: extents[1], height: extents[2], width: extents[3])
        return body(&image)
      }
    }
  }

  private func tables() -> [kernels_table]? {
    guard let narrow = kernels_of_width(8), let wide = kernels_of_width(16) else {
      print("VectorLoopTests: this processor has no such vectors; nothing is compared")
      return nil
    }
    return [narrow.pointee, wide.pointee]
  }

  /// What both widths make, row-major.
  private func compare(_ make: (kernels_table) -> [Float]) {
    guard let tables = tables() else { return }
    #expect(tables.map(\.width) == [8, 16])
    let (narrow, wide) = (make(tables[0]), make(tables[1]))
    #expect(narrow.contains { $0 != 0 })
    #expect(narrow == wide)
  }

  @Test(arguments: [1, 6, 7, 12, 23])
  func products(_ rows: Int) {
    compare { loops in
      var random = RandomStream(seed: 1, stream: 0)
      let (columns, depth) = (48, 300)
      let a = random.normal([rows, depth]).elements
      let b = random.normal([depth, columns]).elements
      var c = [Float](repeating: 0, count: rows * columns)
      loops.product(rows, columns, depth, a, depth, 1, b, columns, &c, columns, 0)
      loops.product(rows, columns, depth, a, depth, 1, b, columns, &c, columns, 1)
      // The sum over depth of a plain loop, twice.
      for (row, column) in [(0, 0), (rows - 1, columns - 1), (rows / 2, 17)] {
        let sum = (0..<depth).reduce(0.0) {
          $0 + Double(a[row * depth + $1]) * Double(b[$1 * columns + column])
        }
        #expect(abs(Double(c[row * columns + column]) - 2 * sum) < 1e-3)
      }
      return c
    }
  }

  @Test(arguments: [3, 4])
  func pointsAndResults(_ step: Int) {
    compare { loops in
      var picture = Picture([2, Self.channels, 9, 11], width: loops.width, seed: 2)
      let tiles = kernels_tiles(rows: 3, columns: 3, step: step)
      let all = kernels_range(start: 0, end: 18)
      var points = [Float](repeating: 0, count: 25 * 18 * Self.channels)
      var others = points
      var results = Picture([2, Self.channels, 9, 11], width: loops.width, seed: 3)
      let blocks = kernels_range(start: 0, end: Self.channels / loops.width)
      let bias = (0..<Self.channels).map(Float.init)
      func at(_ buffer: UnsafeMutableBufferPointer<Float>) -> kernels_points {
        kernels_points(values: buffer.baseAddress!, point: 18 * Self.channels, tile: Self.channels)
      }
      points.withUnsafeMutableBufferPointer { buffer in
        picture.with {
          loops.patch_points(&$0, .init(top: -1, left: -1, spacing: 1), tiles, all, blocks, at(buffer))
        }
        results.with {
          loops.results(&$0, .init(top: 0, left: 1, spacing: 2), tiles, all, blocks, at(buffer), bias, 0.2)
        }
      }
      others.withUnsafeMutableBufferPointer { buffer in
        picture.with { loops.result_points(&$0, tiles, all, at(buffer)) }
      }
      return points + others + results.plain
    }
  }

  @Test(arguments: [0, 1])
  func pooling(_ padding: Int) {
    compare { loops in
      var picture = Picture([1, Self.channels, 8, 8], width: loops.width, seed: 4)
      let size = padding == 0 ? 4 : 5
      var pooled = Picture([1, Self.channels, size, size], width: loops.width, seed: 5)
      var gradient = Picture([1, Self.channels, 8, 8], width: loops.width, seed: 6)
      var places = [UInt8](repeating: 0, count: pooled.numbers.count)
      let window = kernels_window(height: 2, width: 2, stride_y: 2, stride_x: 2, top: padding, left: padding)
      for block in 0..<Self.channels / loops.width {
        picture.with { large in pooled.with { loops.max_pool(&large, block, window, &$0, &places) } }
        let results = pooled.numbers
        gradient.with { large in
          pooled.with { loops.max_pool_gradient(&large, block, window, &$0, places, results, 0.5) }
        }
      }
      return pooled.plain + gradient.plain
    }
  }

  @Test func gradientsOfThinWeights() {
    compare { loops in
      var gradient = Picture([3, Self.channels, 7, 7], width: loops.width, seed: 7)
      var random = RandomStream(seed: 8, stream: 0)
      let input = random.normal([3, 2, 14, 14]).elements
      let window = kernels_window(height: 4, width: 4, stride_y: 2, stride_x: 2, top: 1, left: 1)
      var weights = [Float](repeating: 0, count: 2 * 16 * Self.channels)
      var sums = [Float](repeating: 0, count: Self.channels)
      for block in 0..<Self.channels / loops.width {
        var part = [Float](repeating: 0, count: 2 * 16 * loops.width)
        gradient.with { gradient in
          sums.withUnsafeMutableBufferPointer { sums in
            loops.thin_weight_gradient(
              input, 2, 14, 14, &gradient, 3, block, window, &part, sums.baseAddress! + block * loops.width)
          }
        }
        for (index, number) in part.enumerated() {
          weights[index / loops.width * Self.channels + block * loops.width + index % loops.width] = number
        }
      }
      return weights + sums
    }
  }

  @Test(arguments: [3, 5])
  func pooledConvolutions(_ kernel: Int) {
    compare { loops in
      var random = RandomStream(seed: 9, stream: 0)
      let (examples, inputs, size) = (2, 3, 12 - kernel + 2 + 1)
      let side = size / 2
      let input = random.normal([examples, inputs, 12, 12]).elements
      let plain = random.normal([Self.channels, inputs * kernel * kernel]).elements
      let bias = (0..<Self.channels).map { Float($0) / 16 - 1 }
      let taps = inputs * kernel * kernel
      // [blocks, taps, width], as the layout of the block width has it.
      var weights = plain
      for channel in 0..<Self.channels {
        for tap in 0..<taps {
          weights[(channel / loops.width * taps + tap) * loops.width + channel % loops.width] =
            plain[channel * taps + tap]
        }
      }
      let window = kernels_window(height: kernel, width: kernel, stride_y: 1, stride_x: 1, top: 1, left: 1)
      var pooled = Picture([examples, Self.channels, side, side], width: loops.width, seed: 10)
      var gradient = Picture([examples, Self.channels, side, side], width: loops.width, seed: 11)
      var places = [UInt8](repeating: 0, count: pooled.numbers.count)
      let frameSize = inputs * (2 * side + kernel - 1) * (2 * side + kernel - 1)
      var frame = [Float](repeating: 0, count: frameSize)
      for example in 0..<examples {
        pooled.with {
          loops.pooled_convolution(
            input, inputs, 12, 12, window, weights, bias, 0.2, &$0, example, &frame, &places)
        }
      }
      var (learnt, sums) = (plain, [Float](repeating: 0, count: Self.channels))
      for block in 0..<Self.channels / loops.width {
        var part = [Float](repeating: 0, count: taps * loops.width)
        gradient.with { gradient in
          sums.withUnsafeMutableBufferPointer { sums in
            loops.pooled_convolution_gradient(
              input, inputs, 12, 12, window, &gradient, examples, block, pooled.numbers, places, 0.2, &frame,
              &part,
              sums.baseAddress! + block * loops.width)
          }
        }
        for (index, number) in part.enumerated() {
          learnt[(block * loops.width + index % loops.width) * taps + index / loops.width] = number
        }
      }
      return pooled.plain + learnt + sums
    }
  }
}

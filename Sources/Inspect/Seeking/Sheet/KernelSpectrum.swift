#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#endif

/// Which waves a kernel answers to: the magnitude of its Fourier transform, and from its peak a direction and a frequency.
///
/// `F(u, v) = Σ w(y, x) · e^(−2πi (u·x + v·y))`, u and v in cycles a pixel; of several channels the root of the summed squares.
/// Direction and frequency are where |F| of the kernel less its mean is largest: first on the grid, then refined between its
/// points, where F is known just as exactly.
package struct KernelSpectrum: Hashable, Sendable {
  /// Rows and columns of the grid.
  package let size: Int
  /// |F| row by row, the zero frequency at row and column `size / 2`, v growing downwards.
  package let magnitudes: [Double]
  /// The frequency of the peak, in cycles a pixel; 0 for a kernel that is constant.
  package let frequency: Double
  /// Which way light and dark bars run that it answers to, in degrees: 0 level, 90 upright, 45 rising to the right.
  package let orientation: Double
  /// How much less it answers to the same bars turned by a right angle: 1 not at all, 0 as much.
  package let selectivity: Double

  /// The spectrum of kernels, one a channel, row by row.
  /// - Parameter size: rows and columns of the grid: the kernel is filled up with zeros to that, so that the curve is smooth.
  package init(_ kernels: [[Float]], height: Int, width: Int, size: Int = 64) {
    self.size = size
    let plain = WaveSum(kernels, height: height, width: width, lessMean: false)
    var magnitudes = [Double](repeating: 0, count: size * size)
    for row in 0..<size {
      for column in 0..<size {
        magnitudes[row * size + column] = plain.magnitude(
          Double(column - size / 2) / Double(size), Double(row - size / 2) / Double(size))
      }
    }
    self.magnitudes = magnitudes

    let waves = WaveSum(kernels, height: height, width: width, lessMean: true)
    var best = (u: 0.0, v: 0.0, magnitude: 0.0)
    func look(_ u: Double, _ v: Double) {
      guard abs(u) <= 0.5, abs(v) <= 0.5 else { return }
      let magnitude = waves.magnitude(u, v)
      if magnitude > best.magnitude * (1 + 1e-12) { best = (u, v, magnitude) }
    }
    // Half of the plane: real kernels answer alike to a wave and its mirror image.
    for row in 0...size / 2 {
      for column in -size / 2...size / 2 { look(Double(column) / Double(size), Double(row) / Double(size)) }
    }
    var step = 0.5 / Double(size)
    while step > 1e-9 {
      let (u, v) = (best.u, best.v)
      for (du, dv) in [(1.0, 0.0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1)] {
        look(u + du * step, v + dv * step)
      }
      if (best.u, best.v) == (u, v) { step /= 2 }
    }
    let scale = kernels.reduce(0.0) { $1.reduce($0) { max($0, Double(abs($1))) } }
    guard best.magnitude > 1e-6 * scale, best.magnitude > 0 else {
      (frequency, orientation, selectivity) = (0, 0, 0)
      return
    }
    frequency = (best.u * best.u + best.v * best.v).squareRoot()
    // Bars run across the wave; angles count from the right, turning left, while v grows downwards.
    var angle = atan2(-best.u, -best.v) * 180 / .pi
    while angle < 0 { angle += 180 }
    while angle >= 180 - 1e-9 { angle -= 180 }
    orientation = abs(angle)
    selectivity = max(0, 1 - waves.magnitude(-best.v, best.u) / best.magnitude)
  }
}

/// A kernel as a sum of waves, at any frequency.
private struct WaveSum {
  private let kernels: [[Double]]
  private let height: Int
  private let width: Int

  init(_ kernels: [[Float]], height: Int, width: Int, lessMean: Bool) {
    self.kernels = kernels.map { kernel in
      let mean = lessMean ? kernel.reduce(0) { $0 + Double($1) } / Double(max(kernel.count, 1)) : 0
      return kernel.map { Double($0) - mean }
    }
    (self.height, self.width) = (height, width)
  }

  func magnitude(_ u: Double, _ v: Double) -> Double {
    var sum = 0.0
    // The factors of one row and of one column: their products are the waves.
    let across = (0..<width).map { (cos(2 * .pi * u * Double($0)), -sin(2 * .pi * u * Double($0))) }
    for kernel in kernels {
      var (real, imaginary) = (0.0, 0.0)
      for row in 0..<height {
        var (r, i) = (0.0, 0.0)
        for column in 0..<width {
          let weight = kernel[row * width + column]
          r += weight * across[column].0
          i += weight * across[column].1
        }
        let angle = 2 * .pi * v * Double(row)
        let (c, s) = (cos(angle), -sin(angle))
        real += r * c - i * s
        imaginary += r * s + i * c
      }
      sum += real * real + imaginary * imaginary
    }
    return sum.squareRoot()
  }
}

package import Core
internal import Render

/// How much of many pictures lies in each spatial frequency, and whether they have the pattern of a stride.
///
/// Power is `|F(u, v)|² / (h · w)` of a picture's brightness (the mean of its colours), `F(u, v) = Σ x(row, column) · e^(−2πi (u · column + v · row))`,
/// u and v in cycles a pixel. No window is laid over the pictures and their mean is left in.
package struct PictureSpectrum: Sendable {
  /// Rows and columns.
  package let height: Int
  package let width: Int
  /// Pictures that were averaged.
  package let count: Int
  /// The mean over pictures of log₁₀(power + 10⁻⁶), row by row, the zero frequency at row `height / 2` and column `width / 2`.
  package let logPower: [Double]
  /// The mean of `logPower` over rings of one frequency: the ring's frequency in cycles a pixel, up to √½, and the mean.
  package let radial: [(frequency: Double, logPower: Double)]
  /// The mean over pictures of the power at the stride's frequencies, in the order of `frequencies`.
  package let stridePower: [Double]
  /// The stride's frequencies, multiples of 1 / stride up to ½ along either axis, (0, 0) left out: (½, 0), (0, ½) and (½, ½) for a stride of 2.
  package let frequencies: [StrideFrequency]
  /// How much of the pictures' variance is a pattern that repeats with the stride: the variance of the means of its stride × stride phases
  /// over the variance of all pixels; 0 none, 1 nothing else. 0 for constant pictures.
  package let checkerboard: Double

  /// What is added to power before the logarithm: about what rounding to 256 greys adds at each frequency, 1/(12 · 255²).
  package static let floor = 1e-6

  /// A frequency at which a stride leaves its pattern, in cycles a pixel.
  package struct StrideFrequency: Hashable, Sendable {
    /// Across, along a row.
    package let u: Double
    /// Down, along a column.
    package let v: Double
    /// The multiples of 1 / stride.
    let (across, down): (Int, Int)
    let stride: Int

    /// `(½, 0)`, `(¼, ½)`.
    package var words: String {
      "(\(PictureSpectrum.words(across, stride)), \(PictureSpectrum.words(down, stride)))"
    }
  }

  private static func words(_ numerator: Int, _ stride: Int) -> String {
    guard numerator > 0 else { return "0" }
    var (a, b) = (numerator, stride)
    while b != 0 { (a, b) = (b, a % b) }
    switch (numerator / a, stride / a) {
    case (1, 2): return "½"
    case (1, 3): return "⅓"
    case (1, 4): return "¼"
    case let (top, bottom): return "\(top)/\(bottom)"
    }
  }

  /// The spectrum of pictures.
  /// - Parameters:
  ///   - pictures: brightness, `[count, channels, height, width]`, at least one.
  ///   - stride: whose pattern is looked for, at least 2.
  package init(of pictures: Tensor, stride: Int = 2) {
    precondition(
      pictures.shape.rank == 4 && pictures.shape[0] > 0 && stride >= 2, "\(pictures.shape), stride \(stride)")
    let grey = pictures.meanOfChannels
    let (count, height, width) = (grey.shape[0], grey.shape[2], grey.shape[3])
    (self.count, self.height, self.width) = (count, height, width)
    let transform = PowerTransform(height: height, width: width)
    var frequencies: [StrideFrequency] = []
    for down in 0...stride / 2 {
      for across in 0...stride / 2 where across + down > 0 {
        frequencies.append(
          StrideFrequency(
            u: Double(across) / Double(stride), v: Double(down) / Double(stride), across: across, down: down,
            stride: stride))
      }
    }
    // First the pure directions, then the diagonal ones.
    frequencies.sort {
      ($0.v > 0 && $0.u > 0 ? 1 : 0, $0.v, $0.u) < ($1.v > 0 && $1.u > 0 ? 1 : 0, $1.v, $1.u)
    }
    var sums = [Double](repeating: 0, count: height * width)
    var strideSums = [Double](repeating: 0, count: frequencies.count)
    let plane = height * width
    for picture in 0..<count {
      let pixels = grey.elements[picture * plane..<(picture + 1) * plane].map(Double.init)
      let power = transform.power(of: pixels)
      for index in power.indices { sums[index] += Mathematics.decimalLogarithm(power[index] + Self.floor) }
      for (index, frequency) in frequencies.enumerated() {
        strideSums[index] += transform.power(of: pixels, u: frequency.u, v: frequency.v)
      }
    }
    let logPower = sums.map { $0 / Double(count) }
    // The zero frequency to the middle.
    var shifted = logPower
    for row in 0..<height {
      for column in 0..<width {
        shifted[(row + height / 2) % height * width + (column + width / 2) % width] =
          logPower[row * width + column]
      }
    }
    self.logPower = shifted
    self.frequencies = frequencies
    stridePower = strideSums.map { $0 / Double(count) }
    radial = PictureSpectrum.rings(of: logPower, height, width)
    checkerboard = PictureSpectrum.checkerboard(grey, stride: stride)
  }

  /// Means over rings one step of the coarser axis wide, the zero frequency apart in the first.
  private static func rings(of power: [Double], _ height: Int, _ width: Int) -> [(
    frequency: Double, logPower: Double
  )] {
    let steps = Double(min(height, width))
    var sums: [Double] = []
    var counts: [Int] = []
    for row in 0..<height {
      let v = Double(row <= height / 2 ? row : height - row) / Double(height)
      for column in 0..<width {
        let u = Double(column <= width / 2 ? column : width - column) / Double(width)
        let ring = Int(((u * u + v * v).squareRoot() * steps).rounded())
        while sums.count <= ring {
          sums.append(0)
          counts.append(0)
        }
        sums[ring] += power[row * width + column]
        counts[ring] += 1
      }
    }
    return sums.indices.filter { counts[$0] > 0 }.map { (Double($0) / steps, sums[$0] / Double(counts[$0])) }
  }

  private static func checkerboard(_ grey: Tensor, stride: Int) -> Double {
    let (count, height, width) = (grey.shape[0], grey.shape[2], grey.shape[3])
    var sums = [Double](repeating: 0, count: stride * stride)
    var counts = [Int](repeating: 0, count: stride * stride)
    var (sum, squares) = (0.0, 0.0)
    for picture in 0..<count {
      for row in 0..<height {
        for column in 0..<width {
          let value = Double(grey.elements[(picture * height + row) * width + column])
          let phase = row % stride * stride + column % stride
          sums[phase] += value
          counts[phase] += 1
          sum += value
          squares += value * value
        }
      }
    }
    let all = Double(count * height * width)
    let variance = squares / all - sum / all * (sum / all)
    let means = sums.indices.filter { counts[$0] > 0 }.map { sums[$0] / Double(counts[$0]) }
    let mean = means.reduce(0, +) / Double(means.count)
    let spread = means.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) } / Double(means.count)
    return variance > 1e-12 ? spread / variance : 0
  }
}

/// The power of the frequencies of pictures of one size, by two products with waves: pictures are small, and of any size.
struct PowerTransform {
  private let height: Int
  private let width: Int
  private let rowWaves: (cosines: [Double], sines: [Double])
  private let columnWaves: (cosines: [Double], sines: [Double])

  init(height: Int, width: Int) {
    (self.height, self.width) = (height, width)
    rowWaves = PowerTransform.waves(width)
    columnWaves = PowerTransform.waves(height)
  }

  /// One turn in as many steps as there are places: every wave needed is among its multiples.
  private static func waves(_ count: Int) -> (cosines: [Double], sines: [Double]) {
    let angles = (0..<count).map { 2 * Double.pi * Double($0) / Double(count) }
    return (angles.map(Mathematics.cosine), angles.map(Mathematics.sine))
  }

  /// `|F|² / (h · w)` at all frequencies, row by row, the zero frequency first.
  func power(of pixels: [Double]) -> [Double] {
    let half = width / 2 + 1
    var real = [Double](repeating: 0, count: height * half)
    var imaginary = real
    pixels.withUnsafeBufferPointer { pixels in
      rowWaves.cosines.withUnsafeBufferPointer { cosines in
        rowWaves.sines.withUnsafeBufferPointer { sines in
          for row in 0..<height {
            for frequency in 0..<half {
              var (a, b, at) = (0.0, 0.0, 0)
              for column in 0..<width {
                let pixel = pixels[row * width + column]
                a += pixel * cosines[at]
                b -= pixel * sines[at]
                at += frequency
                if at >= width { at -= width }
              }
              real[row * half + frequency] = a
              imaginary[row * half + frequency] = b
            }
          }
        }
      }
    }
    var result = [Double](repeating: 0, count: height * width)
    let size = Double(height * width)
    columnWaves.cosines.withUnsafeBufferPointer { cosines in
      columnWaves.sines.withUnsafeBufferPointer { sines in
        for down in 0..<height {
          for across in 0..<half {
            var (a, b, at) = (0.0, 0.0, 0)
            for row in 0..<height {
              let (x, y) = (real[row * half + across], imaginary[row * half + across])
              a += x * cosines[at] + y * sines[at]
              b += y * cosines[at] - x * sines[at]
              at += down
              if at >= height { at -= height }
            }
            let power = (a * a + b * b) / size
            result[down * width + across] = power
            // Pixels are real numbers: the other half is the mirror image.
            let mirrored = (height - down) % height * width + (width - across) % width
            result[mirrored] = power
          }
        }
      }
    }
    return result
  }

  /// The power at any one frequency, in cycles a pixel.
  func power(of pixels: [Double], u: Double, v: Double) -> Double {
    var (real, imaginary) = (0.0, 0.0)
    let across = (0..<width).map { 2 * Double.pi * u * Double($0) }
    let (cosines, sines) = (across.map(Mathematics.cosine), across.map(Mathematics.sine))
    for row in 0..<height {
      var (a, b) = (0.0, 0.0)
      for column in 0..<width {
        a += pixels[row * width + column] * cosines[column]
        b -= pixels[row * width + column] * sines[column]
      }
      let angle = 2 * Double.pi * v * Double(row)
      let (c, s) = (Mathematics.cosine(angle), Mathematics.sine(angle))
      real += a * c + b * s
      imaginary += b * c - a * s
    }
    return (real * real + imaginary * imaginary) / Double(height * width)
  }
}

extension Network {
  /// The stride with which a generator last enlarged its maps; 2 where nothing tells.
  package var lastEnlargement: Int {
    for node in nodes.reversed() {
      if let spread = node.operation as? ConvTranspose2d, spread.stride.height > 1 {
        return min(spread.stride.height, 8)
      }
      if let shuffle = node.operation as? PixelShuffle { return max(2, min(shuffle.factor, 8)) }
    }
    return 2
  }
}

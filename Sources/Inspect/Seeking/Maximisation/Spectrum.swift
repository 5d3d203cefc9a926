#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#endif

/// Planes of pixels written as half of their spectrum, and the gradient's way back.
///
/// `plane = irfft2(coefficients · √(w·h) / max(f, 1 / max(w, h))) / 4`, f the frequency in cycles a pixel: Lucid's parametrisation,
/// in which a step of gradient ascent moves coarse shapes as easily as single pixels. As two products of matrices, which
/// for pictures this small is as fast as any fast transform.
///
/// Source: Olah, Mordvintsev & Schubert, “Feature Visualization”, Distill 2017; Lucid, `optvis/param/spatial.py`.
final class Spectrum {
  let height: Int
  let width: Int
  /// Frequencies along a row: the other half is their mirror image.
  let frequencies: Int
  /// Numbers of a row of coefficients in memory, and of a row of pixels.
  let rowLength: Int
  let pixelRow: Int

  private let factors: Workspace
  private let columnsForward: Workspace
  private let columnsBackward: Workspace
  private let realForward: Workspace
  private let imaginaryForward: Workspace
  private let realBackward: Workspace
  private let imaginaryBackward: Workspace

  /// Coefficients of one plane in memory: real parts `[height, rowLength]`, then imaginary parts.
  var coefficientCount: Int { 2 * height * rowLength }
  /// Pixels of one plane in memory: `[height, pixelRow]`.
  var pixelCount: Int { height * pixelRow }

  init(height: Int, width: Int) {
    self.height = height
    self.width = width
    frequencies = width / 2 + 1
    rowLength = SmallProduct.padded(frequencies)
    pixelRow = SmallProduct.padded(width)
    factors = Workspace(2 * height * rowLength)
    columnsForward = Workspace(4 * height * height)
    columnsBackward = Workspace(4 * height * height)
    realForward = Workspace(frequencies * pixelRow)
    imaginaryForward = Workspace(frequencies * pixelRow)
    realBackward = Workspace(width * rowLength)
    imaginaryBackward = Workspace(width * rowLength)
    fillFactors()
    fillMatrices()
  }

  /// What each coefficient is multiplied by; 0 for what only fills rows up, so that it never learns.
  private func fillFactors() {
    let least = 1 / Double(max(width, height))
    let size = Double(width * height).squareRoot()
    for row in 0..<height {
      let down = Double(row <= (height - 1) / 2 ? row : row - height) / Double(height)
      for column in 0..<frequencies {
        let across = Double(column) / Double(width)
        let frequency = (down * down + across * across).squareRoot()
        let factor = Float(size / max(frequency, least) / 4)
        factors.numbers[row * rowLength + column] = factor
        factors.numbers[(height + row) * rowLength + column] = factor
      }
    }
  }

  private func fillMatrices() {
    // Down the columns: real and imaginary parts at once, [[C, −S], [S, C]] / h.
    for y in 0..<height {
      for row in 0..<height {
        let angle = 2 * Double.pi * Double(y * row % height) / Double(height)
        let (cosine, sine) = (Float(cos(angle) / Double(height)), Float(sin(angle) / Double(height)))
        func set(_ place: Int, _ other: Int, _ value: Float) {
          columnsForward.numbers[place * 2 * height + other] = value
          columnsBackward.numbers[other * 2 * height + place] = value
        }
        set(y, row, cosine)
        set(y, height + row, -sine)
        set(height + y, row, sine)
        set(height + y, height + row, cosine)
      }
    }
    // Along the rows: frequencies that have a mirror image count twice.
    for column in 0..<frequencies {
      let isSingle = column == 0 || 2 * column == width
      for x in 0..<width {
        let angle = 2 * Double.pi * Double(x * column % width) / Double(width)
        let share = (isSingle ? 1 : 2) / Double(width)
        let (real, imaginary) = (Float(share * cos(angle)), Float(-share * sin(angle)))
        realForward.numbers[column * pixelRow + x] = real
        imaginaryForward.numbers[column * pixelRow + x] = imaginary
        realBackward.numbers[x * rowLength + column] = real
        imaginaryBackward.numbers[x * rowLength + column] = imaginary
      }
    }
  }

  /// Coefficients to pixels.
  /// - Parameter scratch: room for two planes of coefficients.
  func paint(
    _ coefficients: UnsafePointer<Float>, into pixels: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) {
    let (scaled, turned) = (scratch, scratch + coefficientCount)
    for index in 0..<coefficientCount { scaled[index] = coefficients[index] * factors.numbers[index] }
    SmallProduct.multiply(
      columnsForward.numbers, leftStride: 2 * height, scaled, into: turned, rows: 2 * height,
      inner: 2 * height, columns: rowLength)
    SmallProduct.multiply(
      turned, leftStride: rowLength, realForward.numbers, into: pixels, rows: height, inner: frequencies,
      columns: pixelRow)
    SmallProduct.multiply(
      turned + height * rowLength, leftStride: rowLength, imaginaryForward.numbers, into: pixels,
      rows: height, inner: frequencies, columns: pixelRow, adds: true)
  }

  /// The gradient at the pixels to the gradient at the coefficients.
  /// - Parameter scratch: room for a plane of coefficients.
  func learn(
    _ pixels: UnsafePointer<Float>, into coefficients: UnsafeMutablePointer<Float>,
    scratch turned: UnsafeMutablePointer<Float>
  ) {
    SmallProduct.multiply(
      pixels, leftStride: pixelRow, realBackward.numbers, into: turned, rows: height, inner: width,
      columns: rowLength)
    SmallProduct.multiply(
      pixels, leftStride: pixelRow, imaginaryBackward.numbers, into: turned + height * rowLength,
      rows: height, inner: width, columns: rowLength)
    SmallProduct.multiply(
      columnsBackward.numbers, leftStride: 2 * height, turned, into: coefficients, rows: 2 * height,
      inner: 2 * height, columns: rowLength)
    for index in 0..<coefficientCount { coefficients[index] *= factors.numbers[index] }
  }
}

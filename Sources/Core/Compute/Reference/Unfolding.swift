/// The places of a sliding window as a matrix: a row for each tap (channel, kernel row, kernel column), a column for
/// each place, holding what the tap sees there. Times a matrix of kernels this is a convolution.
///
/// `columns[(c, ky, kx), (y, x)] = image[c, y·s + ky·d − p, x·s + kx·d − p]`, zero where that is outside.
struct Unfolding {
  let channels: Int
  let image: Extent
  let places: Extent
  let window: Window

  var tapCount: Int { channels * window.kernelSize.height * window.kernelSize.width }
  var placeCount: Int { places.height * places.width }
  var elementCount: Int { channels * image.height * image.width }

  /// Calls `body` for every run of neighbouring places that a tap sees inside one row of the image.
  /// - Parameter body: where the run begins in the columns, where in the image, and how many places it has; the next
  ///   place looks `window.stride.width` further in the image.
  @inline(__always)
  private func forEachRun(_ body: (_ column: Int, _ pixel: Int, _ count: Int) -> Void) {
    let stride = window.stride
    for tap in 0..<tapCount {
      let kx = tap % window.kernelSize.width
      let ky = tap / window.kernelSize.width % window.kernelSize.height
      let channel = tap / (window.kernelSize.width * window.kernelSize.height)
      let left = kx * window.dilation.width - window.padding.left
      // The places whose column x·s + left lies in 0 ..< width.
      let first = left >= 0 ? 0 : (-left + stride.width - 1) / stride.width
      let end = left >= image.width ? 0 : min(places.width, (image.width - 1 - left) / stride.width + 1)
      guard first < end else { continue }
      for y in 0..<places.height {
        let row = y * stride.height + ky * window.dilation.height - window.padding.top
        guard row >= 0, row < image.height else { continue }
        body(
          tap * placeCount + y * places.width + first,
          (channel * image.height + row) * image.width + first * stride.width + left, end - first)
      }
    }
  }

  /// Writes the columns of an image that begins at `start`. What lies in the padding is left as it is: zero in
  /// columns that were made as zeros and only ever written by this unfolding.
  @inline(__always)
  func unfold<Scalar: ReferenceScalar>(
    _ pixels: Span<Scalar>, from start: Int, into columns: inout [Scalar]
  ) {
    columns.withUnsafeMutableBufferPointer { columns in
      forEachRun { column, pixel, count in
        for x in 0..<count { columns[column + x] = pixels[start + pixel + x * window.stride.width] }
      }
    }
  }

  /// The transpose of `unfold`: adds every column's numbers to the pixels that they were seen at.
  @inline(__always)
  func fold<Scalar: ReferenceScalar>(
    _ columns: [Scalar], addingTo pixels: inout MutableSpan<Scalar>, from start: Int
  ) {
    forEachRun { column, pixel, count in
      for x in 0..<count { pixels[start + pixel + x * window.stride.width] += columns[column + x] }
    }
  }
}

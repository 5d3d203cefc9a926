package import Core

/// Where the square of an occlusion study stands, one place after the other, row by row.
package struct OcclusionPlan: Hashable, Sendable {
  /// The square's side, in pixels.
  package let side: Int
  /// Pixels from one place to the next.
  package let stride: Int
  /// Places from top to bottom.
  package let rows: Int
  /// Places from left to right.
  package let columns: Int
  /// True if the stride was made larger than it would have been, to keep the places few.
  package let wasThinned: Bool

  /// All places.
  package var count: Int { rows * columns }

  /// The most places that a picture is tried at.
  static let most = 1024

  /// The places on a picture.
  /// - Parameters:
  ///   - side: in pixels; nil for 4 at 28 pixels, and as large a part of other pictures.
  ///   - stride: in pixels; nil for 1 at 28 pixels, and as large a part of larger pictures.
  /// - Throws: `InspectError` if the square is larger than the picture.
  package init(height: Int, width: Int, side: Int? = nil, stride: Int? = nil) throws(InspectError) {
    let smaller = min(height, width)
    let square = side ?? max(1, (4 * smaller + 14) / 28)
    guard square >= 1, square <= smaller else {
      throw InspectError(
        .input, "square", "a square of \(square) × \(square) does not fit into \(height) × \(width) pixels")
    }
    self.side = square
    var step = stride ?? max(1, (smaller + 14) / 28)
    let wanted = step
    func places(_ extent: Int, _ step: Int) -> Int { (extent - square) / step + 1 }
    // What was asked for is done; what nobody asked for is kept short.
    if stride == nil { while places(height, step) * places(width, step) > Self.most { step += 1 } }
    self.stride = step
    wasThinned = step > wanted
    rows = places(height, step)
    columns = places(width, step)
  }

  /// The square's left top corner at a place.
  package func corner(_ place: Int) -> (row: Int, column: Int) {
    (place / columns * stride, place % columns * stride)
  }

  /// A picture `[channels, height, width]` with the square at a place.
  /// - Parameter fill: the number that hides it, one a channel.
  package func hiding(_ place: Int, in picture: Tensor, with fill: [Float]) -> Tensor {
    var result = picture
    let (height, width) = (picture.shape[1], picture.shape[2])
    let (top, left) = corner(place)
    for channel in 0..<picture.shape[0] {
      for row in top..<top + side {
        let start = (channel * height + row) * width + left
        for at in start..<start + side { result.elements[at] = fill[channel] }
      }
    }
    return result
  }
}

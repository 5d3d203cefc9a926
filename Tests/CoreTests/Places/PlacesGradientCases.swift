import Core
import TestSupport

private func wide(_ height: Int, _ width: Int) -> Extent { Extent(height: height, width: width) }

let placesGradientCases: [GradientCase] =
  [
    one("padding with a number", Pad(before: [0, 1, -1], after: [1, 0, 2], value: 3), [2, 3, 4]),
    one("mirroring", Pad(before: [1, 2, 0], after: [0, -1, 5], mode: .reflect), [2, 3, 4]),
    one("repeating the ends", Pad(before: [1, 0, 3], after: [0, 2, -1], mode: .replicate), [2, 3, 4]),
    one("going around", Pad(before: [1, 4, 0], after: [0, -2, 6], mode: .circular), [2, 3, 4]),
    one("another order of axes", Permute(axes: [3, 1, 2]), [2, 3, 4]),
    one("slicing", Slice(starts: [1, 4, 0], counts: [1, 3, 2], steps: [1, -2, 2]), [3, 5, 4]),
    one("gathering", Gather(axis: 2, indices: [2, 0, -1, 2], indexShape: [2, 2]), [2, 3, 2]),
    one("embedding", Embedding(count: 3, dimensions: 4), [3]),
    one("expanding", Expand(shape: [2, 3, 1]), [1, 4]),
    one("tiling", Tile(repeats: [2, 1, 3]), [2, 2, 2]),
    one("shuffling pixels", PixelShuffle(factor: 2), [8, 2, 3]),
    one("shuffling pixels, blocks first", PixelShuffle(factor: 2, order: .blockFirst), [8, 2, 3]),
    one("unshuffling pixels", PixelUnshuffle(factor: 2), [2, 4, 2]),
    one("unshuffling pixels, blocks first", PixelUnshuffle(factor: 2, order: .blockFirst), [2, 4, 2]),
    one("global max pooling", GlobalMaxPool2d(), [3, 2, 3]),
    one("global average pooling, places kept", GlobalAvgPool2d(keepsPlaces: true), [3, 2, 3]),
    one("identity", Identity(), [4]),
    one("joining rows", Concatenate(axis: 2), [2, 1, 2], [2, 3, 2]),
    one("joining columns", Concatenate(axis: 3), [2, 2, 1], [2, 2, 3]),
    one(
      "max pooling, dilated",
      MaxPool2d(
        kernelSize: wide(2, 3), stride: wide(2, 1), padding: Padding(1), roundsUp: true, dilation: wide(2, 1)),
      [2, 6, 5]),
    one(
      "average pooling, dilated, rounded up",
      AvgPool2d(kernelSize: wide(2, 3), stride: 2, padding: Padding(1), roundsUp: true, dilation: wide(3, 1)),
      [2, 6, 5]),
    one(
      "average pooling of pixels only, dilated, rounded up",
      AvgPool2d(
        kernelSize: wide(2, 3), stride: 2, padding: Padding(1), countsPadding: false, roundsUp: true,
        dilation: wide(3, 1)), [2, 6, 5]),
    one("nearest", Resize(size: wide(5, 2), coordinates: .asymmetric, rounding: .floor), [2, 3, 4]),
    one("bilinear, aligned", Resize(size: wide(5, 2), mode: .linear, coordinates: .alignCorners), [2, 3, 4]),
    one(
      "bicubic, inside only",
      Resize(size: wide(5, 2), mode: .cubic, cubicCoefficient: -0.5, excludesOutside: true),
      [2, 3, 4]),
    one("bicubic, antialiased", Resize(size: wide(2, 7), mode: .cubic, antialiases: true), [2, 5, 4]),
  ]

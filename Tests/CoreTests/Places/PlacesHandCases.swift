import Core
import TestSupport

/// Operations that move numbers to other places, on numbers small enough to be worked by hand.
let placesHandCases: [HandCase] = [
  HandCase(
    "padding with a number, cut in front", Pad(before: [-1], after: [2], value: 9),
    inputs: [Tensor([1, 3], [1, 2, 3])], output: Tensor([1, 4], [2, 3, 9, 9]), gradient: [5, 6, 7, 8],
    inputGradients: [[0, 5, 6]]),
  HandCase(
    "padding that mirrors", Pad(before: [2], after: [1], mode: .reflect),
    inputs: [Tensor([1, 3], [1, 2, 3])], output: Tensor([1, 6], [3, 2, 1, 2, 3, 2]),
    gradient: [1, 10, 100, 1000, 10_000, 100_000], inputGradients: [[100, 101_010, 10_001]]),
  // There and back again: 1 2 1 2 …
  HandCase(
    "padding that mirrors more than there is", Pad(before: [3], after: [0], mode: .reflect),
    inputs: [Tensor([1, 2], [1, 2])], output: Tensor([1, 5], [2, 1, 2, 1, 2]), gradient: [1, 2, 4, 8, 16],
    inputGradients: [[10, 21]]),
  HandCase(
    "padding that repeats the ends", Pad(before: [1], after: [2], mode: .replicate),
    inputs: [Tensor([1, 2], [1, 2])], output: Tensor([1, 5], [1, 1, 2, 2, 2]), gradient: [1, 2, 4, 8, 16],
    inputGradients: [[3, 28]]),
  HandCase(
    "padding that goes around", Pad(before: [1], after: [3], mode: .circular),
    inputs: [Tensor([1, 2], [1, 2])], output: Tensor([1, 6], [2, 1, 2, 1, 2, 1]),
    gradient: [1, 2, 4, 8, 16, 32], inputGradients: [[42, 21]]),
  HandCase(
    "padding an image above and to the right", Pad(before: [0, 1, 0], after: [0, 0, 1]),
    inputs: [Tensor([2, 1, 1, 2], [1, 2, 3, 4])],
    output: Tensor([2, 1, 2, 3], [0, 0, 0, 1, 2, 0, 0, 0, 0, 3, 4, 0]),
    gradient: [9, 9, 9, 5, 6, 9, 9, 9, 9, 7, 8, 9], inputGradients: [[5, 6, 7, 8]]),
  // Two channels of 1 × 2 pixels: the channels of a pixel become neighbours.
  HandCase(
    "channels last", Permute(axes: [2, 3, 1]), inputs: [Tensor([1, 2, 1, 2], [1, 2, 3, 4])],
    output: Tensor([1, 1, 2, 2], [1, 3, 2, 4]), gradient: [5, 6, 7, 8], inputGradients: [[5, 7, 6, 8]]),
  HandCase(
    "slicing, every other column and the rows backward",
    Slice(starts: [1, 0], counts: [2, 2], steps: [-1, 2]),
    inputs: [Tensor([1, 2, 3], [1, 2, 3, 4, 5, 6])], output: Tensor([1, 2, 2], [4, 6, 1, 3]),
    gradient: [1, 2, 3, 4], inputGradients: [[3, 0, 4, 1, 0, 2]]),
  HandCase(
    "gathering, the last one twice", Gather(axis: 1, indices: [-1, 0, 2], indexShape: [3]),
    inputs: [Tensor([1, 3, 2], [1, 2, 3, 4, 5, 6])], output: Tensor([1, 3, 2], [5, 6, 1, 2, 5, 6]),
    gradient: [1, 2, 3, 4, 10, 20], inputGradients: [[3, 4, 0, 0, 11, 22]]),
  HandCase(
    "gathering a single one, whose axis vanishes", Gather(axis: 1, indices: [1], indexShape: []),
    inputs: [Tensor([2, 2], [1, 2, 3, 4])], output: Tensor([2], [2, 4]), gradient: [5, 6],
    inputGradients: [[0, 5, 0, 6]]),
  // Row 1 is looked up twice and gets both gradients.
  HandCase(
    "embedding", Embedding(count: 3, dimensions: 2), inputs: [Tensor([3, 1], [1, 2, 1.5])],
    parameters: [Tensor([3, 2], [1, 2, 3, 4, 5, 6])], output: Tensor([3, 1, 2], [3, 4, 5, 6, 3, 4]),
    gradient: [1, 2, 3, 4, 10, 20], inputGradients: [[0, 0, 0]],
    parameterGradients: [[0, 0, 11, 22, 3, 4]]),
  HandCase(
    "expanding to more rows and a new axis", Expand(shape: [2, 2, 1]), inputs: [Tensor([1, 1, 2], [1, 2])],
    output: Tensor([1, 2, 2, 2], [1, 2, 1, 2, 1, 2, 1, 2]), gradient: [1, 2, 4, 8, 16, 32, 64, 128],
    inputGradients: [[85, 170]]),
  HandCase(
    "tiling", Tile(repeats: [2, 2]), inputs: [Tensor([1, 1, 2], [1, 2])],
    output: Tensor([1, 2, 4], [1, 2, 1, 2, 1, 2, 1, 2]), gradient: [1, 2, 4, 8, 16, 32, 64, 128],
    inputGradients: [[85, 170]]),
  // Halfway between the pixels and a quarter beyond each, where the edges stand.
  HandCase(
    "bilinear enlargement", Resize(size: Extent(height: 1, width: 4), mode: .linear),
    inputs: [Tensor([1, 1, 1, 2], [4, 8])], output: Tensor([1, 1, 1, 4], [4, 5, 7, 8]),
    gradient: [4, 8, 16, 32], inputGradients: [[4 + 6 + 4, 2 + 12 + 32]]),
  HandCase(
    "nearest, of which the earlier where both are",
    Resize(size: Extent(height: 1, width: 2), coordinates: .halfPixel),
    inputs: [Tensor([1, 1, 1, 4], [1, 2, 3, 4])], output: Tensor([1, 1, 1, 2], [1, 3]), gradient: [5, 6],
    inputGradients: [[5, 0, 6, 0]]),
  HandCase(
    "nearest, of which the later where both are",
    Resize(size: Extent(height: 1, width: 2), rounding: .roundPreferCeiling),
    inputs: [Tensor([1, 1, 1, 4], [1, 2, 3, 4])], output: Tensor([1, 1, 1, 2], [2, 4]), gradient: [5, 6],
    inputGradients: [[0, 5, 0, 6]]),
  HandCase(
    "laying channels side by side", PixelShuffle(factor: 2),
    inputs: [Tensor([1, 8, 1, 1], [1, 2, 3, 4, 5, 6, 7, 8])],
    output: Tensor([1, 2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]), gradient: [1, 2, 3, 4, 5, 6, 7, 8],
    inputGradients: [[1, 2, 3, 4, 5, 6, 7, 8]]),
  HandCase(
    "laying channels side by side, blocks first", PixelShuffle(factor: 2, order: .blockFirst),
    inputs: [Tensor([1, 8, 1, 1], [1, 2, 3, 4, 5, 6, 7, 8])],
    output: Tensor([1, 2, 2, 2], [1, 3, 5, 7, 2, 4, 6, 8]), gradient: [1, 2, 3, 4, 5, 6, 7, 8],
    inputGradients: [[1, 5, 2, 6, 3, 7, 4, 8]]),
  HandCase(
    "piling pixels up in channels", PixelUnshuffle(factor: 2),
    inputs: [Tensor([1, 1, 2, 4], [1, 2, 3, 4, 5, 6, 7, 8])],
    output: Tensor([1, 4, 1, 2], [1, 3, 2, 4, 5, 7, 6, 8]), gradient: [1, 2, 3, 4, 5, 6, 7, 8],
    inputGradients: [[1, 3, 2, 4, 5, 7, 6, 8]]),
  HandCase(
    "piling pixels up in channels, blocks first", PixelUnshuffle(factor: 2, order: .blockFirst),
    inputs: [Tensor([1, 2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8])],
    output: Tensor([1, 8, 1, 1], [1, 5, 2, 6, 3, 7, 4, 8]), gradient: [1, 2, 3, 4, 5, 6, 7, 8],
    inputGradients: [[1, 3, 5, 7, 2, 4, 6, 8]]),
  HandCase(
    "global max pooling", GlobalMaxPool2d(), inputs: [Tensor([1, 2, 2, 2], [1, 7, 7, 6, -4, -3, -2, -5])],
    output: Tensor([1, 2], [7, -2]), gradient: [4, 8], inputGradients: [[0, 4, 0, 0, 0, 0, 8, 0]]),
  HandCase(
    "global max pooling that keeps the places", GlobalMaxPool2d(keepsPlaces: true),
    inputs: [Tensor([1, 1, 1, 2], [1, 2])], output: Tensor([1, 1, 1, 1], [2]), gradient: [3],
    inputGradients: [[0, 3]]),
  HandCase(
    "global average pooling that keeps the places", GlobalAvgPool2d(keepsPlaces: true),
    inputs: [Tensor([1, 2, 1, 2], [1, 3, 4, 6])], output: Tensor([1, 2, 1, 1], [2, 5]), gradient: [2, 4],
    inputGradients: [[1, 1, 2, 2]]),
  HandCase(
    "putting rows side by side", Concatenate(axis: 2),
    inputs: [Tensor([1, 2, 1], [1, 2]), Tensor([1, 2, 2], [10, 20, 30, 40])],
    output: Tensor([1, 2, 3], [1, 10, 20, 2, 30, 40]), gradient: [1, 2, 3, 4, 5, 6],
    inputGradients: [[1, 4], [2, 3, 5, 6]]),
  HandCase(
    "max pooling of every other place",
    MaxPool2d(kernelSize: Extent(height: 1, width: 2), stride: 1, dilation: 2),
    inputs: [Tensor([1, 1, 1, 4], [5, 9, 6, 8])], output: Tensor([1, 1, 1, 2], [6, 9]), gradient: [1, 10],
    inputGradients: [[0, 10, 1, 0]]),
  HandCase(
    "average pooling of every other place",
    AvgPool2d(kernelSize: Extent(height: 1, width: 2), stride: 1, dilation: 2),
    inputs: [Tensor([1, 1, 1, 4], [5, 9, 7, 8])], output: Tensor([1, 1, 1, 2], [6, 8.5]), gradient: [2, 4],
    inputGradients: [[1, 2, 1, 2]]),
  // The last window holds one pixel, one place of padding, and one beyond it that does not count.
  HandCase(
    "average pooling with a last incomplete window, counting padding",
    AvgPool2d(
      kernelSize: Extent(height: 1, width: 3), stride: Extent(height: 1, width: 3),
      padding: Padding(top: 0, left: 0, bottom: 0, right: 1), roundsUp: true),
    inputs: [Tensor([1, 1, 1, 4], [1, 2, 6, 8])], output: Tensor([1, 1, 1, 2], [3, 4]), gradient: [3, 4],
    inputGradients: [[1, 1, 1, 2]]),
  HandCase(
    "average pooling with a last incomplete window, counting pixels",
    AvgPool2d(
      kernelSize: Extent(height: 1, width: 3), stride: Extent(height: 1, width: 3),
      padding: Padding(top: 0, left: 0, bottom: 0, right: 1), countsPadding: false, roundsUp: true),
    inputs: [Tensor([1, 1, 1, 4], [1, 2, 6, 8])], output: Tensor([1, 1, 1, 2], [3, 8]), gradient: [3, 4],
    inputGradients: [[1, 1, 1, 4]]),
  HandCase(
    "identity", Identity(), inputs: [Tensor([1, 2], [1, 2])], output: Tensor([1, 2], [1, 2]),
    gradient: [5, 6], inputGradients: [[5, 6]]),
]

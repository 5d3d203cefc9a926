public import Core

extension Normalisation {
  /// The mean and the standard deviation of pictures, by channel: for a classifier.
  ///
  /// A channel in which every sample is the same keeps its differences from other data at a deviation of 1.
  public init(of pictures: LabelledPictures) {
    let (channels, plane) = (pictures.channels, pictures.height * pictures.width)
    var histogram = [Int](repeating: 0, count: channels * 256)
    pictures.pixels.withUnsafeBufferPointer { pixels in
      histogram.withUnsafeMutableBufferPointer { histogram in
        for start in stride(from: 0, to: pixels.count, by: plane) {
          let offset = (start / plane % channels) * 256
          for index in start..<start + plane { histogram[offset + Int(pixels[index])] += 1 }
        }
      }
    }
    // From exact integer sums, so the numbers do not depend on the order of summation.
    var mean: [Float] = []
    var deviation: [Float] = []
    let count = Double(max(1, pictures.count * plane))
    for channel in 0..<channels {
      let counts = histogram[channel * 256..<(channel + 1) * 256]
      let sum = Double(zip(counts, 0...).reduce(0) { $0 + $1.0 * $1.1 })
      let squares = Double(zip(counts, 0...).reduce(0) { $0 + $1.0 * $1.1 * $1.1 })
      let average = sum / count
      let variance = max(0, squares / count - average * average)
      mean.append(Float(average / 255))
      deviation.append(variance > 0 ? Float(variance.squareRoot() / 255) : 1)
    }
    self.init(mean: mean, deviation: deviation)
  }

  /// The pictures as a tensor `[count, channels, height, width]`.
  public func tensor(of pictures: LabelledPictures) -> Tensor {
    tensor(pictures.pixels, pictures.shape.batched(pictures.count))
  }

  /// A range of the pictures as a tensor `[count, channels, height, width]`. Traps if it exceeds them.
  public func tensor(of pictures: LabelledPictures, _ range: Range<Int>) -> Tensor {
    let size = pictures.shape.elementCount
    return tensor(
      Array(pictures.pixels[range.lowerBound * size..<range.upperBound * size]),
      pictures.shape.batched(range.count))
  }
}

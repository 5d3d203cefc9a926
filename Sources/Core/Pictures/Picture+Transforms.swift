extension Picture {
  /// The picture in grey: `0.299 red + 0.587 green + 0.114 blue` (Rec. 601 luma), rounded.
  public func greyscale() -> Picture {
    guard channels == 3 else { return self }
    let plane = width * height
    let grey = [UInt8](unsafeUninitializedCapacity: plane) { grey, count in
      samples.withUnsafeBufferPointer { samples in
        for index in 0..<plane {
          // The weights in 65536ths; they add up to 65536, so white stays white.
          let sum =
            19595 * UInt32(samples[index]) + 38470 * UInt32(samples[plane + index])
            + 7471 * UInt32(samples[2 * plane + index])
          grey[index] = UInt8((sum + 32768) >> 16)
        }
      }
      count = plane
    }
    return Picture(width: width, height: height, channels: 1, samples: grey)
  }

  /// The picture in red, green, blue; a grey one gets three equal channels.
  public func colour() -> Picture {
    channels == 3
      ? self : Picture(width: width, height: height, channels: 3, samples: samples + samples + samples)
  }

  /// The middle of the picture, no larger than the given size.
  ///
  /// Where the margin is odd, one more column or row is cut at the right or the bottom.
  /// Traps if the size is not positive.
  public func centreCropped(width newWidth: Int, height newHeight: Int) -> Picture {
    precondition(newWidth > 0 && newHeight > 0, "a crop has pixels: \(newWidth) × \(newHeight)")
    let (newWidth, newHeight) = (min(newWidth, width), min(newHeight, height))
    guard newWidth != width || newHeight != height else { return self }
    let (left, top) = ((width - newWidth) / 2, (height - newHeight) / 2)
    var cropped: [UInt8] = []
    cropped.reserveCapacity(newWidth * newHeight * channels)
    for channel in 0..<channels {
      for row in top..<top + newHeight {
        let start = (channel * height + row) * width + left
        cropped.append(contentsOf: samples[start..<start + newWidth])
      }
    }
    return Picture(width: newWidth, height: newHeight, channels: channels, samples: cropped)
  }

  /// The picture in another size: averages over areas where it shrinks, bilinear where it grows.
  ///
  /// Each axis by itself; pixel centres lie at half, edges are continued. Traps if the size is not positive.
  public func resized(width newWidth: Int, height newHeight: Int) -> Picture {
    precondition(newWidth > 0 && newHeight > 0, "a picture has pixels: \(newWidth) × \(newHeight)")
    guard newWidth != width || newHeight != height else { return self }
    let columns = ResamplingWeights(from: width, to: newWidth)
    let rows = ResamplingWeights(from: height, to: newHeight)
    var result = [UInt8](repeating: 0, count: channels * newHeight * newWidth)
    var line = [Float](repeating: 0, count: width)
    for channel in 0..<channels {
      for newRow in 0..<newHeight {
        // Rows first: one line of the old width, summed over the rows it covers.
        for column in 0..<width { line[column] = 0 }
        samples.withUnsafeBufferPointer { samples in
          line.withUnsafeMutableBufferPointer { line in
            for (place, weight) in rows.taps(of: newRow) {
              let start = (channel * height + place) * width
              for column in 0..<line.count { line[column] += weight * Float(samples[start + column]) }
            }
          }
        }
        let start = (channel * newHeight + newRow) * newWidth
        for newColumn in 0..<newWidth {
          var sum: Float = 0.5
          for (place, weight) in columns.taps(of: newColumn) { sum += weight * line[place] }
          result[start + newColumn] = UInt8(min(255, max(0, sum)))
        }
      }
    }
    return Picture(width: newWidth, height: newHeight, channels: channels, samples: result)
  }

  /// The picture in a given size without distortion: its middle in the right proportions, resized.
  public func fitted(to size: PictureSize) -> Picture {
    precondition(size.width > 0 && size.height > 0, "a picture has pixels: \(size)")
    // Compare the proportions by cross products: width / height against size.width / size.height.
    let (wide, tall) = (width * size.height, height * size.width)
    let cropped =
      wide > tall
      ? centreCropped(width: max(1, tall / size.height), height: height)
      : centreCropped(width: width, height: max(1, wide / size.width))
    return cropped.resized(width: size.width, height: size.height)
  }
}

/// Which old samples, in which shares, make each new sample of one axis.
private struct ResamplingWeights {
  private var first: [Int] = []
  private var starts: [Int] = [0]
  private var weights: [Float] = []

  init(from old: Int, to new: Int) {
    let scale = Double(old) / Double(new)
    for index in 0..<new {
      if new < old {
        let (begin, end) = (Double(index) * scale, Double(index + 1) * scale)
        let last = min(old - 1, Int(end.rounded(.up)) - 1)
        first.append(Int(begin))
        for place in Int(begin)...max(Int(begin), last) {
          let covered = min(end, Double(place + 1)) - max(begin, Double(place))
          weights.append(Float(covered / scale))
        }
      } else {
        let centre = min(max((Double(index) + 0.5) * scale - 0.5, 0), Double(old - 1))
        let place = min(Int(centre), max(0, old - 2))
        let share = centre - Double(place)
        first.append(place)
        weights.append(Float(1 - share))
        if old > 1 { weights.append(Float(share)) }
      }
      starts.append(weights.count)
    }
  }

  func taps(of index: Int) -> Zip2Sequence<PartialRangeFrom<Int>, ArraySlice<Float>> {
    zip(first[index]..., weights[starts[index]..<starts[index + 1]])
  }
}

internal import Core

/// What black, white and the data's mean are for a network, channel by channel.
struct GreyLevels {
  /// Black and white of each channel as the network is given them.
  let black: [Float]
  let white: [Float]
  /// The mean of the data that the specimen is tried on; nil where it has no pictures.
  let mean: [Float]?
  private let shape: Shape

  init(of specimen: Specimen) {
    let shape = specimen.model.network.inputs[0].shape
    self.shape = shape
    let normalisation = specimen.normalisation
    let covers = normalisation.covers(channels: shape[0])
    black = (0..<shape[0]).map { covers ? normalisation.value(of: 0, channel: $0) : 0 }
    white = (0..<shape[0]).map { covers ? normalisation.value(of: 255, channel: $0) : 1 }
    guard let probe = specimen.probe, probe.count > 0, probe.pictureShape.perExample == shape, covers else {
      mean = nil
      return
    }
    let plane = shape[1] * shape[2]
    var sums = [Int](repeating: 0, count: shape[0])
    probe.pictures.withUnsafeBufferPointer { pictures in
      for (block, start) in stride(from: 0, to: pictures.count, by: plane).enumerated() {
        var sum = 0
        for index in start..<start + plane { sum += Int(pictures[index]) }
        sums[block % shape[0]] += sum
      }
    }
    let count = Float(probe.count * plane)
    mean = (0..<shape[0]).map { channel in
      let (low, high) = (
        normalisation.value(of: 0, channel: channel), normalisation.value(of: 255, channel: channel)
      )
      return low + (high - low) * Float(sums[channel]) / (255 * count)
    }
  }

  /// The means of a picture's own channels, `[1, channels, height, width]`.
  static func means(of input: Tensor) -> [Float] {
    let plane = input.shape[2] * input.shape[3]
    return (0..<input.shape[1]).map { channel in
      input.elements[channel * plane..<(channel + 1) * plane].reduce(0, +) / Float(plane)
    }
  }

  /// The range of brightness: from black to white, or that of the picture where it is wider.
  func range(of input: Tensor) -> Float {
    let own = (input.elements.max() ?? 0) - (input.elements.min() ?? 0)
    return max(zip(black, white).map { $1 - $0 }.max() ?? 1, own)
  }

  /// A picture of one level a channel, `[channels, height, width]`.
  func even(_ levels: [Float]) -> Tensor {
    let plane = shape[1] * shape[2]
    return Tensor(shape, levels.flatMap { [Float](repeating: $0, count: plane) })
  }

  /// The pictures without content that integrated gradients start from.
  func baselines(_ settings: AttributionSettings) -> [Tensor] {
    let noise = (0..<AttributionSettings.noiseBaselines).map { index in
      var random = RandomStream(seed: settings.seed, stream: 16 + UInt64(index))
      let plane = shape[1] * shape[2]
      return Tensor(shape) { elements in
        for place in elements.indices {
          elements[place] = random.uniform(in: black[place / plane]...white[place / plane])
        }
      }
    }
    switch settings.baseline {
    case .black: return [even(black)]
    case .white: return [even(white)]
    case .noise: return noise
    case .mean: return [even(black), even(white)] + noise
    }
  }
}

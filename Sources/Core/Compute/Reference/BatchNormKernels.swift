/// Batch norm over `[count, channels, …]`, for images and vectors alike; formulas at `BatchNorm2d`.
///
/// Means and variances are summed in Double: a Float would lose digits over 100,000 terms.
private struct ChannelNorm {
  let epsilon: Double
  let momentum: Double

  private struct Statistics {
    var mean: Double
    /// Biased: the mean of squared distances to the mean.
    var variance: Double
  }

  private func statistics<Scalar>(_ input: Values<Scalar>, of channel: Int) -> Statistics {
    let layout = ChannelLayout(input.shape)
    let total = Double(layout.count * layout.places)
    var sum = 0.0
    for example in 0..<layout.count {
      for index in layout.range(example, channel) { sum += Double(input.elements[index]) }
    }
    let mean = sum / total
    var squares = 0.0
    for example in 0..<layout.count {
      for index in layout.range(example, channel) {
        let distance = Double(input.elements[index]) - mean
        squares += distance * distance
      }
    }
    return Statistics(mean: mean, variance: squares / total)
  }

  /// What the channel is normalised by: the batch's statistics in training, the running ones in inference.
  private func normaliser<Scalar>(_ pass: NodePass<Scalar>, of channel: Int) -> Statistics {
    switch pass.mode {
    case .training:
      statistics(pass.inputs[0], of: channel)
    case .inference:
      Statistics(
        mean: Double(pass.parameters[2].elements[channel]),
        variance: Double(pass.parameters[3].elements[channel]))
    }
  }

  func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> {
    let input = pass.inputs[0]
    let layout = ChannelLayout(input.shape)
    var result = Values<Scalar>(input.shape)
    for channel in 0..<layout.channels {
      let used = normaliser(pass, of: channel)
      if pass.mode == .training { moveRunningStatistics(&pass, of: channel, towards: used) }
      let mean = Scalar(used.mean)
      let factor = pass.parameters[0].elements[channel] * Scalar(1 / (used.variance + epsilon).squareRoot())
      let offset = pass.parameters[1].elements[channel]
      for example in 0..<layout.count {
        for index in layout.range(example, channel) {
          result.elements[index] = (input.elements[index] - mean) * factor + offset
        }
      }
    }
    return result
  }

  private func moveRunningStatistics<Scalar>(
    _ pass: inout NodePass<Scalar>, of channel: Int, towards batch: Statistics
  ) {
    let layout = ChannelLayout(pass.inputs[0].shape)
    let total = Double(layout.count * layout.places)
    func moved(_ running: Scalar, _ new: Double) -> Scalar {
      Scalar((1 - momentum) * Double(running) + momentum * new)
    }
    pass.parameters[2].elements[channel] = moved(pass.parameters[2].elements[channel], batch.mean)
    // The unbiased variance, as PyTorch stores it.
    pass.parameters[3].elements[channel] = moved(
      pass.parameters[3].elements[channel], batch.variance * total / (total - 1))
  }

  /// Σ gradient and Σ gradient · normalised input of a channel: the gradients of its offset and its factor.
  private func gradientSums<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>, of channel: Int, _ used: Statistics
  ) -> (offset: Double, factor: Double) {
    let layout = ChannelLayout(gradient.shape)
    let scale = 1 / (used.variance + epsilon).squareRoot()
    var sums = (offset: 0.0, factor: 0.0)
    for example in 0..<layout.count {
      for index in layout.range(example, channel) {
        let upstream = Double(gradient.elements[index])
        sums.offset += upstream
        sums.factor += upstream * (Double(pass.inputs[0].elements[index]) - used.mean) * scale
      }
    }
    return sums
  }

  /// In training the batch's statistics depend on every input, which takes two means off the gradient (Ioffe & Szegedy
  /// 2015, section 3): `γ / σ · (g − mean(g) − x̂ · mean(g · x̂))`. In inference they are constants: `γ / σ · g`.
  func inputGradient<Scalar>(_ gradient: Values<Scalar>, _ pass: NodePass<Scalar>) -> Values<Scalar> {
    let input = pass.inputs[0]
    let layout = ChannelLayout(input.shape)
    let total = Double(layout.count * layout.places)
    var result = Values<Scalar>(input.shape)
    for channel in 0..<layout.channels {
      let used = normaliser(pass, of: channel)
      let scale = 1 / (used.variance + epsilon).squareRoot()
      var means = (offset: 0.0, factor: 0.0)
      if pass.mode == .training {
        let sums = gradientSums(gradient, pass, of: channel, used)
        means = (sums.offset / total, sums.factor / total)
      }
      let factor = pass.parameters[0].elements[channel] * Scalar(scale)
      let centre = Scalar(used.mean)
      let meanGradient = Scalar(means.offset)
      let slope = Scalar(means.factor * scale)
      for example in 0..<layout.count {
        for index in layout.range(example, channel) {
          result.elements[index] =
            factor * (gradient.elements[index] - meanGradient - (input.elements[index] - centre) * slope)
        }
      }
    }
    return result
  }

  func parameterGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] {
    let channels = gradient.shape[1]
    var factors = Values<Scalar>([channels])
    var offsets = Values<Scalar>([channels])
    for channel in 0..<channels {
      let sums = gradientSums(gradient, pass, of: channel, normaliser(pass, of: channel))
      factors.elements[channel] = Scalar(sums.factor)
      offsets.elements[channel] = Scalar(sums.offset)
    }
    return [factors, offsets]
  }
}

extension BatchNorm2d: ReferenceKernel {
  private var norm: ChannelNorm { ChannelNorm(epsilon: Double(epsilon), momentum: Double(momentum)) }

  package func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> { norm.forward(&pass) }

  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] { [norm.inputGradient(gradient, pass)] }

  package func parameterGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] { norm.parameterGradients(gradient, pass) }
}

extension BatchNorm1d: ReferenceKernel {
  private var norm: ChannelNorm { ChannelNorm(epsilon: Double(epsilon), momentum: Double(momentum)) }

  package func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> { norm.forward(&pass) }

  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] { [norm.inputGradient(gradient, pass)] }

  package func parameterGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] { norm.parameterGradients(gradient, pass) }
}

extension LocalResponseNorm: ReferenceKernel {
  /// The channels whose squares are in a channel's divisor.
  private func window(_ channel: Int, of channels: Int) -> Range<Int> {
    max(channel - size / 2, 0)..<min(channel + (size - 1) / 2 + 1, channels)
  }

  /// `k + α / size · Σ in[j]²` at every place.
  private func divisors<Scalar>(_ input: Values<Scalar>) -> Values<Scalar> {
    let layout = ChannelLayout(input.shape)
    let share = Scalar(alpha) / Scalar(size)
    var result = Values(input.shape, repeating: Scalar(k))
    for example in 0..<layout.count {
      for channel in 0..<layout.channels {
        let own = layout.range(example, channel).lowerBound
        for other in window(channel, of: layout.channels) {
          let theirs = layout.range(example, other).lowerBound
          for place in 0..<layout.places {
            result.elements[own + place] +=
              share * input.elements[theirs + place] * input.elements[theirs + place]
          }
        }
      }
    }
    return result
  }

  package func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> {
    let exponent = -Scalar(beta)
    return pass.inputs[0].zip(divisors(pass.inputs[0])) { $0 * Scalar.power($1, exponent) }
  }

  /// With divisors d: `gᵢ dᵢ^{−β} − 2 α β / size · xᵢ · Σ_c g_c x_c d_c^{−β−1}`, over the channels c that have i in their
  /// window.
  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] {
    let input = pass.inputs[0]
    let divisors = divisors(input)
    let exponent = -Scalar(beta)
    let shares = gradient.zip(divisors) { $0 * Scalar.power($1, exponent) }
    let slopes = shares.zip(input.zip(divisors) { $0 / $1 }) { $0 * $1 }
    let factor = 2 * Scalar(alpha) * Scalar(beta) / Scalar(size)
    let layout = ChannelLayout(input.shape)
    var result = shares
    for example in 0..<layout.count {
      for channel in 0..<layout.channels {
        let own = layout.range(example, channel).lowerBound
        for other in window(channel, of: layout.channels) {
          let theirs = layout.range(example, other).lowerBound
          for place in 0..<layout.places {
            result.elements[theirs + place] -=
              factor * input.elements[theirs + place] * slopes.elements[own + place]
          }
        }
      }
    }
    return [result]
  }
}

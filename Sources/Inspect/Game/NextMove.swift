package import Core

/// The generator's next move: where D pushes some fakes, and what becomes of them by one step of gradient descent.
///
/// The step is honest: `θ ← θ − rate · ∂L_G/∂θ`, L_G the mean over all the latents that are given, not only those a figure shows, and
/// the fakes afterwards are what the moved generator makes of the same latents. A run's own optimiser goes a shorter way in
/// one step; the rate is larger, so that the way is seen.
package struct NextMove: Sendable {
  /// The fakes in the generator's numbers, `[count, channels, height, width]`.
  package let fakes: Tensor
  /// `−∂L_G/∂x` of each fake's own loss, in the same shape.
  package let push: Tensor
  /// What the moved generator makes of the same latents.
  package let after: Tensor
  /// D's scores before and after, before any sigmoid.
  package let scoresBefore: [Double]
  package let scoresAfter: [Double]
  /// What the gradient was multiplied by; 0 where there is no gradient.
  package let rate: Double
  /// The root mean square change of the brightness of all fakes.
  package let change: Double
  /// The length of the gradient over all parameters.
  package let gradientNorm: Double

  /// How far the pictures should move where no rate is given: root mean square, brightness 0 … 1.
  package static let visibleChange = 0.08

  /// Makes the move.
  /// - Parameters:
  ///   - latents: `[count, …]`, over all of which the loss is averaged.
  ///   - rate: the step's; nil for one at which the pictures move visibly.
  /// - Throws: `NetworkError` if a network cannot be run, `InspectError` if it gives what is no number.
  package init(_ opponents: Opponents, latents: Tensor, rate: Double? = nil) throws {
    let sampling = opponents.sampling
    let count = latents.shape[0]
    let generator = try makeExecutor(for: sampling.model.network, batch: count, mode: .inference)
    let discriminator = try makeExecutor(
      for: opponents.discriminator.model.network, batch: count, mode: .inference)
    try discriminator.load(opponents.discriminator.model.parameters)
    let shape = sampling.pictureShape.batched(count)
    func painted(_ parameters: Parameters) throws -> Tensor {
      try generator.load(parameters)
      try generator.forward(latents.reshaped(sampling.latentShape.batched(count)))
      return try generator.output()
    }
    let made = try painted(sampling.model.parameters)
    let before = made.reshaped(shape)
    let (push, scores) = try opponents.pushes(on: before, discriminator)
    guard push.elements.allSatisfy(\.isFinite), scores.allSatisfy(\.isFinite) else {
      throw InspectError(
        .notApplicable, opponents.discriminator.name,
        "gives scores that are not finite; nothing can be learnt from them")
    }
    // The gradient of the mean loss: the pushes turned round and shared among the latents.
    let share = -1 / Float(count)
    try generator.backward(
      from: sampling.model.network.output, gradient: Tensor(made.shape, push.elements.map { $0 * share }),
      rule: .plain, into: .parameters)
    let gradients = try generator.parameterGradients()
    let norm = gradients.names.reduce(0.0) { sum, name in
      gradients[name]!.elements.reduce(sum) { $0 + Double($1) * Double($1) }
    }.squareRoot()

    let lossBefore = NextMove.mean(scores.map(Opponents.loss))
    let picturesBefore = sampling.brightness(before)
    func move(_ rate: Double) throws -> (after: Tensor, change: Double) {
      let after = try painted(sampling.model.parameters.moved(along: gradients, by: -Float(rate))).reshaped(
        shape)
      return (after, NextMove.difference(sampling.brightness(after), picturesBefore))
    }
    var chosen = rate ?? 0
    if rate == nil, norm > 0, norm.isFinite {
      chosen = try NextMove.rate(startingAt: 1 / norm) { try move($0).change }
      // Never beyond where the step would be none: the loss is to fall.
      for _ in 0..<12 {
        let scores = try opponents.scores(of: move(chosen).after)
        if NextMove.mean(scores.map(Opponents.loss)) < lossBefore { break }
        chosen = NextMove.rounded(chosen / 2)
      }
    }
    let (after, change) = try move(chosen)
    fakes = before
    self.push = push
    self.after = after
    scoresBefore = scores
    scoresAfter = try opponents.scores(of: after)
    self.rate = chosen
    self.change = change
    gradientNorm = norm
    guard after.elements.allSatisfy(\.isFinite) else {
      throw InspectError(
        .input, sampling.name,
        "a step of rate \(chosen) makes pictures that are not finite; give a smaller one")
    }
  }

  /// The mean loss of G before and after.
  package var losses: (before: Double, after: Double) {
    (NextMove.mean(scoresBefore.map(Opponents.loss)), NextMove.mean(scoresAfter.map(Opponents.loss)))
  }

  /// Looks for the rate at which pictures change as much as is wanted; one of two digits, so that what is printed is what was done.
  private static func rate(startingAt first: Double, change: (Double) throws -> Double) throws -> Double {
    var rate = first
    for _ in 0..<16 {
      let reached = try change(rate)
      let ratio = visibleChange / reached
      if !ratio.isFinite || reached == 0 {
        rate *= reached.isFinite ? 8 : 0.125
      } else if abs(ratio - 1) < 0.05 {
        break
      } else {
        rate *= min(max(ratio, 0.125), 8)
      }
    }
    return rounded(rate)
  }

  /// A rate to two significant digits.
  private static func rounded(_ rate: Double) -> Double {
    guard rate > 0, rate.isFinite else { return 0 }
    var unit = 1.0
    while rate / unit >= 100 { unit *= 10 }
    while rate / unit < 10 { unit /= 10 }
    return (rate / unit).rounded() * unit
  }

  private static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(max(values.count, 1))
  }

  private static func difference(_ first: Tensor, _ second: Tensor) -> Double {
    var sum = 0.0
    for (a, b) in zip(first.elements, second.elements) { sum += Double(a - b) * Double(a - b) }
    return (sum / Double(max(first.elements.count, 1))).squareRoot()
  }
}

extension Parameters {
  /// The parameters moved along others of the same names and shapes; those that have none there stay.
  func moved(along direction: Parameters, by factor: Float) -> Parameters {
    var result = self
    for name in direction.names {
      guard let old = self[name], let step = direction[name], old.shape == step.shape else { continue }
      result[name] = Tensor(old.shape) { elements in
        for index in elements.indices {
          elements[index] = old.elements[index] + factor * step.elements[index]
        }
      }
    }
    return result
  }
}

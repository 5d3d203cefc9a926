package import Core

/// The derivatives of a generator's pictures, as brightness, by the numbers of its latent.
package enum GeneratorJacobian {
  /// How far a number of the latent is moved both ways for a difference, in standard deviations of N(0, 1).
  ///
  /// In 32-bit floats a smaller step loses digits of the difference, a larger one the straightness of the way.
  package static let step: Float = 0.02

  /// Central differences, `(G(z + h·e) − G(z − h·e)) / 2h` for every number of every latent: one column of the Jacobian after
  /// the other.
  /// - Parameters:
  ///   - latents: `[count, …]`, at least one.
  ///   - visit: is told the latent's index, the number's index, and the derivative of every brightness.
  package static func differences(
    of sampling: Sampling, at latents: Tensor, progress: (Double) -> Void = { _ in },
    visit: (_ latent: Int, _ number: Int, _ column: UnsafeBufferPointer<Float>) -> Void
  ) throws {
    let d = sampling.dimensions
    let count = latents.shape[0] * d * 2
    let size = sampling.pictureShape.elementCount
    // Both sides of a difference are in one batch.
    let batch = min(count, max(2, sampling.model.network.comfortableBatch / 2 * 2))
    var column = [Float](repeating: 0, count: size)
    try Sweep(sampling.model, count: count, batch: batch).run { range in
      Tensor(sampling.latentShape.batched(range.count)) { moved in
        for (row, index) in range.enumerated() {
          let (latent, number) = (index / 2 / d, index / 2 % d)
          for place in 0..<d { moved[row * d + place] = latents.elements[latent * d + place] }
          moved[row * d + number] += index % 2 == 0 ? step : -step
        }
      }
    } visit: { range, executor in
      let raw = try executor.output()
      let pictures = sampling.brightness(
        Tensor(sampling.pictureShape.batched(range.count), Array(raw.elements.prefix(range.count * size))))
      pictures.elements.withUnsafeBufferPointer { pictures in
        for pair in 0..<range.count / 2 {
          let (above, below) = (
            pictures.baseAddress! + 2 * pair * size, pictures.baseAddress! + (2 * pair + 1) * size
          )
          column.withUnsafeMutableBufferPointer { column in
            for place in 0..<column.count { column[place] = (above[place] - below[place]) / (2 * step) }
          }
          let index = range.lowerBound / 2 + pair
          column.withUnsafeBufferPointer { visit(index / d, index % d, $0) }
        }
      }
      progress(Double(range.upperBound) / Double(count))
    }
  }

  /// The derivatives themselves, by a backward pass for every number of a picture: one row of the Jacobian after the other.
  ///
  /// Exact, and as many passes as a picture has numbers.
  /// - Parameter visit: is told the picture's number, and its derivatives `[count, numbers of a latent]`.
  package static func gradients(
    of sampling: Sampling, at latents: Tensor, progress: (Double) -> Void = { _ in },
    visit: (_ place: Int, _ rows: UnsafeBufferPointer<Float>) -> Void
  ) throws {
    let (count, size) = (latents.shape[0], sampling.pictureShape.elementCount)
    let network = sampling.model.network
    let executor = try makeExecutor(for: network, batch: count, mode: .inference)
    try executor.load(sampling.model.parameters)
    try executor.forward(latents.reshaped(sampling.latentShape.batched(count)))
    let raw = try executor.output()
    var gradient = Tensor(raw.shape)
    for place in 0..<size {
      for index in 0..<count {
        gradient.elements[index * size + place] = sampling.slope(
          at: raw.elements[index * size + place], place)
      }
      try executor.backward(from: network.output, gradient: gradient, rule: .plain, into: .inputs)
      let rows = try executor.gradient(of: network.inputs[0].name)
      rows.elements.withUnsafeBufferPointer { visit(place, $0) }
      for index in 0..<count { gradient.elements[index * size + place] = 0 }
      progress(Double(place + 1) / Double(size))
    }
  }
}

extension Sampling {
  /// How fast brightness grows with a number that the generator makes.
  fileprivate func slope(at raw: Float, _ place: Int) -> Float {
    switch output {
    case .symmetric: return 0.5
    case .unit: return 1
    case .clipped(let normalisation):
      let channel = place / (pictureShape[1] * pictureShape[2])
      let entry = normalisation.mean.count == pictureShape[0] ? channel : 0
      let brightness = raw * normalisation.deviation[entry] + normalisation.mean[entry]
      return brightness > 0 && brightness < 1 ? normalisation.deviation[entry] : 0
    }
  }
}

package import Core

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#endif

/// Gradient descent on latents: all starts of some pictures at once, each a row of the network's batch.
///
/// The loss of a row is `‖G(z) − x‖² + w (‖z‖² / d − 1)²`, G(z) and x in brightness 0 … 1 and the square summed over all pixels
/// (a generator's numbers beyond black and white are not clipped while it is searched: clipped ones have no slope); for the
/// uniform prior it has no second part. Latents move by Adam (0.9, 0.999, 10⁻⁸). A step allocates nothing.
package final class InversionSearch {
  private let sampling: Sampling
  private let settings: InversionSettings
  private let executor: any TrainableExecutor
  private let input: String
  private let output: String
  private let dimensions: Int
  private let pixels: Int
  /// From the generator's numbers to brightness: a factor and an offset for each channel.
  private let scale: [Float]
  private let offset: [Float]
  /// Pictures in a batch.
  package let capacity: Int

  private var latents: [Float]
  private var first: [Float]
  private var second: [Float]
  private var losses: [Double]
  /// For each row the latent of the lowest loss so far, and that loss.
  private var best: [Float]
  private var lowest: [Double]

  /// Rows in a batch, about: more make no step faster and take memory.
  private static let usualRows = 128

  /// Compiles for some pictures, at most as many as fill a batch.
  package init(
    _ sampling: Sampling, pictures: Int, settings: InversionSettings
  ) throws(InspectError) {
    try settings.check()
    self.sampling = sampling
    self.settings = settings
    capacity = max(1, min(pictures, Self.usualRows / settings.starts))
    let rows = capacity * settings.starts
    do {
      executor = try makeTrainableExecutor(for: sampling.model.network, batch: rows, mode: .inference)
      try executor.load(sampling.model.parameters)
    } catch { throw InspectError(.notApplicable, sampling.name, error.description) }
    (input, output) = (sampling.model.network.inputs[0].name, sampling.model.network.output)
    (dimensions, pixels) = (sampling.dimensions, sampling.pictureShape.elementCount)
    (scale, offset) = sampling.brightnessSlope
    latents = [Float](repeating: 0, count: rows * dimensions)
    (first, second, best) = (latents, latents, latents)
    losses = [Double](repeating: 0, count: rows)
    lowest = losses
  }

  /// What was found for some pictures.
  package struct Found {
    /// The best latent of every start, `[pictures, starts, dimensions]`.
    package var latents: Tensor
    /// The lowest loss of every start, `[pictures × starts]`.
    package var losses: [Double]
    /// The loss of every start at every step, the starts themselves in front, `[pictures × starts]` of `steps + 1`.
    package var histories: [[Double]]
  }

  /// Searches for the latents of pictures `[count, channels, height, width]`, at most `capacity`.
  /// - Parameters:
  ///   - index: the first picture's number: with it come the starts, so that they do not depend on how pictures are
  ///     put into batches.
  ///   - progress: is told the share of the steps done.
  package func run(
    _ targets: Tensor, from index: Int, progress: (Double) -> Void = { _ in }
  ) -> Found {
    let count = targets.shape[0]
    precondition(count > 0 && count <= capacity, "\(count) pictures, room for \(capacity)")
    let starts = settings.starts
    var streams = (0..<capacity * starts).map { row in
      RandomStream(
        seed: settings.seed, stream: Self.stream | UInt64(index + row / starts) << 16 | UInt64(row % starts))
    }
    for row in streams.indices {
      let range = row * dimensions..<(row + 1) * dimensions
      latents.replaceSubrange(range, with: draw(&streams[row]))
    }
    for place in latents.indices { (first[place], second[place]) = (0, 0) }
    lowest = lowest.map { _ in .infinity }
    var histories = [[Double]](repeating: [], count: count * starts)
    for row in histories.indices { histories[row].reserveCapacity(settings.steps + 1) }
    for step in 1...settings.steps + 1 {
      evaluate(targets)
      for row in histories.indices {
        histories[row].append(losses[row])
        guard losses[row] < lowest[row] else { continue }
        lowest[row] = losses[row]
        for place in row * dimensions..<(row + 1) * dimensions { best[place] = latents[place] }
      }
      // The last look only judges.
      guard step <= settings.steps else { break }
      descend(step)
      if settings.prior == .uniform { redraw(&streams) }
      if step % 10 == 0 { progress(Double(step) / Double(settings.steps)) }
    }
    let kept = count * starts
    return Found(
      latents: Tensor([count, starts, dimensions], Array(best[..<(kept * dimensions)])),
      losses: Array(lowest[..<kept]), histories: histories)
  }

  /// A stream of its own: no start is a latent that a seed gives elsewhere.
  private static let stream: UInt64 = 0x1A7E_0000_0000_0000

  private func draw(_ stream: inout RandomStream) -> [Float] {
    switch settings.prior {
    case .normal: stream.normal([dimensions]).elements
    case .uniform: stream.uniform([dimensions], in: -1...1).elements
    }
  }

  /// The loss of every row, and its gradient at the latents in the executor.
  private func evaluate(_ targets: Tensor) {
    executor.withInput(input) { memory in
      for place in latents.indices { memory[place] = latents[place] }
    }
    executor.run()
    let (plane, wanted) = (pixels / scale.count, targets.shape[0])
    executor.withSeed(at: output) { seed in
      executor.withValue(of: output) { value in
        targets.elements.withUnsafeBufferPointer { targets in
          for row in losses.indices {
            // Rows beyond the last picture repeat the first; nobody looks at them.
            let picture = row / settings.starts < wanted ? row / settings.starts : 0
            var sum = 0.0
            for channel in 0..<scale.count {
              let (factor, shift) = (scale[channel], offset[channel])
              for place in channel * plane..<(channel + 1) * plane {
                let difference =
                  value[row * pixels + place] * factor + shift - targets[picture * pixels + place]
                seed[row * pixels + place] = 2 * difference * factor
                sum += Double(difference * difference)
              }
            }
            losses[row] = sum + shell(row).loss
          }
        }
      }
    }
    executor.runBackward(from: output, rule: .plain, into: .inputs)
  }

  /// What a latent's length costs, and the factor of z in that cost's gradient.
  private func shell(_ row: Int) -> (loss: Double, slope: Float) {
    guard settings.prior == .normal, settings.shellWeight > 0 else { return (0, 0) }
    var square = 0.0
    for place in row * dimensions..<(row + 1) * dimensions {
      square += Double(latents[place]) * Double(latents[place])
    }
    let excess = square / Double(dimensions) - 1
    return (
      settings.shellWeight * excess * excess,
      Float(settings.shellWeight * 4 * excess / Double(dimensions))
    )
  }

  private func descend(_ step: Int) {
    let steps = Double(step)
    let size = Float(settings.rate * (1 - pow(0.999, steps)).squareRoot() / (1 - pow(0.9, steps)))
    executor.withGradient(of: input) { gradient in
      for row in losses.indices {
        let outward = shell(row).slope
        for place in row * dimensions..<(row + 1) * dimensions {
          let slope = gradient[place] + outward * latents[place]
          first[place] = 0.9 * first[place] + 0.1 * slope
          second[place] = 0.999 * second[place] + 0.001 * slope * slope
          latents[place] -= size * first[place] / (second[place].squareRoot() + 1e-8)
        }
      }
    }
  }

  /// Draws coordinates that left −1 … 1 anew; clamped ones would pile up at the ends.
  private func redraw(_ streams: inout [RandomStream]) {
    for row in streams.indices {
      for place in row * dimensions..<(row + 1) * dimensions where !(abs(latents[place]) <= 1) {
        latents[place] = streams[row].uniform(in: -1...1)
      }
    }
  }

  /// The loss of each row and its gradient for given latents, `[rows, dimensions]`: what tests hold against finite differences.
  package func lossAndGradient(_ latents: Tensor, _ targets: Tensor) -> (losses: [Double], gradient: [Float])
  {
    precondition(latents.shape.elementCount == self.latents.count, "latents of \(latents.shape)")
    self.latents = latents.elements
    evaluate(targets)
    return executor.withGradient(of: input) { gradient in
      (
        losses,
        gradient.indices.map { gradient[$0] + shell($0 / dimensions).slope * self.latents[$0] }
      )
    }
  }
}

extension Sampling {
  /// From the generator's numbers to brightness, channel by channel, without clipping: a factor and an offset.
  var brightnessSlope: (scale: [Float], offset: [Float]) {
    let channels = pictureShape[0]
    switch output {
    case .symmetric: return (.init(repeating: 0.5, count: channels), .init(repeating: 0.5, count: channels))
    case .unit: return (.init(repeating: 1, count: channels), .init(repeating: 0, count: channels))
    case .clipped(let normalisation):
      let own = normalisation.mean.count == channels
      return (
        (0..<channels).map { normalisation.deviation[own ? $0 : 0] },
        (0..<channels).map { normalisation.mean[own ? $0 : 0] }
      )
    }
  }
}

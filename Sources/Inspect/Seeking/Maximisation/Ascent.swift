package import Core

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#endif

/// Gradient ascent on many pictures at once, each for a unit of its own: a batch of the network is as many pictures.
///
/// A picture is `sigmoid(colours · Spectrum(coefficients))`, brightness 0 … 1; the network is given it wobbled and normalised.
/// Coefficients move by Adam (0.9, 0.999, 10⁻⁸), as in Lucid. A step allocates nothing.
package final class Ascent {
  /// What one picture is made for.
  package struct Goal: Hashable {
    /// The channel or feature.
    package var unit: Int
    /// Which of its starts: with the unit it chooses the random numbers, whatever else is in the batch.
    package var start: Int

    /// A goal for a unit.
    package init(unit: Int, start: Int) {
      self.unit = unit
      self.start = start
    }
  }

  package let count: Int
  private let channels: Int
  private let executor: any TrainableExecutor
  private let node: String
  private let input: String
  private let seeds: [Float]
  private let objective: UnitTarget.Objective
  private let target: UnitTarget

  private let spectrum: Spectrum
  private let plane: RimmedPlane
  private let coefficients: Workspace
  private let first: Workspace
  private let second: Workspace
  /// Two planes of coefficients for each picture, or a rimmed plane.
  private let scratch: Workspace
  private let roomForOne: Int
  private let pixels: Workspace
  private let rimmed: Workspace
  private var wobbles: [Wobble]
  private var streams: [RandomStream]
  private let goals: [Goal]
  private let range: Wobble.Range
  private let scale: [Float]
  private let offset: [Float]
  private let rate: Float

  /// Lucid's learning rate.
  package static let learningRate: Float = 0.05

  private struct PaintJob {
    let input: UnsafeMutablePointer<Float>
  }
  private struct LearnJob {
    let gradient: UnsafePointer<Float>
    let stepSize: Float
  }
  private var painting: ParallelLoop<PaintJob>!
  private var learning: ParallelLoop<LearnJob>!

  /// Compiles for as many pictures as there are goals.
  /// - Parameter model: the network up to the node that is maximised.
  package init(
    _ model: Model, target: UnitTarget, goals: [Goal], normalisation: Normalisation, seed: UInt64,
    rate: Float = Ascent.learningRate
  ) throws(NetworkError) {
    let shape = model.network.inputs[0].shape
    (count, channels, input, node) = (goals.count, shape[0], model.network.inputs[0].name, target.node)
    (self.target, objective, self.goals, self.rate) = (target, target.objective, goals, rate)
    executor = try makeTrainableExecutor(for: model.network, batch: goals.count, mode: .inference)
    try executor.load(model.parameters)
    seeds = target.seeds
    spectrum = Spectrum(height: shape[1], width: shape[2])
    plane = RimmedPlane(height: shape[1], width: shape[2])
    let planes = goals.count * shape[0]
    coefficients = Workspace(planes * spectrum.coefficientCount)
    first = Workspace(planes * spectrum.coefficientCount)
    second = Workspace(planes * spectrum.coefficientCount)
    roomForOne = max(2 * spectrum.coefficientCount, SmallProduct.padded(plane.count))
    scratch = Workspace(goals.count * roomForOne)
    pixels = Workspace(planes * spectrum.pixelCount)
    rimmed = Workspace(planes * plane.count)
    rimmed.numbers.update(repeating: RimmedPlane.grey, count: rimmed.count)
    wobbles = goals.map { _ in .none }
    range = Wobble.Range(side: max(shape[1], shape[2]))
    scale = (0..<shape[0]).map { 1 / normalisation.deviation[normalisation.deviation.count == 1 ? 0 : $0] }
    offset = (0..<shape[0]).map {
      let entry = normalisation.mean.count == 1 ? 0 : $0
      return -normalisation.mean[entry] / normalisation.deviation[entry]
    }
    streams = goals.map { RandomStream(seed: seed, stream: UInt64($0.unit) << 16 | UInt64($0.start)) }
    for index in goals.indices { fill(index) }
    painting = ParallelLoop { [unowned self] job, index in paint(index, into: job.input) }
    learning = ParallelLoop { [unowned self] job, index in learn(index, job) }
  }

  /// Coefficients from N(0, 0.01²), in the order channel, row, frequency, real before imaginary.
  private func fill(_ index: Int) {
    for channel in 0..<channels {
      let numbers = coefficients.numbers + (index * channels + channel) * spectrum.coefficientCount
      for row in 0..<2 * spectrum.height {
        let row = UnsafeMutableBufferPointer(
          start: numbers + row * spectrum.rowLength, count: spectrum.frequencies)
        streams[index].fillNormal(row, deviation: 0.01)
      }
    }
  }

  /// The coefficients of all pictures without what fills rows up, `[count, channels, 2 (real, imaginary), height, frequencies]`.
  package var spectra: [Float] {
    get {
      rows { Array(UnsafeBufferPointer(start: coefficients.numbers + $0, count: spectrum.frequencies)) }
        .flatMap { $0 }
    }
    set {
      for (row, start) in rows({ $0 }).enumerated() {
        for index in 0..<spectrum.frequencies {
          coefficients.numbers[start + index] = newValue[row * spectrum.frequencies + index]
        }
      }
    }
  }

  private func rows<Result>(_ body: (Int) -> Result) -> [Result] {
    (0..<count * channels * 2 * spectrum.height).map { body($0 * spectrum.rowLength) }
  }

  // MARK: Steps

  /// One step up for every picture.
  /// - Parameter number: which step it is, from 1: Adam's averages begin at zero and are held against that.
  package func step(_ number: Int, wobbling: Bool) {
    if wobbling {
      for index in wobbles.indices { wobbles[index] = Wobble(drawing: &streams[index], range) }
    }
    run()
    executor.withSeed(at: node) { seed in
      seed.update(repeating: 0)
      if target.isRectified, objective == .channel {
        executor.withValue(of: node) { values in
          for (index, goal) in goals.enumerated() {
            target.seed(values, example: index, unit: goal.unit, into: seed)
          }
        }
      } else {
        let size = seeds.count / max(target.units, 1)
        for (index, goal) in goals.enumerated() {
          let at = (index * target.units + goal.unit) * size
          for place in 0..<size { seed[at + place] = seeds[goal.unit * size + place] }
        }
      }
    }
    executor.runBackward(from: node, rule: .plain, into: .inputs)
    let steps = Float(number)
    let stepSize = rate * (1 - pow(0.999, steps)).squareRoot() / (1 - pow(0.9, steps))
    executor.withGradient(of: input) { gradient in
      learning.run(count, on: LearnJob(gradient: gradient.baseAddress!, stepSize: stepSize))
    }
  }

  /// Paints all pictures and runs the network on them.
  private func run() {
    executor.withInput(input) { painting.run(count, on: PaintJob(input: $0.baseAddress!)) }
    executor.run()
  }

  /// What stands at the end: the pictures as they are, not wobbled, `[count, channels, height, width]` in brightness 0 … 1, and
  /// what each reaches.
  package func result() -> (pictures: Tensor, reached: [Float]) {
    for index in wobbles.indices { wobbles[index] = .none }
    run()
    let (height, width) = (plane.height, plane.width)
    let pictures = Tensor([count, channels, height, width]) { result in
      for index in 0..<count * channels {
        for y in 0..<height {
          for x in 0..<width {
            result[(index * height + y) * width + x] =
              rimmed.numbers[index * plane.count + plane.start + y * plane.stride + x]
          }
        }
      }
    }
    let reached = executor.withValue(of: node) { value in
      goals.indices.map { target.score(value, example: $0, unit: goals[$0].unit) }
    }
    return (pictures, reached)
  }

  /// The gradient at the coefficients for a gradient at what the network is given: what tests hold against other tools.
  package func gradient(of upstream: [Float], wobbles: [Wobble]) -> (inputs: [Float], spectra: [Float]) {
    self.wobbles = wobbles
    let size = channels * plane.height * plane.width
    var inputs = [Float](repeating: 0, count: count * size)
    inputs.withUnsafeMutableBufferPointer { painting.run(count, on: PaintJob(input: $0.baseAddress!)) }
    var spectra: [Float] = []
    upstream.withUnsafeBufferPointer { upstream in
      for index in 0..<count {
        for channel in 0..<channels {
          back(index, upstream.baseAddress!, channel)
        }
        uncolour(index)
        for channel in 0..<channels {
          let result = descend(index, channel)
          for row in 0..<2 * spectrum.height {
            spectra += UnsafeBufferPointer(
              start: result + row * spectrum.rowLength, count: spectrum.frequencies)
          }
        }
      }
    }
    return (inputs, spectra)
  }

  // MARK: One picture

  private func pixelPlane(_ index: Int, _ channel: Int) -> UnsafeMutablePointer<Float> {
    pixels.numbers + (index * channels + channel) * spectrum.pixelCount
  }

  private func rimmedPlane(_ index: Int, _ channel: Int) -> UnsafeMutablePointer<Float> {
    rimmed.numbers + (index * channels + channel) * plane.count
  }

  private func scratch(_ index: Int) -> UnsafeMutablePointer<Float> {
    scratch.numbers + index * roomForOne
  }

  private func paint(_ index: Int, into input: UnsafeMutablePointer<Float>) {
    for channel in 0..<channels {
      spectrum.paint(
        coefficients.numbers + (index * channels + channel) * spectrum.coefficientCount,
        into: pixelPlane(index, channel), scratch: scratch(index))
    }
    colour(index)
    let size = plane.height * plane.width
    for channel in 0..<channels {
      let (from, to) = (pixelPlane(index, channel), rimmedPlane(index, channel))
      // What the gradient left on the rim was for nobody.
      to.update(repeating: RimmedPlane.grey, count: plane.count)
      for y in 0..<plane.height {
        for x in 0..<plane.width {
          to[plane.start + y * plane.stride + x] = 1 / (1 + exp(-from[y * spectrum.pixelRow + x]))
        }
      }
      plane.read(
        to, wobbles[index], scale: scale[channel], offset: offset[channel],
        into: input + (index * channels + channel) * size)
    }
  }

  /// The gradient at one channel of the input to that at the picture before the sigmoid.
  private func back(_ index: Int, _ gradient: UnsafePointer<Float>, _ channel: Int) {
    let size = plane.height * plane.width
    let (rim, to) = (scratch(index), pixelPlane(index, channel))
    let brightness = rimmedPlane(index, channel)
    // The rimmed plane's gradient needs room of its own: the brightness is still wanted.
    plane.spread(
      gradient + (index * channels + channel) * size, wobbles[index], scale: scale[channel], into: rim)
    for y in 0..<plane.height {
      for x in 0..<plane.width {
        let at = plane.start + y * plane.stride + x
        to[y * spectrum.pixelRow + x] = rim[at] * brightness[at] * (1 - brightness[at])
      }
    }
  }

  /// From the gradient at the pixels of one channel to that at its coefficients, in the picture's scratch.
  private func descend(_ index: Int, _ channel: Int) -> UnsafeMutablePointer<Float> {
    let result = scratch(index)
    spectrum.learn(
      pixelPlane(index, channel), into: result, scratch: result + spectrum.coefficientCount)
    return result
  }

  private func learn(_ index: Int, _ job: LearnJob) {
    for channel in 0..<channels { back(index, job.gradient, channel) }
    uncolour(index)
    for channel in 0..<channels {
      let gradient = descend(index, channel)
      let start = (index * channels + channel) * spectrum.coefficientCount
      let (value, first, second) = (
        coefficients.numbers + start, first.numbers + start, second.numbers + start
      )
      for place in 0..<spectrum.coefficientCount {
        let slope = gradient[place]
        first[place] = 0.9 * first[place] + 0.1 * slope
        second[place] = 0.999 * second[place] + 0.001 * slope * slope
        value[place] += job.stepSize * first[place] / (second[place].squareRoot() + 1e-8)
      }
    }
  }

  // MARK: Colour

  /// The square root of the covariance of colours in natural pictures, as Lucid has it, its longest column made 1: what is
  /// painted in independent channels comes out in colours that belong together.
  static let colours: [Float] = {
    let matrix: [Float] = [0.26, 0.09, 0.02, 0.27, 0, -0.05, 0.27, -0.09, 0.03]
    let longest = (0..<3).map { column in
      (0..<3).reduce(Float(0)) { $0 + matrix[$1 * 3 + column] * matrix[$1 * 3 + column] }.squareRoot()
    }.max()!
    return matrix.map { $0 / longest }
  }()

  private func colour(_ index: Int) { mix(index) { row, column in Self.colours[row * 3 + column] } }

  private func uncolour(_ index: Int) { mix(index) { row, column in Self.colours[column * 3 + row] } }

  /// Mixes the channels of a coloured picture; greys stay as they are (Lucid made grey pictures of coloured ones).
  @inline(__always)
  private func mix(_ index: Int, _ factor: (Int, Int) -> Float) {
    guard channels == 3 else { return }
    let (red, green, blue) = (pixelPlane(index, 0), pixelPlane(index, 1), pixelPlane(index, 2))
    for place in 0..<spectrum.pixelCount {
      let (a, b, c) = (red[place], green[place], blue[place])
      red[place] = factor(0, 0) * a + factor(0, 1) * b + factor(0, 2) * c
      green[place] = factor(1, 0) * a + factor(1, 1) * b + factor(1, 2) * c
      blue[place] = factor(2, 0) * a + factor(2, 1) * b + factor(2, 2) * c
    }
  }
}

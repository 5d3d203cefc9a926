public import Core
internal import Render

/// Latents for a generator, and the pictures it makes of them.
///
/// The one place that decides how a generator's numbers become brightness: by its last operation, never by the
/// numbers themselves, so that pictures of different moments can be compared.
public struct Sampling: Sendable {
  /// How a generator's numbers become brightness, 0 black to 1 white.
  public enum Output: Hashable, Sendable {
    /// It ends in tanh: `(x + 1) / 2`.
    case symmetric
    /// It ends in a sigmoid: as it is.
    case unit
    /// It ends in anything else: back through its run's normalisation, or as it is; clipped to 0 … 1.
    case clipped(Normalisation)
  }

  /// The generator.
  public let model: Model
  /// What the generator is called in messages.
  public let name: String
  /// How its numbers become brightness.
  public let output: Output
  /// Channels, height and width of one picture.
  public let pictureShape: Shape

  /// Prepares a generator for sampling.
  /// - Throws: `InspectError` saying what the network is, if it is no generator.
  public init(_ specimen: Specimen) throws(InspectError) {
    let network = specimen.model.network
    guard specimen.role == .generator else { throw Sampling.noGenerator(specimen) }
    guard network.inputs.count == 1 else {
      throw InspectError(
        .notApplicable, specimen.name,
        "takes \(network.inputs.count) inputs (\(network.inputs.map(\.name).listed)); "
          + (network.label == nil
            ? "a generator takes one latent" : "say which class it is to paint with --label")
      )
    }
    let latent = network.inputs[0].shape
    guard latent.extents.filter({ $0 > 1 }).count <= 1, latent.elementCount > 0 else {
      throw Sampling.noGenerator(specimen)
    }
    let shape: Shape
    do { shape = try network.shapes()[network.output]!.perExample } catch {
      throw InspectError(.notApplicable, specimen.name, error.description)
    }
    guard let picture = Sampling.picture(of: shape) else {
      throw InspectError(
        .notApplicable, specimen.name,
        "makes \(shape.timesDescription); pictures have 1 or 3 channels, a height and a width")
    }
    model = specimen.model
    name = specimen.name
    pictureShape = picture
    output = Sampling.output(of: network, specimen.normalisation)
  }

  private static func noGenerator(_ specimen: Specimen) -> InspectError {
    let network = specimen.model.network
    let given = network.inputs.map(\.shape.timesDescription).listed
    let made = (try? network.shapes()[network.output]!.perExample.timesDescription) ?? "something else"
    let role = specimen.role == .generator ? "network" : specimen.role.rawValue
    return InspectError(
      .notApplicable, specimen.name,
      "is a \(role): it makes \(made) of \(given); a generator makes a picture of a latent vector")
  }

  /// A picture's channels, height and width; a square row of numbers is a grey picture.
  private static func picture(of shape: Shape) -> Shape? {
    if shape.rank == 3, shape[0] == 1 || shape[0] == 3, shape.elementCount > 0 { return shape }
    let side = Int(Double(shape.elementCount).squareRoot().rounded())
    return shape.rank == 1 && side > 1 && side * side == shape[0] ? [1, side, side] : nil
  }

  /// What the network ends in, whatever only rearranges its numbers left aside.
  private static func output(of network: Network, _ normalisation: Normalisation) -> Output {
    var name = network.output
    while let node = network.nodes.first(where: { $0.name == name }) {
      switch node.operation {
      case is Tanh: return .symmetric
      case is Sigmoid: return .unit
      case is Reshape, is Flatten, is Dropout: name = node.inputs[0]
      default: return .clipped(normalisation)
      }
    }
    return .clipped(normalisation)
  }

  /// The shape of one latent.
  public var latentShape: Shape { model.network.inputs[0].shape }
  /// The numbers in one latent.
  public var dimensions: Int { latentShape.elementCount }

  /// Latents from N(0, I), the same ones for a seed wherever it is asked for; `[count, …]`.
  public func latents(seed: UInt64, count: Int) -> Tensor {
    var random = RandomStream(seed: seed, stream: Sampling.stream)
    return random.normal(latentShape.batched(count))
  }

  /// A stream of its own: no latent that a run was trained on comes up by its seed.
  private static let stream: UInt64 = 0x5A3B_0000_0000_0000

  /// The pictures of latents as brightness, 0 black to 1 white; `[count, channels, height, width]`.
  ///
  /// Batch norm uses its running statistics, so that a picture depends on its own latent alone.
  /// - Parameter latents: `[count, …]`, in the latent's shape or as vectors.
  /// - Throws: `InspectError` if the latents do not fit or the network cannot be run.
  public func pictures(of latents: Tensor) throws(InspectError) -> Tensor { brightness(try raw(of: latents)) }

  /// The pictures of latents as the generator makes them, for a discriminator.
  func raw(of latents: Tensor) throws(InspectError) -> Tensor {
    guard latents.shape.rank > 0, latents.shape[0] > 0,
      latents.shape.elementCount == latents.shape[0] * dimensions
    else {
      throw InspectError(
        .input, name, "expected latents of \(latentShape) with their count in front, found \(latents.shape)")
    }
    let raw = try Sampling.run(model.network, model.parameters, latentShape, latents, named: name)
    return raw.reshaped(pictureShape.batched(latents.shape[0]))
  }

  /// Runs a network in inference over any number of examples, in batches of one size.
  static func run(
    _ network: Network, _ parameters: Parameters, _ inputShape: Shape, _ inputs: Tensor, named name: String
  ) throws(InspectError) -> Tensor {
    do {
      let count = inputs.shape[0]
      let batch = min(count, 64)
      let executor = try makeExecutor(for: network, batch: batch, mode: .inference)
      try executor.load(parameters)
      let size = inputShape.elementCount
      var elements: [Float] = []
      var shape: Shape = [0]
      for start in stride(from: 0, to: count, by: batch) {
        let end = min(start + batch, count)
        var part = Array(inputs.elements[start * size..<end * size])
        part += [Float](repeating: 0, count: (batch - (end - start)) * size)
        try executor.forward(Tensor(inputShape.batched(batch), part))
        let output = try executor.output()
        shape = output.shape.perExample
        elements += output[0..<end - start].elements
      }
      return Tensor(shape.batched(count), elements)
    } catch { throw InspectError(.notApplicable, name, error.description) }
  }

  /// A generator's numbers as brightness.
  func brightness(_ raw: Tensor) -> Tensor {
    switch output {
    case .symmetric: return raw.map { ($0 + 1) / 2 }
    case .unit: return raw
    case .clipped(let normalisation):
      let channels = pictureShape[0]
      let plane = pictureShape[1] * pictureShape[2]
      let entries = normalisation.mean.count == channels ? channels : 1
      return Tensor(raw.shape) { elements in
        for index in elements.indices {
          let entry = index / plane % channels % entries
          let value = raw.elements[index] * normalisation.deviation[entry] + normalisation.mean[entry]
          elements[index] = value.isNaN ? value : min(max(value, 0), 1)
        }
      }
    }
  }

  /// Pictures for drawing.
  static func tiles(_ pictures: Tensor) -> ImageTiles {
    let shape = pictures.shape
    return ImageTiles(
      numbers: pictures.elements, count: shape[0], channels: shape[1], height: shape[2], width: shape[3])
  }

  /// How numbers became grey, for a figure's line of facts.
  var scaleFact: String {
    switch output {
    case .symmetric: "black \(Numbers.minus)1, white 1, not stretched"
    case .unit: "black 0, white 1, not stretched"
    case .clipped(.unit): "black 0, white 1, clipped beyond, not stretched"
    case .clipped: "black and white as in the training pictures, clipped beyond, not stretched"
    }
  }

  /// What latents are drawn from, for a figure's line of facts.
  func priorFact(of specimen: Specimen) -> String {
    let prior = "z ~ N(0, I) of \(Numbers.grouped(dimensions)) numbers"
    return specimen.moment == nil ? prior + ", assumed: the file names no prior" : prior
  }
}

public import Core
internal import Render

/// What a network is given in a figure: one picture or latent, and what is known of it.
public struct Example: Hashable, Sendable {
  /// Which picture or latent is meant.
  public enum Choice: Hashable, Sendable {
    /// One of the run's probe pictures, from 0.
    case probe(Int)
    /// One of the run's fixed latents, from 0; without a run, one drawn from N(0, 1).
    case latent(Int)
    /// A picture from elsewhere, under the name it was asked for by: its path.
    case picture(Picture, name: String)
    /// Numbers just as the network is to be given them, `[1, …]`, under a name.
    case tensor(Tensor, name: String)
  }

  /// What the network is given: `[1, …]`.
  public let input: Tensor
  /// What figures call it: `probe picture 12`.
  public let name: String
  /// The true class, if it is known.
  public let label: Int?
  /// The option of a recipe that names it.
  let option: FigureRecipe.Entry?
  /// The picture's bytes `[channels, height, width]`, if it is one and its black and white are known.
  private let bytes: [UInt8]?

  /// An example for a model.
  /// - Parameter choice: which; nil for the first probe picture or latent, or what there is.
  /// - Throws: `InspectError` with both shapes if it does not fit the network, or if there is none.
  public init(_ choice: Choice?, for specimen: Specimen) throws(InspectError) {
    let network = specimen.model.network
    guard network.inputs.count == 1 else {
      throw InspectError(
        .notApplicable, specimen.name,
        "takes \(network.inputs.count) inputs (\(network.inputs.map(\.name).listed)); "
          + (network.label == nil || specimen.role != .generator
            ? "only networks with one can be shown an example"
            : "say which class it is to paint with --label")
      )
    }
    let shape = network.inputs[0].shape
    let probe = specimen.probe
    let chosen: Choice
    if let choice { chosen = choice } else { chosen = try Example.usual(for: specimen) }
    switch chosen {
    case .probe(let index):
      guard let probe, probe.count > 0 else {
        throw InspectError(.input, specimen.name, "has no probe pictures; give a picture with --image")
      }
      guard (0..<probe.count).contains(index) else {
        throw InspectError(
          .input, "probe \(index)", "there are \(probe.count) probe pictures, 0 to \(probe.count - 1)")
      }
      try Example.check(probe.pictureShape.perExample, "probe picture \(index)", fits: shape, specimen)
      input = probe.input(index)
      name = "probe picture \(index)"
      label = probe.labels.isEmpty ? nil : probe.labels[index]
      option = .init("probe", .integer(index))
      let size = shape.elementCount
      bytes = Array(probe.pictures[index * size..<(index + 1) * size])
    case .latent(let index):
      input = try Example.latent(index, shape, specimen)
      name = probe?.latents != nil ? "fixed latent \(index)" : "latent \(index) of N(0, 1)"
      label = nil
      option = .init("latent", .integer(index))
      bytes = nil
    case .picture(let picture, let name):
      guard shape.rank == 3 else {
        throw InspectError(.input, name, "is a picture; '\(specimen.name)' takes \(shape)")
      }
      let fitted = shape[0] == 1 ? picture.greyscale() : shape[0] == 3 ? picture.colour() : picture
      try Example.check(fitted.shape, name, fits: shape, specimen)
      input = specimen.normalisation.tensor(fitted.samples, shape.batched(1))
      self.name = name
      label = nil
      option = .init("image", .string(name))
      bytes = fitted.samples
    case .tensor(let tensor, let name):
      guard tensor.shape == shape.batched(1) else {
        throw InspectError(
          .input, name,
          "is \(tensor.shape); '\(specimen.name)' takes \(shape.batched(1)), one example at a time")
      }
      input = tensor
      self.name = name
      label = nil
      option = .init("image", .string(name))
      bytes = shape.rank == 3 ? probe.map { $0.normalisation.samples(of: tensor) } : nil
    }
  }

  /// What is shown where nothing was asked for.
  private static func usual(for specimen: Specimen) throws(InspectError) -> Choice {
    if specimen.role == .generator { return .latent(0) }
    guard let probe = specimen.probe, probe.count > 0 else {
      throw InspectError(.input, specimen.name, "comes without pictures; give one with --image")
    }
    return .probe(0)
  }

  private static func check(
    _ found: Shape, _ name: String, fits expected: Shape, _ specimen: Specimen
  ) throws(InspectError) {
    guard found != expected else { return }
    guard expected.rank == 3 else {
      throw InspectError(.input, name, "is a picture; '\(specimen.name)' takes \(expected), which is none")
    }
    throw InspectError(
      .input, name,
      "is \(found.timesDescription) (channels × height × width); '\(specimen.name)' takes "
        + "\(expected.timesDescription): scale the picture to \(expected[1]) × \(expected[2]) pixels")
  }

  private static func latent(
    _ index: Int, _ shape: Shape, _ specimen: Specimen
  ) throws(InspectError) -> Tensor {
    guard specimen.role == .generator else {
      throw InspectError(
        .input, "latent \(index)",
        "'\(specimen.name)' is a \(specimen.role.rawValue), which takes pictures; choose one with --probe or --image"
      )
    }
    if let latents = specimen.probe?.latents {
      guard (0..<latents.shape[0]).contains(index) else {
        throw InspectError(
          .input, "latent \(index)",
          "there are \(latents.shape[0]) fixed latents, 0 to \(latents.shape[0] - 1)")
      }
      guard latents.shape.perExample == shape else {
        throw InspectError(
          .input, "latent \(index)", "is \(latents.shape.perExample); '\(specimen.name)' takes \(shape)")
      }
      return latents[index..<index + 1]
    }
    guard index >= 0 else { throw InspectError(.input, "latent \(index)", "latents are counted from 0") }
    var random = RandomStream(seed: UInt64(index), stream: 0)
    return random.normal(shape.batched(1))
  }
}

extension Example {
  /// True if it can be shown as a picture: one channel, or red, green and blue.
  var isPicture: Bool { input.shape.rank == 4 && (input.shape[1] == 1 || input.shape[1] == 3) }

  /// The example as a tile in its true brightness, with the scale that says what black and white are.
  var picture: (tiles: ImageTiles, scale: ColorScale)? {
    guard isPicture else { return nil }
    let (channels, height, width) = (input.shape[1], input.shape[2], input.shape[3])
    if let bytes {
      let plane = height * width
      let pixels = (0..<plane).flatMap { place in (0..<channels).map { bytes[$0 * plane + place] } }
      return (ImageTiles(pixels: pixels, count: 1, height: height, width: width, channels: channels), .image)
    }
    // Without a normalisation nothing says what black is; nothing is clipped away to find out.
    let low = Double(input.elements.min() ?? 0)
    let high = Double(input.elements.max() ?? 0)
    let range = low >= 0 && high <= 1 ? 0...1 : low >= -1 && high <= 1 ? -1...1 : low...max(high, low + 1e-6)
    let tiles = ImageTiles(
      numbers: input.elements, count: 1, channels: channels, height: height, width: width)
    return (tiles, .image(range))
  }

  /// The name with the true class: `probe picture 12, a “7”`.
  func named(_ classNames: [String]) -> String {
    guard let label else { return name }
    return "\(name), a “\(classNames.indices.contains(label) ? classNames[label] : String(label))”"
  }
}

extension Example {
  /// SHA-256 of what the network is given.
  var fingerprint: String {
    var sum = SHA256()
    sum.update(input.elements)
    return sum.hexDigest
  }
}

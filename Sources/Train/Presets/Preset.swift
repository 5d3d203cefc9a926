public import Core

/// A network, or a pair of them, with settings that learn: what `vitrine train` is given by name.
public enum Preset: String, CaseIterable, Hashable, Sendable, Codable {
  /// Two convolutions with max pooling, dropout, two linear layers.
  case cnn
  /// LeNet-5 as it is built today: ReLU, max pooling, a plain second convolution (LeCun et al. 1998).
  case lenet5
  /// `cnn` with strided convolutions in place of its pooling: as many parameters, no max.
  case strided
  /// A DCGAN for small pictures, sized and scheduled to learn on two cores; its generator is the mean of its latest steps.
  case dcgan
  /// The paper's recipe at that size: the same rate from beginning to end, the generator as it plays.
  case dcganPlain = "dcgan-plain"
  /// The networks of TensorFlow's DCGAN tutorial.
  case dcganTF = "dcgan-tf"
  /// The networks of PyTorch's DCGAN tutorial and of the paper's figure, for 64 × 64 (Radford et al. 2015).
  case dcgan64 = "dcgan-64"

  /// What it learns to do.
  public var task: Recipe.Task {
    switch self {
    case .cnn, .lenet5, .strided: .classify
    case .dcgan, .dcganPlain, .dcganTF, .dcgan64: .generate
    }
  }

  /// One line for a list.
  public var summary: String {
    switch self {
    case .cnn: "two convolutions with max pooling, dropout, two linear layers"
    case .lenet5: "LeNet-5 with ReLU and max pooling"
    case .strided: "cnn with strided convolutions in place of pooling"
    case .dcgan: "a small DCGAN that learns on two cores, its generator averaged"
    case .dcganPlain: "the paper's recipe at that size, as it stands"
    case .dcganTF: "the networks of TensorFlow's DCGAN tutorial (28 × 28)"
    case .dcgan64: "the networks of PyTorch's DCGAN tutorial (64 × 64)"
    }
  }

  /// The classifier for pictures of a shape.
  /// - Throws: `NetworkError` if the pictures are too small for it.
  public func classifier(picture: Shape, classes: Int) throws(NetworkError) -> Network {
    switch self {
    case .lenet5: try lenet5Network(picture: picture, classes: classes)
    case .strided: try stridedNetwork(picture: picture, classes: classes)
    default: try cnnNetwork(picture: picture, classes: classes)
    }
  }

  /// The generator and the discriminator for pictures of a shape.
  /// - Throws: `NetworkError` saying which sizes the preset makes, if not this one.
  public func adversaries(picture: Shape) throws(NetworkError) -> Adversaries {
    switch self {
    case .dcganTF: try tensorFlowAdversaries(picture: picture)
    case .dcgan64: try paperAdversaries(picture: picture)
    case .dcganPlain: try plainAdversaries(picture: picture)
    default: try smallAdversaries(picture: picture)
    }
  }
}

/// The two networks of a GAN.
public struct Adversaries: Hashable, Sendable {
  /// Makes a picture from a latent.
  public var generator: Network
  /// Says how real a picture is, as a logit.
  public var discriminator: Network

  /// A pair that plays against each other.
  public init(generator: Network, discriminator: Network) {
    self.generator = generator
    self.discriminator = discriminator
  }
}

extension NetworkError {
  static func pictureSize(_ preset: Preset, _ picture: Shape, needs: String) -> NetworkError {
    NetworkError(
      .shape, "preset \(preset.rawValue)",
      "\(preset.task == .classify ? "takes" : "makes") pictures of \(needs), "
        + "found \(picture[1]) × \(picture[2]); bring them there with --size")
  }
}

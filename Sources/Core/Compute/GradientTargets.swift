/// What a backward pass is to compute.
public struct GradientTargets: OptionSet, Hashable, Sendable {
  /// The targets as bits: 1 and 2 for the gradients of parameters, 4 for those at values, 8 at inputs.
  public let rawValue: Int
  /// The targets that the set bits name; further bits ask for nothing.
  public init(rawValue: Int) { self.rawValue = rawValue }
  /// The gradients of parameters, replacing those of the pass before.
  public static let parameters = GradientTargets(rawValue: 1)
  /// The gradients of parameters, added to those of the pass before.
  public static let accumulatedParameters = GradientTargets(rawValue: 2)
  /// The gradients at values down to the inputs.
  public static let values = GradientTargets(rawValue: 4)
  /// The gradients at the network's inputs alone: all that a generator wants of its discriminator.
  public static let inputs = GradientTargets(rawValue: 8)
}

extension GradientTargets {
  /// True if the gradients of parameters are asked for, replaced or accumulated.
  package var wantsParameters: Bool { contains(.parameters) || contains(.accumulatedParameters) }

  /// The same, with the gradients of parameters replacing those of the pass before.
  package var withoutAccumulation: GradientTargets {
    wantsParameters ? subtracting(.accumulatedParameters).union(.parameters) : self
  }

  /// Whether the gradient at a value was asked for.
  package func wantsGradient(at name: String, of network: Network) -> Bool {
    contains(.values) || contains(.inputs) && network.inputs.contains { $0.name == name }
  }
}

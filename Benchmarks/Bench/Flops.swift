import Core
import Train

/// Floating-point operations of a step: two for each multiply–add of convolutions and linear layers, forward and
/// backward. What the rest costs (batch norm, activations, pooling, the optimiser) counts as nothing, so that the
/// figure can be held against a matrix product's.
enum Flops {
  /// One pass forward over a batch.
  static func forward(_ network: Network, batch: Int) throws -> Double {
    Double(try products(network).reduce(0) { $0 + $1.multiplyAdds }) * 2 * Double(batch)
  }

  /// A network forward and backward once: the gradient of every weight, and of every layer's input but the first's.
  static func training(_ network: Network, batch: Int) throws -> Double {
    let layers = try products(network)
    return try forward(network, batch: batch) * 3 - first(layers, batch)
  }

  /// One training step of a GAN: the generator forward once; the discriminator forward and backward on real and on
  /// fake; forward once more and back to its input; the generator backward.
  static func step(_ pair: Adversaries, batch: Int) throws -> Double {
    let generator = try training(pair.generator, batch: batch)
    let discriminator = try training(pair.discriminator, batch: batch)
    return generator + 2 * discriminator + 2 * (try forward(pair.discriminator, batch: batch))
  }

  private static func products(_ network: Network) throws -> [NodeSummary] {
    let counted = [Conv2d.name, ConvTranspose2d.name, Linear.name]
    return try network.summary().filter { counted.contains($0.operation) }
  }

  private static func first(_ layers: [NodeSummary], _ batch: Int) -> Double {
    Double(layers[0].multiplyAdds) * 2 * Double(batch)
  }
}

/// How weights begin.
public enum Initialisation: String, Hashable, Sendable, Codable {
  /// Weights and biases even in `±1/√fanIn`: what PyTorch's layers do by themselves
  /// (He et al. 2015 with a = √5). Batch norm: factor 1, offset 0.
  case kaimingUniform
  /// Weights from N(0, 0.02²), batch norm's factor from N(1, 0.02²), offsets and biases 0 (Radford et al. 2015,
  /// as in PyTorch's tutorial).
  case dcgan
  /// Weights even in `±√(6 / (fanIn + fanOut))`, biases 0 (Glorot & Bengio 2010): what Keras's layers do.
  case glorotUniform
}

extension Parameters {
  /// Fresh parameters for a network; the same random source gives the same numbers.
  public init(
    initialising network: Network, by scheme: Initialisation, from random: inout RandomStream
  ) {
    self.init()
    for node in network.nodes {
      for declaration in node.operation.parameters {
        self[node.name, declaration.name] = initial(declaration, scheme, &random)
      }
    }
  }
}

private func initial(
  _ declaration: ParameterDeclaration, _ scheme: Initialisation, _ random: inout RandomStream
) -> Tensor {
  let shape = declaration.shape
  switch (declaration.role, scheme) {
  case (.weight(let fanIn), .kaimingUniform), (.bias(let fanIn), .kaimingUniform):
    let bound = 1 / Float(max(fanIn, 1)).squareRoot()
    return random.uniform(shape, in: -bound...bound)
  case (.weight, .dcgan):
    return random.normal(shape, deviation: 0.02)
  case (.weight, .glorotUniform):
    let taps = shape.extents.dropFirst(2).reduce(1, *)
    let bound = (6 / Float((shape[0] + shape[1]) * taps)).squareRoot()
    return random.uniform(shape, in: -bound...bound)
  case (.scale, .dcgan):
    return random.normal(shape, mean: 1, deviation: 0.02)
  case (.scale, _), (.runningVariance, _):
    return Tensor(shape, repeating: 1)
  case (.slope, _):
    return Tensor(shape, repeating: 0.25)  // He et al. 2015
  case (.bias, _), (.offset, _), (.runningMean, _), (.constant, _):
    return Tensor(shape)
  }
}

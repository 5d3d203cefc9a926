/// Weighs every input for every output: `out[n, o] = bias[o] + Σ in[n, i] · weight[o, i]`.
///
/// The weight has shape `[outputFeatures, inputFeatures]`.
public struct Linear: Operation {
  /// Called `Linear`, PyTorch's name; Keras writes `Dense`, ONNX `Gemm`.
  public static let name = "Linear"
  /// Numbers in, for one example.
  public var inputFeatures: Int
  /// Numbers out, for one example.
  public var outputFeatures: Int
  /// True if a number is added to every output.
  public var hasBias: Bool

  /// A fully connected layer.
  public init(inputFeatures: Int, outputFeatures: Int, hasBias: Bool = true) {
    self.inputFeatures = inputFeatures
    self.outputFeatures = outputFeatures
    self.hasBias = hasBias
  }

  /// True: every output is a sum over all inputs, so behind it a place sees the whole image.
  public var mixesAllPlaces: Bool { true }

  /// Complains of counts of features, in or out, outside 1 … 2²⁸.
  public var flaw: String? {
    firstFlaw(countFlaw("input features", inputFeatures), countFlaw("output features", outputFeatures))
  }

  /// `weight` `[outputFeatures, inputFeatures]`, then `bias` `[outputFeatures]` if it has one; the fan-in of
  /// both is inputFeatures.
  public var parameters: [ParameterDeclaration] {
    let weight = ParameterDeclaration(
      "weight", [outputFeatures, inputFeatures], .weight(fanIn: inputFeatures))
    let bias = ParameterDeclaration("bias", [outputFeatures], .bias(fanIn: inputFeatures))
    return hasBias ? [weight, bias] : [weight]
  }

  /// `[count, outputFeatures]`.
  /// - Throws: `ShapeMismatch` unless there is exactly one input, `[count, inputFeatures]`: images need a
  ///   `Flatten` before.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let input = try inputs.only()
    guard input.rank == 2, input[1] == inputFeatures else {
      throw ShapeMismatch("expected [count, \(inputFeatures)], found \(input)")
    }
    return [input[0], outputFeatures]
  }

  /// One for each weight and example: `count · outputFeatures · inputFeatures`; the bias is free.
  public func multiplyAdds(inputs: [Shape], output: Shape) -> Int { output.elementCount * inputFeatures }
}

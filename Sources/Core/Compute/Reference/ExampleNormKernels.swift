/// Numbers brought to mean 0 and variance 1, group by group; a group is what one number of the shape `groups` is spread
/// over.
struct Standardised<Scalar: ReferenceScalar> {
  /// x̂ = (x − μ) / √(σ² + ε).
  let numbers: Values<Scalar>
  private let groups: Shape
  /// 1 / √(σ² + ε), spread.
  private let factors: Values<Scalar>

  init(_ input: Values<Scalar>, groups: Shape, epsilon: Float) {
    self.groups = groups
    let distances = input.zip(Self.means(input, groups)) { $0 - $1 }
    let variances = Self.means(distances.map { $0 * $0 }, groups)
    factors = variances.map { 1 / ($0 + Scalar(epsilon)).squareRoot() }
    numbers = distances.zip(factors) { $0 * $1 }
  }

  /// Summed in Double: a Float would lose digits over 100,000 terms.
  private static func means(_ input: Values<Scalar>, _ groups: Shape) -> Values<Scalar> {
    let count = Double(input.numbersEach(of: groups))
    let means = input.folded(to: groups, from: 0.0) { $0 + Double($1) }.map { Scalar($0 / count) }
    return Values(groups, means).spread(over: input.shape)
  }

  /// Mean and variance depend on every number, which takes two means off the gradient:
  /// `(g − mean(g) − x̂ · mean(g · x̂)) / √(σ² + ε)`.
  func inputGradient(_ gradient: Values<Scalar>) -> Values<Scalar> {
    let slopes = Self.means(gradient.zip(numbers) { $0 * $1 }, groups)
    return gradient.zip(Self.means(gradient, groups)) { $0 - $1 }
      .zip(numbers.zip(slopes) { $0 * $1 }) { $0 - $1 }
      .zip(factors) { $0 * $1 }
  }
}

/// What layer, group and instance norm have in common: each example by itself, then factors and offsets.
package struct ExampleNorm {
  /// The input's shape with each group along axes of its own.
  let view: Shape
  /// `view` with extents of 1 along these axes.
  let groups: Shape
  /// How factors and offsets are spread over the input, batch axis first.
  let parameterShape: Shape
  let epsilon: Float
  let hasScale: Bool
  let hasOffset: Bool

  private func standardised<Scalar>(_ pass: NodePass<Scalar>) -> Standardised<Scalar> {
    Standardised(pass.inputs[0].reshaped(view), groups: groups, epsilon: epsilon)
  }

  private func spread<Scalar>(_ parameter: Values<Scalar>, _ pass: NodePass<Scalar>) -> Values<Scalar> {
    parameter.reshaped(parameterShape).spread(over: pass.inputs[0].shape)
  }

  func forward<Scalar>(_ pass: NodePass<Scalar>) -> Values<Scalar> {
    var result = standardised(pass).numbers.reshaped(pass.outputShape)
    if hasScale { result = result.zip(spread(pass.parameters[0], pass)) { $0 * $1 } }
    if hasOffset { result.add(spread(pass.parameters[hasScale ? 1 : 0], pass)) }
    return result
  }

  func inputGradient<Scalar>(_ gradient: Values<Scalar>, _ pass: NodePass<Scalar>) -> Values<Scalar> {
    let inner = hasScale ? gradient.zip(spread(pass.parameters[0], pass)) { $0 * $1 } : gradient
    return standardised(pass).inputGradient(inner.reshaped(view)).reshaped(gradient.shape)
  }

  func parameterGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] {
    var result: [Values<Scalar>] = []
    if hasScale {
      let shares = standardised(pass).numbers.reshaped(gradient.shape).zip(gradient) { $0 * $1 }
      result.append(shares.summed(to: parameterShape).reshaped(pass.parameters[0].shape))
    }
    if hasOffset { result.append(gradient.summed(to: parameterShape).reshaped(pass.parameters[0].shape)) }
    return result
  }
}

/// An operation that centres and scales parts of every example.
package protocol ExampleNormKernel: ReferenceKernel {
  /// How an input of a shape is divided.
  func norm(_ input: Shape) -> ExampleNorm
}

extension ExampleNormKernel {
  package func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> {
    norm(pass.inputs[0].shape).forward(pass)
  }

  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] { [norm(gradient.shape).inputGradient(gradient, pass)] }

  package func parameterGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] { norm(gradient.shape).parameterGradients(gradient, pass) }
}

extension LayerNorm: ExampleNormKernel {
  package func norm(_ input: Shape) -> ExampleNorm {
    // The same axes passed when the network was compiled.
    ExampleNorm(
      view: input, groups: input.withOnes(at: try! input.resolved(axes)),
      parameterShape: parameterShape.batched(1), epsilon: epsilon, hasScale: hasScale, hasOffset: hasOffset)
  }
}

extension GroupNorm: ExampleNormKernel {
  package func norm(_ input: Shape) -> ExampleNorm {
    ExampleNorm(
      view: [input[0], groups, input.perExample.elementCount / groups], groups: [input[0], groups, 1],
      parameterShape: Shape([1, channels] + input.extents.dropFirst(2).map { _ in 1 }),
      epsilon: epsilon, hasScale: isAffine, hasOffset: isAffine)
  }
}

extension InstanceNorm2d: ExampleNormKernel {
  /// Every channel is a group.
  package func norm(_ input: Shape) -> ExampleNorm {
    GroupNorm(groups: channels, channels: channels, epsilon: epsilon, isAffine: isAffine).norm(input)
  }
}

import Core
import TestSupport

private func one(
  _ description: String, _ operation: any Operation, _ shapes: Shape..., batch: Int = 2
) -> GradientCase {
  GradientCase(description, try! networkOfOne(operation, shapes), batch: batch)
}

private func positive(_ description: String, _ operation: any Operation, _ shape: Shape) -> GradientCase {
  GradientCase(
    description,
    try! .sequential("positive", input: .init("x", shape), ["positive": Softplus(), "node": operation]))
}

private let axes: [[Int]] = [[2, 3], [1], [-1, 1]]

let numberGradientCases: [GradientCase] =
  [
    one("PReLU, a slope a channel", PReLU(slopeShape: [3, 1, 1]), [3, 2, 2]),
    one("PReLU, one slope", PReLU(slopeShape: []), [3, 2, 2]),
    one("ELU", ELU(alpha: 0.7), [9]), one("SELU", SELU(), [9]), one("CELU", CELU(alpha: 0.7), [9]),
    one("GELU", GELU(), [9]), one("GELU by tanh", GELU(isApproximate: true), [9]),
    one("Softplus", Softplus(), [9]), one("Softsign", Softsign(), [9]),
    one("SiLU", SiLU(), [9]), one("swish", SiLU(beta: 1.5), [9]), one("Mish", Mish(), [9]),
    one("Hardsigmoid", Hardsigmoid(slope: 0.4), [20]), one("Hardswish", Hardswish(), [40]),
    one("Hardtanh", Hardtanh(minimum: -0.5, maximum: 1), [20]),
    one("Hardtanh with one limit", Hardtanh(minimum: 0.1, maximum: nil), [9]),
    one("Threshold", Threshold(threshold: 0.4), [20]),
    one("ClippedReLU", ClippedReLU(maximum: 1, slope: 0.3, threshold: -0.5), [30]),
    one("softmax along axis 2", Softmax(axis: 2), [2, 3, 2]),
    one("LogSoftmax", LogSoftmax(), [5]),
    one("LogSoftmax along the last axis", LogSoftmax(axis: -1), [2, 3]),
    one("Rescale", Rescale(scale: [2, 3, -1], offset: [1]), [3, 2]),
    one("adding, spread", Add(), [2, 3, 2], [3, 1], [2]),
    one("multiplying, spread", Multiply(), [2, 3, 2], [3, 1], [2]),
    one("subtracting, both spread", Subtract(), [2, 1, 3], [2, 1]),
    one("maximum, spread", Maximum(), [2, 3, 2], [3, 1], [2]),
    one("minimum, spread", Minimum(), [2, 3, 2], [3, 1], [2]),
    one("average, spread", Average(), [2, 3, 2], [3, 1], [2]),
    one("matrices", MatMul(), [2, 3], [3, 4]),
    one("matrices, leading axes spread", MatMul(), [2, 1, 2, 3], [3, 3, 2]),
    one("a row and matrices", MatMul(), [3], [2, 3, 4]),
    one("matrices and a column", MatMul(), [2, 3, 4], [4]),
    one("layer norm", LayerNorm(axes: [1], parameterShape: [6]), [6]),
    one("layer norm of channels", LayerNorm(axes: [1], parameterShape: [4, 1, 1]), [4, 2, 2]),
    one(
      "layer norm of all, no offset", LayerNorm(axes: [1, 2], parameterShape: [3, 2], hasOffset: false),
      [3, 2]),
    one(
      "layer norm, plain", LayerNorm(axes: [-1], parameterShape: [], hasScale: false, hasOffset: false),
      [2, 5]),
    one("instance norm", InstanceNorm2d(channels: 2), [2, 3, 3]),
    one("instance norm, plain", InstanceNorm2d(channels: 2, isAffine: false), [2, 3, 3]),
    one("group norm", GroupNorm(groups: 2, channels: 4), [4, 3, 2]),
    one("group norm of vectors", GroupNorm(groups: 2, channels: 8), [8]),
    one("response norm", LocalResponseNorm(size: 3, alpha: 0.7, beta: 0.8, k: 1.5), [5, 2, 2]),
    one("response norm, even window", LocalResponseNorm(size: 4, alpha: 0.7, beta: 0.8, k: 1.5), [3]),
    GradientCase(
      "batch norm over sequences, training", try! networkOfOne(BatchNorm1d(features: 3), [[3, 4]]), batch: 3,
      mode: .training),
    GradientCase(
      "constants in a larger batch",
      try! Network(
        name: "constants", inputs: [.init("x", [2, 3])],
        nodes: [
          .init("factor", Constant(shape: [3]), []), .init("slopes", PReLU(slopeShape: [3]), ["factor"]),
          .init("matrix", Constant(shape: [3, 4]), []), .init("product", MatMul(), ["x", "matrix"]),
          .init("scaled", Multiply(), ["slopes", "x"]), .init("offset", LogSoftmax(axis: 1), ["slopes"]),
          .init("mean", Reduce(.mean, axes: [2], keepsAxes: true), ["product"]),
          .init("sum", Add(), ["offset", "scaled", "mean"]),
        ]), batch: 3),
    // Nothing flows back into a constant: the other factor has the gradient.
    GradientCase(
      "a constant",
      try! Network(
        name: "constant", inputs: [.init("x", [2])],
        nodes: [.init("constant", Constant(shape: [2]), []), .init("node", Multiply(), ["constant", "x"])])),
  ]
  + [Pointwise.Function.absolute, .cosine, .erf, .exponential, .negative, .sine, .square].map {
    one($0.rawValue, Pointwise($0), [9])
  }
  + [Pointwise.Function.logarithm, .reciprocal, .squareRoot].map { positive($0.rawValue, Pointwise($0), [9]) }
  + Reduce.Kind.allCases.flatMap { kind in
    axes.map { positive("\(kind) along \($0)", Reduce(kind, axes: $0, keepsAxes: $0.count == 1), [2, 3, 2]) }
  }
  + [Divide() as any Operation, Power()].map { operation in
    GradientCase(
      "\(operation.name), both spread",
      try! Network(
        name: "pair", inputs: [.init("x", [3, 1]), .init("y", [2])],
        nodes: [
          .init("base", Softplus(), ["x"]), .init("other", Softplus(), ["y"]),
          .init("node", operation, ["base", "other"]),
        ]))
  }

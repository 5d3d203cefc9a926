internal import Core
internal import Render

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#endif

/// What becomes of a number behind the layer that made it: batch norm, ReLU, …
struct WorkedStep: Hashable, Sendable {
  /// One line of arithmetic: what is done, and what comes of it.
  struct Line: Hashable, Sendable {
    var label: String
    var value: Double
  }

  /// The node.
  let node: String
  /// What it is: `batch norm`.
  let words: String
  let lines: [Line]
  /// What comes out.
  var value: Double { lines[lines.count - 1].value }

  /// Works out what a node makes of a number.
  /// - Parameter found: what the executor has there, for operations whose formula is not written out.
  init(_ node: Network.Node, of x: Double, unit: Int, _ parameters: Parameters, decimals: Int, found: Double)
  {
    self.node = node.name
    words = node.operation.words
    func number(_ value: Double) -> String { Numbers.fixed(value, decimals: decimals) }
    switch node.operation {
    case let norm as BatchNorm2d:
      lines = Self.normalised(x, unit, node.name, epsilon: norm.epsilon, parameters, number)
    case let norm as BatchNorm1d:
      lines = Self.normalised(x, unit, node.name, epsilon: norm.epsilon, parameters, number)
    case is ReLU: lines = [Line(label: "max(0, x)", value: max(0, x))]
    case let leaky as LeakyReLU:
      let slope = Double(leaky.slope)
      lines = [
        Line(label: "\(Numbers.significant(slope)) · x where x < 0", value: x < 0 ? slope * x : x)
      ]
    default: lines = [Line(label: "\(node.operation.words)(x)", value: found)]
    }
  }

  /// `(x − μ) / √(σ² + ε) · γ + β`, step by step.
  private static func normalised(
    _ x: Double, _ unit: Int, _ node: String, epsilon: Float, _ parameters: Parameters,
    _ number: (Double) -> String
  ) -> [Line] {
    func parameter(_ name: String, _ usual: Double) -> Double {
      parameters[node, name].map { Double($0.elements[unit]) } ?? usual
    }
    let mean = parameter("running_mean", 0)
    let deviation = (parameter("running_var", 1) + Double(epsilon)).squareRoot()
    let (scale, offset) = (parameter("weight", 1), parameter("bias", 0))
    let centred = x - mean
    let unitVariance = centred / deviation
    let scaled = unitVariance * scale
    return [
      Line(label: "− mean (\(number(mean)))", value: centred),
      Line(label: "÷ √(variance + ε) (\(number(deviation)))", value: unitVariance),
      Line(label: "× γ (\(number(scale)))", value: scaled),
      Line(label: "+ β (\(number(offset)))", value: scaled + offset),
    ]
  }
}

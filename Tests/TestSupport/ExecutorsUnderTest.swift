package import Core

/// An executor that the tests hold against hand cases, PyTorch's numbers and the reference executor.
///
/// To put another one under test, add it to `executorsUnderTest`.
package struct ExecutorUnderTest: Sendable, CustomStringConvertible {
  /// Its name in test reports.
  package let name: String
  /// Compiles a network for a batch size and a mode.
  package let make: @Sendable (Network, Int, ExecutionMode) throws -> any Executor

  package var description: String { name }
}

/// Every executor of tensors that there is.
package let executorsUnderTest: [ExecutorUnderTest] =
  [
    ExecutorUnderTest(name: "reference, Float") { try ReferenceExecutor<Float>($0, batch: $1, mode: $2) },
    ExecutorUnderTest(name: "reference, Double") { try ReferenceExecutor<Double>($0, batch: $1, mode: $2) },
    ExecutorUnderTest(name: "plain") { try PlainExecutor($0, batch: $1, mode: $2) },
  ] + fastExecutors

#if canImport(COneDNN)
private let fastExecutors = [
  ExecutorUnderTest(name: "oneDNN") { try OneDNNExecutor($0, batch: $1, mode: $2) },
  ExecutorUnderTest(name: "oneDNN, fused") { try FusedExecutor($0, batch: $1, mode: $2) },
]
#else
private let fastExecutors: [ExecutorUnderTest] = []
#endif

/// A network of one node, called `node`, over inputs called `x`, `y`, … with the given shapes of one example; a constant
/// reads none of them.
package func networkOfOne(_ operation: any Operation, _ shapes: [Shape]) throws -> Network {
  let inputs = zip(["x", "y", "z"], shapes).map { Network.Input($0, $1) }
  return try Network(
    name: "one", inputs: inputs,
    nodes: [.init("node", operation, operation is Constant ? [] : inputs.map(\.name))])
}

extension Parameters {
  /// Random numbers for every parameter of a network, good for tests: nothing is zero, one, or negative where it must
  /// not be.
  package init(randomFor network: Network, from random: inout RandomStream) {
    self.init()
    for node in network.nodes {
      for declaration in node.operation.parameters {
        self[node.name, declaration.name] =
          switch declaration.role {
          case .weight(let fanIn):
            random.normal(declaration.shape, deviation: 1 / Float(max(fanIn, 1)).squareRoot())
          case .bias, .offset, .runningMean, .constant: random.normal(declaration.shape, deviation: 0.5)
          case .slope: random.uniform(declaration.shape, in: 0.1...0.4)
          case .scale, .runningVariance: random.uniform(declaration.shape, in: 0.5...1.5)
          }
      }
    }
  }
}

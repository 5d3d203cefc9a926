package import Core
internal import Render

/// The gradient of a classifier's loss by its parameters, for some labelled pictures, computed anew wherever its weights are known.
///
/// The loss is the cross-entropy, its mean over the pictures: at the logits its derivative is `(softmax − one-hot) / pictures`.
/// Batch norm by its running statistics, no dropout: the network as it predicts.
package final class LossGradients {
  /// Pictures that the loss is a mean over.
  package let count: Int
  private let executor: any Executor
  private let probe: Probe
  private let logits: String
  private let classes: Int

  /// Prepares a network for the first pictures of a probe.
  /// - Throws: `InspectError` saying why it has no such loss: it is no classifier, or its pictures have no labels.
  package init(of network: Network, role: RunRole, probe: Probe, most: Int) throws {
    guard role == .classifier else {
      throw InspectError(
        .notApplicable, network.name, "is a \(role.rawValue), whose loss is its opponent's answer")
    }
    guard probe.count > 0, probe.labels.count == probe.count, network.inputs.count == 1,
      network.inputs[0].shape == probe.pictureShape.perExample
    else { throw InspectError(.notApplicable, network.name, "has no labelled pictures to be wrong about") }
    count = min(most, probe.count)
    logits = try network.logits()
    let classes = try network.shapes()[logits]!.perExample.elementCount
    self.classes = classes
    let labels = probe.labels[..<count]
    guard classes > 1, labels.allSatisfy({ (0..<classes).contains($0) }) else {
      throw InspectError(.notApplicable, network.name, "gives \(classes) scores, which its labels do not fit")
    }
    self.probe = probe
    executor = try makeExecutor(for: network, batch: min(count, 100), mode: .inference)
  }

  /// The loss and its gradients by all trainable parameters.
  /// - Throws: `NetworkError` if the parameters do not fit.
  package func gradients(at parameters: Parameters) throws -> (loss: Double, gradients: Parameters) {
    try executor.load(parameters)
    var loss = 0.0
    let batch = executor.batch
    let size = probe.pictureShape.perExample
    for start in stride(from: 0, to: count, by: batch) {
      let range = start..<min(start + batch, count)
      var input = probe.inputs(range)
      if range.count < batch {
        // A batch that is not full is filled up with pictures that no gradient comes from.
        input = Tensor(
          size.batched(batch),
          input.elements + [Float](repeating: 0, count: (batch - range.count) * size.elementCount))
      }
      try executor.forward(input)
      let scores = try executor.value(of: logits)
      var seed = [Float](repeating: 0, count: batch * classes)
      for (row, index) in range.enumerated() {
        let said = LogProbabilities(scores.elements[row * classes..<(row + 1) * classes]).values
        let label = probe.labels[index]
        loss -= said[label]
        for each in 0..<classes {
          let difference = Mathematics.exponential(said[each]) - (each == label ? 1 : 0)
          seed[row * classes + each] = Float(difference / Double(count))
        }
      }
      try executor.backward(
        from: logits, gradient: Tensor(scores.shape, seed), rule: .plain,
        into: start == 0 ? .parameters : .accumulatedParameters)
    }
    return (loss / Double(count), try executor.parameterGradients())
  }
}

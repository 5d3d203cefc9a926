package import Core
internal import Render

/// A generator and the discriminator that plays against it, fitted to each other: what the one makes, the other takes.
///
/// Both are run as in inference: batch norm uses its running statistics and nothing drops out, so that what is said of a picture
/// depends on that picture alone.
package struct Opponents: Sendable {
  /// The generator.
  package let sampling: Sampling
  /// The discriminator.
  package let discriminator: Specimen
  /// The node whose value is D's score before any sigmoid.
  let score: String

  /// A pair of networks.
  /// - Throws: `InspectError` if they are no generator and discriminator, or not of the same kind of picture.
  package init(_ generator: Specimen, _ discriminator: Specimen) throws(InspectError) {
    let sampling = try Sampling(generator)
    let network = discriminator.model.network
    let answer = network.knownShapes()[network.output]?.perExample
    guard network.inputs.count == 1, answer?.elementCount == 1 else {
      throw InspectError(
        .notApplicable, discriminator.name,
        "is no discriminator: it gives \(answer?.timesDescription ?? "several things"), not one score a picture"
      )
    }
    guard network.inputs[0].shape.elementCount == sampling.pictureShape.elementCount else {
      throw InspectError(
        .input, discriminator.name,
        "takes \(network.inputs[0].shape.timesDescription), but '\(sampling.name)' makes "
          + sampling.pictureShape.timesDescription)
    }
    self.sampling = sampling
    self.discriminator = discriminator
    score = network.nodeBeforeSigmoid
  }

  /// D's score before any sigmoid for pictures in the generator's numbers; above 0 it says "real".
  package func scores(of pictures: Tensor) throws(InspectError) -> [Double] {
    try Sampling.run(
      discriminator.model.network.ending(at: score), discriminator.model.parameters, inputShape, pictures,
      named: discriminator.name
    ).elements.map(Double.init)
  }

  /// What D is given of one picture.
  var inputShape: Shape { discriminator.model.network.inputs[0].shape }

  /// `-∂L_G/∂x` for every picture, L_G = −log D(x) its own non-saturating loss: the change of its pixels that makes D take it
  /// for real the fastest; and D's scores.
  /// - Parameters:
  ///   - pictures: in the generator's numbers, `[count, …]`, all of which are run at once.
  ///   - executor: of the discriminator, for as many, its parameters loaded.
  func pushes(on pictures: Tensor, _ executor: any Executor) throws(NetworkError) -> (
    push: Tensor, scores: [Double]
  ) {
    let count = pictures.shape[0]
    try executor.forward(pictures.reshaped(inputShape.batched(count)))
    let value = try executor.value(of: score)
    let scores = value.elements.map(Double.init)
    // −∂L/∂l = 1 − σ(l): what is taken for real already is not pushed any more.
    let slope = scores.map { Float(1 - Mathematics.logistic($0)) }
    try executor.backward(from: score, gradient: Tensor(value.shape, slope), rule: .plain, into: .inputs)
    let push = try executor.gradient(of: executor.network.inputs[0].name)
    return (push.reshaped(pictures.shape), scores)
  }

  /// The generator's non-saturating loss of a score, −log σ(l).
  package static func loss(_ score: Double) -> Double {
    max(-score, 0) + Mathematics.logarithm(1 + Mathematics.exponential(-abs(score)))
  }
}

extension Network {
  /// The node whose value a last sigmoid reads; the output where there is none. What only rearranges numbers is passed over.
  var nodeBeforeSigmoid: String {
    var name = output
    while let node = nodes.first(where: { $0.name == name }) {
      if node.operation is Sigmoid {
        // A network whose input went straight into a sigmoid would have no node before it.
        return nodes.contains { $0.name == node.inputs[0] } ? node.inputs[0] : output
      }
      guard node.operation is Reshape || node.operation is Flatten || node.operation is Identity else {
        break
      }
      name = node.inputs[0]
    }
    return output
  }

  /// The same network read at another node.
  func ending(at node: String) -> Network {
    guard node != output else { return self }
    return (try? part(computing: [node])) ?? self
  }
}

package import Core

/// What in a picture excited a unit: its answer carried back to the pixels by a deconvolutional network.
///
/// All other answers of the layer are set to zero; then back through the layers: max pooling puts a value where its largest
/// came from (the switches), batch norm is a factor, ReLU lets only positive values pass, convolutions spread by the same
/// filters transposed. Where the answer is not above zero, one is carried back in its place.
/// - Source: Zeiler & Fergus 2014, "Visualizing and understanding convolutional networks", section 2.1.
package struct UnitProjections {
  /// A unit's answer to a picture, to be carried back.
  package struct Request: Hashable, Sendable {
    /// The unit.
    package var unit: Int
    /// Its answer.
    package var answer: UnitResponses.Answer

    /// An answer of a unit.
    package init(unit: Int, answer: UnitResponses.Answer) {
      self.unit = unit
      self.answer = answer
    }
  }

  private let layer: UnitLayer
  private let executor: any Executor

  /// Compiles what a layer depends on, for as many answers at once as memory has room for.
  package init(_ network: Network, from layer: UnitLayer, requests: Int) throws(NetworkError) {
    self.layer = layer
    let part = try network.part(computing: [layer.node])
    executor = try makeExecutor(for: part, batch: part.batch(atMost: min(requests, 48)), mode: .inference)
  }

  /// Carries answers back.
  /// - Parameter visit: is given each request's number and its projection, `[channels, height, width]`.
  package func run(
    _ requests: [Request], of parameters: Parameters, on pictures: TrialPictures,
    visit: (Int, Tensor) throws -> Void
  ) throws {
    try executor.load(parameters)
    let input = executor.network.inputs[0].name
    let shape = layer.shape.batched(executor.batch)
    for start in stride(from: 0, to: requests.count, by: executor.batch) {
      let range = start..<min(start + executor.batch, requests.count)
      try executor.forward(
        pictures.inputs(of: requests[range].map(\.answer.picture)).filled(to: executor.batch))
      var gradient = Tensor(shape)
      for (example, request) in requests[range].enumerated() {
        let at = (example * layer.units + request.unit) * layer.plane + request.answer.place
        gradient.elements[at] = request.answer.value > 0 ? request.answer.value : 1
      }
      try executor.backward(from: layer.node, gradient: gradient, rule: .deconvnet, into: .inputs)
      let projections = try executor.gradient(of: input)
      for (example, index) in range.enumerated() { try visit(index, projections[example]) }
    }
  }
}

// What every executor says when it is misused: in one place, so that all say the same.

extension NetworkError {
  /// A name that is neither a node nor an input.
  package static func unknownValue(_ name: String, in network: Network) -> NetworkError {
    let known = network.inputs.map(\.name) + network.nodes.map(\.name)
    return NetworkError(.name, name, "no such value in '\(network.name)'; there are \(known.listed)")
  }

  /// A value that was asked for before anything was computed.
  package static func notYetRun(_ name: String) -> NetworkError {
    NetworkError(.unsupported, name, "has no value before a forward pass")
  }

  /// A forward pass before any parameters were loaded.
  package static func notLoaded(_ node: String) -> NetworkError {
    NetworkError(.name, node, "its parameters were not loaded")
  }

  /// A gradient at a value that the latest backward pass was not asked for.
  package static func valueGradientsNotAskedFor(_ name: String) -> NetworkError {
    NetworkError(.unsupported, name, "no backward pass has asked for the gradients at values")
  }

  /// Gradients of parameters that the latest backward pass was not asked for.
  package static func parameterGradientsNotAskedFor(_ network: Network) -> NetworkError {
    NetworkError(.unsupported, network.name, "no backward pass has asked for the gradients of parameters")
  }

  /// An operation that an executor cannot run.
  package static func noKernel(_ node: Network.Node) -> NetworkError {
    let foreign = (node.operation as? Unsupported)?.complaint
    return NetworkError(
      .unsupported, node.name, foreign ?? "the operation \(node.operation.name) has no kernel")
  }
}

extension Network {
  /// Checks that every input is given in its shape, batch axis first.
  /// - Throws: `NetworkError` naming the first that is missing or of another shape.
  package func check(inputs given: [String: Shape], batch: Int) throws(NetworkError) {
    for input in inputs {
      guard let shape = given[input.name] else {
        throw NetworkError(
          .name, input.name, "no value for this input of '\(name)'; given \(given.keys.sorted().listed)")
      }
      let expected = input.shape.batched(batch)
      guard shape == expected else {
        throw NetworkError(.shape, input.name, "expected \(expected), found \(shape)")
      }
    }
  }

  /// Checks that a gradient fits the node that it starts from.
  /// - Throws: `NetworkError` if the node is unknown or its value has another shape than the gradient.
  package func check(
    gradient: Shape, at node: String, shapes: [String: Shape]
  ) throws(NetworkError) {
    _ = try self.node(named: node)
    guard gradient == shapes[node] else {
      throw NetworkError(.shape, node, "expected a gradient of \(shapes[node]!), found \(gradient)")
    }
  }
}

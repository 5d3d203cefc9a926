public import Core

extension ForeignModel {
  /// What stands in the way of running the whole network: a line for every operation that is not supported.
  public var obstacles: [String] {
    network.nodes.compactMap { node in
      (node.operation as? Unsupported).map {
        "\(node.name): '\($0.operation)' is not supported: \($0.reason)"
      }
    }
  }

  /// The model as it is for inputs of given shapes: an ONNX graph may leave sizes open, and take others as inputs.
  /// - Throws: `ImportError` if the file can no longer be read, or the inputs make no sense of it.
  public func fitted(to inputs: [String: Tensor]) throws(ImportError) -> ForeignModel {
    let isGiven =
      !inputs.isEmpty && inputs.keys.allSatisfy { name in network.inputs.contains { $0.name == name } }
    return isGiven ? try fitting?(inputs) ?? self : self
  }

  /// Reads the model with all its parameters, or the part of it that can be run.
  /// - Parameters:
  ///   - given: values of nodes from which to start, in the file's layout; what only leads to them is left out.
  ///   - layouts: the layouts of those values.
  ///   - allowsPart: whether the part before an operation that is not supported will do.
  /// - Throws: `ImportError` naming the operation that is not supported if the part will not do or is empty, or if the file can
  ///   no longer be read; `NetworkError` if a value's shape does not fit.
  public func readModel(
    startingAt given: [String: Tensor] = [:], layouts: [String: ValueLayout]? = nil, allowsPart: Bool = true
  ) throws -> Model {
    var network = network
    if !given.isEmpty {
      let layouts = layouts ?? self.layouts
      network = try network.cut(
        at: given.mapValuesWithKeys { (layouts[$0] ?? .same).fromFile($1).shape.perExample })
    }
    guard let runnable = network.runnable, allowsPart || network.isSupported else {
      let first = network.nodes.first { $0.operation is Unsupported }
      let hint = first.map {
        "; give its value with --input \($0.name)=FILE, or look at what comes before it with --nodes"
      }
      throw ImportError(.unsupported, path, (obstacles.first ?? "nothing of it can be run") + (hint ?? ""))
    }
    do {
      return try Model(runnable, readParameters(of: Set(runnable.nodes.map(\.name))))
    }
  }
}

extension Dictionary {
  fileprivate func mapValuesWithKeys<Result, Failure>(
    _ transform: (Key, Value) throws(Failure) -> Result
  ) throws(Failure) -> [Key: Result] {
    var result: [Key: Result] = [:]
    for (key, value) in self { result[key] = try transform(key, value) }
    return result
  }
}

extension Model {
  /// The model from some of its nodes on, whose values are given in a file's layout.
  /// - Throws: `NetworkError` if there is no such node.
  public func cut(
    at given: [String: Tensor], _ layouts: [String: ValueLayout]
  ) throws(NetworkError) -> Model {
    let network = try network.cut(
      at: given.mapValuesWithKeys { (layouts[$0] ?? .same).fromFile($1).shape.perExample })
    var kept = Parameters()
    for node in network.nodes {
      for declaration in node.operation.parameters {
        kept[node.name, declaration.name] = parameters[node.name, declaration.name]
      }
    }
    return try Model(network, kept)
  }
}

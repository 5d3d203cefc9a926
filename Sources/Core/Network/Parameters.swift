/// Names to tensors: `conv1.weight`, `bn1.running_mean`. In the order of the network's nodes.
public struct Parameters: Hashable, Sendable {
  /// The names, in order.
  public private(set) var names: [String] = []
  private var tensors: [String: Tensor] = [:]

  /// No parameters.
  public init() {}

  /// The tensor of a name; setting one that is new puts it last.
  public subscript(name: String) -> Tensor? {
    get { tensors[name] }
    set {
      if let newValue {
        if tensors.updateValue(newValue, forKey: name) == nil { names.append(name) }
      } else if tensors.removeValue(forKey: name) != nil {
        names.removeAll { $0 == name }
      }
    }
  }

  /// The tensor of a node's parameter: `parameters["conv1", "weight"]`.
  public subscript(node: String, parameter: String) -> Tensor? {
    get { self[node + "." + parameter] }
    set { self[node + "." + parameter] = newValue }
  }

  /// True if there are none.
  public var isEmpty: Bool { names.isEmpty }

  /// Checks that every parameter of a network is there, in its shape.
  /// - Throws: `NetworkError` naming the first that is not, with both shapes.
  public func check(against network: Network) throws(NetworkError) {
    for node in network.nodes {
      for declaration in node.operation.parameters {
        let name = node.name + "." + declaration.name
        guard let tensor = self[name] else {
          throw NetworkError(.name, name, "missing; expected a tensor of \(declaration.shape)")
        }
        guard tensor.shape == declaration.shape else {
          throw NetworkError(.shape, name, "expected \(declaration.shape), found \(tensor.shape)")
        }
      }
    }
  }
}

/// A network with its numbers: what every file opens to.
public struct Model: Hashable, Sendable {
  /// The graph.
  public var network: Network
  /// Its weights, biases and statistics.
  public var parameters: Parameters

  /// A model.
  /// - Throws: `NetworkError` if a parameter is missing or of another shape.
  public init(_ network: Network, _ parameters: Parameters) throws(NetworkError) {
    try parameters.check(against: network)
    self.network = network
    self.parameters = parameters
  }

  /// A model of which only some nodes' parameters were read, to look at those: it cannot be run.
  public init(_ network: Network, onlyWith parameters: Parameters) {
    self.network = network
    self.parameters = parameters
  }
}

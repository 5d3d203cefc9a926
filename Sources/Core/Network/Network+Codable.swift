extension Network: Codable {
  private enum CodingKeys: CodingKey { case name, inputs, nodes, output }

  /// Reads `{"name", "inputs", "nodes", "output"}` and checks the graph as the plain initialiser does.
  /// - Throws: `DecodingError` if something is missing or of another type, `NetworkError` if it makes no
  ///   network.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      name: container.decode(String.self, forKey: .name),
      inputs: container.decode([Input].self, forKey: .inputs),
      nodes: container.decode([Node].self, forKey: .nodes),
      output: container.decode(String.self, forKey: .output))
  }

  /// Writes `name`, `inputs`, `nodes` in topological order, and `output`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(inputs, forKey: .inputs)
    try container.encode(nodes, forKey: .nodes)
    try container.encode(output, forKey: .output)
  }
}

extension Network.Node: Codable {
  private enum CodingKeys: CodingKey { case name, operation, options, inputs }

  /// Reads `{"name", "operation", "options", "inputs"}`; `options` holds the operation's hyper-parameters.
  /// - Throws: `NetworkError` for an operation that is not in the catalogue, `DecodingError` if something is
  ///   missing or of another type.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    inputs = try container.decode([String].self, forKey: .inputs)
    let kindName = try container.decode(String.self, forKey: .operation)
    guard let kind = OperationCatalogue.kindsByName[kindName] else {
      throw NetworkError(.unsupported, name, "unknown operation '\(kindName)'")
    }
    operation = try kind.init(from: container.superDecoder(forKey: .options))
  }

  /// Writes the operation as its name, to be looked up again, and its hyper-parameters as `options`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(type(of: operation).name, forKey: .operation)
    try operation.encode(to: container.superEncoder(forKey: .options))
    try container.encode(inputs, forKey: .inputs)
  }
}

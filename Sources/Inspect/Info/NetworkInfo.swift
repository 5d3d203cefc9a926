public import Core
internal import Render

/// A network layer by layer: shapes, parameters, multiply–adds, receptive fields.
public struct NetworkInfo: Hashable, Sendable, Encodable {
  /// One layer.
  public struct Layer: Hashable, Sendable, Encodable {
    /// The node's name.
    public let name: String
    /// The operation's name.
    public let operation: String
    /// The shape of its value for one example; nil where that cannot be told, behind an operation that is not supported.
    public let outputShape: Shape?
    /// Numbers that training changes.
    public let parameters: Int
    /// Multiplications paired with an addition, forward, for one example.
    public let multiplyAdds: Int
    /// Rows and columns of the input that one place depends on; nil where there are no places.
    public let receptiveField: [Int]?
  }

  /// The network's name.
  public let name: String
  /// What it is to its run.
  public let role: String
  /// What it is given, by name.
  public let inputs: [Network.Input]
  /// Its layers in order.
  public let layers: [Layer]
  /// Numbers that training changes, in all.
  public let parameters: Int
  /// Multiply–adds of one forward pass of one example.
  public let multiplyAdds: Int

  /// A network's description.
  /// - Throws: `NetworkError` if its shapes do not fit.
  public init(of network: Network, name: String, role: RunRole) throws(NetworkError) {
    self.name = name
    self.role = role.rawValue
    inputs = network.inputs
    layers = try network.summary().map { node in
      Layer(
        name: node.name, operation: node.operation, outputShape: node.outputShape,
        parameters: node.trainableParameters, multiplyAdds: node.multiplyAdds,
        receptiveField: node.receptiveField.map { [$0.height, $0.width] })
    }
    parameters = layers.reduce(0) { $0 + $1.parameters }
    multiplyAdds = try network.multiplyAdds()
  }

  /// The layers as rows of text, a header first.
  var rows: [[String]] {
    let header = ["layer", "operation", "output", "parameters", "multiply–adds", "receptive field"]
    let given = inputs.map { [$0.name, "input", $0.shape.timesDescription, "", "", ""] }
    let body = layers.map { layer in
      [
        layer.name, layer.operation, layer.outputShape?.timesDescription ?? "?",
        layer.parameters > 0 ? Numbers.grouped(layer.parameters) : "",
        layer.multiplyAdds > 0 ? Numbers.grouped(layer.multiplyAdds) : "",
        layer.receptiveField.map { "\($0[0]) × \($0[1])" } ?? "",
      ]
    }
    let total = ["total", "", "", Numbers.grouped(parameters), Numbers.grouped(multiplyAdds), ""]
    return [header] + given + body + [total]
  }
}

public import Core
internal import Render

/// What is in a model file of another framework: its network layer by layer, its tensors, what was assumed. As JSON or as a
/// table.
public struct ModelInfo: Hashable, Sendable, Encodable {
  /// A tensor as the file has it.
  public struct StoredTensor: Hashable, Sendable, Encodable {
    /// The file's name for it.
    public let name: String
    /// Its extents in the file's own layout.
    public let shape: Shape
    /// The type of its elements, in the format's words.
    public let elementType: String
    /// A tensor of a name, a shape and a type.
    public init(name: String, shape: Shape, elementType: String) {
      self.name = name
      self.shape = shape
      self.elementType = elementType
    }
  }

  /// Where the file is.
  public let path: String
  /// What wrote it, and how.
  public let format: String
  /// Its network.
  public let network: NetworkInfo
  /// What was assumed, guessed or left aside.
  public let remarks: [String]
  /// All tensors, in the file's order.
  public let tensors: [StoredTensor]

  /// A model file's description; needs shapes and names, no weights.
  public init(
    path: String, format: String, network: Network, remarks: [String], tensors: [StoredTensor]
  ) throws(NetworkError) {
    self.path = path
    self.format = format
    self.network = try NetworkInfo(of: network, name: network.name, role: Specimen.guessRole(of: network))
    self.remarks = remarks
    self.tensors = tensors
  }

  private static let mostListed = 100

  /// The description as text: the format, a table of layers, what was assumed.
  public var text: String {
    var lines = [
      "\(path): \(format)",
      "\(network.name) · \(network.role), by its shapes · \(Numbers.grouped(tensors.count)) tensors", "",
    ]
    lines += network.rows.aligned(leftAligned: 3)
    // Where no layer could be made of the tensors, they are all there is to tell of.
    if network.layers.allSatisfy({ $0.outputShape == nil }) {
      let rows = tensors.prefix(Self.mostListed).map { [$0.name, $0.elementType, $0.shape.description] }
      lines += [""] + ([["tensor", "type", "shape"]] + rows).aligned(leftAligned: 3)
      if tensors.count > rows.count {
        lines.append("  … \(Numbers.grouped(tensors.count - rows.count)) more; --json lists all")
      }
    }
    if !remarks.isEmpty { lines += [""] + remarks.map { "note: \($0)" } }
    return lines.joined(separator: "\n")
  }
}

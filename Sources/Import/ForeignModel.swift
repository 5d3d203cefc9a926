public import Core

/// A model in a file of another framework: its network is known, its tensors are read when they are asked for.
public struct ForeignModel: Sendable {
  /// Where the file is.
  public let path: String
  /// What wrote it, and how: `Keras 2.3.0-tf, HDF5`.
  public let format: String
  /// The network, in this project's operations and layouts. Operations that are not supported stand in it as `Unsupported`.
  public let network: Network
  /// Where the network's parameters are, by `<node>.<parameter>`, in this project's layouts.
  public let parameters: [String: StoredTensor]
  /// How the file's framework lays out the values of inputs and nodes, where it does so in another way than we.
  public let layouts: [String: ValueLayout]
  /// Every tensor in the file, as the file has it.
  public let tensors: [StoredTensor]
  /// What was assumed, guessed or left aside, a line each.
  public let remarks: [String]
  /// Opens the file again for known inputs, by name and in its own layout; nil where the network does not depend on them.
  var fitting: (@Sendable ([String: Tensor]) throws(ImportError) -> ForeignModel)?

  /// A model from its parts; every parameter of the network must be among the parameters, in its shape.
  /// - Throws: `ImportError` naming the first that is not.
  public init(
    path: String, format: String, network: Network, parameters: [String: StoredTensor],
    layouts: [String: ValueLayout] = [:], tensors: [StoredTensor], remarks: [String] = []
  ) throws(ImportError) {
    for node in network.nodes {
      for declaration in node.operation.parameters {
        let name = node.name + "." + declaration.name
        guard let tensor = parameters[name] else {
          throw ImportError(
            .malformed, "\(path):\(name)", "there is no such tensor; expected one of \(declaration.shape)")
        }
        guard tensor.shape == declaration.shape else {
          throw ImportError(
            .malformed, "\(path):\(name)", "expected \(declaration.shape), found \(tensor.shape)")
        }
      }
    }
    self.path = path
    self.format = format
    // What exporters call a graph ("torch_jit", "sequential_3") says less than what the file is called.
    self.network = network.named(path.fileStem)
    self.parameters = parameters
    self.layouts = layouts
    self.tensors = tensors
    self.remarks = remarks
  }

  /// How the file's framework lays out the value of an input or node.
  public func layout(of name: String) -> ValueLayout { layouts[name] ?? .same }

  /// Reads the parameters of the network.
  /// - Parameter nodes: whose; all if nil.
  /// - Throws: `ImportError` if the file can no longer be read.
  public func readParameters(of nodes: Set<String>? = nil) throws(ImportError) -> Parameters {
    var read = Parameters()
    for node in network.nodes where nodes?.contains(node.name) ?? true {
      for declaration in node.operation.parameters {
        let name = node.name + "." + declaration.name
        read[name] = try parameters[name]!.tensor()
      }
    }
    return read
  }
}

extension Network {
  fileprivate func named(_ name: String) -> Network {
    var network = self
    network.name = name
    return network
  }
}

extension String {
  /// A path's last component without its extension.
  fileprivate var fileStem: String {
    let file = split(separator: "/").last ?? "model"
    guard let dot = file.lastIndex(of: "."), dot != file.startIndex else { return String(file) }
    return String(file[..<dot])
  }
}

public import Core

/// A network put together again from nothing but the names and shapes of its weights.
///
/// What weights do not tell is assumed and said so: strides, padding and pooling are chosen so that the sizes come out where
/// pictures become vectors; activations are taken to be ReLU. Every layer with weights is a node, if need be with an input of
/// its own, so that its kernels can be looked at.
public struct RebuiltNetwork: Sendable {
  /// How sure something is.
  public enum Confidence: String, Hashable, Sendable {
    /// Sizes leave no other way.
    case certain
    /// Sizes fit, and the order in the file or of the names speaks for it.
    case likely
    /// One of several ways.
    case guessed
  }

  /// That one layer reads another.
  public struct Link: Hashable, Sendable, CustomStringConvertible {
    /// The layer that is read; nil if there is none, and the other has an input of its own.
    public let from: String?
    /// The layer that reads.
    public let to: String
    /// How sure it is.
    public let confidence: Confidence
    /// What speaks for it: `8 channels meet 8`.
    public let reason: String

    /// One line for a person: `conv1 → conv2: certain: 8 channels meet 8`.
    public var description: String {
      "\(from ?? "an input of its own") → \(to): \(confidence.rawValue): \(reason)"
    }
  }

  /// The network.
  public let network: Network
  /// Its parameters, by `<node>.<parameter>`.
  public let parameters: [String: StoredTensor]
  /// What reads what, in the order of the network.
  public let links: [Link]
  /// What was assumed or left aside, a line each.
  public let remarks: [String]

  /// Puts a network together.
  /// - Parameters:
  ///   - groups: the tensors of each layer, in the order of the file.
  ///   - flattensChannelsLast: true if pictures became vectors with the channels last, as in Keras.
  /// - Throws: `ImportError` if no group is a layer that can be built.
  public static func rebuild(
    _ groups: [WeightGroup], flattensChannelsLast: Bool, name: String = "network"
  ) throws(ImportError) -> RebuiltNetwork {
    var remarks: [String] = []
    // The alphabet says nothing of what comes first; any other order is most likely that of the layers.
    let names = groups.map(\.name)
    let isOrdered = names.count < 3 || names != names.sorted()
    var groups = isOrdered ? groups : groups.sorted { NaturalKey($0.name) < NaturalKey($1.name) }
    let most = 2000
    if groups.count > most {
      remarks.append("left aside: \(groups.count - most) of \(groups.count) groups of tensors")
      groups = Array(groups.prefix(most))
    }
    var layers: [(place: Int, layer: WeightLayer)] = []
    var norms: [NormGroup] = []
    for (place, group) in groups.enumerated() {
      if let norm = NormGroup(group, at: place) {
        norms.append(norm)
      } else if let layer = WeightLayer(group, refusing: { remarks.append("left aside: " + $0) }) {
        layers.append((place, layer))
      }
    }
    guard !layers.isEmpty else {
      throw ImportError(.notAModel, name, "no tensor in it is a layer's weight that can be built")
    }
    let order = LayerOrder(SettledLayer.settle(layers.map(\.layer)), isOrdered: isOrdered)
    let places = Dictionary(layers.map { ($0.layer.name, $0.place) }) { first, _ in first }
    let attachments = NormAttachments(norms, to: order.layers, places: places, isOrdered: isOrdered)
    remarks += attachments.remarks
    var assembly = NetworkAssembly(order, attachments, flattensChannelsLast: flattensChannelsLast)
    assembly.assemble()
    remarks += assembly.remarks
    guard !assembly.nodes.isEmpty else {
      throw ImportError(.notAModel, name, "no tensor in it is a layer's weight that can be built")
    }
    do throws(NetworkError) {
      let network = try Network(name: name, inputs: assembly.inputs, nodes: assembly.nodes)
      _ = try network.shapes()
      return RebuiltNetwork(
        network: network, parameters: assembly.parameters, links: assembly.links, remarks: remarks)
    } catch {
      throw ImportError(.unsupported, "\(name):\(error.subject)", error.reason)
    }
  }
}

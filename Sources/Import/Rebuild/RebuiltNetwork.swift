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
  ///   - isOrdered: true if the file has the layers in the order in which they were made; nil if that is not known, and
  ///     then an order that is not the alphabet's is trusted.
  ///   - name: what the network is called.
  /// - Throws: `ImportError` if no group is a layer that can be built.
  public static func rebuild(
    _ groups: [WeightGroup], flattensChannelsLast: Bool, isOrdered: Bool? = nil, name: String = "network"
  ) throws(ImportError) -> RebuiltNetwork {
    let most = 2000
    var groups = Array(groups.prefix(most))
    var taken: Set<String> = []
    for index in groups.indices {
      let name = groups[index].name
      var number = 2
      while !taken.insert(groups[index].name).inserted {
        groups[index].name = "\(name)_\(number)"
        number += 1
      }
    }
    let names = groups.map(\.name)
    let isOrdered = isOrdered ?? (names.count < 3 || names != names.sorted())
    var parts = RebuildParts(groups, isOrdered: isOrdered)
    if !isOrdered {
      // An encoder comes before its decoder, whatever the alphabet says.
      let keys = names.map { NaturalKey($0.replacing("decoder", with: "encoders")) }
      let natural = RebuildParts(
        groups.indices.sorted { keys[$0] < keys[$1] }.map { groups[$0] }, isOrdered: false)
      if natural.unlinkedCount <= parts.unlinkedCount { parts = natural }
    }
    let attachments = NormAttachments(
      parts.norms, to: parts.order.layers, places: parts.places, isOrdered: isOrdered)
    var assembly = NetworkAssembly(parts.order, attachments, flattensChannelsLast: flattensChannelsLast)
    assembly.assemble()
    guard !assembly.nodes.isEmpty else {
      throw ImportError(.notAModel, name, "no tensor in it is a layer's weight that can be built")
    }
    do throws(NetworkError) {
      let network = try Network(name: name, inputs: assembly.inputs, nodes: assembly.nodes)
      _ = try network.shapes()
      return RebuiltNetwork(
        network: network, parameters: assembly.parameters, links: assembly.links,
        remarks: parts.remarks + attachments.remarks + assembly.remarks)
    } catch {
      throw ImportError(.unsupported, "\(name):\(error.subject)", error.reason)
    }
  }
}

/// Groups of tensors told apart, in one order.
private struct RebuildParts {
  var order: LayerOrder
  var norms: [NormGroup] = []
  /// The place of each layer's group.
  var places: [String: Int] = [:]
  var remarks: [String] = []

  init(_ groups: [WeightGroup], isOrdered: Bool) {
    var layers: [WeightLayer] = []
    var remarks: [String] = []
    for (place, group) in groups.enumerated() {
      if let norm = NormGroup(group, at: place) {
        norms.append(norm)
      } else if let layer = WeightLayer(group, refusing: { remarks.append("left aside: " + $0) }) {
        layers.append(layer)
        places[layer.name] = place
        if layer.isTable {
          remarks.append("\(layer.name): an embedding, as the linear layer of a one in the chosen row")
        }
      }
    }
    self.remarks = remarks
    order = LayerOrder(SettledLayer.settle(layers), isOrdered: isOrdered)
  }

  var unlinkedCount: Int { order.sources.count { $0.layer == nil } }
}

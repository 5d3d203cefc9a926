internal import Core

/// A generator or discriminator as the guidelines for DCGANs see it (Radford, Metz and Chintala 2016, arXiv:1511.06434,
/// section 3): its layers with weights, and what follows each before the next.
struct AdversaryPart {
  /// A layer with weights.
  struct Layer {
    let node: Network.Node
    /// The operations up to the next layer with weights, while the way does not part.
    let followers: [Network.Node]

    /// The operation that centres and scales what the layer answers, if there is one.
    var norm: Network.Node? {
      followers.first { node in
        node.operation is BatchNorm2d || node.operation is BatchNorm1d || node.operation is InstanceNorm2d
          || node.operation is LayerNorm || node.operation is GroupNorm
      }
    }
    /// The activation behind the layer, if there is one.
    var activation: Network.Node? {
      followers.first { $0.operation is any Elementwise || $0.operation is PReLU }
    }
  }

  let specimen: Specimen
  let role: RunRole
  /// False where a model from elsewhere only looks like it.
  let isSure: Bool
  let layers: [Layer]

  var network: Network { specimen.model.network }
  var name: String { specimen.name }
  /// A sentence about it, which is about a GAN only if it is part of one.
  func sentence(_ words: String) -> String {
    (isSure ? "In the \(role.rawValue) " : "If this is a GAN’s \(role.rawValue): ") + words + "."
  }
  /// The layers between the first and the last, whose guidelines differ.
  var inner: ArraySlice<Layer> { layers.dropFirst().dropLast() }

  /// The severity of a deviation; what is not sure to be a GAN's part is only told.
  func severity(_ severity: Finding.Severity) -> Finding.Severity { isSure ? severity : max(severity, .note) }

  init(_ specimen: Specimen, _ role: RunRole, isSure: Bool) {
    self.specimen = specimen
    self.role = role
    self.isSure = isSure
    let network = specimen.model.network
    func isWeighty(_ node: Network.Node) -> Bool {
      node.operation is Conv2d || node.operation is ConvTranspose2d || node.operation is Linear
    }
    layers = network.nodes.filter(isWeighty).map { node in
      var followers: [Network.Node] = []
      var name = node.name
      while true {
        let readers = network.readers(of: name)
        guard readers.count == 1, !isWeighty(readers[0]) else { break }
        followers.append(readers[0])
        name = readers[0].name
      }
      return Layer(node: node, followers: followers)
    }
  }
}

extension Examination {
  /// The generators and discriminators among the networks.
  ///
  /// A run says what its networks are. Of a model from elsewhere a generator is what makes pictures of numbers; a discriminator
  /// what gives one number for a picture, and is called so or has the leaky rectifiers that discriminators have.
  var adversaries: [AdversaryPart] {
    specimens.compactMap { specimen in
      if run != nil {
        return specimen.role == .classifier ? nil : AdversaryPart(specimen, specimen.role, isSure: true)
      }
      let network = specimen.model.network
      let shapes = network.knownShapes()
      switch specimen.role {
      case .generator:
        guard let made = shapes[network.output]?.perExample, made.rank == 3, made[0] == 1 || made[0] == 3,
          network.nodes.contains(where: { $0.operation is ConvTranspose2d || $0.operation is Conv2d })
        else { return nil }
        return AdversaryPart(specimen, .generator, isSure: false)
      case .discriminator:
        let words = (path + " " + network.name).lowercased()
        guard network.inputs.count == 1, network.inputs[0].shape.rank == 3,
          words.contains("discriminator") || words.contains("critic")
            || network.nodes.contains(where: { $0.operation is LeakyReLU })
        else { return nil }
        return AdversaryPart(specimen, .discriminator, isSure: false)
      case .classifier: return nil
      }
    }
  }
}

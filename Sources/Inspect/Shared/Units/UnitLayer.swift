package import Core

/// A layer whose units are looked at: maps, or single features.
package struct UnitLayer: Hashable, Sendable {
  /// The layer as people speak of it: `conv1`.
  package let name: String
  /// The node whose value is read: the layer itself, or the batch norm that is part of it.
  package let node: String
  /// The shape of one example's value, `[maps, height, width]` or `[features]`.
  package let shape: Shape
  /// True if what is not above zero has no say: a ReLU comes next, or came just before.
  package let isRectified: Bool

  /// Maps or features.
  package var units: Int { shape[0] }
  /// Places of a unit.
  package var plane: Int { shape.elementCount / max(shape[0], 1) }
  /// True for maps, false for features without places.
  package var hasPlaces: Bool { shape.rank == 3 }

  /// A layer by the name of its node, which may be any.
  ///
  /// A convolution or linear layer is read before its activation, behind its batch norm if it has one: what is asked for is
  /// what is read, and what is below zero can be told from what is far below.
  /// - Throws: `InspectError` listing the layers there are, or if its value has no units.
  package init(_ name: String, in network: Network, of subject: String) throws(InspectError) {
    guard let node = network.nodes.first(where: { $0.name == name }) else {
      throw InspectError(
        .unknownName, "\(subject)/\(name)", "no such layer; there are \(network.nodes.map(\.name).listed)")
    }
    var read = node
    if node.operation.hasFilters {
      while let next = network.onlyReader(of: read.name), next.operation.isBatchNorm { read = next }
    }
    guard let shape = network.knownShapes()[read.name]?.perExample, shape.rank == 3 || shape.rank == 1 else {
      throw InspectError(
        .notApplicable, "\(subject)/\(name)", "its value is neither maps nor features, so it has no units")
    }
    self.name = name
    self.node = read.name
    self.shape = shape
    isRectified = network.isRectified(read)
  }

  /// The layer whose units pictures are painted for.
  init(_ target: UnitTarget) {
    name = target.layer
    node = target.node
    shape = [target.units, target.height, target.width]
    isRectified = target.isRectified
  }

  /// The layers that are shown where none is named: all convolutions, of many the first, the middle and the last; without
  /// any the linear layers.
  /// - Throws: `InspectError` if there is neither.
  package static func usual(in network: Network, of subject: String, most: Int = 3) throws(InspectError)
    -> [UnitLayer]
  {
    var names = network.nodes.filter { $0.operation is Conv2d }.map(\.name)
    if names.isEmpty { names = network.nodes.filter { $0.operation is Linear }.map(\.name) }
    guard !names.isEmpty else {
      throw InspectError(
        .notApplicable, subject, "has no convolution and no linear layer; name another with --layer")
    }
    if names.count > most {
      names = (0..<most).map { names[most == 1 ? 0 : $0 * (names.count - 1) / (most - 1)] }
    }
    var layers: [UnitLayer] = []
    for name in names { layers.append(try UnitLayer(name, in: network, of: subject)) }
    return layers
  }

  /// Units drawn by lot, in order; all where there are no more than wanted.
  package func drawn(_ count: Int, seed: UInt64) -> [Int] {
    guard count < units else { return Array(0..<units) }
    // One stream for each layer, so that its units stay whatever else is shown.
    var random = RandomStream(seed: seed, stream: name.utf8.reduce(8) { $0 &* 31 &+ UInt64($1) })
    var all = Array(0..<units)
    all.shuffle(using: &random)
    return all.prefix(count).sorted()
  }

  /// `conv1`, or `conv1, read behind bn1`.
  var words: String { node == name ? name : "\(name), read behind \(node)" }
}

extension Operation {
  /// True if the operation sums weighted inputs.
  var hasFilters: Bool { self is Conv2d || self is ConvTranspose2d || self is Linear }
  /// True for batch norms: in inference a factor and an offset for each unit.
  var isBatchNorm: Bool { self is BatchNorm2d || self is BatchNorm1d }
}

extension Network {
  /// The one node that reads a value; nil if there are several or none.
  func onlyReader(of name: String) -> Node? {
    let readers = readers(of: name)
    return readers.count == 1 && name != output ? readers[0] : nil
  }

  /// True if only what is above zero of a node's value counts for the rest of the network.
  fileprivate func isRectified(_ node: Node) -> Bool {
    cameFromReLU(node.name) || goesToReLU(node.name)
  }

  private func cameFromReLU(_ name: String) -> Bool {
    guard let node = nodes.first(where: { $0.name == name }) else { return false }
    if node.operation is ReLU { return true }
    return node.operation.passesSigns && cameFromReLU(node.inputs[0])
  }

  private func goesToReLU(_ name: String) -> Bool {
    let readers = readers(of: name)
    guard !readers.isEmpty, name != output else { return false }
    return readers.allSatisfy {
      $0.operation is ReLU || ($0.operation.passesSigns && goesToReLU($0.name))
    }
  }
}

extension Operation {
  /// True if a value that is nowhere above zero stays so, and one that is stays that.
  fileprivate var passesSigns: Bool {
    self is MaxPool2d || self is Dropout || self is Identity || self is GlobalMaxPool2d || self is Flatten
  }
}

internal import Core

/// Which layer made the channels that another layer reads, through operations that leave every channel what it is.
struct ChannelFlow {
  private let network: Network
  private let shapes: [String: Shape]

  init(_ network: Network) {
    self.network = network
    shapes = network.knownShapes()
  }

  private func node(_ name: String) -> Network.Node? { network.nodes.first { $0.name == name } }

  /// The layer whose filters' answers are the channels of a value; nil if they come from the network's input, or of several.
  func source(of name: String) -> String? {
    var name = name
    while let node = node(name) {
      if node.operation is Conv2d || node.operation is ConvTranspose2d || node.operation is Linear {
        return node.name
      }
      guard node.inputs.count == 1, keepsChannels(node) else { return nil }
      name = node.inputs[0]
    }
    return nil
  }

  /// The layers whose filters are known by place because what they make is the network's answer: classes, or colours.
  var lastLayers: Set<String> {
    source(of: network.output).map { [$0] } ?? []
  }

  /// The shape `[channels, height, width]` of the maps that a layer reads in one row; nil for any other.
  func flattened(into node: Network.Node) -> Shape? {
    guard let before = self.node(node.inputs[0]) else { return nil }
    var name = node.inputs[0]
    var place: Network.Node? = before
    while let at = place,
      at.operation is any Elementwise || at.operation is Dropout || at.operation is Identity
    {
      name = at.inputs[0]
      place = self.node(name)
    }
    guard let at = place, at.operation is Flatten || at.operation is Reshape, at.inputs.count == 1,
      let shape = shapes[at.inputs[0]]?.perExample, shape.rank == 3, shapes[at.name]?.perExample.rank == 1
    else { return nil }
    return shape
  }

  /// The shape `[channels, height, width]` into which a linear layer's answer is folded; nil if it stays a row.
  func folded(from node: Network.Node) -> Shape? {
    var name = node.name
    while true {
      let readers = network.readers(of: name)
      guard readers.count == 1, let reader = readers.first, reader.inputs.count == 1 else { return nil }
      if reader.operation is Reshape {
        guard let shape = shapes[reader.name]?.perExample, shape.rank == 3, shape[0] > 1,
          let row = shapes[name]?.perExample, row.rank == 1
        else { return nil }
        return shape
      }
      guard
        reader.operation is any Elementwise || reader.operation is BatchNorm1d || reader.operation is Dropout
      else { return nil }
      name = reader.name
    }
  }

  /// True if channel c of the result is made of channel c of what is read, and of nothing else.
  private func keepsChannels(_ node: Network.Node) -> Bool {
    switch node.operation {
    case is any Elementwise, is BatchNorm2d, is BatchNorm1d, is InstanceNorm2d, is Dropout, is Identity,
      is MaxPool2d, is AvgPool2d, is GlobalAvgPool2d, is GlobalMaxPool2d, is Upsample, is Resize, is Softmax,
      is LogSoftmax, is LayerNorm, is LocalResponseNorm:
      return true
    case is Flatten, is Reshape:
      // Rows of a channel's numbers behind one another, or back again: the channels keep their order.
      guard let from = shapes[node.inputs[0]]?.perExample, let to = shapes[node.name]?.perExample else {
        return false
      }
      return (from.rank == 3 && to.rank == 1) || (from.rank == 1 && to.rank == 3)
    default: return false
    }
  }
}

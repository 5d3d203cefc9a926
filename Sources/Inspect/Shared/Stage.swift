public import Core

/// A step of a network as people speak of it: an operation that computes, with the normalisation, activation,
/// dropout and reshaping that only follow it.
public struct Stage: Hashable, Sendable {
  /// The nodes in order, at least one.
  public let nodes: [Network.Node]

  /// The node that computes: a convolution, a pooling, a linear layer.
  public var head: Network.Node { nodes[0] }
  /// The stage's name: its first node's.
  public var name: String { head.name }
  /// The node whose value the next stage reads.
  public var output: String { nodes[nodes.count - 1].name }

  /// The node whose value is looked at: the last that changes numbers or gives them places.
  public var shown: String {
    (nodes.last { !($0.operation is Dropout) && !($0.operation is Flatten) && !($0.operation is Identity) }
      ?? nodes[nodes.count - 1]).name
  }
}

extension Network {
  /// The stages in order. A node joins the stage that it reads if nothing else reads that stage's end.
  public var stages: [Stage] {
    var groups: [[Node]] = []
    for node in nodes {
      if node.operation.isFollower, node.inputs.count == 1,
        let place = groups.firstIndex(where: { $0.last!.name == node.inputs[0] }),
        readers(of: node.inputs[0]).count == 1
      {
        groups[place].append(node)
      } else {
        groups.append([node])
      }
    }
    return groups.map(Stage.init)
  }
}

extension Operation {
  /// True if the operation finishes what another began: people draw both as one layer.
  fileprivate var isFollower: Bool {
    switch self {
    case is any Elementwise, is Softmax, is LogSoftmax, is Dropout: true
    default: normalises || rearranges
    }
  }

  /// True if the operation centres and scales what it is given.
  var normalises: Bool {
    self is BatchNorm2d || self is BatchNorm1d || self is LayerNorm || self is InstanceNorm2d
      || self is GroupNorm
      || self is LocalResponseNorm || self is Rescale
  }

  /// True if the operation only moves numbers about, and nothing new is to be seen behind it.
  var rearranges: Bool {
    self is Flatten || self is Reshape || self is Permute || self is Identity
  }
}

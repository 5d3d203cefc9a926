/// What a pickle may hold for us: plain values, and containers by their place in a `PickleHeap`.
///
/// Nothing refers to anything directly, so that a pickle that nests a million lists, or puts a list into itself, costs no
/// more than its length.
enum PickleValue: Hashable {
  case none
  case boolean(Bool)
  case integer(Int)
  /// A whole number beyond 63 bits, as its bytes.
  case large([UInt8])
  case float(Double)
  case text(String)
  case bytes([UInt8])
  /// The name of a class or function. It stays a name.
  case global(String)
  /// Something in the heap.
  case reference(Int)
}

/// A container, or what a call would have made.
struct PickleNode {
  enum Kind: Hashable {
    case tuple, list, set
    /// Keys and values in turn.
    case dictionary
    /// What calling `name` with the items would make; nothing is called.
    case call(String)
    /// A persistent reference: bytes kept elsewhere in the file.
    case persistent
  }

  var kind: Kind
  var items: [PickleValue]
}

/// All containers of a pickle.
struct PickleHeap {
  private(set) var nodes: [PickleNode] = []

  subscript(index: Int) -> PickleNode {
    get { nodes[index] }
    _modify { yield &nodes[index] }
  }

  mutating func add(_ kind: PickleNode.Kind, _ items: [PickleValue] = []) -> PickleValue {
    nodes.append(PickleNode(kind: kind, items: items))
    return .reference(nodes.count - 1)
  }

  /// The container behind a value; nil if it is a plain value.
  func node(_ value: PickleValue) -> PickleNode? {
    if case .reference(let index) = value { nodes[index] } else { nil }
  }

  /// The items of a tuple or list.
  func sequence(_ value: PickleValue) -> [PickleValue]? {
    guard let node = node(value), node.kind == .tuple || node.kind == .list else { return nil }
    return node.items
  }

  /// The keys and values of a dictionary.
  func pairs(_ value: PickleValue) -> [(key: PickleValue, value: PickleValue)]? {
    guard let node = node(value), node.kind == .dictionary else { return nil }
    return stride(from: 0, to: node.items.count - 1, by: 2).map { (node.items[$0], node.items[$0 + 1]) }
  }
}

extension PickleValue {
  /// The whole number, if it is one.
  var integer: Int? { if case .integer(let number) = self { number } else { nil } }
  /// The text, if it is one.
  var text: String? { if case .text(let text) = self { text } else { nil } }
  /// The class's or function's name, if it is one.
  var global: String? { if case .global(let name) = self { name } else { nil } }
}

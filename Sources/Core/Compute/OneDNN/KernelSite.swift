#if canImport(COneDNN)

/// Where a kernel is being compiled: its node, what it reads, and the executor's shared stores.
struct KernelSite {
  let name: String
  let nodeIndex: Int
  let inputs: [Value]
  /// The shape of the value to make, batch axis first.
  var shape: Shape
  let mode: ExecutionMode
  let readers: [Network.Node]
  let scratch: Scratch
  let parameters: ParameterStore

  /// The node's value, in a layout; its extents are the shape's or hold as many elements.
  func value(in layout: Layout) -> Value { value(holding: BlockedTensor(layout)) }

  func value(holding data: BlockedTensor) -> Value {
    Value(name: name, shape: shape, data: data, readerCount: readers.count)
  }
}
#endif

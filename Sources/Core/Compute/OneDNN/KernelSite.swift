#if canImport(COneDNN)

/// Where a kernel is being compiled: its node, what it reads, and the executor's shared stores.
struct KernelSite {
  /// The node's name, by which its parameters are known.
  let name: String
  let nodeIndex: Int
  let inputs: [Value]
  /// The shape of the value to make, batch axis first.
  var shape: Shape
  let mode: ExecutionMode
  /// Who reads what the kernel makes.
  let readers: [Network.Node]
  /// A rectifier that the kernel is to compute along with the node; nil if there is none.
  let rectifier: Rectifier?
  let scratch: Scratch
  /// For weights in the layout of one pass, which are copied anew each time.
  let weightCopies: Scratch
  let parameters: ParameterStore

  /// What the kernel makes, in a layout; its extents are the shape's or hold as many elements.
  func value(in layout: Layout) -> Value { value(holding: BlockedTensor(layout)) }

  func value(holding data: BlockedTensor) -> Value {
    Value(name: rectifier?.name ?? name, shape: shape, data: data, readerCount: readers.count)
  }
}
#endif

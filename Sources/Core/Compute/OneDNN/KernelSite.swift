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
  /// A rectifier that the kernel is to compute along with the node, and the pooling behind it if it names one; nil if there is
  /// none.
  let rectifier: Rectifier?
  let workspace: Workspace
  let parameters: ParameterStore
  /// Whether this is a kernel within another, which alone reads what it makes.
  var isWithinKernel = false

  var scratch: Scratch { workspace.scratch }
  var weightCopies: Scratch { workspace.weightCopies }

  /// What the kernel makes, in a layout; its extents are the shape's or hold as many elements.
  func value(in layout: Layout) -> Value {
    guard isWithinKernel else { return value(holding: BlockedTensor(layout)) }
    // Read before the gradient is written.
    let value = value(holding: workspace.between.tensor(in: layout))
    // Zeros that fill blocks up have to stay zeros.
    if layout.isFilled { value.gradient = workspace.between.tensor(in: layout) }
    return value
  }

  func value(holding data: BlockedTensor) -> Value {
    Value(name: rectifier?.result ?? name, shape: shape, data: data, readerCount: readers.count)
  }
}
#endif

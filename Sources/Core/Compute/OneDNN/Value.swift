#if canImport(COneDNN)

/// The value of a node or an input, its gradient, and how many nodes read it.
final class Value {
  let name: String
  /// The shape the network knows it by. `data` may hold the same numbers under other extents.
  let shape: Shape
  let data: BlockedTensor
  /// Nodes that read it: each sends a gradient back.
  let readerCount: Int
  /// True once a gradient has arrived in the present pass.
  var hasGradient = false
  /// A rectifier computed along with the value, whose gradient the kernel that made the value takes before its own.
  var rectifier: Rectifier?
  /// True if the value's only reader takes that gradient instead: a backward pass cannot start at the value then.
  private(set) var hasHandedOverRectifier = false
  /// The value whose gradient is this one's too, because it is the same memory under another name.
  var gradientTwin: Value?

  /// Memory for the gradient that others use at other times; nil for memory of its own.
  var gradientMemory: AlignedMemory?

  lazy var gradient: BlockedTensor =
    if let gradientTwin {
      gradientTwin.gradient.relabelled(data.layout)
    } else if let gradientMemory {
      BlockedTensor(data.layout, sharing: gradientMemory)
    } else {
      BlockedTensor(data.layout)
    }
  private lazy var addend = BlockedTensor(data.layout)

  init(name: String, shape: Shape, data: BlockedTensor, readerCount: Int) {
    self.name = name
    self.shape = shape
    self.data = data
    self.readerCount = readerCount
  }

  /// Gives the rectifier's gradient into the care of the value's only reader; nil if there is no such gradient or no such
  /// reader.
  func handOverRectifier() -> Rectifier? {
    guard readerCount == 1, let rectifier else { return nil }
    self.rectifier = nil
    hasHandedOverRectifier = true
    return rectifier
  }

  /// Takes the gradient that one reader sends: the first is written in place, further ones are added.
  func receive(_ write: (BlockedTensor) -> Void) {
    if hasGradient {
      write(addend)
      gradient.add(addend)
    } else {
      write(gradient)
      hasGradient = true
    }
  }
}

/// Runs one node: forward, and backward from the gradient of its value to those of its inputs and parameters.
protocol OneDNNKernel: AnyObject {
  var inputs: [Value] { get }
  var output: Value { get }
  func forward()
  func backward(_ pass: BackwardPass)
  /// Whether the gradient at the input can lie where that at the output does.
  var takesGradientsInPlace: Bool { get }
  /// Whether there is a gradient at the input.
  var givesInputGradient: Bool { get }
}

extension OneDNNKernel {
  var givesInputGradient: Bool { true }
  var takesGradientsInPlace: Bool { false }
}

/// What a backward pass wants of a kernel.
struct BackwardPass {
  let rule: RectifierRule
  let wantsParameters: Bool
  /// Values whose gradient somebody needs, by name.
  let wanted: Set<String>

  func wants(_ value: Value) -> Bool { wanted.contains(value.name) }
}
#endif

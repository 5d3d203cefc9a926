/// One kind of node in a network: its hyper-parameters, the shapes it makes and the parameters it needs.
///
/// An operation holds no numbers; those are in `Parameters`, under `<node>.<parameter>`. What it computes is
/// written down in the executors. To add one: a structure that conforms, its name in
/// `OperationCatalogue`, a kernel for the reference executor.
public protocol Operation: Sendable, Hashable, Codable {
  /// The kind's name in files and figures: PyTorch's name for the layer.
  static var name: String { get }

  /// What figures, tables and messages call this operation: the name, if it does not know better.
  var name: String { get }

  /// The shape of the result for inputs of given shapes, batch axis first.
  /// - Throws: `ShapeMismatch` if the inputs do not fit.
  func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape

  /// The parameters the operation needs, in the order PyTorch lists them.
  var parameters: [ParameterDeclaration] { get }

  /// Multiplications paired with an addition in one forward pass over inputs of given shapes.
  func multiplyAdds(inputs: [Shape], output: Shape) -> Int

  /// The window that slides over an image, if the operation has one.
  var window: Window? { get }

  /// True if an element of the result depends on all of the input's places.
  var mixesAllPlaces: Bool { get }

  /// What makes no sense about the hyper-parameters, whatever the input; nil if nothing does. A network refuses such
  /// an operation, so that what a file says is checked before anything is computed from it.
  var flaw: String? { get }
}

extension Operation {
  /// No parameters: what an operation keeps that learns nothing.
  public var parameters: [ParameterDeclaration] { [] }
  /// Zero: activations, pooling and rearrangements weigh nothing.
  public func multiplyAdds(inputs: [Shape], output: Shape) -> Int { 0 }
  /// Nil: no window slides, the operation works place by place or on an example as a whole.
  public var window: Window? { nil }
  /// False: a place of the result depends on one place of the input, or on a window of places.
  public var mixesAllPlaces: Bool { false }
  /// Nil: an operation without hyper-parameters has none that make no sense.
  public var flaw: String? { nil }
  /// The same for all operations of a kind.
  public var name: String { Self.name }
}

/// Inputs that an operation cannot take; the network adds the node's name and the shapes.
public struct ShapeMismatch: Error, Hashable, Sendable {
  /// What was expected and what was found.
  public let reason: String
  /// A mismatch with its explanation.
  public init(_ reason: String) { self.reason = reason }
}

/// A parameter that an operation needs.
public struct ParameterDeclaration: Hashable, Sendable {
  /// What a parameter is for: this decides how it is initialised and whether it is trained.
  public enum Role: Hashable, Sendable {
    /// A weight that sums `fanIn` products into one output.
    case weight(fanIn: Int)
    /// A bias added to a sum of `fanIn` products.
    case bias(fanIn: Int)
    /// A norm's factor (γ).
    case scale
    /// A norm's offset (β).
    case offset
    /// PReLU's factor for negative numbers.
    case slope
    /// Batch norm's running mean, not trained.
    case runningMean
    /// Batch norm's running variance, not trained.
    case runningVariance
    /// Numbers that belong to the network as it was made, not trained.
    case constant
  }

  /// The name within its node: `weight`, `bias`, `running_mean`, …
  public let name: String
  /// The shape, in PyTorch's layout.
  public let shape: Shape
  /// What it is for.
  public let role: Role

  /// A parameter of a name, a shape and a role.
  public init(_ name: String, _ shape: Shape, _ role: Role) {
    self.name = name
    self.shape = shape
    self.role = role
  }

  /// False for statistics that the forward pass keeps and for constants: no optimiser touches them.
  public var isTrainable: Bool { role != .runningMean && role != .runningVariance && role != .constant }
}

/// A height and a width, in pixels or steps.
public struct Extent: Hashable, Sendable, ExpressibleByIntegerLiteral {
  /// Rows.
  public var height: Int
  /// Columns.
  public var width: Int
  /// An extent of a height and a width.
  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }
  /// A square.
  public init(_ side: Int) { self.init(height: side, width: side) }
  /// A square from its side alone: `kernelSize: 3` is 3 × 3.
  public init(integerLiteral value: Int) { self.init(value) }
  /// `3 × 3`.
  public var description: String { "\(height) × \(width)" }
}

extension Extent: CustomStringConvertible, Codable {
  /// Reads the pair `[height, width]`.
  /// - Throws: `DecodingError` if it is not an array of at least two whole numbers.
  public init(from decoder: any Decoder) throws {
    var container = try decoder.unkeyedContainer()
    self.init(height: try container.decode(Int.self), width: try container.decode(Int.self))
  }
  /// Writes the pair `[height, width]`.
  public func encode(to encoder: any Encoder) throws { try [height, width].encode(to: encoder) }
}

/// Rows and columns of zeros put around an image before a window slides over it.
public struct Padding: Hashable, Sendable, ExpressibleByIntegerLiteral {
  /// Rows above.
  public var top: Int
  /// Columns to the left.
  public var left: Int
  /// Rows below.
  public var bottom: Int
  /// Columns to the right.
  public var right: Int
  /// Padding of four widths.
  public init(top: Int, left: Int, bottom: Int, right: Int) {
    self.top = top
    self.left = left
    self.bottom = bottom
    self.right = right
  }
  /// The same padding on every side.
  public init(_ width: Int) { self.init(top: width, left: width, bottom: width, right: width) }
  /// The same padding on every side, from its width alone: `padding: 1`.
  public init(integerLiteral value: Int) { self.init(value) }
}

extension Padding: Codable {
  /// Reads the four widths `[top, left, bottom, right]`.
  /// - Throws: `DecodingError` if it is not an array of at least four whole numbers.
  public init(from decoder: any Decoder) throws {
    var container = try decoder.unkeyedContainer()
    self.init(
      top: try container.decode(Int.self), left: try container.decode(Int.self),
      bottom: try container.decode(Int.self), right: try container.decode(Int.self))
  }
  /// Writes the four widths `[top, left, bottom, right]`.
  public func encode(to encoder: any Encoder) throws {
    try [top, left, bottom, right].encode(to: encoder)
  }
}

/// How a window slides over an image: what receptive fields are computed from.
public struct Window: Hashable, Sendable {
  /// Rows and columns that one output looks at, before dilation.
  public var kernelSize: Extent
  /// Steps from one output to the next; for a transposed window, from one input to the next.
  public var stride: Extent
  /// Distance between neighbouring taps.
  public var dilation: Extent
  /// The zeros around the image.
  public var padding: Padding
  /// True if one input spreads over the window instead of the window gathering into one output.
  public var isTransposed = false

  /// Rows and columns from the first tap to the last: (k − 1)·d + 1.
  public var span: Extent {
    Extent(
      height: (kernelSize.height - 1) * dilation.height + 1,
      width: (kernelSize.width - 1) * dilation.width + 1)
  }
}

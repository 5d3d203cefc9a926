internal import Core

/// What a name in a graph stands for while the graph is translated.
struct ONNXValue: Sendable {
  /// Where the numbers come from.
  enum Source: Sendable {
    /// An input or a node of our network.
    case node(String)
    /// They are known without running anything.
    case constant(ONNXConstant)
  }

  var source: Source
  /// The extents as the file has them, a batch axis included; nil behind something whose shape is not known.
  var shape: [Int]?
  /// True if axis 0 is our batch axis; false if the whole value is one example, the same for a batch of any size.
  var isBatched: Bool
  var type: ONNXElementType

  /// Constant numbers.
  init(_ constant: ONNXConstant) {
    self.init(source: .constant(constant), shape: constant.shape, isBatched: false, type: constant.type)
  }

  init(source: Source, shape: [Int]?, isBatched: Bool, type: ONNXElementType) {
    self.source = source
    self.shape = shape
    self.isBatched = isBatched
    self.type = type
  }

  /// The numbers, if they are known.
  var constant: ONNXConstant? {
    if case .constant(let constant) = source { constant } else { nil }
  }

  /// The extents of one example of ours.
  var example: [Int]? { isBatched ? shape.map { Array($0.dropFirst()) } : shape }
}

/// Numbers that are known: read when they are asked for if they are in the file, or there already if they were computed.
struct ONNXConstant: Sendable {
  enum Content: Sendable {
    /// Few numbers that were computed.
    case numbers([Double])
    /// The same number everywhere: weights of files that leave the real ones out are large and such.
    case uniform(Double)
    /// In the file.
    case file(ONNXTensor)
    /// In the file, and put into another shape or order.
    case stored(StoredTensor)
  }

  var shape: [Int]
  var type: ONNXElementType
  var content: Content
  /// What the file calls it.
  var name: String

  /// The number of elements.
  var count: Int { shape.reduce(1, *) }

  /// At most so many numbers are computed with while a graph is translated.
  static let mostNumbers = 1 << 16

  /// The numbers, in row-major order; refused if they are many.
  func numbers(in path: String) throws(ONNXRefusal) -> [Double] {
    guard count <= Self.mostNumbers else {
      throw ONNXRefusal("\(count) numbers of '\(name)' are too many to compute with before the network runs")
    }
    do throws(ImportError) {
      switch content {
      case .numbers(let numbers): return numbers
      case .uniform(let number): return [Double](repeating: number, count: count)
      case .file(let tensor): return try tensor.numbers(in: path)
      case .stored(let stored): return try stored.tensor().elements.map(Double.init)
      }
    } catch { throw ONNXRefusal(error.reason) }
  }

  /// The numbers as a tensor that is read when asked for.
  func stored(in path: String) -> StoredTensor {
    switch content {
    case .numbers(let numbers): return StoredTensor(name, Tensor(Shape(shape), numbers.map { Float($0) }))
    case .uniform(let number): return StoredTensor(name, Shape(shape), repeating: Float(number))
    case .file(let tensor): return StoredTensor(tensor, in: path)
    case .stored(let stored): return stored
    }
  }

  /// The same numbers in another shape of as many.
  func reshaped(_ shape: [Int], in path: String) -> ONNXConstant {
    var copy = self
    copy.shape = shape
    switch content {
    case .numbers, .uniform: break
    case .file, .stored: copy.content = .stored(stored(in: path).reshaped(Shape(shape)))
    }
    // Whole numbers in the file must not go through floats.
    if case .file(var tensor) = content {
      tensor.extents = shape
      copy.content = .file(tensor)
    }
    return copy
  }
}

extension StoredTensor {
  /// A tensor of an ONNX file.
  init(_ tensor: ONNXTensor, in path: String) {
    self.init(tensor.name, Shape(tensor.extents), elementType: tensor.type.description) {
      () throws(ImportError) in try tensor.tensor(in: path)
    }
  }
}

internal import Core

/// A tensor as a pickle describes it: a window with strides onto a storage.
struct TorchTensor {
  var storage: TorchStorageReference
  /// Elements from the start of the storage to the first.
  var offset: Int
  var shape: Shape
  /// Elements from one index to the next along each axis.
  var strides: [Int]
  var format: NumberFormat
  /// PyTorch's word for the type of the elements.
  var elementType: String

  /// The number of elements from the first to the last, in memory.
  var span: Int

  /// True if the elements lie row by row.
  var isContiguous: Bool {
    var expected = 1
    for axis in strides.indices.reversed() where shape[axis] != 1 {
      if strides[axis] != expected { return false }
      expected *= shape[axis]
    }
    return true
  }

  /// Picks the elements out of those of the span.
  func gathered(from span: Tensor) -> Tensor {
    let extents = shape.extents
    var index = [Int](repeating: 0, count: extents.count)
    var place = 0
    return Tensor(shape) { result in
      span.elements.withUnsafeBufferPointer { source in
        for target in result.indices {
          result[target] = source[place]
          var axis = extents.count - 1
          while axis >= 0 {
            index[axis] += 1
            place += strides[axis]
            if index[axis] < extents[axis] { break }
            place -= strides[axis] * extents[axis]
            index[axis] = 0
            axis -= 1
          }
        }
      }
    }
  }
}

/// Where a storage is kept: its key, its length, and the part of it that is meant.
struct TorchStorageReference: Hashable {
  var key: String
  /// PyTorch's name for its type, `torch.FloatStorage`.
  var type: String
  /// Elements in the whole storage, or bytes if it is untyped.
  var count: Int
  /// Files of old versions have views of storages: where in the storage they begin, and how long they are.
  var view: Range<Int>?

  /// Bytes of one of what `count` counts.
  func unit(of format: NumberFormat) -> Int { type == "torch.storage.UntypedStorage" ? 1 : format.size }
}

/// Reads what a pickle says of tensors.
struct TorchReader {
  let heap: PickleHeap
  let path: String

  /// Why a value that would be a tensor is none that is read.
  enum Finding {
    case tensor(TorchTensor)
    case leftAside(String)
    /// Something else.
    case none
  }

  private static let parameterCalls: Set<String> = [
    "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state",
    "torch.nn.parameter.Parameter", "torch.nn.parameter.Buffer",
  ]

  private static let formats: [String: (NumberFormat, String)] = [
    "Double": (.float64, "float64"), "Float": (.float32, "float32"), "Half": (.float16, "float16"),
    "BFloat16": (.bfloat16, "bfloat16"), "Long": (.int64, "int64"), "Int": (.int32, "int32"),
    "Short": (.int16, "int16"), "Char": (.int8, "int8"), "Byte": (.uint8, "uint8"),
    "Bool": (.boolean, "bool"),
    "float64": (.float64, "float64"), "double": (.float64, "float64"), "float32": (.float32, "float32"),
    "float": (.float32, "float32"), "float16": (.float16, "float16"), "half": (.float16, "float16"),
    "bfloat16": (.bfloat16, "bfloat16"), "int64": (.int64, "int64"), "long": (.int64, "int64"),
    "int32": (.int32, "int32"), "int": (.int32, "int32"), "int16": (.int16, "int16"),
    "short": (.int16, "int16"),
    "int8": (.int8, "int8"), "uint8": (.uint8, "uint8"), "uint16": (.uint16, "uint16"),
    "uint32": (.uint32, "uint32"), "uint64": (.uint64, "uint64"), "bool": (.boolean, "bool"),
    "float8_e4m3fn": (.float8e4m3fn, "float8_e4m3fn"), "float8_e5m2": (.float8e5m2, "float8_e5m2"),
    "float8_e4m3fnuz": (.float8e4m3fnuz, "float8_e4m3fnuz"),
    "float8_e5m2fnuz": (.float8e5m2fnuz, "float8_e5m2fnuz"),
    "float8_e8m0fnu": (.float8e8m0, "float8_e8m0fnu"),
  ]

  private static func word(_ name: Substring) -> String {
    String(name.hasSuffix("Storage") ? name.dropLast("Storage".count) : name)
  }

  /// The tensor that a value stands for.
  /// - Throws: `ImportError` naming it, if what is said of it contradicts itself.
  func tensor(_ value: PickleValue, named name: String) throws(ImportError) -> Finding {
    var value = value
    // A parameter is a tensor in a wrapping, perhaps in two.
    for _ in 0..<8 {
      guard let node = heap.node(value), case .call(var function) = node.kind else { return .none }
      var items = node.items
      if function == "torch._tensor._rebuild_from_type_v2", items.count >= 3, let inner = items[0].global,
        let arguments = heap.sequence(items[2])
      {
        function = inner
        items = arguments
      }
      if Self.parameterCalls.contains(function), let first = items.first {
        value = first
        continue
      }
      if function.hasPrefix("torch._utils._rebuild_tensor") {
        return try rebuilt(items, isUntyped: function.hasSuffix("_v3"), "\(path):\(name)")
      }
      if function.hasPrefix("torch._utils._rebuild_") {
        return .leftAside("\(function.dropFirst(22)) is of a kind that is not read")
      }
      return .none
    }
    return .none
  }

  private func rebuilt(
    _ items: [PickleValue], isUntyped: Bool, _ subject: String
  ) throws(ImportError) -> Finding {
    guard items.count >= 4, let reference = storage(items[0]), let offset = items[1].integer,
      let extents = heap.sequence(items[2])?.map(\.integer),
      let strides = heap.sequence(items[3])?.map(\.integer),
      extents.count == strides.count, extents.count <= 64, !isUntyped || items.count >= 7
    else { throw ImportError(.malformed, subject, "its description does not parse") }
    let word = isUntyped ? items[6].global ?? "" : reference.type
    let type = word.split(separator: ".").last.map(Self.word) ?? ""
    guard let (format, elementType) = Self.formats[type] else {
      return .leftAside("elements of type \(type.isEmpty ? "unknown" : type) are not read")
    }
    let sizes = extents.compactMap { $0 }.filter { $0 >= 0 }
    let steps = strides.compactMap { $0 }.filter { $0 >= 0 }
    let bytes = reference.count.multipliedReportingOverflow(by: reference.unit(of: format))
    guard sizes.count == extents.count, steps.count == strides.count, offset >= 0, reference.count >= 0,
      !bytes.overflow
    else { throw ImportError(.malformed, subject, "it has a negative or impossible size, stride or offset") }
    // Axes without an extent count as 1 here: what is empty must not overflow either.
    guard Shape(sizes.map { max($0, 1) }).checkedElementCount != nil else {
      throw ImportError(.malformed, subject, "the shape \(Shape(sizes)) is impossibly large")
    }
    let count = Shape(sizes).elementCount
    var available = bytes.partialValue / format.size
    if let view = reference.view {
      guard view.upperBound <= available else {
        throw ImportError(.malformed, subject, "its view of storage '\(reference.key)' reaches beyond it")
      }
      available = view.count
    }
    var span = count == 0 ? 0 : 1
    for (size, step) in zip(sizes, steps) where count > 0 {
      let (reach, overflow) = (size - 1).multipliedReportingOverflow(by: step)
      let (sum, sumOverflow) = span.addingReportingOverflow(reach)
      guard !overflow, !sumOverflow else {
        throw ImportError(.malformed, subject, "its strides \(steps) overflow")
      }
      span = sum
    }
    guard count == 0 || (offset <= available && span <= available - offset) else {
      throw ImportError(
        .malformed, subject,
        "\(Shape(sizes)) with strides \(steps) from element \(offset) on reaches beyond the \(available) of its storage"
      )
    }
    // Strides of 0 make much of little; a bias that stands for a picture is still let through.
    guard count <= max(span, 1 << 24) else {
      throw ImportError(.unsafe, subject, "\(span) stored numbers would become \(count)")
    }
    return .tensor(
      TorchTensor(
        storage: reference, offset: offset + (reference.view?.lowerBound ?? 0), shape: Shape(sizes),
        strides: steps,
        format: format, elementType: elementType, span: span))
  }

  /// Bytes of one element of each storage that the pickle names, by key.
  func unitsOfStorages() -> [String: Int] {
    var units: [String: Int] = [:]
    for node in heap.nodes where node.kind == .persistent {
      guard let reference = storage(node) else { continue }
      let type = Self.word(reference.type.split(separator: ".").last!)
      let others = [
        "ComplexFloat": 8, "ComplexDouble": 16, "QInt8": 1, "QUInt8": 1, "QInt32": 4, "Untyped": 1,
      ]
      units[reference.key] = Self.formats[type]?.0.size ?? others[type]
    }
    return units
  }

  private func storage(_ value: PickleValue) -> TorchStorageReference? {
    heap.node(value).flatMap(storage)
  }

  /// `("storage", type, key, location, count)`, with a view behind it in old files.
  private func storage(_ node: PickleNode) -> TorchStorageReference? {
    guard node.kind == .persistent, node.items.count >= 5,
      node.items[0].text == "storage", let type = node.items[1].global, PickleNames.isStorage(type),
      let key = node.items[2].text ?? node.items[2].integer.map(String.init),
      let count = node.items[4].integer
    else { return nil }
    var view: Range<Int>?
    if node.items.count > 5, node.items[5] != .none {
      guard let items = heap.sequence(node.items[5]), items.count == 3, let start = items[1].integer,
        let size = items[2].integer, start >= 0, size >= 0, size <= 1 << 40, start <= 1 << 40
      else { return nil }
      view = start..<start + size
    }
    let name = type.hasPrefix("torch.cuda.") ? "torch." + type.dropFirst(11) : type
    return TorchStorageReference(key: key, type: name, count: count, view: view)
  }
}

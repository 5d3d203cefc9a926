internal import Core

/// The type of a tensor's elements: `TensorProto.DataType`.
struct ONNXElementType: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  let rawValue: Int

  static let float = ONNXElementType(rawValue: 1)
  static let int64 = ONNXElementType(rawValue: 7)
  static let string = ONNXElementType(rawValue: 8)
  static let boolean = ONNXElementType(rawValue: 9)
  static let float16 = ONNXElementType(rawValue: 10)
  static let double = ONNXElementType(rawValue: 11)
  static let bfloat16 = ONNXElementType(rawValue: 16)

  private static let names = [
    "undefined", "float32", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool", "float16",
    "float64", "uint32", "uint64", "complex64", "complex128", "bfloat16", "float8e4m3fn", "float8e4m3fnuz",
    "float8e5m2", "float8e5m2fnuz", "uint4", "int4", "float4e2m1", "float8e8m0", "uint2", "int2",
  ]

  /// The name, as NumPy writes it.
  var description: String {
    Self.names.indices.contains(rawValue) ? Self.names[rawValue] : "type \(rawValue)"
  }

  /// How its numbers lie in `raw_data`; nil for those that are not read.
  var format: NumberFormat? {
    switch rawValue {
    case 1: .float32
    case 2: .uint8
    case 3: .int8
    case 4: .uint16
    case 5: .int16
    case 6: .int32
    case 7: .int64
    case 9: .boolean
    case 10: .float16
    case 11: .float64
    case 12: .uint32
    case 13: .uint64
    case 16: .bfloat16
    default: nil
    }
  }

  /// True for the types that 32-bit floats stand for here.
  var isFloat: Bool { [1, 10, 11, 16].contains(rawValue) }
  /// True for whole numbers of any width.
  var isInteger: Bool { [2, 3, 4, 5, 6, 7, 12, 13].contains(rawValue) }
  /// True for whole numbers that overflow early, or cannot be negative: arithmetic on floats would differ.
  var wrapsEarly: Bool { [2, 3, 4, 5, 12, 13].contains(rawValue) }
}

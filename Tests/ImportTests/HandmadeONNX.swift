/// The bytes of ONNX files, put together by hand: what a test means to say, and damage that no writer makes.
enum Handmade {
  static func varint(_ value: Int) -> [UInt8] {
    var (rest, bytes) = (UInt64(bitPattern: Int64(value)), [UInt8]())
    while rest >= 128 {
      bytes.append(UInt8(rest & 127) | 128)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }
  static func integer(_ field: Int, _ value: Int) -> [UInt8] { varint(field << 3) + varint(value) }
  static func bytes(_ field: Int, _ bytes: [UInt8]) -> [UInt8] {
    varint(field << 3 | 2) + varint(bytes.count) + bytes
  }
  static func text(_ field: Int, _ text: String) -> [UInt8] { bytes(field, Array(text.utf8)) }
  static func float(_ value: Float) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
  }

  static func attribute(_ name: String, _ value: Int) -> [UInt8] {
    bytes(5, text(1, name) + integer(3, value) + integer(20, 2))
  }
  static func attribute(_ name: String, _ list: [Int]) -> [UInt8] {
    bytes(5, text(1, name) + list.flatMap { integer(8, $0) } + integer(20, 7))
  }
  static func attribute(_ name: String, _ value: Float) -> [UInt8] {
    bytes(5, text(1, name) + varint(2 << 3 | 5) + float(value) + integer(20, 1))
  }

  static func node(
    _ operation: String, _ inputs: [String], _ outputs: [String], name: String = "", domain: String = "",
    _ attributes: [UInt8] = []
  ) -> [UInt8] {
    bytes(
      1,
      inputs.flatMap { text(1, $0) } + outputs.flatMap { text(2, $0) } + text(3, name) + text(4, operation)
        + attributes + text(7, domain))
  }

  /// An initializer of floats as raw data.
  static func floats(_ name: String, _ shape: [Int], _ numbers: [Float]) -> [UInt8] {
    bytes(5, tensor(name, shape, type: 1, bytes(9, numbers.flatMap(float))))
  }
  /// An initializer of whole numbers, each in a field of its own.
  static func integers(_ name: String, _ numbers: [Int]) -> [UInt8] {
    bytes(5, tensor(name, [numbers.count], type: 7, numbers.flatMap { integer(7, $0) }))
  }
  static func tensor(_ name: String, _ shape: [Int], type: Int, _ data: [UInt8]) -> [UInt8] {
    shape.flatMap { integer(1, $0) } + integer(2, type) + text(8, name) + data
  }

  /// An input (field 11) or an output (12); extents below 1 are left open.
  static func value(_ field: Int, _ name: String, _ shape: [Int], type: Int = 1) -> [UInt8] {
    let extents = shape.flatMap { bytes(1, $0 > 0 ? integer(1, $0) : text(2, "N")) }
    return bytes(field, text(1, name) + bytes(2, bytes(1, integer(1, type) + bytes(2, extents))))
  }

  static func model(_ graph: [UInt8], version: Int = 17, more: [UInt8] = []) -> [UInt8] {
    integer(1, 8) + text(2, "by hand") + bytes(7, text(2, "graph") + graph)
      + bytes(8, text(1, "") + integer(2, version))
      + more
  }
}

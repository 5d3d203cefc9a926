/// Pickles written opcode by opcode.
struct HandmadePickle {
  var bytes: [UInt8] = [0x80, 2]

  static func number(_ value: Int, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
  static func text(_ text: String) -> [UInt8] { [0x58] + number(text.utf8.count, 4) + Array(text.utf8) }
  static func global(_ module: String, _ name: String) -> [UInt8] { Array("c\(module)\n\(name)\n".utf8) }
  static func integer(_ value: Int) -> [UInt8] { [0x4a] + number(value, 4) }
  static func tuple(_ items: [[UInt8]]) -> [UInt8] { [0x28] + items.flatMap { $0 } + [0x74] }
  static func call(_ function: [UInt8], _ arguments: [[UInt8]]) -> [UInt8] {
    function + tuple(arguments) + [0x52]
  }
  static func dictionary(_ pairs: [(String, [UInt8])]) -> [UInt8] {
    [0x7d, 0x28] + pairs.flatMap { text($0) + $1 } + [0x75]
  }

  /// A tensor of a storage.
  static func tensor(
    _ key: String, type: String = "FloatStorage", count: Int, offset: Int = 0, _ shape: [Int],
    _ strides: [Int]
  ) -> [UInt8] {
    let reference = tuple([text("storage"), global("torch", type), text(key), text("cpu"), integer(count)])
    return call(
      global("torch._utils", "_rebuild_tensor_v2"),
      [
        reference + [0x51], integer(offset), tuple(shape.map(integer)), tuple(strides.map(integer)), [0x89],
        call(global("collections", "OrderedDict"), []),
      ])
  }

  /// A file of the present kind.
  static func file(_ value: [UInt8], _ storages: [String: [UInt8]], _ more: [(String, [UInt8])] = [])
    -> HandmadeZip
  {
    HandmadeZip(
      [("m/data.pkl", [0x80, 2] + value + [0x2e])] + more
        + storages.sorted { $0.key < $1.key }.map { ("m/data/\($0.key)", $0.value) })
  }
}

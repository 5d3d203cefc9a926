internal import Core

/// The table of a safetensors file, held against the format's rules.
struct SafetensorsTable {
  /// An element type: its name and how many bits it takes, and how it is read if it is.
  struct ElementType: Hashable {
    let name: String
    let bits: Int
    let format: NumberFormat?

    private static let known: [String: (Int, NumberFormat?)] = [
      "BOOL": (8, .boolean), "U8": (8, .uint8), "I8": (8, .int8), "U16": (16, .uint16), "I16": (16, .int16),
      "U32": (32, .uint32), "I32": (32, .int32), "U64": (64, .uint64), "I64": (64, .int64),
      "F16": (16, .float16), "BF16": (16, .bfloat16), "F32": (32, .float32), "F64": (64, .float64),
      "F8_E4M3": (8, .float8e4m3fn), "F8_E5M2": (8, .float8e5m2), "F8_E4M3FNUZ": (8, .float8e4m3fnuz),
      "F8_E5M2FNUZ": (8, .float8e5m2fnuz), "F8_E8M0": (8, .float8e8m0),
      "C64": (64, nil), "F4": (4, nil), "F6_E2M3": (6, nil), "F6_E3M2": (6, nil),
    ]

    init?(_ name: String) {
      guard let (bits, format) = Self.known[name] else { return nil }
      self.name = name
      self.bits = bits
      self.format = format
    }
  }

  /// One tensor's line.
  struct Entry {
    var name: String
    var type: ElementType
    var extents: [Int]
    var begin: Int
    var end: Int

    /// The shape, if its number of elements can be computed with.
    var checkedShape: Shape? {
      var product = 1
      for extent in extents where extent > 0 {
        let (next, overflow) = product.multipliedReportingOverflow(by: extent)
        guard !overflow else { return nil }
        product = next
      }
      return Shape(extents)
    }
  }

  private(set) var entries: [Entry] = []
  private(set) var metadata: [String: String] = [:]
  private let path: String

  /// Deeper than any such table is.
  private static let deepest = 32

  /// Reads the table.
  /// - Throws: `ImportError` if it is no JSON, names something twice, or lacks what a tensor's line must have.
  init(_ bytes: [UInt8], _ path: String) throws(ImportError) {
    self.path = path
    var reader = try JSONReader(bytes, path + ":table", deepest: Self.deepest)
    var names: Set<String> = []
    try reader.object { (name, reader) throws(ImportError) in
      guard names.insert(name).inserted else {
        throw ImportError(.malformed, "\(path):\(name.prefix(80))", "the table names it twice")
      }
      if name == "__metadata__" {
        try reader.object { (key, reader) throws(ImportError) in
          let value = try reader.string()
          guard metadata.updateValue(value, forKey: key) == nil else {
            throw ImportError(.malformed, path, "its metadata name '\(key.prefix(80))' twice")
          }
        }
      } else {
        entries.append(try Self.entry(name, &reader, "\(path):\(name.prefix(80))"))
      }
    }
    try reader.end()
  }

  private static func entry(
    _ name: String, _ reader: inout JSONReader, _ subject: String
  ) throws(ImportError) -> Entry {
    var type: ElementType?
    var extents: [Int]?
    var offsets: [Int]?
    var keys: Set<String> = []
    try reader.object { (key, reader) throws(ImportError) in
      guard keys.insert(key).inserted else {
        throw ImportError(.malformed, subject, "its line has '\(key.prefix(80))' twice")
      }
      switch key {
      case "dtype":
        let word = try reader.string()
        guard let known = ElementType(word) else {
          throw ImportError(.unsupported, subject, "elements of type '\(word.prefix(40))' are not known")
        }
        type = known
      case "shape": extents = try reader.counts()
      case "data_offsets": offsets = try reader.counts()
      default: try reader.skip()
      }
    }
    guard let type, let extents, let offsets, offsets.count == 2 else {
      throw ImportError(.malformed, subject, "its line lacks one of dtype, shape and two data_offsets")
    }
    guard extents.count <= 64 else {
      throw ImportError(.malformed, subject, "\(extents.count) axes, at most 64 are read")
    }
    return Entry(name: name, type: type, extents: extents, begin: offsets[0], end: offsets[1])
  }

  /// Checks that the tensors fill the data without a hole or an overlap, each as long as its shape says.
  func check(dataSize: Int) throws(ImportError) {
    var end = 0
    for entry in entries.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
      let subject = "\(path):\(entry.name.prefix(80))"
      guard entry.begin == end, entry.end >= entry.begin else {
        let what =
          entry.end < entry.begin
          ? "ends before it begins" : entry.begin < end ? "overlaps another" : "leaves a hole before it"
        throw ImportError(
          .malformed, subject, "\(what): bytes \(entry.begin) to \(entry.end), expected from \(end) on")
      }
      end = entry.end
      let found = entry.end - entry.begin
      guard let size = entry.size, size == found else {
        let size = entry.size.map { "takes \($0) bytes" } ?? "is impossibly large"
        throw ImportError(
          .malformed, subject, "\(entry.extents) of \(entry.type.name) \(size), \(found) are kept for it")
      }
    }
    guard end == dataSize else {
      throw ImportError(
        end > dataSize ? .truncated : .malformed, path,
        "its tensors take \(end) bytes, \(dataSize) are there: fetch it again")
    }
  }
}

extension SafetensorsTable.Entry {
  /// The bytes it takes; nil if no computer could count them, or they are no whole number.
  fileprivate var size: Int? {
    var bits = type.bits
    var isEmpty = false
    for extent in extents {
      if extent == 0 { isEmpty = true }
      let (next, overflow) = bits.multipliedReportingOverflow(by: max(extent, 1))
      guard !overflow else { return nil }
      bits = next
    }
    if isEmpty { return 0 }
    return bits % 8 == 0 ? bits / 8 : nil
  }
}

internal import CHDF5

/// A number type that datasets are read into and made of.
package protocol HDF5Element: BitwiseCopyable, Sendable {
  /// True for integers.
  static var isInteger: Bool { get }
  /// What stands where nothing was written yet: recognisably no value.
  static var absent: Self { get }
}

extension Float: HDF5Element {
  package static var isInteger: Bool { false }
  package static var absent: Float { .nan }
}
extension Double: HDF5Element {
  package static var isInteger: Bool { false }
  package static var absent: Double { .nan }
}
extension Int32: HDF5Element {
  package static var isInteger: Bool { true }
  package static var absent: Int32 { -1 }
}
extension Int: HDF5Element {
  package static var isInteger: Bool { true }
  package static var absent: Int { -1 }
}
extension UInt64: HDF5Element {
  package static var isInteger: Bool { true }
  package static var absent: UInt64 { 0 }
}
extension UInt8: HDF5Element {
  package static var isInteger: Bool { true }
  package static var absent: UInt8 { 0 }
}

extension HDF5Element {
  /// The type in memory. Enters libhdf5: only inside the gate.
  static var memoryType: hid_t {
    switch Self.self {
    case is Float.Type: vitrine_H5T_NATIVE_FLOAT()
    case is Double.Type: vitrine_H5T_NATIVE_DOUBLE()
    case is Int32.Type: vitrine_H5T_NATIVE_INT32()
    case is Int.Type: vitrine_H5T_NATIVE_INT64()
    case is UInt64.Type: vitrine_H5T_NATIVE_UINT64()
    case is UInt8.Type: vitrine_H5T_NATIVE_UINT8()
    default: -1
    }
  }

  /// The type in files: little-endian. Enters libhdf5: only inside the gate.
  static var fileType: hid_t {
    switch Self.self {
    case is Float.Type: vitrine_H5T_IEEE_F32LE()
    case is Double.Type: vitrine_H5T_IEEE_F64LE()
    case is Int32.Type: vitrine_H5T_STD_I32LE()
    case is Int.Type: vitrine_H5T_STD_I64LE()
    case is UInt64.Type: vitrine_H5T_STD_U64LE()
    case is UInt8.Type: vitrine_H5T_STD_U8LE()
    default: -1
    }
  }
}

/// What kind of values a dataset or attribute holds.
package enum HDF5TypeClass: Hashable, Sendable, CustomStringConvertible {
  /// Integers of so many bytes.
  case integer(bytes: Int)
  /// Floating-point numbers of so many bytes.
  case float(bytes: Int)
  /// Strings, fixed or of variable length.
  case string
  /// Something else: a compound, an enumeration, references.
  case other

  init(_ type: borrowing HDF5Handle, _ subject: String) throws(ArchiveError) {
    let id = type.id
    let kind = try LibHDF5.call(.damaged, subject) { H5Tget_class(id).rawValue }
    let size = try LibHDF5.call(.damaged, subject) {
      let size = H5Tget_size(id)
      return size == 0 ? -1 : Int(clamping: size)
    }
    switch kind {
    case H5T_INTEGER.rawValue: self = .integer(bytes: size)
    case H5T_FLOAT.rawValue: self = .float(bytes: size)
    case H5T_STRING.rawValue: self = .string
    default: self = .other
    }
  }

  package var description: String {
    switch self {
    case .integer(let bytes): "\(bytes * 8)-bit integers"
    case .float(let bytes): "\(bytes * 8)-bit floats"
    case .string: "strings"
    case .other: "values of another kind"
    }
  }

  /// Integers are read as integers or floats, floats as floats only: nothing is cut off unsaid.
  func check<Element: HDF5Element>(canBecome element: Element.Type, _ subject: String) throws(ArchiveError) {
    switch self {
    case .integer: return
    case .float where !Element.isInteger: return
    default:
      throw ArchiveError(
        .mismatch, subject, "expected \(Element.isInteger ? "integers" : "numbers"), found \(self)")
    }
  }
}

/// The extents of a dataset or attribute as the file states them: not to be trusted.
struct HDF5Extents {
  let extents: [Int]
  let limits: [Int?]

  init(_ space: borrowing HDF5Handle, _ subject: String) throws(ArchiveError) {
    let id = space.id
    let kind = try LibHDF5.call(.damaged, subject) { H5Sget_simple_extent_type(id).rawValue }
    guard kind != H5S_NULL.rawValue else {
      (extents, limits) = ([0], [0])
      return
    }
    let rank = Int(try LibHDF5.call(.damaged, subject) { H5Sget_simple_extent_ndims(id) })
    var current = [hsize_t](repeating: 0, count: max(rank, 1))
    var maximal = current
    try LibHDF5.call(.damaged, subject) { H5Sget_simple_extent_dims(id, &current, &maximal) }
    var extents: [Int] = []
    for extent in current.prefix(rank) {
      guard let extent = Int(exactly: extent) else {
        throw ArchiveError(.damaged, subject, "an extent of \(extent) cannot be meant")
      }
      extents.append(extent)
    }
    self.extents = extents
    limits = maximal.prefix(rank).map { Int(exactly: $0) }
  }

  /// The product of the extents.
  /// - Throws: `ArchiveError` if it overflows or is above a limit.
  func elementCount(_ subject: String, limit: Int) throws(ArchiveError) -> Int {
    try HDF5Extents.elementCount(extents, subject, limit: limit)
  }

  static func elementCount(_ extents: [Int], _ subject: String, limit: Int) throws(ArchiveError) -> Int {
    var count = 1
    if extents.contains(0) { return 0 }
    for extent in extents {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow, product <= limit else {
        throw ArchiveError(.damaged, subject, "\(Shape(extents)) is more than can be read at once")
      }
      count = product
    }
    return count
  }

  /// A space of given extents, a scalar for none.
  static func space(
    _ extents: [Int], limits: [Int?]? = nil, _ subject: String
  ) throws(ArchiveError) -> HDF5Handle {
    let current = extents.map { hsize_t($0) }
    let maximal = limits?.map { $0.map { hsize_t($0) } ?? vitrine_H5S_UNLIMITED() }
    return try HDF5Handle(.cannotWrite, subject) {
      if current.isEmpty { return H5Screate(H5S_SCALAR) }
      return H5Screate_simple(Int32(current.count), current, maximal)
    }
  }
}

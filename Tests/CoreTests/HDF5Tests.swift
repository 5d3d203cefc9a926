import CHDF5
import Core
import Foundation
import Testing

@Suite struct HDF5Tests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// A file as other programs make them, with libhdf5 itself, in a process of its own.
  private static func makeForeignFile(_ path: String) {
    let file = H5Fcreate(path, UInt32(vitrine_H5F_ACC_EXCL()), 0, 0)
    let group = H5Gcreate2(file, "dense", 0, 0, 0)
    H5Gcreate2(group, "inner", 0, 0, 0)
    func make<Value: BitwiseCopyable>(
      _ name: String, _ fileType: hid_t, _ memoryType: hid_t, _ values: [Value]
    ) {
      let space = H5Screate_simple(1, [hsize_t(values.count)], nil)
      H5Dwrite(H5Dcreate2(group, name, fileType, space, 0, 0, 0), memoryType, 0, 0, 0, values)
    }
    let (float, double) = (vitrine_H5T_NATIVE_FLOAT(), vitrine_H5T_NATIVE_DOUBLE())
    make("double", vitrine_H5T_IEEE_F64LE(), double, [0.1, -2, 1e300])
    make("int", vitrine_H5T_STD_I32LE(), vitrine_H5T_NATIVE_INT32(), [Int32(1), -2, 3])
    make("byte", vitrine_H5T_STD_U8LE(), vitrine_H5T_NATIVE_UINT8(), [UInt8(1), 255, 0])
    let half = H5Tcopy(vitrine_H5T_IEEE_F32LE())  // IEEE 754 binary16, as Keras stores mixed precision
    H5Tset_fields(half, 15, 10, 5, 0, 10)
    H5Tset_size(half, 2)
    H5Tset_ebias(half, 15)
    make("half", half, float, [Float(0.5), -2, 65504])
    let compound = H5Tcreate(H5T_COMPOUND, 4)
    H5Tinsert(compound, "x", 0, float)
    make("compound", compound, compound, [Float(1)])
    let text = H5Tcopy(vitrine_H5T_C_S1())
    H5Tset_size(text, vitrine_H5T_VARIABLE())
    let strings = ["kernel:0", "größe"].map { (text: String) in UnsafePointer<CChar>(strdup(text)!) }
    make("variable", text, text, strings)
    let attribute = H5Acreate2(group, "weight_names", text, H5Screate_simple(1, [2], nil), 0, 0)
    H5Awrite(attribute, text, strings)
    let fixed = H5Tcopy(vitrine_H5T_C_S1())
    H5Tset_size(fixed, 5)
    H5Tset_strpad(fixed, H5T_STR_SPACEPAD)
    H5Awrite(H5Acreate2(group, "padded", fixed, H5Screate(H5S_SCALAR), 0, 0), fixed, Array("abc  ".utf8))
    H5Awrite(
      H5Acreate2(group, "number", vitrine_H5T_STD_I32LE(), H5Screate(H5S_SCALAR), 0, 0),
      vitrine_H5T_NATIVE_INT32(), [Int32(-7)])
    H5Lcreate_external("/etc/passwd", "/", group, "outside", 0, 0)
    H5Lcreate_soft("/dense/double", group, "soft", 0, 0)
    H5Fflush(file, H5F_SCOPE_GLOBAL)
    H5Fclose(file)
    H5close()
  }

  private func foreignFile() async throws -> HDF5File {
    let path = scratch.path("foreign.h5")
    await #expect(processExitsWith: .success) { [path = path as String] in
      HDF5Tests.makeForeignFile(path)
    }
    return try HDF5File(reading: path)
  }

  @Test func groupsListWhatIsInThem() async throws {
    let file = try await foreignFile()
    #expect(try file.entries() == [HDF5Entry(name: "dense", kind: .group)])
    let entries = try file.group("dense").entries()
    let names = ["byte", "compound", "double", "half", "inner", "int", "outside", "soft", "variable"]
    #expect(entries.map(\.name) == names)
    #expect(entries.first { $0.name == "inner" }?.kind == .group)
    #expect(entries.first { $0.name == "half" }?.kind == .dataset)
    #expect(entries.filter { $0.kind == .other }.map(\.name) == ["outside", "soft"])
    #expect(
      try file.datasetPaths()
        == ["byte", "compound", "double", "half", "int", "variable"].map { "dense/" + $0 })
    #expect(try file.contains("dense/int") && file.contains("/dense/int"))
    #expect(try !file.contains("dense/none") && !file.contains("none/int") && !file.contains("dense/outside"))
    let error = archiveError { _ = try file.dataset("dense/outside") }
    #expect(error?.code == .missing)
  }

  @Test func numbersOfAnyWidthBecomeFloats() async throws {
    let group = try await foreignFile().group("dense")
    #expect(try group.dataset("double").read(Double.self) == [0.1, -2, 1e300])
    #expect(try group.dataset("double").read(Float.self) == [0.1, -2, .infinity])
    #expect(try group.dataset("half").read(Float.self) == [0.5, -2, 65504])
    #expect(try group.dataset("int").read(Float.self) == [1, -2, 3])
    #expect(try group.dataset("int").read(Int.self) == [1, -2, 3])
    #expect(try group.dataset("byte").read(UInt8.self) == [1, 255, 0])
    #expect(try group.dataset("half").typeClass() == .float(bytes: 2))
    #expect(try group.dataset("byte").extents() == [3])
    #expect(
      try group.dataset("int").read(Int.self, HDF5Dataset.Slab(start: [1], count: [2])) == [-2, 3])
  }

  @Test func whatCannotBecomeNumbersSaysWhatItIs() async throws {
    let group = try await foreignFile().group("dense")
    let path = scratch.path("foreign.h5")
    #expect(
      archiveError { _ = try group.dataset("double").read(Int.self) }?.description
        == path + ":/dense/double: expected integers, found 64-bit floats")
    #expect(
      archiveError { _ = try group.dataset("compound").read(Float.self) }?.reason
        == "expected numbers, found values of another kind")
    #expect(
      archiveError { _ = try group.dataset("variable").read(Float.self) }?.reason
        == "expected numbers, found strings")
    #expect(
      archiveError { _ = try group.dataset("int").read(Int.self, .init(start: [1], count: [3])) }?.reason
        == "expected at least [4], found [3]")
    #expect(
      archiveError { _ = try group.dataset("int").read(Int.self, .init(start: [.max], count: [.max])) }?.code
        == .damaged)
  }

  @Test func stringsOfBothKindsAreRead() async throws {
    let group = try await foreignFile().group("dense")
    #expect(try group.dataset("variable").texts() == ["kernel:0", "größe"])
    #expect(try group.texts(attribute: "weight_names") == ["kernel:0", "größe"])
    #expect(try group.text(attribute: "padded") == "abc")
    #expect(try group.numbers(attribute: "number", as: Float.self) == [-7])
    #expect(try group.attributeNames() == ["number", "padded", "weight_names"])
    #expect(
      archiveError { _ = try group.text(attribute: "weight_names") }?.reason
        == "expected one string, found 2")
    #expect(archiveError { _ = try group.text(attribute: "number") }?.code == .mismatch)
    #expect(
      archiveError { _ = try group.text(attribute: "none") }?.subject
        == scratch.path("foreign.h5") + ":/dense@none")
  }

  @Test func whatIsWrittenReadsBackInTheOrderItWasMade() throws {
    let path = scratch.path("own.h5")
    let file = try HDF5File(creating: path)
    try file.makeDataset("zebra", of: Double.self, [2, 2]).write([1, 2, 3, 4.5])
    try file.makeDataset("ant", texts: ["a", "größer"], isScalar: false)
    let growing = try file.makeGrowingDataset("grow", of: Int32.self, row: [2], chunk: [1, 2])
    try growing.resize(rows: 3)
    try growing.write([5, 6] as [Int32], HDF5Dataset.Slab(rows: 1..<2, of: [3, 2]))
    try file.set(attribute: "empty", "")
    try file.flush()
    #expect(try file.entries().map(\.name) == ["zebra", "ant", "grow"])
    #expect(try file.dataset("zebra").read(Float.self) == [1, 2, 3, 4.5])
    #expect(try file.dataset("ant").texts() == ["a", "größer"])
    #expect(try growing.read(Int.self) == [-1, -1, 5, 6, -1, -1])
    #expect(try file.text(attribute: "empty") == "")
    let error = archiveError { _ = try HDF5File(creating: path) }
    #expect(error?.code == .cannotWrite)
  }

  @Test func manyThreadsMayReadAtOnce() async throws {
    let path = scratch.path("run.h5")
    try SmallRun.make(path)
    try await withThrowingTaskGroup(of: Void.self) { group in
      let shared = try RunArchive(opening: path)
      for index in 0..<8 {
        group.addTask {
          try SmallRun.check(index % 2 == 0 ? shared : RunArchive(opening: path))
        }
      }
      try await group.waitForAll()
    }
  }

  @Test func aFileOpenForReadingOnlyNeedsNoPermissionToWrite() throws {
    let path = scratch.path("run.h5")
    try SmallRun.make(path)
    try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: path)
    #expect(try SmallRun.check(RunArchive(opening: path)) == 12)
  }
}

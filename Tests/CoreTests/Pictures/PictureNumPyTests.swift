import Core
import TestSupport
import Testing

/// `.npy` files made by hand after `numpy.lib.format`.
@Suite struct PictureNumPyTests {
  private func file(
    _ descriptor: String, _ shape: String, _ data: [UInt8], fortran: Bool = false, version: UInt8 = 1
  ) -> [UInt8] {
    file(
      header:
        "{'descr': '\(descriptor)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': \(shape), }\n",
      data, version: version)
  }

  private func file(header: String, _ data: [UInt8], version: UInt8 = 1) -> [UInt8] {
    let count = header.utf8.count
    let length = [UInt8(count & 255), UInt8(count >> 8)] + (version == 1 ? [] : [0, 0])
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + Array(header.utf8) + data
  }

  private func read(_ bytes: [UInt8]) throws -> Tensor { try NumPyFile.decode(bytes, named: "x.npy") }

  private func bytes<Value: FixedWidthInteger>(_ values: Value..., big: Bool = false) -> [UInt8] {
    values.flatMap { value in withUnsafeBytes(of: big ? value.bigEndian : value.littleEndian) { Array($0) } }
  }

  @Test func floatsComeInBothByteOrdersAndSizes() throws {
    let expected = Tensor([2], [1.5, -0.25])
    #expect(try read(file("<f4", "(2,)", bytes(Float(1.5).bitPattern, Float(-0.25).bitPattern))) == expected)
    #expect(
      try read(file(">f4", "(2,)", bytes(Float(1.5).bitPattern, Float(-0.25).bitPattern, big: true)))
        == expected)
    #expect(try read(file("<f8", "(2,)", bytes(1.5.bitPattern, (-0.25).bitPattern))) == expected)
    #expect(try read(file(">f8", "(2,)", bytes(1.5.bitPattern, (-0.25).bitPattern, big: true))) == expected)
  }

  @Test func integersOfEverySizeKeepTheirSign() throws {
    #expect(try read(file("|i1", "(2,)", bytes(Int8(-128), 127))) == Tensor([2], [-128, 127]))
    #expect(try read(file("<i2", "(2,)", bytes(Int16(-300), 300))) == Tensor([2], [-300, 300]))
    #expect(try read(file(">i2", "(2,)", bytes(Int16(-300), 300, big: true))) == Tensor([2], [-300, 300]))
    #expect(try read(file("<i4", "(2,)", bytes(Int32(-70_000), 70_000))) == Tensor([2], [-70_000, 70_000]))
    #expect(try read(file("<i8", "(2,)", bytes(Int64(-5), 1 << 40))) == Tensor([2], [-5, 0x1p40]))
    #expect(try read(file("|u1", "(2,)", bytes(UInt8(0), 255))) == Tensor([2], [0, 255]))
    #expect(try read(file("<u2", "(1,)", bytes(UInt16(65535)))) == Tensor([1], [65535]))
    #expect(try read(file(">u4", "(1,)", bytes(UInt32(1) << 31, big: true))) == Tensor([1], [0x1p31]))
    #expect(try read(file("<u8", "(1,)", bytes(UInt64(1) << 63))) == Tensor([1], [0x1p63]))
    #expect(try read(file("|b1", "(3,)", [0, 1, 255])) == Tensor([3], [0, 1, 1]))
  }

  @Test func fortranOrderIsTurnedIntoRows() throws {
    // element (i, j, k) = 100 i + 10 j + k, the first index varying fastest
    let stored: [UInt8] = [0, 100, 10, 110, 20, 120, 1, 101, 11, 111, 21, 121]
    let expected: [Float] = [0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121]
    #expect(try read(file("|u1", "(2, 3, 2)", stored, fortran: true)) == Tensor([2, 3, 2], expected))
    #expect(try read(file("|u1", "(2,)", [7, 8], fortran: true)) == Tensor([2], [7, 8]))
  }

  @Test func everyVersionAndStyleOfHeaderIsRead() throws {
    for version: UInt8 in 1...3 {
      #expect(try read(file("|u1", "(1, 2)", [3, 4], version: version)) == Tensor([1, 2], [3, 4]))
    }
    // Other order of the keys, other quotes, Python 2's long integers, no trailing comma.
    let header = "{\"shape\":(2L,1L),\"fortran_order\":False,\"descr\":\"|u1\"}"
    #expect(try read(file(header: header, [3, 4])) == Tensor([2, 1], [3, 4]))
  }

  @Test func scalarsAndEmptyArraysKeepTheirShape() throws {
    #expect(try read(file("|u1", "()", [9])) == Tensor([], [9]))
    #expect(try read(file("<f4", "(3, 0, 2)", [])) == Tensor([3, 0, 2], []))
    #expect(try read(file("<f4", "(3, 0)", [], fortran: true)) == Tensor([3, 0], []))
  }

  @Test func whatIsWrittenIsWhatNumPyWrites() throws {
    // numpy.save(…, numpy.array([[1.5, -2], [3, 4]], '<f4')), NumPy 2.4, byte for byte
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }"
    let expected: [UInt8] =
      [0x93] + Array("NUMPY".utf8) + [1, 0, 0x76, 0] + Array(header.utf8)
      + [UInt8](repeating: 0x20, count: 117 - header.utf8.count) + [0x0A]
      + [0, 0, 0xC0, 0x3F, 0, 0, 0, 0xC0, 0, 0, 0x40, 0x40, 0, 0, 0x80, 0x40]
    #expect(NumPyFile.encode(Tensor([2, 2], [1.5, -2, 3, 4])) == expected)
  }

  @Test(arguments: [[], [0], [5], [2, 3], [1, 1, 28, 28]] as [Shape])
  func aWrittenTensorComesBack(_ shape: Shape) throws {
    let folder = try ScratchFolder()
    var stream = RandomStream(seed: 1)
    let tensor = stream.normal(shape)
    try NumPyFile.write(tensor, to: folder.path + "/y.npy")
    #expect(try NumPyFile.read(folder.path + "/y.npy") == tensor)
    #expect((NumPyFile.encode(tensor).count - 4 * shape.elementCount).isMultiple(of: 64))
  }

  private func refusal(_ bytes: [UInt8]) -> String? {
    do {
      _ = try NumPyFile.decode(bytes, named: "x.npy")
      return nil
    } catch { return error.description }
  }

  @Test func hostileHeadersAreRefusedInOneLine() {
    #expect(
      refusal(Array("PK..".utf8)) == "x.npy: not a NumPy array (.npy): it does not begin with '\\x93NUMPY'")
    #expect(refusal(Array(file("|u1", "(2,)", []).prefix(9))) == "x.npy: ends within the header")
    #expect(refusal(file("|u1", "(2,)", [], version: 4)) == "x.npy: format version 4.0, 1.0 to 3.0 are read")
    #expect(
      refusal([0x93] + Array("NUMPY".utf8) + [1, 0, 0xFF, 0xFF, 0x7B])
        == "x.npy: the header claims 65535 bytes, 1 are there")
    #expect(refusal(file("<f4", "(2, 2)", [1, 2, 3])) == "x.npy: [2, 2] of '<f4' takes 16 bytes, found 3")
    #expect(refusal(file("|u1", "(2,)", [1, 2, 3])) == "x.npy: [2] of '|u1' takes 2 bytes, found 3")
    let huge = "(4611686018427387904, 4)"
    #expect(refusal(file("<f4", huge, [])) == "x.npy: the shape [4611686018427387904, 4] is impossibly large")
    #expect(
      refusal(file("<f4", "(0, 4611686018427387904, 4)", []))
        == "x.npy: the shape [0, 4611686018427387904, 4] is impossibly large")
    let kinds = ["<c8": " (complex numbers)", "<U3": " (text)", "<i3": "", "<b8": "", "": ""]
    for (type, kind) in kinds {
      #expect(
        refusal(file(type, "(1,)", [0]))
          == "x.npy: elements of type '\(type)'\(kind) are not read; there are f2 to f8, i1 to i8, u1 to u8 and b1"
      )
    }
    #expect(
      refusal(file("|O", "(1,)", [0]))
        == "x.npy: holds Python objects, which would have to be unpickled; save it as an array of numbers")
    #expect(
      refusal(file(header: "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", []))
        == "x.npy: structured arrays (several fields an element) are not read")
    #expect(
      refusal(file("<f4", "(-1,)", []))
        == "x.npy: the header does not parse: expected an extent that fits 63 bits, found '-1,), }'")
    #expect(
      refusal(file("<f4", "(99999999999999999999,)", []))?.hasPrefix(
        "x.npy: the header does not parse: expected an extent that fits 63 bits") == true)
    #expect(
      refusal(file(header: "{'descr': '<f4'}", []))
        == "x.npy: the header lacks one of 'descr', 'fortran_order', 'shape'")
    #expect(
      refusal(file(header: "{'descr': '<f4", []))
        == "x.npy: the header does not parse: expected a closing ', found '<f4'")
    #expect(
      refusal(file("<f4", "(" + String(repeating: "1,", count: 65) + ")", []))
        == "x.npy: 65 axes, at most 64 are read")
  }

  @Test func everyFlippedByteIsReadOrRefused() {
    let whole = file("<f4", "(2, 2)", [UInt8](repeating: 1, count: 16))
    var refused = 0
    for index in whole.indices {
      for flip: UInt8 in [1, 0x10, 0xFF] {
        var damaged = whole
        damaged[index] ^= flip
        if refusal(damaged) != nil { refused += 1 }
      }
      #expect(refusal(Array(whole[..<index])) != nil)
    }
    #expect(refused > 100)
  }

  @Test func aMissingArrayNamesItsPath() {
    #expect(throws: NumPyError(.missing, "/no/such.npy", "no such file")) {
      try NumPyFile.read("/no/such.npy")
    }
  }
}

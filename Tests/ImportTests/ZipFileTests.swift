import Core
import Import
import TestSupport
import Testing

@Suite struct ZipFileTests {
  private let folder: ScratchFolder
  init() throws { folder = try ScratchFolder() }

  private let numbers = NumPyFile.encode(Tensor([2], [1, 2]))

  private func refused(_ change: (inout HandmadeZip) -> Void) throws -> String? {
    var zip = HandmadeZip([("a.npy", numbers), ("b.npy", numbers)])
    change(&zip)
    let path = try folder.write(zip.bytes, "x.npz")
    return refusal { for tensor in try NumPyTensors.open(path).tensors { _ = try tensor.tensor() } }?
      .replacing(folder.path + "/", with: "")
  }

  @Test func storedEntriesAreReadWhereTheyLie() throws {
    #expect(try refused { _ in } == nil)
    let path = try folder.write(HandmadeZip([("a", [1, 2, 3]), ("f/", []), ("f/b", [4])]).bytes, "y.zip")
    let zip = try ZipFile(path)
    #expect(zip.entries.map(\.name) == ["a", "f/b"])
    let entry = try #require(zip["a"])
    #expect(try zip.part(of: entry)?.part(1, count: 2)?.bytes() == [2, 3])
    #expect(zip.part(of: entry)?.part(1, count: 3) == nil)
    #expect(zip.part(of: entry)?.part(-1, count: 1) == nil)
    #expect(try zip.contents(of: entry, limit: 3) == [1, 2, 3])
    #expect(throws: FileError(.refused, "\(path):a", "3 bytes are more than the 2 that are read at once")) {
      try zip.contents(of: entry, limit: 2)
    }
    try zip.extract(entry, to: folder.path + "/out")
    #expect(try ByteReader.contents(of: folder.path + "/out") == [1, 2, 3])
  }

  @Test func entriesThatReachOutsideAreRefused() throws {
    for name in ["../a.npy", "x/../../a.npy", "/a.npy", "x\\..\\a.npy", "..", ""] {
      #expect(
        try refused { $0.entries[0].name = name }
          == "x.npz:\(name): an entry of the zip has a name that leads outside it")
    }
  }

  @Test func entriesThatShareANameOrBytesAreRefused() throws {
    #expect(
      try refused { $0.entries[1].name = "a.npy" } == "x.npz:a.npy: two entries of the zip have this name")
    #expect(
      try refused {
        $0.entries[1].name = "a.npy"
        $0.entries[1].claimedOffset = 0
      } == "x.npz:a.npy: overlaps another entry of the zip")
  }

  @Test func entriesThatCannotBeReadAreRefusedByName() throws {
    #expect(try refused { $0.entries[0].flags = 1 }?.hasPrefix("x.npz:a.npy: is encrypted") == true)
    #expect(
      try refused { $0.entries[0].method = 12 }
        == "x.npz:a.npy: is packed by method 12; stored and deflated entries are read")
    #expect(
      try refused {
        $0.entries[0].method = 8
        $0.entries[0].claimedSize = 1 << 30
      } == "x.npz:a.npy: 136 bytes claim to unfold to 1073741824; that is not believed")
    #expect(
      try refused {
        $0.entries[0].method = 8
        $0.entries[0].bytes = [UInt8](repeating: 0xff, count: 136)
      }?.contains("its packed bytes are damaged") == true)
    #expect(
      try refused { $0.entries[0].claimedName = "c.npy" }
        == "x.npz:c.npy: the zip's directory and the entry itself do not agree")
    #expect(
      try refused { $0.entries[0].claimedOffset = 1 << 30 }
        == "x.npz:a.npy: lies beyond the end of the file: fetch it again")
  }

  @Test func packedEntriesAreHeldAgainstTheirChecksum() throws {
    let zeros = Tensor([3, 4_000])
    let plain = NumPyFile.encode(zeros)
    func packed(_ sum: UInt32) throws -> String {
      // Deflate may leave a stretch as it is: a head that says so, and the bytes.
      let length = [UInt8(plain.count & 255), UInt8(plain.count >> 8)]
      var zip = HandmadeZip([("z.npy", [1] + length + length.map { ~$0 } + plain), ("n/w:0.npy", numbers)])
      zip.entries[0].method = 8
      zip.entries[0].claimedSize = plain.count
      zip.entries[0].checksum = sum
      return try folder.write(zip.bytes, "packed.npz")
    }
    let path = try packed(HandmadeZip.checksum(plain))
    let file = try NumPyTensors.open(path)
    #expect(file.tensors.map(\.name) == ["z", "n/w:0"])
    #expect(try file["z"]?.tensor() == zeros)
    #expect(try NumPyArchive.read(path).map(\.tensor.shape)[0] == zeros.shape)
    let tensor = try NumPyTensors.open(try packed(HandmadeZip.checksum(plain) ^ 1)).tensors[0]
    #expect(refusal { _ = try tensor.tensor() }?.contains("its checksum does not hold") == true)
  }

  @Test func everyCutOfAZipIsAnErrorInOneLine() throws {
    let bytes = HandmadeZip([("a.npy", numbers), ("b.npy", numbers)]).bytes
    for count in 0..<bytes.count {
      let path = try folder.write(Array(bytes.prefix(count)), "cut.npz")
      #expect(refusal { _ = try NumPyTensors.open(path) }?.hasPrefix(path) == true, "\(count)")
    }
  }

  @Test func everyChangedByteIsReadOrRefused() throws {
    let bytes = HandmadeZip([("a.npy", numbers), ("b.npy", numbers)]).bytes
    var survivors = 0
    for place in bytes.indices {
      for flip in [UInt8(0x01), 0x80, 0xff] {
        var changed = bytes
        changed[place] ^= flip
        let path = try folder.write(changed, "changed.npz")
        let line = refusal { for tensor in try NumPyTensors.open(path).tensors { _ = try tensor.tensor() } }
        #expect(line?.hasPrefix(path) ?? true, "\(place): \(line ?? "")")
        if line == nil { survivors += 1 }
      }
    }
    #expect(survivors > 0)
  }
}

@Suite struct NumPyTensorsTests {
  private let folder: ScratchFolder
  init() throws { folder = try ScratchFolder() }

  @Test func aSingleArrayIsAFileOfOneTensor() throws {
    let tensor = Tensor([2, 2], [1, 2, 3, 4])
    try NumPyFile.write(tensor, to: folder.path + "/w.npy")
    let file = try NumPyTensors.open(folder.path + "/w.npy")
    #expect(file.tensors.map(\.name) == ["w"])
    #expect(file.tensors[0].elementType == "<f4")
    #expect(try file.tensors[0].tensor() == tensor)
  }

  @Test func archivesOfMixedTypesAreReadAndTheOthersNamed() throws {
    guard let path = ForeignFiles.path("bad/npz_mixed_ok.npz") else { return }
    let file = try NumPyTensors.open(path)
    #expect(file.tensors.map(\.name) == ["f", "i", "b", "h", "z", "sc"])
    #expect(try file["f"]?.tensor().shape == [2, 3])
    #expect(try file["f"]?.tensor().elements == [0, 1, 2, 3, 4, 5])
    #expect(try file["sc"]?.tensor().shape == [])
    #expect(file.remarks.count == 2)
    #expect(file.remarks[0].hasPrefix("left aside: s.npy: elements of type '<U2' (text) are not read"))
    #expect(
      file.remarks[1].hasPrefix("left aside: c.npy: elements of type '<c8' (complex numbers) are not read"))
  }

  @Test func pythonObjectsAreRefused() throws {
    var head = Array("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n".utf8)
    head = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(head.count), 0] + head + [0x80, 2, 0x2e]
    let path = try folder.write(HandmadeZip([("o.npy", head)]).bytes, "o.npz")
    #expect(
      throws: ImportError(
        .unsafe, "\(path):o.npy",
        "holds Python objects, which would have to be unpickled; save it as an array of numbers")
    ) { try NumPyTensors.open(path) }
  }

  @Test func realArchivesAreRead() throws {
    for path in ForeignFiles.paths(ending: ".npz") {
      for tensor in try NumPyTensors.open(path).tensors { #expect(try tensor.tensor().shape == tensor.shape) }
    }
  }
}

import Core
import Import
import TestSupport
import Testing

@Suite struct SafetensorsTests {
  private let folder: ScratchFolder
  init() throws { folder = try ScratchFolder() }

  private func file(_ table: String, data: [UInt8] = [], length: UInt64? = nil) throws -> String {
    let bytes = Array(table.utf8)
    let count = length ?? UInt64(bytes.count)
    return try folder.write(
      (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) } + bytes + data, "x.safetensors")
  }

  private func refused(_ table: String, data: [UInt8] = [], length: UInt64? = nil) throws -> String? {
    let path = try file(table, data: data, length: length)
    return refusal { _ = try SafetensorsFile.open(path) }?.replacing(folder.path + "/", with: "")
  }

  @Test func whatIsWrittenIsReadAgain() throws {
    let weight = Tensor([2, 1, 2, 2], [1, -2, 3.5, 0, -0.0, .infinity, Float(bitPattern: 5), 7])
    let path = folder.path + "/w.safetensors"
    try SafetensorsFile.write(
      [("conv.weight", weight), ("empty", Tensor([0, 3])), ("bias \"ä\"\n", Tensor([], [4]))],
      metadata: ["made by": "hand\t"], to: path)
    let file = try SafetensorsFile.open(path)
    #expect(file.metadata == ["made by": "hand\t"])
    #expect(file.tensors.map(\.name) == ["bias \"ä\"\n", "conv.weight", "empty"])
    #expect(try file["conv.weight"]?.tensor() == weight)
    #expect(try file["empty"]?.tensor() == Tensor([0, 3]))
    #expect(try file["bias \"ä\"\n"]?.tensor() == Tensor([], [4]))
    #expect(file.tensors.allSatisfy { $0.elementType == "F32" })
  }

  @Test func twoTensorsOfOneNameAreNotWritten() {
    let path = folder.path + "/two.safetensors"
    #expect(throws: ImportError(.cannotWrite, "\(path):a", "two tensors have this name")) {
      try SafetensorsFile.write([("a", Tensor([1])), ("a", Tensor([1]))], to: path)
    }
    #expect(throws: ImportError.self) { try SafetensorsFile.open(path) }
  }

  @Test func everyElementTypeBecomesAFloat() throws {
    let cases: [(String, [UInt8], [Float])] = [
      ("F64", [0, 0, 0, 0, 0, 0, 0xf8, 0xbf], [-1.5]),
      ("F32", [0, 0, 0xc0, 0x3f], [1.5]),
      ("F16", [0, 0x3e, 1, 0, 0, 0xfc], [1.5, 0x1p-24, -.infinity]),
      ("BF16", [0xc0, 0xbf], [-1.5]),
      ("F8_E4M3", [0x38, 0x01, 0x7e, 0x88], [1, 0x1p-9, 448, -0x1p-6]),
      ("F8_E5M2", [0x3c, 0x7b, 0x01], [1, 57344, 0x1p-16]),
      ("F8_E4M3FNUZ", [0x40], [1]), ("F8_E5M2FNUZ", [0x40], [1]), ("F8_E8M0", [127, 130], [1, 8]),
      ("I8", [0xff], [-1]), ("U8", [0xff], [255]), ("I16", [0xfe, 0xff], [-2]), ("U16", [0, 1], [256]),
      ("I32", [0xff, 0xff, 0xff, 0xff], [-1]), ("U32", [0, 0, 1, 0], [65536]),
      ("I64", [0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [-3]),
      ("U64", [1, 0, 0, 0, 0, 0, 0, 0], [1]), ("BOOL", [0, 1, 1], [0, 1, 1]),
    ]
    for (type, bytes, numbers) in cases {
      let path = try file(
        #"{"a":{"dtype":"\#(type)","shape":[\#(numbers.count)],"data_offsets":[0,\#(bytes.count)]}}"#,
        data: bytes)
      let tensor = try #require(try SafetensorsFile.open(path)["a"])
      #expect(try tensor.tensor().elements == numbers, "\(type)")
    }
  }

  @Test func typesThatAreNotReadAreLeftAsideByName() throws {
    let path = try file(
      #"{"z":{"dtype":"C64","shape":[1],"data_offsets":[0,8]},"q":{"dtype":"F4","shape":[2],"data_offsets":[8,9]}}"#,
      data: [UInt8](repeating: 0, count: 9))
    let file = try SafetensorsFile.open(path)
    #expect(file.tensors.isEmpty)
    #expect(
      file.remarks == [
        "left aside: z: elements of type C64 are not read", "left aside: q: elements of type F4 are not read",
      ])
  }

  @Test func namesAndKeysThatStandTwiceAreRefused() throws {
    let line = #"{"dtype":"U8","shape":[0],"data_offsets":[0,0]}"#
    #expect(
      try refused(#"{"a":\#(line),"\u0061":\#(line)}"#) == "x.safetensors:a: the table names it twice")
    #expect(
      try refused(#"{"a":{"dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#)
        == "x.safetensors:a: its line has 'dtype' twice")
    #expect(
      try refused(#"{"__metadata__":{"k":"1","k":"2"}}"#) == "x.safetensors: its metadata name 'k' twice")
  }

  @Test func tablesThatContradictTheDataAreRefusedInOneLine() throws {
    func line(_ shape: String, _ begin: Int, _ end: Int) -> String {
      #"{"dtype":"F32","shape":\#(shape),"data_offsets":[\#(begin),\#(end)]}"#
    }
    #expect(
      try refused(#"{"a":\#(line("[1]", 0, 8))}"#, data: [UInt8](repeating: 0, count: 8))
        == "x.safetensors:a: [1] of F32 takes 4 bytes, 8 are kept for it")
    #expect(
      try refused(#"{"a":\#(line("[1]", 4, 8))}"#, data: [UInt8](repeating: 0, count: 8))
        == "x.safetensors:a: leaves a hole before it: bytes 4 to 8, expected from 0 on")
    #expect(
      try refused(#"{"a":\#(line("[4611686018427387904,4611686018427387904]", 0, 0))}"#)
        == "x.safetensors:a: [4611686018427387904, 4611686018427387904] of F32 is impossibly large, 0 are kept for it"
    )
    #expect(
      try refused(#"{"a":\#(line("[4611686018427387904,64,0]", 0, 0))}"#)?.hasPrefix("x.safetensors:a: ")
        == true)
    #expect(
      try refused(#"{"a":\#(line("[1]", 0, 4))}"#)
        == "x.safetensors: its tensors take 4 bytes, 0 are there: fetch it again")
    #expect(
      try refused("{}", length: .max)
        == "x.safetensors: its table would take 18446744073709551615 bytes, at most 100000000 are read: no safetensors file"
    )
    #expect(
      try refused("{}", length: 9) == "x.safetensors: its table takes 9 bytes, 2 are there: fetch it again")
    for table in [
      "", "{", "[]", #"{"a"}"#, #"{"a":}"#, #"{"a":1}"#, "{} x", #"{"a":\#(line("[-1]", 0, 4))}"#,
      #"{"a":\#(line("[1.0]", 0, 4))}"#, #"{"a":\#(line("[01]", 0, 4))}"#, "{\"\u{1}\":{}}", #"{"\x":{}}"#,
      #"{"a":{"x":\#(String(repeating: "[", count: 1000))"#,
    ] {
      #expect(
        try refused(table)?.hasPrefix("x.safetensors:table: is no JSON of this format: at byte ") == true,
        "\(table.prefix(40))")
    }
  }

  @Test func aFileThatIsCutBehindItsBackIsAnError() throws {
    let path = folder.path + "/cut.safetensors"
    try SafetensorsFile.write([("a", Tensor([64]))], to: path)
    let tensor = try #require(try SafetensorsFile.open(path)["a"])
    #expect(truncateFile(path, to: 100))
    #expect(refusal { _ = try tensor.tensor() }?.contains("it was cut after it was opened") == true)
  }

  @Test func filesNamedOkLoadAndFilesNamedBadDoNot() throws {
    for path in ForeignFiles.paths(in: "bad", beginning: "st_") {
      if path.fileName.hasPrefix("st_ok") || path.fileName.contains("leading_space") {
        let file = try SafetensorsFile.open(path)
        for tensor in file.tensors { #expect(try tensor.tensor().shape == tensor.shape) }
      } else {
        let line = refusal { _ = try SafetensorsFile.open(path) }
        #expect(line?.hasPrefix(path) == true, "\(path.fileName): \(line ?? "opens")")
      }
    }
  }

  @Test func realFilesHoldTheTensorsOfTheirNetworks() throws {
    guard let path = ForeignFiles.path("tracel-ai__burn__mnist.safetensors") else { return }
    let file = try SafetensorsFile.open(path)
    #expect(file["fc1.weight"]?.shape == [32, 11616])
    for tensor in file.tensors {
      #expect(try tensor.tensor().elements.allSatisfy(\.isFinite), "\(tensor.name)")
    }
  }
}

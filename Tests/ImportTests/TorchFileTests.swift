import Core
import Import
import TestSupport
import Testing

@Suite struct TorchFileTests {
  private typealias Pickle = HandmadePickle
  private let folder: ScratchFolder
  init() throws { folder = try ScratchFolder() }

  private func floats(_ numbers: [Float]) -> [UInt8] {
    numbers.flatMap { Pickle.number(Int($0.bitPattern), 4) }
  }

  private func open(
    _ value: [UInt8], _ storages: [String: [UInt8]] = [:], _ more: [(String, [UInt8])] = []
  ) throws -> TensorFile {
    try TorchFile.open(try folder.write(Pickle.file(value, storages, more).bytes, "m.pt"))
  }

  private func refused(_ value: [UInt8], _ storages: [String: [UInt8]] = [:]) -> String? {
    refusal { for tensor in try open(value, storages).tensors { _ = try tensor.tensor() } }?
      .replacing(folder.path + "/", with: "")
  }

  @Test func windowsOntoASharedStorageAreReadByTheirStrides() throws {
    let file = try open(
      Pickle.dictionary([
        ("w", Pickle.tensor("0", count: 6, [2, 3], [3, 1])),
        ("transposed", Pickle.tensor("0", count: 6, [3, 2], [1, 3])),
        ("row", Pickle.tensor("0", count: 6, offset: 3, [3], [1])),
        ("repeated", Pickle.tensor("0", count: 6, offset: 5, [2, 2], [0, 0])),
        ("scalar", Pickle.tensor("0", count: 6, offset: 1, [], [])),
        ("empty", Pickle.tensor("0", count: 6, [0, 3], [3, 1])),
      ]), ["0": floats([0, 1, 2, 3, 4, 5])])
    #expect(file.tensors.map(\.name) == ["w", "transposed", "row", "repeated", "scalar", "empty"])
    #expect(try file["w"]?.tensor() == Tensor([2, 3], [0, 1, 2, 3, 4, 5]))
    #expect(try file["transposed"]?.tensor() == Tensor([3, 2], [0, 3, 1, 4, 2, 5]))
    #expect(try file["row"]?.tensor() == Tensor([3], [3, 4, 5]))
    #expect(try file["repeated"]?.tensor() == Tensor([2, 2], [5, 5, 5, 5]))
    #expect(try file["scalar"]?.tensor() == Tensor([], [1]))
    #expect(try file["empty"]?.tensor() == Tensor([0, 3]))
  }

  @Test func bigEndianFilesAreTurnedRound() throws {
    let file = try open(
      Pickle.dictionary([("w", Pickle.tensor("0", count: 2, [2], [1]))]),
      ["0": [0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0]], [("m/byteorder", Array("big".utf8))])
    #expect(try file["w"]?.tensor().elements == [1, -2])
  }

  @Test func aCheckpointsNetworkIsFoundWithoutItsPrefixes() throws {
    let tensor = Pickle.tensor("0", count: 1, [1], [1])
    let file = try open(
      Pickle.dictionary([
        ("epoch", Pickle.integer(12)),
        ("state_dict", Pickle.dictionary([("module.fc.weight", tensor), ("module.fc.bias", tensor)])),
        ("optimizer", Pickle.dictionary([("state", Pickle.dictionary([("0", tensor)]))])),
      ]), ["0": floats([1])])
    #expect(
      file.tensors.map(\.name) == [
        "state_dict.module.fc.weight", "state_dict.module.fc.bias", "optimizer.state.0",
      ])
    #expect(file.parameters.map(\.name) == ["fc.weight", "fc.bias"])
    #expect(file.metadata["epoch"] == "12")
    #expect(
      file.remarks == [
        "left aside: optimizer (1 tensor): not a network's",
        "the network is what the file has under 'state_dict'",
        "'module.' before every name is left out",
      ])
  }

  @Test func whatWouldRunCodeIsRefusedByName() {
    #expect(
      refused(Pickle.call(Pickle.global("posix", "system"), [Pickle.text("true")]))
        == "m.pt:m/data.pkl: refers to posix.system: a whole module was pickled, which would run its code; save model.state_dict() or export ONNX"
    )
    #expect(
      refused(Pickle.call(Pickle.global("__main__", "Net"), []))?.contains("refers to __main__.Net: ") == true
    )
    #expect(
      refused(Pickle.call(Pickle.global("torch.nn.modules.conv", "Conv2d"), []))?.contains(
        "refers to torch.nn.modules.conv.Conv2d") == true)
    let program = HandmadePickle.file([0x7d], [:], [("m/constants.pkl", [0x2e]), ("m/code/a.py", [])])
    #expect(
      refusal { _ = try TorchFile.open(try folder.write(program.bytes, "script.pt")) }?
        .hasSuffix("is a TorchScript program; save model.state_dict() or export ONNX instead") == true)
  }

  @Test func descriptionsThatContradictTheStorageAreRefused() {
    func refused(_ tensor: [UInt8], _ bytes: Int = 16) -> String? {
      self.refused(Pickle.dictionary([("w", tensor)]), ["0": [UInt8](repeating: 0, count: bytes)])
    }
    #expect(
      refused(Pickle.tensor("0", count: 4, [5], [1]))
        == "m.pt:w: [5] with strides [1] from element 0 on reaches beyond the 4 of its storage")
    #expect(refused(Pickle.tensor("0", count: 4, offset: 4, [1], [1]))?.contains("reaches beyond") == true)
    #expect(
      refused(Pickle.tensor("0", count: 4, [4], [1]), 12)
        == "m.pt:w: its storage '0' takes 16 bytes, 12 are there")
    #expect(
      refused(Pickle.tensor("1", count: 4, [4], [1])) == "m.pt:w: its storage '1' is not in the file")
    #expect(
      refused(Pickle.tensor("0", count: 4, [-1], [1]))
        == "m.pt:w: it has a negative or impossible size, stride or offset")
    #expect(
      refused(Pickle.tensor("0", count: 4, [1 << 30, 1 << 30, 0], [1, 1, 1]))?.contains("impossibly large")
        == true)
    #expect(
      refused(Pickle.tensor("0", count: 4, [1 << 15, 1 << 14], [0, 0]))
        == "m.pt:w: 1 stored numbers would become 536870912")
  }

  @Test func picklesThatNestOrRepeatWithoutEndAreRefusedAndDoNoHarm() {
    let list = UInt8(ascii: "]"), append = UInt8(ascii: "a")
    // Lists in lists in lists.
    #expect(
      refused([UInt8](repeating: list, count: 500_000) + [UInt8](repeating: append, count: 499_999))
        == "m.pt: its containers are nested without end")
    // A list in itself.
    #expect(refused([list, 0x71, 0, 0x68, 0, append]) == "m.pt: its containers are nested without end")
    // Forty pairs, each twice in the next.
    let laughs = [list] + [[UInt8]](repeating: [0x32, 0x86], count: 40).flatMap { $0 }
    #expect(refused(laughs) == "m.pt: its containers are nested without end")
    #expect(refused([UInt8](repeating: 0x28, count: 2000))?.contains("nests more than 1000 levels") == true)
    #expect(refused([0x88, 0x2e]) == "m.pt: holds no tensors; save model.state_dict()")
  }

  @Test func everyCutAndChangeOfAPickleIsReadOrRefusedInOneLine() throws {
    let whole = Pickle.dictionary([
      ("w", Pickle.tensor("0", count: 4, [2, 2], [2, 1])), ("n", [0x4b, 5]), ("l", [0x8a, 1, 0xff]),
    ])
    #expect(refused(whole, ["0": [UInt8](repeating: 0, count: 16)]) == nil)
    for place in whole.indices {
      let cut = refused(Array(whole[..<place]), ["0": [UInt8](repeating: 0, count: 16)])
      #expect(cut?.hasPrefix("m.pt") == true, "cut at \(place): \(cut ?? "opens")")
      for flip in [UInt8(1), 0x20, 0x80, 0xff] {
        var changed = whole
        changed[place] ^= flip
        let line = refused(changed, ["0": [UInt8](repeating: 0, count: 16)])
        #expect(line?.hasPrefix("m.pt") ?? true, "\(place): \(line ?? "")")
      }
    }
  }

  @Test func filesFromBefore16AreReadWithTheirViews() throws {
    let magic: [UInt8] = [
      0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e,
    ]
    func stream(view: [UInt8], count: Int) -> [UInt8] {
      let reference = Pickle.tuple([
        Pickle.text("storage"), Pickle.global("torch", "FloatStorage"), Pickle.text("k"), Pickle.text("cpu"),
        Pickle.integer(4), view,
      ])
      let tensor = Pickle.call(
        Pickle.global("torch._utils", "_rebuild_tensor_v2"),
        [
          reference + [0x51], Pickle.integer(1), Pickle.tuple([Pickle.integer(2)]),
          Pickle.tuple([Pickle.integer(1)]),
          [0x89], Pickle.call(Pickle.global("collections", "OrderedDict"), []),
        ])
      let version: [UInt8] = [0x80, 2, 0x4d, 0xe9, 3, 0x2e]
      let saved = [0x80, 2] + Pickle.dictionary([("w", tensor)]) + [0x2e]
      let keys: [UInt8] = [0x80, 2, 0x5d] + Pickle.text("k") + [0x61, 0x2e]
      return magic + version + [0x80, 2, 0x7d, 0x2e] + saved + keys + Pickle.number(count, 8)
        + floats([1, 2, 3, 4])
    }
    let view = Pickle.tuple([Pickle.text("v"), Pickle.integer(1), Pickle.integer(3)])
    let plain = try TorchFile.open(try folder.write(stream(view: [0x4e], count: 4), "old.pt"))
    #expect(try plain["w"]?.tensor() == Tensor([2], [2, 3]))
    #expect(plain.format == "PyTorch before 1.6")
    let viewed = try TorchFile.open(try folder.write(stream(view: view, count: 4), "old.pt"))
    #expect(try viewed["w"]?.tensor() == Tensor([2], [3, 4]))
    let short = try folder.write(stream(view: [0x4e], count: 5), "short.pt")
    #expect(
      refusal { _ = try TorchFile.open(short) }
        == "\(short): the file ends before the end of storage 'k': fetch it again")
    let bytes = stream(view: view, count: 4)
    for count in bytes.indices {
      let path = try folder.write(Array(bytes[..<count]), "cut.pt")
      #expect(refusal { _ = try TorchFile.open(path) }?.hasPrefix(path) == true, "\(count)")
    }
  }

  // MARK: Files from elsewhere

  @Test func theConformanceSuiteIsRead() throws {
    var read = 0
    for path in ForeignFiles.paths(in: "torch-conformance-burn", ending: ".pt") {
      if path.hasSuffix("broken.pt") {
        #expect(
          refusal { _ = try TorchFile.open(path) }?.hasSuffix("neither a zip nor a stream of pickles") == true
        )
        continue
      }
      let file = try TorchFile.open(path)
      #expect(file.remarks.allSatisfy { !$0.hasPrefix("left aside: a second") })
      for tensor in file.tensors { #expect(try tensor.tensor().shape == tensor.shape) }
      read += file.tensors.count
    }
    #expect(read > 0 || ForeignFiles.folder == nil)
  }

  private func burn(_ name: String) throws -> TensorFile? {
    let path = ForeignFiles.path("torch-conformance-burn/src__pytorch__tests__reader__test_data__\(name).pt")
    return try path.map(TorchFile.open)
  }

  @Test func elementTypesOfTheSuiteHaveTheValuesTheyWereMadeWith() throws {
    guard let halves = try burn("bfloat16") else { return }
    #expect(try halves.tensors[0].tensor().elements == [1.5, -2.5, 3.5])
    #expect(halves.tensors[0].elementType == "bfloat16")
    #expect(try burn("bool")?.tensors[0].tensor().elements == [1, 0, 1, 1, 0])
    #expect(try burn("uint8")?.tensors[0].tensor().elements == [0, 128, 255, 42])
    #expect(try burn("scalar")?.tensors[0].tensor() == Tensor([], [42]))
  }

  @Test func viewsInOldFilesBeginWhereTheySay() throws {
    guard let file = try burn("legacy_uncloned_views") else { return }
    let first = try #require(try file["tensor1"]?.tensor())
    let second = try #require(try file["tensor2"]?.tensor())
    #expect(first.elements.count == 10 && second.elements.count == 10)
    #expect(first.elements == (10..<20).map(Float.init))
    #expect(second.elements == (50..<60).map(Float.init))
  }

  @Test func realStateDictionariesAreRead() throws {
    for (name, tensor, shape) in [
      ("tracel-ai__burn__mnist.pt", "conv3.weight", [24, 16, 3, 3] as Shape),
      ("AI-MED-AGH__handwritten-digits-recognizer__model.pth", "conv1.weight", [10, 1, 5, 5]),
      ("YashDagade__ECE-685-Fall-2024__cifar_net.pth", "conv1.weight", [6, 3, 5, 5]),
      ("YashDagade__ECE-685-Fall-2024__vae_fashion_mnist.pth", "fc1.weight", [400, 784]),
      ("onjackay__model-deploy-tutorial__srcnn.pth", "generator.conv1.weight", [64, 3, 9, 9]),
    ] {
      guard let path = ForeignFiles.path(name) else { continue }
      let file = try TorchFile.open(path)
      let stored = try #require(
        file.parameters.first { $0.name == tensor }, "\(name): \(file.parameters.map(\.name))")
      #expect(stored.shape == shape)
      let numbers = try stored.tensor()
      #expect(
        numbers.elements.allSatisfy(\.isFinite) && numbers.maximumMagnitude > 0
          && numbers.maximumMagnitude < 100)
    }
  }

  @Test func wholeModulesAndPointersAreRefusedInOneLine() {
    if let path = ForeignFiles.path("RiwanAshraf__MLops-A5__mlflow_model.pth") {
      #expect(
        refusal { _ = try TorchFile.open(path) }?.contains(
          "refers to cloudpickle.cloudpickle._make_skeleton_class: a whole module was pickled") == true)
    }
    if let path = ForeignFiles.path("YashDagade__ECE-685-Fall-2024__lfs_pointer_checkpoint.pth") {
      #expect(refusal { _ = try TorchFile.open(path) }?.contains("is a pointer of Git LFS") == true)
    }
    for path in ForeignFiles.paths(in: "bad", ending: ".pth") {
      #expect(refusal { for t in try TorchFile.open(path).tensors { _ = try t.tensor() } } != nil, "\(path)")
    }
  }
}

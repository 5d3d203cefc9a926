internal import Foundation
import Core
import Import
import TestSupport
import Testing

/// What an ONNX file may and may not hold.
struct ONNXReadingTests {
  private func open(
    _ bytes: [UInt8], constants: [String: Tensor] = [:], shapes: [String: Shape] = [:]
  ) throws -> ForeignModel {
    let folder = try ScratchFolder()
    return try ONNXFile.open(folder.write(bytes, "m.onnx"), constants: constants, shapes: shapes)
  }

  private func answer(_ model: ForeignModel, _ input: Tensor) throws -> Tensor {
    let name = model.network.inputs[0].name
    let given = model.layout(of: name).fromFile(input)
    let executor = try makeExecutor(for: model.network, batch: given.shape[0], mode: .inference)
    try executor.load(model.readParameters())
    try executor.forward([name: given])
    return model.layout(of: model.network.output).toFile(try executor.output())
  }

  private func failure(_ bytes: [UInt8]) -> ImportError? {
    do {
      _ = try open(bytes)
      return nil
    } catch { return error as? ImportError }
  }

  private let line = Handmade.value(11, "x", [0, 2]) + Handmade.value(12, "y", [0, 2])

  @Test func nodesThatAreStoredLastFirstAreSorted() throws {
    let graph =
      Handmade.node("Neg", ["a"], ["y"], name: "second") + Handmade.node("Relu", ["x"], ["a"], name: "first")
      + line
    let model = try open(Handmade.model(graph))
    #expect(model.network.nodes.map(\.name) == ["first", "second"])
    #expect(try answer(model, Tensor([1, 2], [1, -3])).elements == [-1, 0])
  }

  @Test func aCycleNamesANodeInIt() {
    let graph =
      Handmade.node("Neg", ["b"], ["a"], name: "one") + Handmade.node("Add", ["a", "x"], ["b"], name: "two")
      + Handmade.node("Relu", ["b"], ["y"], name: "three") + line
    let error = failure(Handmade.model(graph))
    #expect(error?.code == .malformed)
    #expect(error?.subject.hasSuffix(":one") ?? false || error?.subject.hasSuffix(":two") ?? false)
    #expect(error?.reason.contains("cycle") ?? false)
  }

  @Test func aValueThatNothingMakesIsNamed() {
    let error = failure(Handmade.model(Handmade.node("Add", ["x", "ghost"], ["y"], name: "sum") + line))
    #expect(error?.subject.hasSuffix(":sum") ?? false)
    #expect(error?.reason.contains("'ghost'") ?? false)
  }

  @Test func namesThatAreMissingOrTwiceBecomeUnique() throws {
    let graph =
      Handmade.node("Relu", ["x"], ["a"], name: "same") + Handmade.node("Neg", ["a"], ["b"], name: "same")
      + Handmade.node("Abs", ["b"], ["y"]) + line
    #expect(try open(Handmade.model(graph)).network.nodes.map(\.name) == ["same", "same_2", "y"])
  }

  @Test func initializersAmongTheInputsAreNoInputs() throws {
    let graph =
      Handmade.node("Add", ["x", "w"], ["y"]) + Handmade.floats("w", [2], [1, 2])
      + Handmade.value(11, "w", [2]) + line
    let model = try open(Handmade.model(graph))
    #expect(model.network.inputs.map(\.name) == ["x"])
    #expect(try answer(model, Tensor([2, 2], [0, 0, 5, 5])).elements == [1, 2, 6, 7])
  }

  @Test func numbersMayLieInEveryWayThatTheFormatKnows() throws {
    let packed = Handmade.bytes(4, [1, 2].flatMap(Handmade.float))
    let single = [1, 2].flatMap { [UInt8(4 << 3 | 5)] + Handmade.float($0) }
    // 1 and 2 in half precision, as bits in whole numbers; as doubles; as bfloat16 in raw data.
    let half = Handmade.bytes(5, Handmade.varint(0x3c00) + Handmade.varint(0x4000))
    let double = Handmade.bytes(
      10,
      [Double(1), 2].flatMap { value in
        (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
      })
    let brain = Handmade.bytes(9, [0x80, 0x3f, 0x00, 0x40])
    for (type, data) in [(1, packed), (1, single), (10, half), (11, double), (16, brain)] {
      let graph =
        Handmade.node("Add", ["x", "w"], ["y"]) + line
        + Handmade.bytes(5, Handmade.tensor("w", [2], type: type, data))
      let model = try open(Handmade.model(graph))
      #expect(try model.tensors[0].tensor().elements == [1, 2], "type \(type)")
      #expect(try answer(model, Tensor([1, 2], [10, 20])).elements == [11, 22], "type \(type)")
    }
  }

  @Test func numbersThatDoNotFillTheirShapeAreRefused() {
    for data in [Handmade.bytes(9, [0, 0, 0]), Handmade.bytes(4, Handmade.float(1)), []] {
      let graph =
        Handmade.node("Add", ["x", "w"], ["y"]) + line
        + Handmade.bytes(5, Handmade.tensor("w", [1 << 20, 1 << 9], type: 1, data))
      let error = failure(Handmade.model(graph))
      #expect(error?.code == .malformed)
      #expect(error?.subject.hasSuffix(":w") ?? false)
    }
  }

  @Test func aLengthBeyondItsMessageIsRefused() {
    // A node that says it is longer than the graph around it.
    let graph: [UInt8] = [1 << 3 | 2] + Handmade.varint(1 << 40)
    #expect(failure(Handmade.model(graph))?.code == .malformed)
    #expect(
      failure(Array(Handmade.model(Handmade.node("Relu", ["x"], ["y"]) + line).dropLast(20)))?.code
        == .truncated)
  }

  @Test func fieldsThatAreNotKnownAreSkipped() throws {
    let unknown =
      Handmade.text(99, "?") + Handmade.integer(100, 7) + [UInt8(14 << 3 | 1)]
      + [UInt8](repeating: 1, count: 8)
    let graph = unknown + Handmade.node("Relu", ["x"], ["y"]) + line + unknown
    #expect(try open(Handmade.model(graph, more: unknown)).network.nodes.count == 1)
  }

  @Test func otherFilesAreToldApart() {
    #expect(
      failure(Array("version https://git-lfs.github.com/spec/v1\noid sha256:0".utf8))?.reason.contains(
        "git lfs pull") ?? false)
    #expect(failure(Array("Real ONNX model would go here...".utf8))?.code == .notAModel)
    #expect(failure([])?.code == .truncated)
    #expect(failure(Handmade.integer(1, 8) + Handmade.text(2, "nothing"))?.code == .notAModel)
  }

  @Test func whatIsNotSupportedIsNamedAndTheRestStays() throws {
    let graph =
      Handmade.node("Gemm", ["x", "w"], ["a"], name: "fc", Handmade.attribute("transB", 1))
      + Handmade.node("Twist", ["a"], ["b"], name: "twist", domain: "my.ops")
      + Handmade.node("Relu", ["b"], ["y"], name: "end")
      + Handmade.floats("w", [2, 2], [1, 2, 3, 4]) + line
    let model = try open(Handmade.model(graph))
    #expect(model.network.nodes.map(\.name) == ["fc", "twist", "end"])
    #expect((model.network.nodes[1].operation as? Unsupported)?.operation == "my.ops::Twist")
    #expect(try model.parameters["fc.weight"]?.tensor().elements == [1, 2, 3, 4])
    #expect(model.network.runnable?.output == "fc")
  }

  @Test func functionsOfTheModelAreTakenApart() throws {
    // f(a) = a + k · a with an attribute k that the caller gives.
    let constant = Handmade.bytes(
      7,
      Array(
        Handmade.node(
          "Constant", [], ["k"],
          Handmade.bytes(5, Handmade.text(1, "value_float") + Handmade.text(21, "factor"))
        ).dropFirst(2)))
    let product = Handmade.bytes(7, Array(Handmade.node("Mul", ["a", "k"], ["m"]).dropFirst(2)))
    let sum = Handmade.bytes(7, Array(Handmade.node("Add", ["a", "m"], ["r"]).dropFirst(2)))
    let function = Handmade.bytes(
      25,
      Handmade.text(1, "Grow") + Handmade.text(4, "a") + Handmade.text(5, "r") + constant + product + sum
        + Handmade.text(10, "mine"))
    let graph =
      Handmade.node("Grow", ["x"], ["h"], name: "g1", domain: "mine", Handmade.attribute("factor", Float(2)))
      + Handmade.node(
        "Grow", ["h"], ["y"], name: "g2", domain: "mine", Handmade.attribute("factor", Float(1))) + line
    let model = try open(Handmade.model(graph, more: function))
    #expect(try answer(model, Tensor([1, 2], [1, -1])).elements == [6, -6])
  }

  @Test func functionsThatCallEachOtherForEverAreRefused() {
    let call = Handmade.bytes(7, Array(Handmade.node("F", ["a"], ["r"], domain: "mine").dropFirst(2)))
    let function = Handmade.bytes(
      25,
      Handmade.text(1, "F") + Handmade.text(4, "a") + Handmade.text(5, "r") + call + Handmade.text(10, "mine")
    )
    let error = failure(
      Handmade.model(Handmade.node("F", ["x"], ["y"], domain: "mine") + line, more: function))
    #expect(error?.code == .malformed)
  }

  @Test func aModelThatNeedsTheirNumbersKnowsSizesFromOutside() throws {
    let graph =
      Handmade.node("Reshape", ["x", "shape"], ["y"], name: "r") + Handmade.value(11, "x", [0, 6])
      + Handmade.value(11, "shape", [3], type: 7) + Handmade.value(12, "y", [0, 2, 3])
    let bytes = Handmade.model(graph)
    #expect(try open(bytes).network.nodes.contains { $0.operation is Unsupported })
    let model = try open(bytes, constants: ["shape": Tensor([3], [-1, 2, 3])])
    #expect(try answer(model, Tensor([2, 6])).shape == [2, 2, 3])
    let folder = try ScratchFolder()
    let path = try folder.write(bytes, "m.onnx")
    let fitted = try ONNXFile.open(path, for: ["x": Tensor([2, 6]), "shape": Tensor([3], [-1, 3, 2])])
    #expect(try answer(fitted, Tensor([2, 6])).shape == [2, 3, 2])
  }

  @Test func openExtentsAreAssumedOrGiven() throws {
    let graph =
      Handmade.node("Conv", ["x", "w"], ["y"], name: "c")
      + Handmade.floats("w", [4, 3, 1, 1], [Float](repeating: 1, count: 12))
      + Handmade.value(11, "x", [0, 0, 0, 0]) + Handmade.value(12, "y", [0, 0, 0, 0])
    let model = try open(Handmade.model(graph))
    #expect(model.network.inputs[0].shape == [3, 224, 224])
    #expect(model.remarks.contains { $0.contains("224 was assumed") })
    #expect(
      try open(Handmade.model(graph), shapes: ["x": [1, 3, 5, 9]]).network.inputs[0].shape == [3, 5, 9])
  }

  @Test func anAssumedSizeFitsTheLayersBehind() throws {
    // 3 × 3 without padding on 28 × 28 gives the 26² · 2 features that the matrix takes.
    let graph =
      Handmade.node("Conv", ["x", "w"], ["a"]) + Handmade.node("Flatten", ["a"], ["b"])
      + Handmade.node("Gemm", ["b", "m"], ["y"])
      + Handmade.floats("w", [2, 1, 3, 3], [Float](repeating: 1, count: 18))
      + Handmade.floats("m", [1352, 1], [Float](repeating: 1, count: 1352))
      + Handmade.value(11, "x", [0, 1, 0, 0])
      + Handmade.value(12, "y", [0, 1])
    #expect(try open(Handmade.model(graph)).network.inputs[0].shape == [1, 28, 28])
  }
}

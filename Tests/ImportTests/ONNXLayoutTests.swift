internal import Foundation
import Core
import Import
import TestSupport
import Testing

/// What becomes of the batch axis, of layouts and of shapes that a file computes; weights that stay in the file.
struct ONNXLayoutTests {
  private func open(_ graph: [UInt8], version: Int = 17) throws -> ForeignModel {
    let folder = try ScratchFolder()
    return try ONNXFile.open(folder.write(Handmade.model(graph, version: version), "m.onnx"))
  }

  private func answer(_ model: ForeignModel, _ input: Tensor) throws -> Tensor {
    try Inference(Model(model.network, model.readParameters()), layouts: model.layouts)
      .answer(to: [model.network.inputs[0].name: input])
  }

  @Test func aBatchThatIsWrittenIntoTheFileIsSetFree() throws {
    let graph =
      Handmade.node("Reshape", ["x", "shape"], ["y"]) + Handmade.integers("shape", [5, 6])
      + Handmade.value(11, "x", [5, 2, 3])
      + Handmade.value(12, "y", [5, 6])
    let model = try open(graph)
    #expect(model.network.inputs[0].shape == [2, 3])
    #expect(model.remarks == ["the batch of 5 that the file is made for was set free"])
    #expect(try answer(model, Tensor([7, 2, 3])).shape == [7, 6])
  }

  @Test func aShapeThatTheGraphComputesKeepsTheBatch() throws {
    // PyTorch's x.view(x.size(0), -1).
    let graph =
      Handmade.node("Shape", ["x"], ["s"])
      + Handmade.node("Gather", ["s", "zero"], ["n"], Handmade.attribute("axis", 0))
      + Handmade.node("Concat", ["n", "rest"], ["shape"], Handmade.attribute("axis", 0))
      + Handmade.node("Reshape", ["x", "shape"], ["y"])
      + Handmade.integers("zero", [0]) + Handmade.integers("rest", [-1]) + Handmade.value(11, "x", [0, 2, 3])
      + Handmade.value(12, "y", [0, 6])
    let model = try open(graph)
    #expect(model.network.nodes.map(\.operation.name) == ["Flatten"])
    #expect(try answer(model, Tensor([4, 2, 3])).shape == [4, 6])
  }

  @Test func whatWorksAcrossExamplesIsReadAsOneExample() throws {
    let graph =
      Handmade.node("ReduceSum", ["x", "axes"], ["y"], Handmade.attribute("keepdims", 0))
      + Handmade.integers("axes", [0])
      + Handmade.value(11, "x", [3, 2]) + Handmade.value(12, "y", [2])
    let model = try open(graph)
    #expect(model.layout(of: "x") == .withoutBatch)
    #expect(try answer(model, Tensor([3, 2], [1, 2, 3, 4, 5, 6])) == Tensor([2], [9, 12]))
  }

  @Test func aValueThatDependsOnTheSizeOfTheBatchIsNotTakenForOne() throws {
    // y = x · (the number of examples): with any stand-in for the batch that number would be wrong.
    let graph =
      Handmade.node("Shape", ["x"], ["s"], Handmade.attribute("end", 1))
      + Handmade.node("Cast", ["s"], ["n"], Handmade.attribute("to", 1))
      + Handmade.node("Mul", ["x", "n"], ["y"]) + Handmade.value(11, "x", [3, 2])
      + Handmade.value(12, "y", [3, 2])
    let model = try open(graph)
    #expect(try answer(model, Tensor([3, 2], repeating: 1)) == Tensor([3, 2], repeating: 3))
  }

  @Test func imagesWithChannelsLastAreTurnedAtTheDoor() throws {
    let graph =
      Handmade.node("Transpose", ["x"], ["a"], Handmade.attribute("perm", [0, 3, 1, 2]))
      + Handmade.node("Conv", ["a", "w"], ["y"])
      + Handmade.floats("w", [1, 2, 1, 1], [1, 10]) + Handmade.value(11, "x", [0, 3, 4, 2])
      + Handmade.value(12, "y", [0, 1, 3, 4])
    let model = try open(graph)
    #expect(model.network.inputs[0].shape == [2, 3, 4])
    #expect(model.layout(of: "x") == .channelsLast)
    let input = Tensor([1, 3, 4, 2], (0..<24).map { $0 % 2 == 0 ? 1 : 2 })
    #expect(try answer(model, input) == Tensor([1, 1, 3, 4], repeating: 21))
  }

  @Test func softmaxBeforeVersion13TakesAllAxesTogether() throws {
    let graph =
      Handmade.node("Softmax", ["x"], ["y"], Handmade.attribute("axis", 1))
      + Handmade.value(11, "x", [0, 2, 2]) + Handmade.value(12, "y", [0, 2, 2])
    let input = Tensor([1, 2, 2])
    #expect(try answer(open(graph, version: 12), input) == Tensor([1, 2, 2], repeating: 0.25))
    #expect(try answer(open(graph, version: 13), input) == Tensor([1, 2, 2], repeating: 0.5))
  }

  @Test func weightsThatAreComputedAreComputedWhenTheyAreReadAndNotBefore() throws {
    // w = −v, of more numbers than are computed with at once.
    let count = 70_000
    let graph =
      Handmade.node("Neg", ["v"], ["w"]) + Handmade.node("Gemm", ["x", "w"], ["y"], name: "fc")
      + Handmade.floats("v", [count, 1], [Float](repeating: 2, count: count))
      + Handmade.value(11, "x", [0, count]) + Handmade.value(12, "y", [0, 1])
    let model = try open(graph)
    #expect(model.network.nodes.map(\.name) == ["fc"])
    #expect(try model.parameters["fc.weight"]!.tensor() == Tensor([1, count], repeating: -2))
  }

  @Test func numbersBesideTheModelAreReadWhenTheyLieThereAndOnlyThere() throws {
    let folder = try ScratchFolder()
    try folder.write([0, 0] + [1, 2].flatMap(Handmade.float), "models/w.bin")
    try folder.write([1, 2].flatMap(Handmade.float), "w.bin")
    func model(_ location: String, offset: Int, length: Int) throws -> ForeignModel {
      let external = [("location", location), ("offset", "\(offset)"), ("length", "\(length)")].flatMap {
        Handmade.bytes(13, Handmade.text(1, $0.0) + Handmade.text(2, $0.1))
      }
      let graph =
        Handmade.node("Add", ["x", "w"], ["y"]) + Handmade.value(11, "x", [0, 2])
        + Handmade.value(12, "y", [0, 2])
        + Handmade.bytes(5, Handmade.tensor("w", [2], type: 1, external + Handmade.integer(14, 1)))
      return try ONNXFile.open(folder.write(Handmade.model(graph), "models/m.onnx"))
    }
    #expect(try model("w.bin", offset: 2, length: 8).tensors[0].tensor().elements == [1, 2])
    for (location, offset, length, code) in [
      ("../w.bin", 0, 8, ImportError.Code.unsafe), ("\(folder.path)/w.bin", 0, 8, .unsafe),
      ("", 0, 8, .unsafe),
      ("w.bin", 4, 8, .malformed), ("w.bin", -1, 8, .malformed), ("w.bin", 2, 4, .malformed),
      ("no.bin", 0, 8, .missing),
    ] {
      do {
        _ = try model(location, offset: offset, length: length)
        Issue.record("'\(location)' was read")
      } catch let error as ImportError { #expect(error.code == code, "'\(location)': \(error)") }
    }
  }

  @Test func aLargeModelOpensWithoutItsWeights() throws {
    // 600 MB of weights that the disk holds as a hole: only the ends are written.
    let (rows, columns) = (150_000, 1_000)
    let size = rows * columns * 4
    let head =
      Handmade.tensor("w", [columns, rows], type: 1, []) + [UInt8(9 << 3 | 2)] + Handmade.varint(size)
    let field = [UInt8(5 << 3 | 2)] + Handmade.varint(head.count + size) + head
    let rest =
      Handmade.node("Gemm", ["x", "w"], ["y"], name: "fc") + Handmade.value(11, "x", [0, columns])
      + Handmade.value(12, "y", [0, rows])
    let start =
      Handmade.integer(1, 8) + [UInt8(7 << 3 | 2)] + Handmade.varint(field.count + size + rest.count) + field
    let folder = try ScratchFolder()
    let path = try folder.write(start, "large.onnx")
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.seek(toOffset: UInt64(start.count + size))
    try file.write(contentsOf: Data(rest + Handmade.bytes(8, Handmade.integer(2, 17))))
    try file.close()
    let before = ContinuousClock.now
    let model = try ONNXFile.open(path)
    #expect(ContinuousClock.now - before < .seconds(1))
    #expect(model.parameters["fc.weight"]?.shape == [rows, columns])
    #expect(model.tensors.map(\.shape) == [[columns, rows]])
  }
}

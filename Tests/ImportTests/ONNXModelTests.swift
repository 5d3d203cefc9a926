internal import Foundation
import Core
import Import
import TestSupport
import Testing

/// Real models of public projects, with inputs and outputs that ONNX Runtime computed.
struct ONNXModelTests {
  /// The models, and what of them cannot be run.
  static let refused = [
    "microsoft__onnxruntime-inference-examples__supres.onnx": "SuperResolutionPreProcess",
    "onjackay__model-deploy-tutorial__deform.onnx": "deform_conv2d",
  ]

  @Test func realModelsGiveTheNumbersOfONNXRuntime() throws {
    for path in ForeignFiles.paths(ending: ".onnx") where !path.hasSuffix("_fake.onnx") {
      let (model, outputs) = try ONNXFile.openWithOutputs(path)
      if let refused = Self.refused[path.fileName] {
        #expect(
          model.network.nodes.contains { node in
            (node.operation as? Unsupported).map { $0.operation.hasSuffix(refused) } ?? false
          }, "\(path.fileName)")
        continue
      }
      #expect(
        !model.network.nodes.contains { $0.operation is Unsupported }, "\(path.fileName): \(model.remarks)")
      guard let expected = ForeignFiles.path("expected/\(path.fileName).npz") else { continue }
      let arrays = try NumPyTensors.open(expected).tensors
      var inputs: [String: Tensor] = [:]
      for input in model.network.inputs {
        let key = "input__" + input.name.replacingOccurrences(of: "/", with: "|")
        let tensor = try #require(arrays.first { $0.name == key }, "\(path.fileName): \(key)").tensor()
        inputs[input.name] = model.layout(of: input.name).fromFile(tensor)
      }
      let batch = inputs[model.network.inputs[0].name]!.shape[0]
      let executor = try makeExecutor(for: model.network, batch: batch, mode: .inference)
      try executor.load(model.readParameters())
      try executor.forward(inputs)
      for output in outputs {
        let key = "output__" + output.name.replacingOccurrences(of: "/", with: "|")
        guard let wanted = try arrays.first(where: { $0.name == key })?.tensor() else { continue }
        let found = model.layout(of: output.node).toFile(try executor.value(of: output.node))
        #expect(found.shape == wanted.shape, "\(path.fileName)")
        guard found.shape == wanted.shape else { continue }
        let isClose = zip(found.elements, wanted.elements).allSatisfy {
          abs($0 - $1) <= 1e-4 + 1e-4 * abs($1)
        }
        #expect(isClose, "\(path.fileName) \(output.name)")
      }
    }
  }
}

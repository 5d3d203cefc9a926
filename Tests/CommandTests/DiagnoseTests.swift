import Core
import Foundation
import Import
import TestSupport
import Testing

/// What `diagnose` ends with and prints, and `diff` of two files.
struct DiagnoseTests {
  /// A model of one convolution and a linear layer, with something planted into its weights.
  private func model(_ name: String, in folder: String, _ change: (inout Parameters) -> Void) throws -> String
  {
    let network = try Network.sequential(
      "m", input: .init("image", [1, 8, 8]),
      [
        "conv1": Conv2d(inputChannels: 1, outputChannels: 8, kernelSize: 3), "relu1": ReLU(),
        "flatten": Flatten(), "fc": Linear(inputFeatures: 288, outputFeatures: 4),
      ])
    var random = RandomStream(seed: 2, stream: 0)
    var parameters = Parameters(initialising: network, by: .kaimingUniform, from: &random)
    change(&parameters)
    let path = folder + "/" + name
    try ExportFormat.onnx.write(Model(network, parameters), to: path)
    return path
  }

  @Test func theExitStatusIsForACIToUse() async throws {
    let scratch = try ScratchFolder()
    let healthy = try model("healthy.onnx", in: scratch.path) { _ in }
    let warned = try model("zero.onnx", in: scratch.path) { parameters in
      for place in 0..<9 { parameters["conv1.weight"]!.elements[place] = 0 }
    }
    let broken = try model("nan.onnx", in: scratch.path) { $0["fc.weight"]!.elements[3] = .nan }
    for (file, plain, strict) in [(healthy, 0, 0), (warned, 0, 2), (broken, 2, 2)] {
      let outcome = try await vitrine("diagnose", file, in: scratch.path)
      #expect(outcome.status == plain && outcome.error == "", "\(file): \(outcome.error)")
      let strictly = try await vitrine("diagnose", file, "--strict", "--quiet", in: scratch.path)
      #expect(strictly.status == strict && strictly.error == "" && strictly.output == "")
    }
    #expect(try await vitrine("diagnose", scratch.path + "/none.h5", in: scratch.path).status == 1)
    #expect(try await vitrine("diagnose", in: scratch.path).status == 64)
    #expect(try await vitrine("diagnose", healthy, "--sttrict", in: scratch.path).status == 64)
    let materials = try await Materials.shared
    let run = try await vitrine("diagnose", materials.cnn, "--data", "mnist", in: scratch.path)
    #expect(run.status == 64 && run.error.contains("on its own pictures"), "\(run.error)")
  }

  @Test func textSaysWhatToDoAndWhatToType() async throws {
    let scratch = try ScratchFolder()
    let file = try model("zero.onnx", in: scratch.path) { parameters in
      for place in 18..<27 { parameters["conv1.weight"]!.elements[place] = 0 }
    }
    let outcome = try await vitrine("diagnose", file, in: scratch.path)
    #expect(
      outcome.lines.first?.hasSuffix("zero.onnx: 1 warning, 2 checks well") == true, "\(outcome.output)")
    #expect(outcome.output.contains("warning  zero-filters"))
    #expect(outcome.output.contains("1 of 8 filters of conv1 is all zero: number 2."))
    #expect(outcome.output.contains("$ vitrine filters \(file) --layer conv1"))
    #expect(outcome.lines.allSatisfy { $0.count <= 96 || $0.contains("/") }, "lines of readable length")
  }

  @Test func jsonIsOneObject() async throws {
    let (materials, scratch) = (try await Materials.shared, try ScratchFolder())
    let outcome = try await vitrine("diagnose", materials.gan, "--json", in: scratch.path)
    #expect(outcome.status == 0 || outcome.status == 2, "\(outcome.error)")
    let page = try #require(
      JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    #expect(page["format"] as? String == "vitrine-diagnosis" && page["kind"] as? String == "run")
    #expect(page["exitStatus"] as? Int == Int(outcome.status))
    let findings = try #require(page["findings"] as? [[String: Any]])
    #expect(findings.contains { $0["rule"] as? String == "gan-pooling" })
  }

  @Test func aPageIsWrittenAndVerified() async throws {
    let (materials, scratch) = (try await Materials.shared, try ScratchFolder())
    let drawn = try await vitrine("diagnose", materials.cnn, "-o", "d.svg", in: scratch.path)
    #expect(drawn.output == "d.svg\n" && drawn.error == "", "\(drawn.error)")
    let verified = try await vitrine("verify", "d.svg", materials.cnn, in: scratch.path)
    #expect(verified.status == 0, "\(verified.error)")
  }

  @Test func twoFilesOfOneModelAreTheSameAndVerifiedTogether() async throws {
    let (materials, scratch) = (try await Materials.shared, try ScratchFolder())
    #expect(try await vitrine("export", materials.cnn, "-o", "m.onnx", in: scratch.path).status == 0)
    let drawn = try await vitrine("diff", materials.cnn, "m.onnx", "-o", "d.svg", in: scratch.path)
    #expect(drawn.status == 0 && drawn.error == "", "\(drawn.error)")
    let figure = try String(contentsOfFile: scratch.path + "/d.svg", encoding: .utf8)
    #expect(figure.contains("conv1 is the same in cnn.h5"), "said in the description")
    let verified = try await vitrine("verify", "d.svg", materials.cnn, "m.onnx", in: scratch.path)
    #expect(verified.status == 0, "\(verified.error)")
    let swapped = try await vitrine("verify", "d.svg", "m.onnx", materials.cnn, in: scratch.path)
    #expect(swapped.status == 1)
  }

  @Test func oneModelAloneHasNothingToBeComparedWith() async throws {
    let (materials, scratch) = (try await Materials.shared, try ScratchFolder())
    #expect(try await vitrine("export", materials.cnn, "-o", "m.onnx", in: scratch.path).status == 0)
    let alone = try await vitrine("diff", "m.onnx", "-o", "d.svg", in: scratch.path)
    #expect(alone.status == 64 && alone.error.contains("name a second file"), "\(alone.error)")
    let step = try await vitrine("diff", materials.cnn, "--since", "77", "-o", "d.svg", in: scratch.path)
    #expect(step.status == 1 && step.error.contains("no snapshot at step 77"), "\(step.error)")
  }
}

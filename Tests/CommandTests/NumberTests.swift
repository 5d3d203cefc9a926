import Core
import Foundation
import TestSupport
import Testing

/// What is printed and written as numbers agrees with what the libraries say of the same run.
struct NumberTests {
  @Test func predictWritesWhatThePlainExecutorAnswers() async throws {
    let (materials, scratch) = (try await Materials.shared, try ScratchFolder())
    let outcome = try await vitrine(
      "predict", materials.cnn, "--input", materials.inputs, "-o", "y.npy", in: scratch.path)
    #expect(outcome.status == 0 && outcome.output == "y.npy\n", "\(outcome.error)")
    let run = try RunArchive(opening: materials.cnn)
    let model = try run.model(of: "classifier", at: run.snapshot(.last))
    let executor = try ReferenceExecutor<Double>(model.network, batch: 3, mode: .inference)
    try executor.load(model.parameters)
    try executor.forward(try NumPyFile.read(materials.inputs))
    expectClose(
      try NumPyFile.read(scratch.path + "/y.npy"), try executor.output(), absolute: 1e-4, relative: 1e-4,
      because: "the same parameters and inputs")
    // And an earlier snapshot answers otherwise.
    let earlier = try await vitrine(
      "predict", materials.cnn, "--input", materials.inputs, "-o", "x.npy", "--step", "0", in: scratch.path)
    #expect(earlier.status == 0)
    #expect(try NumPyFile.read(scratch.path + "/x.npy") != NumPyFile.read(scratch.path + "/y.npy"))
  }

  @Test func predictSaysItInWordsOrWritesEveryNode() async throws {
    let (materials, scratch) = (try await Materials.shared, try ScratchFolder())
    let words = try await vitrine("predict", materials.cnn, "--input", materials.inputs, in: scratch.path)
    #expect(words.status == 0 && words.lines.count == 3)
    #expect(words.lines.allSatisfy { $0.components(separatedBy: " · ").count == 3 && $0.contains("%") })
    let nodes = try await vitrine(
      "predict", materials.cnn, "--input", materials.inputs, "--nodes", "-o", "nodes.npz", in: scratch.path)
    #expect(nodes.status == 0 && content(of: scratch.path) == ["nodes.npz"])
    let archive = try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/nodes.npz"))
    let run = try RunArchive(opening: materials.cnn)
    for node in try run.network(named: "classifier").network.nodes {
      #expect(archive.range(of: Data((node.name + ".npy").utf8)) != nil, "\(node.name)")
    }
  }

  private struct Info: Decodable {
    struct Network: Decodable {
      struct Layer: Decodable {
        var name: String
        var parameters: Int
      }
      var name: String
      var layers: [Layer]
      var parameters: Int
    }
    var state: String
    var seed: UInt64
    var recordedSteps: Int
    var snapshots: [Int]
    var networks: [Network]
    var metrics: [String]
  }

  @Test func infoIsJSONThatAgreesWithTheRun() async throws {
    let (materials, scratch) = (try await Materials.shared, try ScratchFolder())
    for (path, networks) in [
      (materials.cnn, ["classifier"]), (materials.gan, ["generator", "discriminator"]),
    ] {
      let outcome = try await vitrine("info", path, "--json", in: scratch.path)
      #expect(outcome.status == 0 && outcome.error == "")
      let info = try JSONDecoder().decode(Info.self, from: Data(outcome.output.utf8))
      let run = try RunArchive(opening: path)
      #expect(info.state == "complete" && info.recordedSteps == 3 && info.snapshots == [0, 1, 2, 3])
      #expect(info.seed == run.seed && info.metrics == run.metricNames)
      #expect(info.networks.map(\.name) == networks)
      for network in info.networks {
        #expect(network.parameters == network.layers.reduce(0) { $0 + $1.parameters })
      }
      let text = try await vitrine("info", path, in: scratch.path)
      #expect(
        text.status == 0 && text.output.contains("complete")
          && text.output.contains("snapshots at steps 0 · 1 · 2 · 3"))
    }
  }
}

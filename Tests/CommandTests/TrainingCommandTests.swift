import Core
import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Training from the command line, above all training that does not go as planned.
@Suite(.timeLimit(.minutes(5))) struct TrainingCommandTests {
  let scratch: ScratchFolder
  init() throws { scratch = try ScratchFolder() }

  private func path(_ name: String) -> String { scratch.path + "/" + name }

  private func recipe(_ preset: String, _ materials: Materials) -> [String] {
    ["train", preset, "--data", materials.stripes, "--batch", "32", "--seed", "9"]
  }

  private func train(_ arguments: [String]) async throws -> Program.Outcome {
    try await Program.run("vitrine", arguments, in: scratch.path)
  }

  /// A training that would go on for hours, once it has stored its first steps.
  private func startLongTraining(_ preset: String, _ materials: Materials) async throws -> Running {
    let training = try Running(
      Program.path("vitrine"), recipe(preset, materials) + ["--epochs", "100000", "--out", "run.h5"],
      in: scratch.path)
    while (try? RunArchive(opening: path("run.h5")).snapshots.count) ?? 0 < 3 {
      try #require(training.isRunning, "the training ended by itself")
      try await Task.sleep(for: .milliseconds(10))
    }
    return training
  }

  /// Everything that training decides, at its last snapshot: the same bits or not.
  private func outcome(of name: String) throws -> [String: [UInt32]] {
    let run = try RunArchive(opening: path(name))
    #expect(run.state == .complete)
    var bits: [String: [UInt32]] = [:]
    for network in run.networks {
      let model = try run.model(of: network.name, at: run.snapshot(.last))
      for parameter in model.parameters.names {
        bits[network.name + "/" + parameter] = model.parameters[parameter]?.elements.map(\.bitPattern)
      }
    }
    for metric in run.metricNames {
      bits[metric] = try run.metric(metric).values.map { Float($0).bitPattern }
    }
    return bits
  }

  @Test(arguments: ["cnn", "dcgan"])
  func aKilledTrainingGoesOnToTheSameBits(_ preset: String) async throws {
    let materials = try await Materials.shared
    let training = try await startLongTraining(preset, materials)
    let second = try await train(["train", preset, "--resume", "--out", "run.h5"])
    #expect(second.status == 1 && second.complaints.count == 1)
    #expect(second.error.contains("run.h5: this run is being trained now"))
    training.send(SIGKILL)
    #expect(await training.outcome().status == -SIGKILL)
    let info = try await train(["info", "run.h5"])
    #expect(info.status == 0 && info.output.contains("running, or killed"), "\(info.error)")
    let figure = try await train(["architecture", "run.h5", "-o", "figure.svg"])
    #expect(figure.status == 0, "\(figure.error)")
    let page = try await train(["report", "run.h5", "-o", "page.html"])
    #expect(page.status == 0, "\(page.error)")
    try await checkThatItGoesOn(preset, materials)
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func aTrainingThatIsInterruptedEndsInGoodOrder(_ signal: Int32) async throws {
    let materials = try await Materials.shared
    let training = try await startLongTraining("cnn", materials)
    training.send(signal)
    let ended = await training.outcome()
    #expect(ended.status == 0 && ended.output == "run.h5\n", "\(ended.error)")
    #expect(ended.complaints.last?.hasPrefix("stopped early after step ") == true, "\(ended.error)")
    let run = try RunArchive(opening: path("run.h5"))
    #expect(run.state == .endedEarly)
    #expect(run.snapshots.last?.step == run.recordedSteps && run.recordedSteps > 0)
    #expect(content(of: scratch.path) == ["run.h5"])
    try await checkThatItGoesOn("cnn", materials)
  }

  private func checkThatItGoesOn(_ preset: String, _ materials: Materials) async throws {
    // Some steps more than it came to, which depends on how busy the machine is.
    let steps = String(try RunArchive(opening: path("run.h5")).recordedSteps + 50)
    let resumed = try await train([
      "train", preset, "--resume", "--steps", steps, "--out", "run.h5", "-q",
    ])
    #expect(resumed.status == 0 && resumed.error == "", "\(resumed.error)")
    let straight = try await train(
      recipe(preset, materials) + ["--steps", steps, "--out", "straight.h5", "-q"])
    #expect(straight.status == 0, "\(straight.error)")
    let (resumedBits, straightBits) = (try outcome(of: "run.h5"), try outcome(of: "straight.h5"))
    for (name, bits) in straightBits { #expect(resumedBits[name] == bits, "\(name)") }
    #expect(resumedBits.count == straightBits.count)
    // A training that was asked to end has one more snapshot: that of its end.
    let kept = try Set(RunArchive(opening: path("run.h5")).snapshots.map(\.step))
    #expect(try kept.isSuperset(of: RunArchive(opening: path("straight.h5")).snapshots.map(\.step)))
  }

  @Test func aLossThatIsNoNumberEndsTrainingWhereItBegan() async throws {
    let materials = try await Materials.shared
    let ended = try await train(
      recipe("cnn", materials) + ["--rate", "1e30", "--steps", "20", "--out", "run.h5", "-q"])
    #expect(ended.status == 1 && ended.output == "" && ended.complaints.count == 1, "\(ended.error)")
    #expect(
      ended.error.contains("Error: step ") && ended.error.contains(" is nan, which began in layer conv"))
    #expect(ended.error.contains("--rate"))
    let run = try RunArchive(opening: path("run.h5"))
    #expect(run.state == .endedEarly)
    #expect(run.snapshots.first?.step == 0 && ended.error.contains("step \(run.recordedSteps + 1):"))
  }

  /// A file that may grow no further is what a full disk is, for want of one.
  @Test func aFullDiskLeavesTheRunReadable() async throws {
    let materials = try await Materials.shared
    let command = recipe("cnn", materials).map { "'\($0)'" }.joined(separator: " ")
    let ended = try await shell(
      "trap '' XFSZ; ulimit -f 30000; exec $vitrine \(command) --epochs 100 --out run.h5 -q", in: scratch.path
    )
    #expect(ended.status == 1 && ended.complaints.count == 1, "\(ended.error)")
    #expect(
      ended.error.contains("run.h5") && ended.error.contains("no room left")
        && ended.error.contains("make room"))
    #expect(content(of: scratch.path) == ["run.h5"])
    let run = try RunArchive(opening: path("run.h5"))
    #expect(run.snapshots.count > 0)
    let info = try await train(["info", "run.h5"])
    #expect(info.status == 0, "\(info.error)")
    let figure = try await train(["filters", "run.h5", "-o", "figure.svg"])
    #expect(figure.status == 0, "\(figure.error)")
  }

  @Test func aRunIsReplacedOnlyOnRequest() async throws {
    let materials = try await Materials.shared
    let first = try await train(recipe("cnn", materials) + ["--steps", "1", "--out", "run.h5", "-q"])
    #expect(first.status == 0 && first.output == "" && first.error == "")
    let before = try Data(contentsOf: URL(fileURLWithPath: path("run.h5")))
    let refused = try await train(recipe("cnn", materials) + ["--steps", "2", "--out", "run.h5", "-q"])
    #expect(refused.status == 1 && refused.error.contains("run.h5: there is such a file already"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: path("run.h5"))) == before)
    let replaced = try await train(
      recipe("cnn", materials) + ["--steps", "2", "--out", "run.h5", "--overwrite"])
    #expect(replaced.status == 0 && replaced.output == "run.h5\n")
    #expect(replaced.complaints.last?.hasPrefix("done after step 2: ") == true, "\(replaced.error)")
    #expect(!replaced.error.contains("\u{1B}"), "no bar where there is no terminal")
    #expect(try RunArchive(opening: path("run.h5")).recordedSteps == 2)
    #expect(content(of: scratch.path) == ["run.h5"])
  }

  @Test func aLogThatNobodyReadsDoesNotEndTraining() async throws {
    let materials = try await Materials.shared
    let command = recipe("cnn", materials).map { "'\($0)'" }.joined(separator: " ")
    let ended = try await shell("$vitrine \(command) --epochs 2 --out run.h5 2>&1 | true", in: scratch.path)
    #expect(ended.status == 0)
    #expect(try RunArchive(opening: path("run.h5")).state == .complete)
  }
}

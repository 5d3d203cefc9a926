import Core
import Foundation
import Testing

/// A folder that goes away with the test.
final class Scratch {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "vitrine-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  func path(_ name: String) -> String { folder.appending(path: name).path }

  deinit { try? FileManager.default.removeItem(at: folder) }
}

/// A small run of two networks in which every number tells where it was written.
enum SmallRun {
  static let classifier = try! Network.sequential(
    "tiny", input: Network.Input("x", [1, 6, 6]),
    [
      "conv1": Conv2d(inputChannels: 1, outputChannels: 3, kernelSize: 3),
      "relu1": ReLU(),
      "flat": Flatten(),
      "fc": Linear(inputFeatures: 48, outputFeatures: 4),
    ])
  static let generator = try! Network.sequential(
    "maker", input: Network.Input("z", [5]),
    ["fc": Linear(inputFeatures: 5, outputFeatures: 4), "bn": BatchNorm1d(features: 4), "tanh": Tanh()])

  static let plan = RunPlan(
    recipe: #"{"task":"test","größe":6}"#, seed: .max - 3, tool: "vitrine test",
    networks: [
      RunNetwork(
        name: "classifier", role: .classifier, network: classifier, recordedActivations: ["relu1", "fc"],
        statistics: ["gradient_norm", "conv1/gradient_norm"]),
      RunNetwork(name: "generator", role: .generator, network: generator, recordedActivations: ["tanh"]),
    ],
    probe: Probe(
      pictures: (0..<7 * 36).map { UInt8($0 % 251) }, pictureShape: [7, 1, 6, 6],
      labels: [0, 1, 2, 3, 0, 1, 2], classNames: ["zero", "one", "two", "drei ¾"],
      normalisation: Normalisation(mean: [0.1307], deviation: [0.3081]),
      latents: tensor([9, 5], 1000), activationCount: 2),
    sampleShape: [9, 2, 2, 1], metrics: ["loss", "accuracy", "seconds"],
    evaluations: ["validation_loss", "test_accuracy"], confusionClasses: 4,
    resumeTensors: ["conv1.weight": [3, 1, 3, 3], "adam/m": [3], "count": []], resumeTextCapacity: 64)

  static func tensor(_ shape: Shape, _ base: Int) -> Tensor {
    Tensor(shape, (0..<shape.elementCount).map { Float(base) + Float($0) / 1024 })
  }

  static func parameters(_ network: Network, _ base: Int) -> Parameters {
    var parameters = Parameters()
    for node in network.nodes {
      for declaration in node.operation.parameters {
        parameters[node.name, declaration.name] = tensor(
          declaration.shape, base + parameters.names.count)
      }
    }
    return parameters
  }

  static func activations(_ step: Int) -> [String: [String: Tensor]] {
    [
      "classifier": ["relu1": tensor([2, 3, 4, 4], step), "fc": tensor([2, 4], step + 1)],
      "generator": ["tanh": tensor([2, 4], step + 2)],
    ]
  }

  static func samples(_ step: Int) -> [UInt8] { (0..<36).map { UInt8(($0 + step) % 256) } }

  static func metrics(_ step: Int) -> [Double] { [Double(step) / 3, Double(step), 1e-300 * Double(step)] }

  static func confusion(_ step: Int) -> [Int] { (0..<16).map { $0 * step } }

  static func resume(_ step: Int) -> ResumeState {
    ResumeState(
      step: step,
      tensors: [
        "conv1.weight": tensor([3, 1, 3, 3], step), "adam/m": Tensor([3], [-0.0, .leastNonzeroMagnitude, 3]),
        "count": Tensor([], [Float(step)]),
      ], text: #"{"epoch":\#(step)}"#)
  }

  static func snapshot(_ recorder: RunRecorder, _ step: Int) throws(ArchiveError) {
    try recorder.snapshot(
      step: step, epoch: Double(step) / 10, seconds: Double(step) / 7,
      parameters: [
        "classifier": parameters(classifier, step), "generator": parameters(generator, step * 2),
      ], activations: activations(step), samples: samples(step))
  }

  /// Records steps as a trainer does: numbers every step, everything else at every fifth.
  static func record(_ recorder: RunRecorder, _ steps: ClosedRange<Int>) throws(ArchiveError) {
    for step in steps {
      try recorder.append(
        step: step, metrics: metrics(step),
        statistics: step % 2 == 0 ? ["classifier": [Double(step), Double(-step)]] : [:])
      guard step % 5 == 0 else { continue }
      try snapshot(recorder, step)
      try recorder.append(
        evaluation: step, values: [Double(step), .nan], confusion: step % 10 == 0 ? confusion(step) : nil)
      try recorder.keep(resume(step))
    }
  }

  /// Writes a run of some steps.
  static func make(_ path: String, steps: Int = 12, _ state: RunState = .complete) throws {
    let recorder = try RunRecorder(creating: path, plan)
    try snapshot(recorder, 0)
    if steps > 0 { try record(recorder, 1...steps) }
    try recorder.finish(state)
  }

  /// Checks every number of a run against what its step says it must be. Returns the steps recorded.
  @discardableResult
  static func check(_ run: RunArchive, sourceLocation: SourceLocation = #_sourceLocation) throws -> Int {
    func expect(_ holds: Bool, _ what: String) {
      if !holds { Issue.record("\(what) is wrong", sourceLocation: sourceLocation) }
    }
    for snapshot in run.snapshots {
      let step = snapshot.step
      expect(step == snapshot.index * 5, "snapshot \(snapshot.index)'s step \(step)")
      expect(snapshot.epoch == Double(step) / 10 && snapshot.seconds == Double(step) / 7, "time of \(step)")
      for (name, network, base) in [("classifier", classifier, step), ("generator", generator, step * 2)] {
        expect(
          try run.model(of: name, at: snapshot) == Model(network, parameters(network, base)),
          "\(name) at \(step)")
      }
      for (network, values) in activations(step) {
        for (node, tensor) in values {
          expect(try run.activations(of: node, in: network, at: snapshot) == tensor, "\(node) at \(step)")
        }
      }
      expect(try run.samples(at: snapshot) == samples(step), "samples at \(step)")
    }
    for (index, name) in plan.metrics.enumerated() {
      let series = try run.metric(name)
      expect(series.steps == series.steps.indices.map { $0 + 1 }, "steps of \(name)")
      expect(series.values == series.steps.map { metrics($0)[index] }, name)
    }
    let norms = try run.statistic("conv1/gradient_norm", of: "classifier")
    for (step, value) in zip(norms.steps, norms.values) {
      expect(step % 2 == 0 ? value == Double(-step) : value.isNaN, "gradient norm at \(step)")
    }
    let losses = try run.evaluation("validation_loss")
    expect(losses.values == losses.steps.map(Double.init), "validation losses")
    expect(losses.steps == losses.steps.indices.map { $0 * 5 + 5 }, "evaluation steps")
    for matrix in try run.confusionMatrices() {
      expect(matrix.step % 10 == 0 && matrix.counts == confusion(matrix.step), "confusion at \(matrix.step)")
    }
    return run.recordedSteps
  }
}

/// The error that `body` throws; an issue if it throws none.
func archiveError(
  sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) -> ArchiveError? {
  do { try body() } catch {
    if let error = error as? ArchiveError { return error }
    Issue.record("expected an ArchiveError, got \(error)", sourceLocation: sourceLocation)
    return nil
  }
  Issue.record("expected an error", sourceLocation: sourceLocation)
  return nil
}

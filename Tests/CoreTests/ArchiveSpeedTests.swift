import Core
import Foundation
import Testing

/// What recording and opening cost. Times are printed, not asserted: machines differ.
@Suite struct ArchiveSpeedTests {
  @Test func aRunOfAHundredMegabytesOpensAndLists() throws {
    let scratch = try Scratch()
    let path = scratch.path("large.h5")
    let network = try Network.sequential(
      "wide", input: Network.Input("x", [1, 28, 28]),
      [
        "conv1": Conv2d(inputChannels: 1, outputChannels: 32, kernelSize: 3), "relu1": ReLU(),
        "conv2": Conv2d(inputChannels: 32, outputChannels: 64, kernelSize: 3), "relu2": ReLU(),
        "flat": Flatten(), "fc1": Linear(inputFeatures: 64 * 24 * 24, outputFeatures: 32),
        "fc2": Linear(inputFeatures: 32, outputFeatures: 10),
      ])
    let statistics = network.nodes.flatMap { node in
      ["gradient_norm", "ratio", "dead"].map { node.name + "/" + $0 }
    }
    let metrics = (0..<20).map { "metric_\($0)" }
    let plan = RunPlan(
      recipe: "{}", seed: 1,
      networks: [RunNetwork(name: "wide", role: .classifier, network: network, statistics: statistics)],
      probe: Probe(pictures: [UInt8](repeating: 7, count: 1000 * 784), pictureShape: [1000, 1, 28, 28]),
      metrics: metrics)
    let parameters = SmallRun.parameters(network, 0)
    let clock = ContinuousClock()
    let recorder = try RunRecorder(creating: path, plan)
    var stepping = Duration.zero
    var storing = Duration.zero
    for step in 1...2000 {
      stepping += try clock.measure {
        try recorder.append(
          step: step, metrics: metrics.map { _ in 0.5 }, statistics: ["wide": statistics.map { _ in 1 }])
        if step % 10 == 0 { try recorder.flush() }
      }
      if step % 100 == 0 {
        storing += try clock.measure {
          try recorder.snapshot(step: step, epoch: 0, seconds: 0, parameters: ["wide": parameters])
        }
      }
    }
    try recorder.finish(.complete)
    let size = try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
    #expect(size > 90_000_000)
    var run: RunArchive?
    let opening = try clock.measure { run = try RunArchive(opening: path) }
    let opened = try #require(run)
    #expect(opened.snapshots.count == 20)
    var model: Model?
    let reading = try clock.measure { model = try opened.model(of: "wide", at: opened.snapshot(.last)) }
    #expect(model?.parameters == parameters)
    print(
      """
      run of \(size / 1_000_000) MB: opened in \(opening), a model read in \(reading); \
      \(metrics.count + statistics.count) series, a flush every 10 steps: \(stepping / 2000) a step; \
      a snapshot of \(size / 20_000_000) MB stored in \(storing / 20)
      """)
  }
}

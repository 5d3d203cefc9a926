import Core
import Foundation
import Testing

@Suite struct ArchiveTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test func aRunReadsBackBitForBit() throws {
    try SmallRun.make(scratch.path("run.h5"), steps: 23)
    let run = try RunArchive(opening: scratch.path("run.h5"))
    #expect(try SmallRun.check(run) == 23)
    #expect(run.snapshots.map(\.step) == [0, 5, 10, 15, 20])
    #expect(try run.evaluation("test_accuracy").values.allSatisfy(\.isNaN))
    #expect(try run.confusionMatrices().map(\.step) == [10, 20])
    #expect(try run.confusionMatrices()[1][2, 3] == 11 * 20)
    #expect(run.recipe == SmallRun.plan.recipe)
    #expect(run.seed == UInt64.max - 3)
    #expect(run.tool == "vitrine test")
    #expect(run.created.count == 20 && run.created.hasSuffix("Z"))
    #expect(run.state == .complete)
    #expect(try run.plan() == SmallRun.plan)
  }

  @Test func theResumeStateReadsBackBitForBit() throws {
    try SmallRun.make(scratch.path("run.h5"), steps: 11)
    let state = try RunArchive(opening: scratch.path("run.h5")).resumeState()
    #expect(state == SmallRun.resume(10))
    #expect(state.tensors["adam/m"]?.elements.map(\.bitPattern) == [0x8000_0000, 1, 0x4040_0000])
  }

  @Test func aRunOfNothingButANetworkReadsBack() throws {
    let plan = RunPlan(
      recipe: "", seed: 0,
      networks: [RunNetwork(name: "g", role: .generator, network: SmallRun.generator)])
    let recorder = try RunRecorder(creating: scratch.path("run.h5"), plan)
    try recorder.append(step: 1, metrics: [])
    try recorder.finish(.endedEarly)
    let run = try RunArchive(opening: scratch.path("run.h5"))
    #expect(try run.plan() == plan)
    #expect(run.state == .endedEarly)
    #expect(run.recordedSteps == 1)
    let error = archiveError { _ = try run.snapshot(.last) }
    #expect(error?.reason == "the run has no snapshot yet; let it train longer")
  }

  @Test func aParameterOverTimeIsReadRowByRow() throws {
    try SmallRun.make(scratch.path("run.h5"), steps: 10)
    let run = try RunArchive(opening: scratch.path("run.h5"))
    let all = try run.parameter("conv1.weight", of: "classifier")
    #expect(all.shape == [3, 3, 1, 3, 3])
    #expect(all[1] == SmallRun.tensor([3, 1, 3, 3], 5))
    let part = try run.parameter(
      "conv1.weight", of: "classifier", over: [run.snapshots[2], run.snapshots[0]], rows: 1..<3)
    #expect(part.shape == [2, 2, 1, 3, 3])
    #expect(part[0] == SmallRun.tensor([3, 1, 3, 3], 10)[1..<3])
    #expect(part[1] == SmallRun.tensor([3, 1, 3, 3], 0)[1..<3])
  }

  @Test func anArchitectureAbove64KilobytesIsStored() throws {
    let nodes = (0..<1000).map { index in
      Network.Node(
        "activation_number_\(index)", ReLU(), [index == 0 ? "x" : "activation_number_\(index - 1)"])
    }
    let network = try Network(name: "deep", inputs: [Network.Input("x", [3])], nodes: nodes)
    let plan = RunPlan(
      recipe: String(repeating: "ä", count: 100_000), seed: 1,
      networks: [RunNetwork(name: "deep", role: .classifier, network: network)])
    try RunRecorder(creating: scratch.path("run.h5"), plan).finish(.complete)
    let run = try RunArchive(opening: scratch.path("run.h5"))
    #expect(try run.network(named: "deep").network == network)
    #expect(run.recipe.utf8.count == 200_000)
  }

  @Test func theDataHashIsOfWhatWasReadInAnyOrder() throws {
    for (name, steps) in [("a.h5", 10), ("b.h5", 10), ("c.h5", 15)] {
      try SmallRun.make(scratch.path(name), steps: steps)
    }
    func hash(_ name: String, _ body: (RunArchive) throws -> Void) throws -> String {
      let run = try RunArchive(opening: scratch.path(name)).tracingReads()
      try body(run)
      return run.dataHash
    }
    let weight = { (run: RunArchive) throws in
      _ = try run.parameter("fc.weight", of: "classifier", at: run.snapshot(.step(10)))
    }
    let samples = { (run: RunArchive) throws in _ = try run.samples(at: run.snapshot(.step(5))) }
    let both = try hash("a.h5") { run in
      try weight(run)
      try samples(run)
    }
    let turned = try hash("b.h5") { run in
      try samples(run)
      try weight(run)
      try weight(run)
    }
    #expect(both == turned)
    #expect(both.count == 64)
    #expect(try hash("a.h5", weight) != both)
    // A run that went on afterwards still has what the figure was drawn from.
    #expect(try hash("c.h5", weight) == hash("a.h5", weight))
    #expect(try hash("c.h5") { _ = try $0.metric("loss") } != hash("a.h5") { _ = try $0.metric("loss") })
  }

  @Test func picturesAreNormalisedChannelByChannel() {
    let probe = Probe(
      pictures: [0, 255, 51, 102], pictureShape: [1, 2, 1, 2],
      normalisation: Normalisation(mean: [0.5, 0], deviation: [0.5, 2]))
    #expect(probe.input(0).elements == [-1, 1, 0.1, 0.2])
    #expect(probe.normalisation.samples(of: probe.input(0)) == [0, 255, 51, 102])
    let wild = Tensor([1, 1, 1, 4], [-3, 3, .nan, 0])
    #expect(Normalisation.symmetric.samples(of: wild) == [0, 255, 0, 128])
  }

  @Test func theSumOfAbcIsTheStandards() {
    #expect(
      SHA256.hexDigest(of: Array("abc".utf8))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")  // FIPS 180-4, example 1
    var sum = SHA256()
    sum.update("a")
    #expect(sum.hexDigest != SHA256().hexDigest)
    sum.update("bc")
    #expect(sum.digest.prefix(2) == [0xBA, 0x78])
  }
}

import Core
import Inspect
import Render
import TestSupport
import Testing

/// The handmade run's filters at steps 0, 4 and 8 are the picture, its negative and nothing, times −½, ½ and 1.
@Suite struct FilterEvolutionTests {
  private func history(_ most: Int = 8) throws -> FilterHistory {
    try FilterHistory(of: Handmade.archive(), network: nil, layer: nil, most: most, seed: 0)
  }

  @Test func aFilterIsHeldAgainstItsLastForm() throws {
    let history = try history()
    #expect(history.filters == [0, 1, 2] && history.snapshots.map(\.step) == [0, 4, 8])
    #expect(history.cosines[0] == [-1, 1, 1] && history.cosines[1] == [-1, 1, 1])
    #expect(history.cosines[2].allSatisfy { $0.isNaN }, "a filter without weights has no direction")
  }

  @Test func theWayIsMeasuredInLengthsOfTheStart() throws {
    let history = try history()
    #expect(history.drifts[0] == [0, 2, 3])
    #expect(history.layerDrift == [0, 2, 3])
    #expect(history.drifts[2].allSatisfy { $0.isNaN })
  }

  @Test func allStepsShareOneScale() throws {
    let scene = try FilterEvolution().figure(of: Handmade.archive()).scene()
    #expect(scene.galleries.count == 3, "a strip for each filter")
    let strip = scene.galleries[0]
    let tile = 39.0
    let gap = (strip.rect.width - 3 * tile) / 2
    // The middle weight is −½, ½ and 1, the limit ±1 at every step: with a scale for each column all three would be full.
    let found = (0..<3).map { color(of: strip, x: Double($0) * (tile + gap) + tile / 2, y: tile / 2) }
    #expect(found == [0.25, 0.75, 1].map { ColorMap.purpleOrange.color(at: $0) })
    #expect(scene.says("±1"))
  }

  @Test func theFirstAndTheLastSnapshotAreAlwaysShown() throws {
    let figure = try FilterEvolution(columns: 2).figure(of: Handmade.archive())
    let steps = try Set(figure.table("weights").rows.map { $0[0] })
    #expect(steps == ["0", "8"])
    #expect(figure.facts.contains("2 of 3 snapshots up to step 8"))
    #expect(try figure.table("cosines").rows.map { $0[0] } == ["0", "4", "8"], "curves are of all")
  }

  @Test func theSeedDecidesWhichFilters() throws {
    let chosen = (0..<40).map { SeededChoice.sorted(2, of: 3, seed: UInt64($0)) }
    #expect(Set(chosen) == [[0, 1], [0, 2], [1, 2]])
    #expect(chosen[7] == SeededChoice.sorted(2, of: 3, seed: 7))
    #expect(SeededChoice.sorted(9, of: 3, seed: 1) == [0, 1, 2])
    let figure = try FilterEvolution(filters: 2, seed: 3).figure(of: Handmade.archive())
    #expect(figure.facts.contains("2 of 3 filters of 3 × 3, drawn by seed 3"))
    #expect(figure.option("seed") == 3 && figure.option("filters") == 2)
  }

  @Test func aDeeperFilterShowsItsStrongestKernelAtTheEnd() throws {
    let archive = try deepRun()
    let history = try FilterHistory(of: archive, network: nil, layer: "conv2", most: 8, seed: 0)
    // Filter 0 reads map 0 with 3 and map 1 with 1 at first, with 1 and 2 in the end: map 1, at both steps.
    let figure = try FilterEvolution(layer: "conv2").figure(of: archive)
    #expect(figure.scene().says("0\u{202F}←\u{202F}1"))
    #expect(try figure.table("weights").rows.map { $0[2...3].joined(separator: " ") } == ["1 1.0", "1 2.0"])
    // The curves are of both kernels: (3, 1)·(1, 2) / √(10 · 5).
    #expect(abs(history.cosines[0][0] - 5 / 50.0.squareRoot()) < 1e-12)
    #expect(figure.facts.contains("of each the strongest of 2 kernels"))
  }

  @Test func colourFiltersAreShownInColour() throws {
    let scene = try FilterEvolution().figure(of: deepRun()).scene()
    let strip = try #require(scene.galleries.first)
    // 0.5 + w / (2m) for (0.5, 0, −0.5) and m = 0.5 at the first step.
    let shown = color(of: strip, x: 2, y: 2)
    #expect(shown.red == 255 && shown.green == Color(grey: 0.5).green && shown.blue == 0)
  }

  @Test func aLayerWithoutFiltersIsRefusedWithThoseThereAre() throws {
    let error = #expect(throws: InspectError.self) {
      try FilterEvolution(layer: "fc").figure(of: Handmade.archive())
    }
    #expect(error?.reason.contains("layers with filters are conv1") == true)
  }

  @Test func theExampleOfTheDocumentationDraws() throws {
    let run = try Handmade.archive()
    let figure = try FilterEvolution(layer: "conv1").figure(of: run)
    #expect(figure.title.contains("conv1") && !figure.description.isEmpty)
  }

  /// Two snapshots of two convolutions of one weight a kernel: colour to two maps, two maps to one.
  private func deepRun() throws -> RunArchive {
    let network = try Network.sequential(
      "deep", input: .init("image", [3, 2, 2]),
      [
        "conv1": Conv2d(inputChannels: 3, outputChannels: 2, kernelSize: 1, hasBias: false),
        "conv2": Conv2d(inputChannels: 2, outputChannels: 1, kernelSize: 1, hasBias: false),
      ])
    let folder = try ScratchFolder()
    let path = folder.path + "/deep.h5"
    let recorder = try RunRecorder(
      creating: path,
      RunPlan(
        recipe: "{}", seed: 1, networks: [RunNetwork(name: "deep", role: .classifier, network: network)],
        probe: Probe()))
    for (step, deep) in [(0, [Float(3), 1]), (5, [1, 2])] {
      var parameters = Parameters()
      parameters["conv1.weight"] = Tensor([2, 3, 1, 1], [0.5, 0, -0.5, 0.5, 0.5, 0.5])
      parameters["conv2.weight"] = Tensor([1, 2, 1, 1], deep)
      try recorder.snapshot(
        step: step, epoch: Double(step), seconds: 0, parameters: ["deep": parameters])
    }
    try recorder.finish(.complete)
    Self.folders.append(folder)
    return try RunArchive(opening: path)
  }

  /// Keeps the folders of runs until the tests are done.
  private static let folders = Kept()
  private final class Kept: @unchecked Sendable {
    private var all: [ScratchFolder] = []
    func append(_ folder: ScratchFolder) { all.append(folder) }
  }
}

import Core
import Inspect
import Render
import TestSupport
import Testing

@Suite struct FeatureEvolutionTests {
  private func history() throws -> FeatureHistory {
    let run = try Handmade.archive()
    let specimen = try Specimen(run)
    return try FeatureHistory.measure(
      FeatureEvolution(layers: ["conv1"]), of: specimen, in: run, on: TrialPictures(of: specimen),
      at: run.snapshots)[0]
  }

  @Test func theLeaderOfEveryMomentIsTheMomentsOwn() throws {
    let history = try history()
    // The first filter is turned around at step 0 (−0.5), then 0.5, then 1: black leads, then white, then white.
    #expect(history.cells[0].map(\.answer.picture) == [2, 0, 0])
    #expect(history.cells[0].map(\.answer.value) == [0, 0.5, 1])
    #expect(history.cells[0].map(\.isDead) == [true, false, false])
    #expect(history.cells[1].map(\.isDead) == [false, true, true])
  }

  @Test func aMarkStandsWhereAnotherPictureTookTheLead() throws {
    let history = try history()
    #expect((0..<3).map { history.jumped(0, $0) } == [false, true, false])
    // The third unit answers all pictures alike at all times.
    #expect((0..<3).map { history.jumped(2, $0) } == [false, false, false])
    let figure = try FeatureEvolution(layers: ["conv1"]).figure(of: Handmade.archive())
    let marks = figure.scene().flattened.count { element in
      if case .path(let path, .some(.ink), nil) = element { path.pieces.count == 4 } else { false }
    }
    #expect(marks == 1)
  }

  @Test func whatIsCarriedBackIsOfTheMomentsWeights() throws {
    let history = try history()
    let kernels = history.cells[0].map { $0.reconstruction?.values[4] }
    #expect(kernels == [nil, 0.25, 1], "answer times weight: 0.5 · 0.5 and 1 · 1")
  }

  @Test func answersArePrintedThatStretchingHides() throws {
    let figure = try FeatureEvolution(layers: ["conv1"]).figure(of: Handmade.archive())
    #expect(figure.facts.contains("contrast stretched in each tile"))
    #expect(figure.scene().says("0.50") && figure.scene().says("1.00") && figure.scene().says("dead"))
    #expect(figure.option("steps") == .list([0, 4, 8]))
    let rows = try figure.table("feature-evolution").rows
    #expect(rows.count == 9 && rows[1] == ["conv1", "0", "4", "1", "0", "0.5", "0.25", "yes"])
  }

  @Test func stepsThatAreNotThereAreListed() throws {
    let error = #expect(throws: ArchiveError.self) {
      try FeatureEvolution(steps: [3]).figure(of: Handmade.archive())
    }
    #expect(error?.reason == "no snapshot at step 3; there are 0, 4, 8")
  }

  @Test func theExampleOfTheDocumentationDraws() throws {
    let figure = try FeatureEvolution(layers: ["conv1"], units: 4).figure(of: Handmade.archive())
    #expect(figure.title == "How features formed")
  }
}

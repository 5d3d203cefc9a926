import Core
import Inspect
import Render
import TestSupport
import Testing

@Suite struct DiversityTests {
  private let fixture = numberFixture("Latent/edits.npz")
  private func array(_ name: String) throws -> Tensor { try #require(fixture[name]) }

  @Test func theMeansOverAllPairsAreNumPys() throws {
    let pairs = PairwiseDistances(try array("pictures"))
    #expect(pairs.distances.count == 45)
    let distance = Double(try array("distance").elements[0])
    let dissimilarity = Double(try array("dissimilarity").elements[0])
    #expect(abs(pairs.distance - distance) < 1e-5 * distance)
    #expect(abs(pairs.dissimilarity - dissimilarity) < 1e-5 * dissimilarity)
  }

  @Test func theMostAlikeComeFirst() throws {
    let pictures = try array("pictures")
    let same = Tensor(stacking: [pictures[0], pictures[7], pictures[3], pictures[7]])
    let nearest = PairwiseDistances(same).nearest(2)
    #expect(nearest[0] == (1, 3))
    #expect(nearest.count == 2)
  }

  @Test func picturesThatRepeatThemselvesAreFlagged() throws {
    let real = PairwiseDistances(try array("pictures"))
    #expect(!DiversityRatio(real, real).isCollapsed)
    #expect(DiversityRatio(real, real).distance == 1)
    // Nine times the same picture and another one: a fifth of the pairs differ at all.
    let one = try array("pictures")[1]
    let repeated = Tensor(
      stacking: [[Tensor]](repeating: [one], count: 9).flatMap { $0 } + [try array("pictures")[0]])
    let ratio = DiversityRatio(PairwiseDistances(repeated), real)
    #expect(ratio.distance < 0.3 && ratio.isCollapsed)
  }

  @Test func aRunIsFollowedOverItsSnapshots() throws {
    let run = try SmallRun.opened()
    let figure = try Diversity(count: 16).figure(of: run)
    let table = figure.numbers[0].table
    #expect(table.rows.map { $0[0] } == run.snapshots.map { String($0.step) })
    #expect(
      figure.facts.contains("10 fakes and 10 real pictures")
        || figure.facts.contains("16 fakes and 16 real pictures"))
    // Twelve steps make haze: all alike, and so flagged.
    #expect(table.rows.allSatisfy { $0.last == "yes" })
    #expect(figure.reading.contains("Flagged with a cross"))
    #expect(figure.scene().texts.contains { $0.string.hasPrefix("real pictures") })
    #expect(figure.recipe["step"] == nil)
  }

  @Test func oneMomentIsHeldAgainstAsManyRealPictures() throws {
    let generator = try Specimen(SmallRun.opened(), network: "generator")
    let figure = try Diversity(count: 8).figure(of: generator)
    #expect(figure.numbers.map(\.table.rows.count) == [28, 28])
    #expect(figure.facts.contains("8 fakes, the latents that the run watches"))
    #expect(figure.scene().images.count == 2)
    let elsewhere = try Diversity(count: 4).figure(
      of: HandAdversaries.generator(),
      real: Probe(pictures: (0..<24).map { UInt8($0 * 10) }, pictureShape: [6, 1, 2, 2]), named: "squares")
    #expect(elsewhere.facts.contains("4 real pictures of squares"))
  }

  @Test func withoutRealPicturesThereIsNothingToCompareWith() throws {
    let generator = try HandAdversaries.generator()
    let error = #expect(throws: InspectError.self) { try Diversity().figure(of: generator) }
    #expect(error?.reason.contains("--data") == true)
    let large = Probe(pictures: [UInt8](repeating: 0, count: 18), pictureShape: [2, 1, 3, 3])
    let other = #expect(throws: InspectError.self) { try Diversity().figure(of: generator, real: large) }
    #expect(other?.reason.contains("1 × 3 × 3") == true)
    let one = #expect(throws: InspectError.self) {
      try Diversity(count: 1).figure(of: generator, real: large)
    }
    #expect(one?.reason.contains("2 to 400") == true)
  }
}

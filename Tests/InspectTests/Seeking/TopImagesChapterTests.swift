import Inspect
import Render
import Testing

@Suite struct TopImagesChapterTests {
  @Test func aRunOfAClassifierHasAllFour() throws {
    let (run, specimen) = (try Handmade.archive(), try Handmade.specimen())
    let all =
      try Report.Illustration.topImages(of: specimen) + Report.Illustration.featureEvolution(of: run)
      + Report.Illustration.occlusion(of: specimen) + Report.Illustration.filterSheet(of: specimen)
    #expect(all.map(\.name) == ["top-images", "feature-evolution", "occlusion", "sheet"])
    #expect(all.allSatisfy { !$0.figure.description.isEmpty && $0.explanation.count > 200 })
  }

  @Test func aModelWithoutPicturesHasNone() throws {
    let specimen = Specimen(try Handmade.model())
    #expect(try Report.Illustration.topImages(of: specimen).isEmpty)
    #expect(try Report.Illustration.occlusion(of: specimen).isEmpty)
    #expect(try Report.Illustration.filterSheet(of: specimen).isEmpty)
  }
}

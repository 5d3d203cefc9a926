import Core
import Inspect
import Render
import TestSupport
import Testing

@Suite struct SimilarityTests {
  private static let names = ["x", "turned", "near", "far"]

  @Test(arguments: [false, true]) func alignmentIsThatOfThePublishedFormula(isDebiased: Bool) throws {
    let reference = try UnitTrials.fixture("Embedding/cka.npz")
    let sets = try Self.names.map { try CKA(of: #require(reference[$0])) }
    let expected = try #require(reference[isDebiased ? "debiased" : "biased"])
    for row in 0..<4 {
      for column in 0..<4 {
        let found =
          isDebiased
          ? sets[row].debiasedAlignment(with: sets[column]) : sets[row].alignment(with: sets[column])
        let value = Double(expected.elements[4 * row + column])
        #expect(
          abs(try #require(found) - value) < 1e-4 * abs(value), "\(Self.names[row]), \(Self.names[column])")
      }
    }
  }

  @Test func turningScalingAndShiftingChangeNothing() throws {
    var random = RandomStream(seed: 8)
    let features = random.normal([40, 3])
    // A rotation in the plane of the first two, all three times as large and far away.
    let turned = Tensor([40, 3]) { result in
      for row in 0..<40 {
        let (a, b) = (features.elements[3 * row], features.elements[3 * row + 1])
        result[3 * row] = 3 * (0.6 * a - 0.8 * b) + 50
        result[3 * row + 1] = 3 * (0.8 * a + 0.6 * b) - 20
        result[3 * row + 2] = 3 * features.elements[3 * row + 2]
      }
    }
    let alignment = try #require(try CKA(of: features).alignment(with: CKA(of: turned)))
    #expect(abs(alignment - 1) < 1e-5)
    let constant = try CKA(of: Tensor([40, 3], repeating: 2))
    #expect(
      try CKA(of: features).alignment(with: constant) == nil, "what says the same of all has no alignment")
  }

  @Test func aLayerIsLikeItselfAndTheMatrixIsTheSameBothWays() throws {
    let similarity = try LayerSimilarity(of: UnitTrials.residual())
    #expect(similarity.rows == ["conv1", "conv2", "sum", "pool", "fc"] && similarity.count == 130)
    for row in 0..<5 {
      #expect(abs(similarity[row, row] - 1) < 1e-6)
      for column in 0..<5 { #expect(similarity[row, column] == similarity[column, row]) }
    }
  }

  @Test func renamedChannelsAreTheSameLayer() throws {
    let specimen = try UnitTrials.residual()
    var parameters = specimen.model.parameters
    // conv1's channels 3, 2, 1, 0: what it makes of pictures is the same in another order.
    let (weight, bias) = (parameters["conv1.weight"]!, parameters["conv1.bias"]!)
    parameters["conv1.weight"] = Tensor(stacking: (0..<4).map { weight[3 - $0] })
    parameters["conv1.bias"] = Tensor([4], bias.elements.reversed())
    let other = Specimen(try Model(specimen.model.network, parameters))
    let similarity = try LayerSimilarity(of: specimen, and: other, pictures: 60)
    #expect(similarity.count == 60)
    #expect(abs(similarity[0, 0] - 1) < 1e-5 && similarity.best[0] == 0)
    #expect(similarity[1, 1] < 0.999, "conv2 was trained on the old order")
    let figure = try SimilarityFigure(pictures: 60).figure(
      of: specimen, and: other, from: ["a/one.h5", "two.h5"])
    #expect(figure.scene().says("one.h5") && figure.scene().says("two.h5"))
    #expect(figure.recipe.runs == ["one.h5", "two.h5"])
    #expect(try figure.table("alignment").rows.count == 5)
  }

  @Test func anotherNetworkMustTakeTheSamePictures() throws {
    let error = #expect(throws: InspectError.self) {
      try LayerSimilarity(of: UnitTrials.residual(), and: Handmade.specimen())
    }
    #expect(
      error?.description.contains("[1, 4, 4]") == true && error?.description.contains("[1, 8, 8]") == true)
    #expect(throws: InspectError.self) { try SimilarityFigure().figure(of: Handmade.specimen()) }
  }

  @Test func stepsOfOneRunAreNamed() throws {
    func specimen(_ selector: SnapshotSelector) throws -> Specimen {
      try Handmade.specimen(at: selector).tried(
        on: UnitTrials.probe(30, shape: [1, 4, 4], classes: 2), named: "noise")
    }
    let figure = try SimilarityFigure().figure(of: specimen(.last), and: specimen(.first))
    #expect(figure.facts.contains("step 8 and step 0") && figure.option("other-step") == 0)
  }

  @Test func theExampleInTheDocumentationRuns() throws {
    let (specimen, other) = (try UnitTrials.residual(), try UnitTrials.residual())
    let similarity = try LayerSimilarity(of: specimen, and: other)
    #expect(abs(similarity[0, 0] - 1) < 1e-6)
  }
}

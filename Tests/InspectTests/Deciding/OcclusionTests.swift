import Core
import Inspect
import Render
import TestSupport
import Testing

@Suite struct OcclusionTests {
  @Test func theSquareIsFourPixelsOfTwentyEightWhateverTheSize() throws {
    let small = try OcclusionPlan(height: 28, width: 28)
    #expect(small.side == 4 && small.stride == 1 && small.rows == 25 && small.columns == 25)
    let large = try OcclusionPlan(height: 224, width: 224)
    #expect(large.side == 32 && large.stride == 8 && large.rows == 25)
    let colour = try OcclusionPlan(height: 32, width: 32)
    #expect(colour.side == 5 && colour.stride == 1 && colour.count == 28 * 28)
  }

  @Test func manyPlacesAreThinnedUnlessTheyWereAskedFor() throws {
    let wide = try OcclusionPlan(height: 30, width: 400)
    #expect(wide.count <= 1024 && wide.wasThinned)
    let asked = try OcclusionPlan(height: 60, width: 60, stride: 1)
    #expect(asked.count == 52 * 52 && !asked.wasThinned)
  }

  @Test func aSquareLargerThanThePictureIsRefused() {
    let error = #expect(throws: InspectError.self) { try OcclusionPlan(height: 8, width: 6, side: 7) }
    #expect(error?.reason == "a square of 7 × 7 does not fit into 8 × 6 pixels")
  }

  @Test func theSquareHidesWhatItStandsOn() throws {
    let plan = try OcclusionPlan(height: 4, width: 5, side: 2, stride: 2)
    #expect(plan.rows == 2 && plan.columns == 2)
    let hidden = plan.hiding(3, in: Tensor([2, 4, 5], repeating: 1), with: [0, 7])
    let changed = hidden.elements.indices.filter { hidden.elements[$0] != 1 }
    // Rows 2 and 3, columns 2 and 3 of both channels.
    #expect(changed == [12, 13, 17, 18, 32, 33, 37, 38])
    #expect(hidden.elements[12] == 0 && hidden.elements[38] == 7)
  }

  @Test func aHiddenPixelIsMissingFromTheMapsActivity() throws {
    let specimen = try Handmade.specimen()
    let numbers = try OcclusionNumbers(OcclusionStudy(examples: [.probe(0)]), of: specimen)
    // The mean of white, a fifth and black.
    expectClose(Tensor([1], numbers.fill), Tensor([1], [0.4]), absolute: 1e-6)
    let row = numbers.rows[0]
    #expect(row.map == 0 && row.wholeActivity == 16 && numbers.plan.count == 16)
    expectClose(Tensor([16], row.activity), Tensor([16], repeating: 15.4), absolute: 1e-5)
    // Pooling still finds a white neighbour.
    #expect(row.probability.allSatisfy { $0 == row.wholeProbability })
    #expect(row.others == [1, 2], "itself is not among the others")
  }

  @Test func probabilitiesAndActivitiesAreTorchs() throws {
    let fixture = try UnitFixture()
    let numbers = try OcclusionNumbers(
      OcclusionStudy(examples: [.probe(3)], square: 3, stride: 1), of: fixture.specimen())
    let row = numbers.rows[0]
    #expect(row.label == 2 && Float(row.map) == fixture["occlusion.map"].elements[0])
    expectClose(
      numbers.fill, fixture["occlusion.fill"].elements, ofScale: 1e-5,
      because: "mean"
    )
    expectClose(
      row.probability, fixture["occlusion.probability"].elements,
      ofScale: 1e-4, because: "probability")
    expectClose(
      row.activity, fixture["occlusion.activity"].elements,
      ofScale: 1e-4, because: "activity")
  }

  @Test func withStepsAsWideAsTheSquareTheLossesAreCaptums() throws {
    let fixture = try UnitFixture()
    let numbers = try OcclusionNumbers(
      OcclusionStudy(examples: [.probe(3)], square: 4, stride: 4), of: fixture.specimen())
    let row = numbers.rows[0]
    let lost = (0..<400).map { pixel in
      row.wholeProbability - row.probability[pixel / 20 / 4 * 5 + pixel % 20 / 4]
    }
    expectClose(
      lost, fixture["occlusion.captum"].elements, ofScale: 1e-4,
      because: "losses")
  }

  @Test func aValueStandsWhereTheSquaresCentreWas() throws {
    let figure = try OcclusionStudy(examples: [.probe(3)], square: 3).figure(of: UnitFixture().specimen())
    let scene = figure.scene()
    let maps = scene.images.filter { $0.raster.width == 18 && $0.raster.height == 18 }
    #expect(maps.count == 3)
    let picture = try #require(scene.galleries.first)
    let pixel = picture.rect.width / 20
    // A square of 3 at the corner has its centre in pixel 1: one pixel of the frame stays empty on each side.
    #expect(abs(maps[0].rect.width - 18 * pixel) < 1e-9)
    #expect(abs(maps[0].rect.minY - picture.rect.minY - pixel) < 1e-9)
    #expect(try figure.table("places").rows[0][1...2] == ["1", "1"])
  }

  @Test func theExampleOfTheDocumentationDraws() throws {
    let figure = try OcclusionStudy(examples: [.probe(3), .probe(7)]).figure(of: UnitFixture().specimen())
    #expect(figure.option("probe") == .list([3, 7]))
    #expect(figure.scene().says("probe picture 7, a “c”"))
  }

  @Test func networksWithoutScoresOrMapsAreRefused() throws {
    let painter = try convolutionModel(
      Conv2d(inputChannels: 1, outputChannels: 1, kernelSize: 1, hasBias: false), input: [1, 2, 2],
      weights: [1])
    #expect(throws: InspectError.self) { try OcclusionStudy().figure(of: Specimen(painter)) }
    let error = #expect(throws: InspectError.self) {
      try OcclusionStudy(layer: "fc").figure(of: UnitFixture().specimen())
    }
    #expect(error?.reason == "has features without places; choose one with maps")
  }
}

import Core
import Inspect
import Render
import TestSupport
import Testing

@Suite struct LatentDirectionTests {
  @Test func theDirectionIsTheDifferenceOfTheMeans() throws {
    let latents = Tensor([6, 2], [3, 1, 5, 1, 0, 0, 9, 9, -1, 0, -3, 2])
    let values = [8.0, 9, 4, 5, 1, 2]
    // The two with most: (3, 1), (5, 1); with least: (−1, 0), (−3, 2). Difference (6, 0).
    let unit = try LatentDirectionWalk.direction(latents, values, 2, .slant)
    expectClose(unit, Tensor([2], [1, 0]), absolute: 1e-6)
  }

  @Test func correlationIsPearsons() {
    // By hand: means 2.5 and 4; Σ dx dy = 9, Σ dx² = 5, Σ dy² = 18.
    let r = LatentDirectionWalk.correlation([1, 2, 3, 4], [1, 4, 4, 7])
    #expect(abs(r - 9 / (5.0 * 18).squareRoot()) < 1e-12)
    #expect(LatentDirectionWalk.correlation([1, 2, 3], [5, 5, 5]) == 0)
  }

  @Test func alongTheDirectionOfAClassItsProbabilityGrows() throws {
    let options = LatentDirection(.classScore("0"), samples: 400, rows: 3, columns: 5)
    let judge = try Judge(BrightestPixel.judge(), reading: [1, 2, 2])
    let walk = try LatentDirectionWalk(options, Sampling(HandAdversaries.generator()), judge)
    // The first pixel is tanh of the first number, the third that of both: away from the second.
    #expect(walk.unit.elements[0] > 0.3 && walk.unit.elements[1] < -0.3)
    #expect(walk.correlations[0] > 0.7)
    #expect(abs(walk.deviation - 1) < 0.1)
    #expect(walk.places == [-2, -1, 0, 1, 2])
    #expect(walk.pictures.shape == [15, 1, 2, 2])
    // The middle column is the latent itself.
    let sampling = try Sampling(HandAdversaries.generator())
    let own = try sampling.pictures(of: sampling.latents(seed: 1, count: 3))
    for row in 0..<3 { #expect(walk.pictures[row * 5 + 2].distance(to: own[row]) < 1e-6) }
  }

  @Test func logOddsTellApartWhatProbabilitiesRoundToOne() throws {
    let options = LatentDirection(.classScore("0"), samples: 100, rows: 1, columns: 3)
    // Scores of 20 times the brightness: many probabilities are 1 in single precision, and still there is an order.
    let judge = try Judge(BrightestPixel.judge(), reading: [1, 2, 2])
    let walk = try LatentDirectionWalk(options, Sampling(HandAdversaries.generator()), judge)
    #expect(walk.chosen == 10 && walk.tested == 50)
  }

  @Test func theFigureHasPlacesUnderTheirPicturesAndTheOtherAttributesBesideIt() throws {
    let generator = try Specimen(SmallRun.opened(), network: "generator")
    let figure = try LatentDirection(.thickness, samples: 100).figure(of: generator)
    let texts = figure.scene().texts.map(\.string)
    for text in ["α", "−2", "0", "2", "thickness", "slant", "width"] {
      #expect(texts.contains(text), "\(text)")
    }
    #expect(figure.scene().images.count == 5)
    #expect(figure.facts.contains("mean z of the 10 with most minus mean z of the 10 with least"))
    #expect(figure.facts.contains("over 50 other pictures"))
    #expect(figure.numbers[0].table.rows.count == 45)
    #expect(figure.numbers[1].table.rows.count == 64)
    guard case .object(let options)? = figure.recipe["options"] else { Issue.record("no options"); return }
    #expect(options.contains(.init("attribute", "thickness")))
  }

  @Test func whatIsTheSameInAllPicturesHasNoDirection() throws {
    let latents = Tensor([4, 2], repeating: 1)
    let error = #expect(throws: InspectError.self) {
      try LatentDirectionWalk.direction(latents, [2, 2, 2, 2], 1, .width)
    }
    #expect(error?.reason.contains("is the same in all 4 random pictures") == true)
    let generator = try HandAdversaries.generator()
    let refusal = #expect(throws: InspectError.self) {
      try LatentDirection(.classScore("0")).figure(of: generator)
    }
    #expect(refusal?.reason.contains("--with") == true)
    let few = #expect(throws: InspectError.self) { try LatentDirection(samples: 3).figure(of: generator) }
    #expect(few?.reason.contains("50 to 50000") == true)
  }
}

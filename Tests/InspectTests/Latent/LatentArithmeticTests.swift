import Core
import Inspect
import Render
import TestSupport
import Testing

/// A classifier of the hand-made generator's pictures: its classes are the pixels, and the brightest wins.
enum BrightestPixel {
  static func judge() throws -> Specimen {
    let network = try Network.sequential(
      "brightest", input: .init("image", [1, 2, 2]),
      [
        "flat": Flatten(), "scores": Linear(inputFeatures: 4, outputFeatures: 4, hasBias: false),
      ])
    var parameters = Parameters()
    parameters["scores", "weight"] = Tensor([4, 4], (0..<16).map { $0 % 5 == 0 ? 20 : 0 })
    return Specimen(try Model(network, parameters))
  }
}

@Suite struct LatentArithmeticTests {
  private func concept(_ rows: [[Float]]) -> LatentArithmetic.Concept {
    .latents(Tensor([rows.count, 2], rows.flatMap { $0 }), name: "z.npy")
  }

  private func sum(_ change: (inout LatentArithmetic) -> Void = { _ in }) throws -> LatentSum {
    var options = LatentArithmetic(
      .concepts(concept([[1, 0], [3, 0]]), concept([[1, 1]]), concept([[0, 2], [0, 4], [0, 0]])))
    change(&options)
    return try LatentSum(options, Sampling(HandAdversaries.generator()), nil)
  }

  @Test func meansAreAddedAndTheSumIsMadeAsLongAsUsual() throws {
    // (2, 0) − (1, 1) + (0, 2) = (1, 1); latents of two numbers are √(π/2) = 1.2533 long on the average.
    let sum = try sum()
    #expect(sum.raw == Tensor([2], [1, 1]))
    expectClose(sum.sum, Tensor([2], repeating: 0.886_227), absolute: 1e-5)
    #expect(try self.sum { $0.isRaw = true }.sum == sum.raw)
  }

  @Test func neighboursStayWithinTheSpreadAndTheSumIsInTheMiddle() throws {
    let sum = try sum { $0.spread = 0.1 }
    #expect(sum.field.shape == [9, 2] && sum.field[4] == sum.sum)
    for place in 0..<9 where place != 4 {
      let away = zip(sum.field[place].elements, sum.sum.elements).map { abs($0 - $1) }
      #expect(away.allSatisfy { $0 <= 0.1 + 1e-6 } && away.contains { $0 > 0 })
    }
    #expect(try self.sum { $0.spread = 0 }.field[0] == sum.sum)
  }

  @Test func theControlIsTheSameSumOfPictures() throws {
    let sum = try sum()
    let sampling = try Sampling(HandAdversaries.generator())
    func mean(_ latents: [[Float]]) throws -> Tensor {
      let pictures = try sampling.pictures(of: Tensor([latents.count, 2], latents.flatMap { $0 }))
      return Tensor(
        [4],
        (0..<4).map { pixel in
          (0..<latents.count).reduce(0) { $0 + pictures[$1].elements[pixel] } / Float(latents.count)
        })
    }
    let (a, b, c) = (
      try mean([[1, 0], [3, 0]]), try mean([[1, 1]]), try mean([[0, 2], [0, 4], [0, 0]])
    )
    let expected = (0..<4).map { min(max(a.elements[$0] - b.elements[$0] + c.elements[$0], 0), 1) }
    expectClose(sum.control.reshaped([4]), Tensor([4], expected), absolute: 1e-6)
  }

  @Test func exemplarsOfAClassAreTheSurest() throws {
    let generator = try HandAdversaries.generator()
    let options = LatentArithmetic(.classes(["0", "1", "2"]), count: 2, samples: 200)
    let sampling = try Sampling(generator)
    let judge = try Judge(BrightestPixel.judge(), reading: [1, 2, 2])
    let sum = try LatentSum(options, sampling, judge)
    let said = try judge.read(sampling.pictures(of: sampling.latents(seed: 0, count: 200))).prediction
    for (number, concept) in sum.concepts.enumerated() {
      let chosen = try concept.labels.map { try #require(Int($0)) }
      let lowest = chosen.map { said.probabilities[$0].elements[number] }.min()!
      for index in 0..<200 where !chosen.contains(index) && said.top(index).class == number {
        #expect(said.probabilities[index].elements[number] <= lowest)
      }
      #expect(chosen.allSatisfy { said.top($0).class == number })
    }
    #expect(sum.verdicts["exemplar 1 0"]?.hasPrefix("“1”") == true)
  }

  @Test func theFigureShowsConceptsSumAndControl() throws {
    let figure = try LatentArithmetic(.classes(["0", "1", "2"]), samples: 300).figure(
      of: HandAdversaries.generator(), judge: BrightestPixel.judge())
    let texts = figure.scene().texts.map(\.string)
    for text in ["a “0”", "− b “1”", "+ c “2”", "Control: the same with the pictures themselves"] {
      #expect(texts.contains(text), "\(text)")
    }
    #expect(figure.facts.contains("v made as long as usual latents are"))
    #expect(figure.facts.contains("read by brightest"))
    #expect(figure.description.contains("The judge reads the middle one as"))
    // Three columns of exemplars with their means, the field, three means of pixels and their sum.
    #expect(figure.scene().images.count == 11)
  }

  @Test func anEndDoesNotHideWhatCannotBe() throws {
    let generator = try HandAdversaries.generator()
    func refusal(_ options: LatentArithmetic, _ judge: Specimen? = nil) -> InspectError? {
      #expect(throws: InspectError.self) { try options.figure(of: generator, judge: judge) }
    }
    #expect(refusal(LatentArithmetic(.classes(["0", "1", "2"])))?.reason.contains("--with") == true)
    let judge = try BrightestPixel.judge()
    #expect(
      refusal(LatentArithmetic(.classes(["0", "9", "2"])), judge)?.reason.contains("knows 0, 1, 2, 3") == true
    )
    // Eight pictures cannot all be of one class.
    #expect(
      refusal(LatentArithmetic(.classes(["0", "1", "3"]), count: 8, samples: 8), judge)?.reason.contains(
        "--samples")
        == true)
    let short = LatentArithmetic.Concept.latents(Tensor([3], repeating: 0), name: "short.npy")
    #expect(refusal(LatentArithmetic(.concepts(short, short, short)))?.subject == "short.npy")
    let broken = LatentArithmetic.Concept.latents(Tensor([2], [1, .nan]), name: "nan.npy")
    #expect(
      refusal(LatentArithmetic(.concepts(broken, broken, broken)))?.reason.contains("not finite") == true)
  }

  @Test func seedsAreThoseOfOtherFigures() throws {
    let sampling = try Sampling(HandAdversaries.generator())
    let sum = try LatentSum(
      LatentArithmetic(.concepts(.seeds([4, 5]), .seeds([6]), .seeds([7]))), sampling, nil)
    #expect(sum.concepts[0].latents[1] == sampling.latents(seed: 5, count: 1)[0])
  }
}

import Core
import Inspect
import Render
import TestSupport
import Testing

@Suite struct LatentInterpolationTests {
  private func column(_ name: String, _ figure: Figure) throws -> [String] {
    let table = figure.numbers[0].table
    let index = try #require(table.columns.firstIndex(of: name))
    return table.rows.map { $0[index] }
  }

  @Test func lengthsAndStepsAreThoseOfTheLatentsAndPictures() throws {
    let generator = try HandAdversaries.generator()
    let walk = LatentInterpolation(
      from: HandAdversaries.latent(1, 0), to: HandAdversaries.latent(0, 1), steps: 3)
    let figure = try walk.figure(of: generator)
    #expect(try column("t", figure) == ["0", "0.5", "1"])
    let norms = try column("norm of z, lerp", figure).compactMap(Double.init)
    #expect(zip(norms, [1, 0.5.squareRoot(), 1]).allSatisfy { abs($0 - $1) < 1e-6 })
    let turned = try column("norm of z, slerp", figure).compactMap(Double.init)
    #expect(turned.allSatisfy { abs($0 - 1) < 1e-6 })

    // The same pictures, made directly: the distance from each to the next.
    let sampling = try Sampling(generator)
    for (way, middle) in [("lerp", Float(0.5)), ("slerp", Float(0.5).squareRoot())] {
      let pictures = try sampling.pictures(of: Tensor([3, 2], [1, 0, middle, middle, 0, 1]))
      let lengths = try column("distance to the next picture, \(way)", figure)
      #expect(lengths[2] == "")
      for index in 0..<2 {
        let expected = pictures[index].distance(to: pictures[index + 1])
        #expect(abs(try #require(Double(lengths[index])) - expected) < 1e-5)
      }
    }
  }

  @Test func aDiscriminatorJudgesWhatTheGeneratorMade() throws {
    let figure = try LatentInterpolation(
      from: HandAdversaries.latent(1, 0), to: HandAdversaries.latent(0, 1), steps: 2, path: .lerp
    ).figure(of: HandAdversaries.generator(), discriminator: HandAdversaries.discriminator())
    // The logistic function of 2 tanh 1, of the numbers as they were made, not as they are shown.
    let verdicts = try column("D(G(z)), lerp", figure).compactMap(Double.init)
    #expect(verdicts.count == 2)
    for verdict in verdicts { #expect(abs(verdict - 0.821007) < 1e-5) }
    #expect(figure.scene().texts.contains { $0.string.hasPrefix("D(G(z))") })
  }

  @Test func theWayIsMarkedFromZeroToOneAndTheShellIsNamed() throws {
    let figure = try LatentInterpolation().figure(of: Specimen(SmallRun.opened(), network: "generator"))
    let texts = figure.scene().texts.map(\.string)
    for text in ["lerp", "slerp", "t", "0", "0.1", "0.5", "1"] { #expect(texts.contains(text), "\(text)") }
    #expect(texts.contains { $0.contains("of random latents: 7.97 ± 1.41") })
    #expect(!texts.contains { $0.hasPrefix("D(G(z))") })
    #expect(figure.scene().images.count == 2)
    #expect(figure.facts.contains("black −1, white 1, not stretched"))
    #expect(figure.facts.contains("seed 1 to seed 2"))
  }

  @Test func bothWaysBeginAndEndWithTheSamePictures() throws {
    let figure = try LatentInterpolation(steps: 5).figure(
      of: Specimen(SmallRun.opened(), network: "generator"))
    let images = figure.scene().images
    let width = images[0].raster.width
    for (top, bottom) in [(0, 0), (width - 1, width - 1)] {
      for y in 0..<images[0].raster.height {
        #expect(images[0].raster[top, y] == images[1].raster[bottom, y])
      }
    }
    #expect(images[0].raster != images[1].raster)
  }

  @Test func oneWayAloneHasOneRow() throws {
    let figure = try LatentInterpolation(steps: 4, path: .slerp).figure(of: HandAdversaries.generator())
    #expect(figure.scene().images.count == 1)
    #expect(figure.numbers[0].table.columns.count == 3)
    #expect(!figure.scene().texts.contains { $0.string == "lerp" })
  }

  @Test func theSameLatentTwiceIsDrawnAndSaid() throws {
    let figure = try LatentInterpolation(from: .seed(3), to: .seed(3)).figure(of: HandAdversaries.generator())
    #expect(figure.reading.contains("Both ends are the same latent"))
    #expect(figure.description.contains("Both ends are the same latent"))
    #expect(try column("distance to the next picture, slerp", figure).dropLast().allSatisfy { $0 == "0" })
  }

  @Test func oppositeLatentsFallBackToTheStraightLineAndSaySo() throws {
    let figure = try LatentInterpolation(
      from: HandAdversaries.latent(1, 2), to: HandAdversaries.latent(-1, -2), steps: 5
    ).figure(of: HandAdversaries.generator())
    #expect(try column("norm of z, slerp", figure) == column("norm of z, lerp", figure))
    #expect(figure.scene().texts.contains { $0.string.contains("one line through the origin") })
  }

  @Test func aModelWithoutARunSaysThatItsPriorIsAssumed() throws {
    let bare = try LatentInterpolation().figure(of: HandAdversaries.generator())
    #expect(bare.facts.contains("assumed"))
    let known = try LatentInterpolation().figure(of: Specimen(SmallRun.opened(), network: "generator"))
    #expect(!known.facts.contains("assumed"))
  }

  @Test func theRecipeNamesWhatDrawsTheFigureAgain() throws {
    let walk = LatentInterpolation(from: .seed(3), to: .seed(.max), steps: 7, path: .both, theme: .dark)
    let run = try SmallRun.opened()
    let figure = try walk.figure(
      of: Specimen(run, network: "generator", at: .step(5)),
      discriminator: Specimen(run, network: "discriminator"))
    #expect(figure.recipe["verb"] == "interpolate")
    #expect(figure.recipe["step"] == 5)
    #expect(figure.recipe["seed"] == 5)
    #expect(
      figure.recipe["options"]
        == .object([
          .init("network", "generator"), .init("discriminator", "discriminator"), .init("from", 3),
          .init("to", "18446744073709551615"), .init("steps", 7), .init("path", "both"),
          .init("theme", "dark"),
        ]))
  }

  @Test func aFigureWithoutAJudgeSaysSoInItsRecipe() throws {
    let figure = try LatentInterpolation().figure(of: HandAdversaries.generator())
    guard case .object(let options) = figure.recipe["options"] else {
      Issue.record("no options in the recipe")
      return
    }
    #expect(options.contains(.init("discriminator", "none")))
  }

  @Test func theSameOptionsGiveTheSameBytes() throws {
    let run = try SmallRun.opened()
    func drawn() throws -> [UInt8] {
      try LatentInterpolation(steps: 5).figure(
        of: Specimen(run, network: "generator"), discriminator: Specimen(run, network: "discriminator")
      ).svg()
    }
    #expect(try drawn() == drawn())
  }

  @Test func whatDoesNotFitIsRefusedInOneLine() throws {
    let generator = try HandAdversaries.generator()
    func refusal(_ walk: LatentInterpolation, _ judge: Specimen? = nil) -> InspectError? {
      #expect(throws: InspectError.self) { try walk.figure(of: generator, discriminator: judge) }
    }
    #expect(refusal(LatentInterpolation(steps: 1))?.code == .input)
    let long = LatentInterpolation(from: .latent(Tensor([3]), name: "long.npy"))
    #expect(refusal(long)?.description == "long.npy: holds [3], but 'generator' takes one latent of [2]")
    let bad = LatentInterpolation(from: HandAdversaries.latent(.nan, 0))
    #expect(refusal(bad)?.subject == "z.npy")
    let other = refusal(LatentInterpolation(), try HandAdversaries.discriminator(pixels: 9))
    #expect(other?.reason == "takes 1 × 3 × 3, but 'generator' makes 1 × 2 × 2")
    let none = refusal(LatentInterpolation(), try HandAdversaries.generator(name: "another"))
    #expect(none?.reason.contains("is no discriminator") == true)
  }
}

import Core
import Inspect
import Render
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct InversionTests {
  private static func quick(_ starts: Int = 4, _ steps: Int = 300) -> InversionSettings {
    InversionSettings(starts: starts, steps: steps)
  }

  private func trained() throws -> Specimen { try Specimen(SmallRun.opened(), network: "generator") }

  @Test func theGradientIsThatOfTheFormula() throws {
    // tanh(W z) with the rows (1, 0), (0, 1), (1, 1), (0, 0), as brightness (t + 1) / 2.
    let sampling = try Sampling(HandAdversaries.generator())
    let settings = InversionSettings(starts: 2, shellWeight: 0.3)
    let search = try InversionSearch(sampling, pictures: 1, settings: settings)
    let target = Tensor([1, 1, 2, 2], [0.9, 0.2, 0.6, 0.4])
    let latents = Tensor([2, 2], [0.4, -0.7, 1.5, 0.3])
    let found = search.lossAndGradient(latents, target)
    for row in 0..<2 {
      let (a, b) = (Double(latents.elements[2 * row]), Double(latents.elements[2 * row + 1]))
      var (loss, slopeA, slopeB) = (0.0, 0.0, 0.0)
      for (index, weights) in [(1.0, 0.0), (0, 1), (1, 1), (0, 0)].enumerated() {
        let made = tanh(weights.0 * a + weights.1 * b)
        let difference = (made + 1) / 2 - Double(target.elements[index])
        loss += difference * difference
        let slope = 2 * difference * 0.5 * (1 - made * made)
        slopeA += slope * weights.0
        slopeB += slope * weights.1
      }
      let excess = (a * a + b * b) / 2 - 1
      loss += 0.3 * excess * excess
      slopeA += 0.3 * 2 * excess * 2 * a / 2
      slopeB += 0.3 * 2 * excess * 2 * b / 2
      #expect(abs(found.losses[row] - loss) < 1e-5)
      #expect(abs(Double(found.gradient[2 * row]) - slopeA) < 1e-5)
      #expect(abs(Double(found.gradient[2 * row + 1]) - slopeB) < 1e-5)
    }
  }

  @Test func theGradientOfATrainedGeneratorIsThatOfFiniteDifferences() throws {
    let sampling = try Sampling(trained())
    let settings = InversionSettings(starts: 1, shellWeight: 5)
    let search = try InversionSearch(sampling, pictures: 1, settings: settings)
    let target = try sampling.pictures(of: sampling.latents(seed: 9, count: 1))
    let latent = sampling.latents(seed: 4, count: 1)
    let gradient = Tensor(latent.shape, search.lossAndGradient(latent, target).gradient)
    // Along the gradient itself and along some other ways, none of them far: the network has kinks.
    var random = RandomStream(seed: 8)
    let ways = [gradient] + (0..<6).map { _ in random.normal(latent.shape) }
    for (index, way) in ways.enumerated() {
      let step: Float = 0.01
      func loss(_ sign: Float) -> Double {
        let moved = zip(latent.elements, way.elements).map { $0 + sign * step * $1 / Float(way.norm) }
        return search.lossAndGradient(Tensor(latent.shape, moved), target).losses[0]
      }
      let slope = (loss(1) - loss(-1)) / Double(2 * step)
      let expected =
        zip(gradient.elements, way.elements).reduce(0.0) { $0 + Double($1.0) * Double($1.1) } / way.norm
      #expect(abs(slope - expected) < 2e-3 * gradient.norm, "way \(index)")
    }
  }

  @Test func whatAGeneratorMadeIsFoundAgain() throws {
    let found = try Inversion(.own(3), settings: Self.quick()).result(of: trained())
    #expect(found.psnr(0) > 45, "PSNR \(found.psnr(0))")
    #expect(found.ssim(0) > 0.99)
    // What is stated is what the returned latent makes.
    let again = try Sampling(trained()).pictures(of: found.latents)
    #expect(again.distance(to: found.reconstructions) < 1e-4)
  }

  @Test func theBestStartIsKeptAndStartsComeBestFirst() throws {
    let found = try Inversion(.own(3), settings: Self.quick(6, 20)).result(of: trained())
    let lowest = found.histories[0].map { $0.min()! }
    #expect(lowest.count == 6 && lowest == lowest.sorted() && lowest[0] < lowest[5])
    #expect(found.histories[0].allSatisfy { $0.count == 21 })
    #expect(found.attempts[0][0] == found.reconstructions[0])
    // The loss of the kept latent, worked out from its picture: the lowest of the whole way.
    let square = found.targets[0].distance(to: found.reconstructions[0])
    let excess = found.norm(0) * found.norm(0) / 64 - 1
    #expect(abs(square * square + 0.01 * excess * excess - lowest[0]) < 1e-3 * lowest[0])
  }

  @Test func aPictureIsFoundAlikeAloneAndAmongOthers() throws {
    let specimen = try trained()
    let several = try Inversion(.spread(10), settings: Self.quick(2, 40)).result(of: specimen)
    #expect(several.count == 10)
    #expect(several.labels.compactMap { $0 } == Array(0..<10), "one of each class")
    // Starts hang on the picture's number in the list, not on the batch: the first is the same one.
    let alone = try Inversion(.spread(1), settings: Self.quick(2, 40)).result(of: specimen)
    #expect(alone.latents[0].distance(to: several.latents[0]) < 0.05)
    #expect(abs(alone.psnr(0) - several.psnr(0)) < 0.05)
  }

  @Test func morePicturesThanABatchHoldsAreDoneInTurn() throws {
    let sampling = try Sampling(HandAdversaries.generator())
    let settings = InversionSettings(starts: 64, steps: 2)
    #expect(try InversionSearch(sampling, pictures: 9, settings: settings).capacity == 2)
    let probe = Probe(pictures: [UInt8](repeating: 200, count: 12), pictureShape: [3, 1, 2, 2])
    let found = try Inversion(.spread(3), settings: settings).result(
      of: HandAdversaries.generator(), pictures: probe)
    #expect(found.count == 3 && found.histories.count == 3)
  }

  @Test func aUniformPriorKeepsLatentsWithinItsRange() throws {
    var settings = Self.quick(4, 60)
    settings.prior = .uniform
    settings.rate = 0.5
    let found = try Inversion(.own(1), settings: settings).result(of: trained())
    #expect(found.latents.maximumMagnitude <= 1)
  }

  @Test func aLatentOfOnePlaceIsSearchedAsAVector() throws {
    // Of four pixels even a hundredth for the length would count.
    let settings = InversionSettings(starts: 2, steps: 300, shellWeight: 0)
    let found = try Inversion(.own(1), settings: settings).result(
      of: HandAdversaries.generator(latent: [2, 1, 1]))
    #expect(found.latents.shape == [1, 2, 1, 1])
    #expect(found.psnr(0) > 30)
  }

  @Test func theFigureSaysWhatWasFoundAndWhatIsLeft() throws {
    let figure = try Inversion(.spread(10), settings: Self.quick(2, 10)).figure(of: trained())
    let texts = figure.scene().texts.map(\.string)
    #expect(texts.contains("picture x") && texts.contains("found, G(z)") && texts.contains("left over"))
    #expect(texts.contains { $0.hasPrefix("What is left by class, 1 picture of each") })
    #expect(figure.facts.contains("2 starts × 10 steps of Adam"))
    #expect(figure.numbers[0].table.rows.count == 10)
    #expect(figure.numbers[0].table.columns.contains("PSNR, dB"))
    guard case .object(let options)? = figure.recipe["options"] else { Issue.record("no options"); return }
    #expect(options.contains(.init("count", 10)) && options.contains(.init("steps", 10)))
  }

  @Test func whatIsLeftOverIsWhiteWhereNothingIs() throws {
    let figure = try Inversion(.own(3), settings: Self.quick()).figure(of: trained())
    #expect(figure.reading.contains("The generator made this picture itself"))
    #expect(figure.scene().texts.contains { $0.string.contains("x − G(z)") })
  }

  @Test func whatCannotBeLookedForIsRefusedInOneLine() throws {
    let generator = try HandAdversaries.generator()
    func refusal(_ inversion: Inversion, _ specimen: Specimen, _ probe: Probe? = nil) -> InspectError? {
      #expect(throws: InspectError.self) { try inversion.figure(of: specimen, pictures: probe) }
    }
    #expect(refusal(Inversion(), generator)?.reason.contains("give one with --image") == true)
    let large = Probe(pictures: [UInt8](repeating: 0, count: 9), pictureShape: [1, 1, 3, 3])
    #expect(refusal(Inversion(), generator, large)?.reason.contains("1 × 3 × 3") == true)
    #expect(refusal(Inversion(.one(100_000)), try trained(), nil)?.subject == "probe 100000")
    #expect(refusal(Inversion(.spread(101)), try trained(), nil)?.reason.contains("ask for 1 to") == true)
    #expect(refusal(Inversion(), try HandAdversaries.discriminator())?.code == .notApplicable)
    let none = Inversion(.own(1), settings: InversionSettings(starts: 0))
    #expect(refusal(none, generator)?.reason.contains("1 to 64 starts") == true)
  }

  @Test func theExampleOfTheDocumentationRuns() throws {
    let folder = try ScratchFolder()
    let generator = try trained()
    let found = try Inversion(.one(2), settings: Self.quick(1, 3)).result(of: generator)
    try NumPyFile.write(found.latents, to: folder.path + "/z.npy")
    #expect(try NumPyFile.read(folder.path + "/z.npy") == found.latents)
    // What was written can be walked from.
    let latent = try NumPyFile.read(folder.path + "/z.npy")
    let walk = LatentInterpolation(from: .latent(latent, name: "z.npy"), to: .seed(2), steps: 3)
    #expect(try walk.figure(of: generator).facts.contains("z.npy to seed 2"))
  }
}

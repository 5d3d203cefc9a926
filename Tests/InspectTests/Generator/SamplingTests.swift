import Core
import Inspect
import TestSupport
import Testing

@Suite struct SamplingTests {
  private let latents = Tensor([2, 2], [0.5, -1, 20, -20])

  @Test func aTanhIsShownFromMinusOneToOne() throws {
    let sampling = try Sampling(HandAdversaries.generator())
    #expect(sampling.output == .symmetric)
    // (tanh x + 1) / 2 of 0.5, −1, −0.5, 0 and of 20, −20, 0, 0.
    let expected = Tensor(
      [2, 1, 2, 2], [0.731_058_6, 0.119_202_9, 0.268_941_4, 0.5, 1, 0, 0.5, 0.5])
    expectClose(try sampling.pictures(of: latents), expected, absolute: 1e-6)
  }

  @Test func aSigmoidIsShownAsItIs() throws {
    let sampling = try Sampling(HandAdversaries.generator(ending: Sigmoid()))
    #expect(sampling.output == .unit)
    let pictures = try sampling.pictures(of: latents)
    expectClose(
      pictures[0], Tensor([1, 2, 2], [0.622_459_3, 0.268_941_4, 0.377_540_7, 0.5]), absolute: 1e-6)
  }

  @Test func anythingElseIsClippedToWhatAPictureCanShow() throws {
    let sampling = try Sampling(HandAdversaries.generator(ending: LeakyReLU(slope: 1)))
    #expect(sampling.output == .clipped(.unit))
    expectClose(
      try sampling.pictures(of: latents), Tensor([2, 1, 2, 2], [0.5, 0, 0, 0, 1, 0, 0, 0]), absolute: 1e-6)
  }

  @Test func aLatentOfOnePlaceIsAVector() throws {
    let flat = try Sampling(HandAdversaries.generator())
    let spatial = try Sampling(HandAdversaries.generator(latent: [2, 1, 1]))
    #expect(spatial.dimensions == 2)
    #expect(try spatial.pictures(of: latents) == flat.pictures(of: latents))
  }

  @Test func aSeedGivesTheSameLatentsEveryTime() throws {
    let sampling = try Sampling(HandAdversaries.generator())
    #expect(sampling.latents(seed: 4, count: 3) == sampling.latents(seed: 4, count: 3))
    #expect(sampling.latents(seed: 4, count: 3)[0] == sampling.latents(seed: 4, count: 9)[0])
    #expect(sampling.latents(seed: 4, count: 3) != sampling.latents(seed: 5, count: 3))
  }

  @Test func aPictureDoesNotDependOnItsBatch() throws {
    let sampling = try Sampling(Specimen(SmallRun.opened(), network: "generator"))
    let latents = sampling.latents(seed: 1, count: 70)
    let together = try sampling.pictures(of: latents)
    #expect(together.shape == [70, 1, 28, 28])
    for index in [0, 63, 64, 69] {
      let alone = try sampling.pictures(of: latents[index..<index + 1])
      expectClose(together[index], alone[0], absolute: 1e-5, because: "picture \(index)")
    }
  }

  @Test func aNetworkThatIsNoGeneratorIsNamedForWhatItIs() throws {
    let error = try #require(throws: InspectError.self) { try Sampling(HandAdversaries.discriminator()) }
    #expect(error.code == .notApplicable)
    #expect(error.description.contains("is a discriminator: it makes 1 of 1 × 2 × 2"))
  }

  @Test func latentsOfAnotherLengthAreRefusedWithBothShapes() throws {
    let sampling = try Sampling(HandAdversaries.generator())
    let error = #expect(throws: InspectError.self) { try sampling.pictures(of: Tensor([2, 3])) }
    #expect(error?.code == .input)
    #expect(error?.reason.contains("[2]") == true && error?.reason.contains("[2, 3]") == true)
  }
}

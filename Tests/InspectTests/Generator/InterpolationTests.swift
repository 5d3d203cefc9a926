import Core
import TestSupport
import Testing

@Suite struct InterpolationTests {
  private func draws(_ count: Int, of dimensions: Int, seed: UInt64 = 3) -> Tensor {
    var random = RandomStream(seed: seed)
    return random.normal([count, dimensions])
  }

  @Test(arguments: Interpolation.allCases)
  func theEndsAreExact(_ way: Interpolation) {
    let ends = draws(2, of: 100)
    #expect(way.latent(from: ends[0], to: ends[1], at: 0) == ends[0])
    #expect(way.latent(from: ends[0], to: ends[1], at: 1) == ends[1])
  }

  @Test func slerpTurnsEvenlyBetweenOrthogonalUnitVectors() {
    let (x, y) = (Tensor([2], [1, 0]), Tensor([2], [0, 1]))
    let half = Float(0.5).squareRoot()
    expectClose(
      Interpolation.slerp.latent(from: x, to: y, at: 0.5), Tensor([2], [half, half]), absolute: 1e-7)
    // A third of a right angle: cos 30°, sin 30°.
    expectClose(
      Interpolation.slerp.latent(from: x, to: y, at: 1 / 3), Tensor([2], [Float(0.75).squareRoot(), 0.5]),
      absolute: 1e-7)
    expectClose(Interpolation.lerp.latent(from: x, to: y, at: 0.25), Tensor([2], [0.75, 0.25]), absolute: 0)
  }

  @Test func slerpKeepsTheLengthOfEndsOfEqualLength() {
    let ends = draws(2, of: 100)
    let second = ends[1].map { $0 * Float(ends[0].norm / ends[1].norm) }
    for place in stride(from: 0, through: 1, by: 0.05) {
      let length = Interpolation.slerp.latent(from: ends[0], to: second, at: place).norm
      #expect(abs(length - ends[0].norm) < 1e-5 * ends[0].norm)
    }
  }

  @Test func lerpBetweenOrthogonalLatentsIsShorterByTheRootOfTwoHalfway() {
    let (x, y) = (Tensor([3], [3, 0, 0]), Tensor([3], [0, 0, 3]))
    let middle = Interpolation.lerp.latent(from: x, to: y, at: 0.5)
    #expect(abs(middle.norm - 3 / 2.0.squareRoot()) < 1e-6)
  }

  @Test(arguments: [Float(2), -1, 0])
  func slerpOfLatentsOnOneLineIsTheStraightLine(_ factor: Float) {
    let start = draws(1, of: 8)[0]
    let end = start.map { $0 * factor }
    #expect(Interpolation.areCollinear(start, end))
    for place in [0.25, 0.5, 0.75] {
      #expect(
        Interpolation.slerp.latent(from: start, to: end, at: place)
          == Interpolation.lerp.latent(from: start, to: end, at: place))
    }
  }

  @Test func anglesAreMeasuredFromTheOrigin() {
    let (x, diagonal) = (Tensor([2], [5, 0]), Tensor([2], [1, 1]))
    #expect(abs(Interpolation.angle(between: x, diagonal) - .pi / 4) < 1e-7)
    #expect(Interpolation.angle(between: x, x.map { -$0 }) == .pi)
    #expect(!Interpolation.areCollinear(x, diagonal))
  }

  // √2 Γ((d + 1) / 2) / Γ(d / 2): √(2/π), √(π/2) and 2√(2/π) for one, two and three dimensions.
  @Test(
    arguments: zip(
      [1, 2, 3, 64, 100], [0.797_884_560_8, 1.253_314_137_3, 1.595_769_121_6, 7.968_812_222, 9.975_031_64]))
  func theMeanLengthOfNormalDrawsIsExact(_ dimensions: Int, _ mean: Double) {
    #expect(abs(NormalShell(dimensions: dimensions).mean - mean) < 1e-7)
  }

  @Test func theShellIsAboutAsThickInAnyDimension() {
    #expect(abs(NormalShell(dimensions: 1).deviation - (1 - 2 / Double.pi).squareRoot()) < 1e-9)
    #expect(abs(NormalShell(dimensions: 100).deviation - 0.7062) < 1e-4)
    #expect(abs(NormalShell(dimensions: 10_000).deviation - 0.5.squareRoot()) < 1e-4)
  }

  @Test func nearlyAllDrawsLieInTheShell() {
    let shell = NormalShell(dimensions: 64)
    let latents = draws(4_000, of: 64, seed: 8)
    let norms = (0..<4_000).map { latents[$0].norm }
    let share = Double(norms.filter { shell.usual.contains($0) }.count) / 4_000
    #expect((0.945...0.965).contains(share))
    #expect(abs(norms.reduce(0, +) / 4_000 - shell.mean) < 0.04)
  }
}

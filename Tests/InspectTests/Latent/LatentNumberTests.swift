import Core
import Inspect
import TestSupport
import Testing

@Suite struct LatentNumberTests {
  private func dot(_ vector: [Double], _ row: Tensor) -> Double {
    zip(vector, row.elements).reduce(0) { $0 + $1.0 * Double($1.1) }
  }

  // Fixtures/Latent/make_latent.py: torch.autograd.functional.jacobian in double precision.
  @Test(arguments: [(SensitivityNumbers.Method.gradients, 1e-4), (.differences, 2e-3)])
  func columnsOfTheJacobianAreAsLongAsPyTorchFinds(_ method: SensitivityNumbers.Method, _ share: Double)
    throws
  {
    let fixture = try LatentFixture()
    let found = try SensitivityNumbers(
      of: Sampling(fixture.specimen()), at: fixture["latents"], by: method)
    let norms = fixture["norms"]
    for number in 0..<6 {
      let expected = (0..<5).reduce(0.0) { $0 + Double(norms.elements[$1 * 6 + number]) } / 5
      #expect(abs(found.means[number] - expected) <= share * expected + 1e-7, "z\(number)")
    }
    expectClose(found.maps.reshaped([6, 36]), fixture["maps"], absolute: Float(share) * 0.2)
    #expect(found.unused == [4])
    #expect(found.order.last == 4)
  }

  @Test func differencesAndBackwardPassesAgreeOnATrainedGenerator() throws {
    let sampling = try Sampling(Specimen(SmallRun.opened(), network: "generator"))
    let latents = sampling.latents(seed: 2, count: 2)
    let exact = try SensitivityNumbers(of: sampling, at: latents, by: .gradients)
    let differences = try SensitivityNumbers(of: sampling, at: latents, by: .differences)
    for number in 0..<sampling.dimensions {
      // A ReLU that turns within the step is seen half by differences.
      #expect(abs(differences.means[number] - exact.means[number]) < 0.02 * exact.means[number], "z\(number)")
    }
  }

  // numpy.linalg.svd of the Jacobian; its last singular value is zero and has any direction.
  @Test func theJacobiansSingularVectorsAreNumPys() throws {
    let fixture = try LatentFixture()
    let sampling = try Sampling(fixture.specimen())
    let found = try LatentDirections(jacobianOf: sampling, at: fixture["latents"][0]).directions
    for index in 0..<5 {
      let value = Double(fixture["jacobian_values"].elements[index])
      #expect(abs((found[index].weight ?? 0) - value) < 2e-3 * value, "singular value \(index)")
      #expect(abs(dot(found[index].vector, fixture["jacobian_right"][index])) > 0.999, "vector \(index)")
    }
    #expect(abs(found[5].weight ?? 1) < 1e-3)
  }

  @Test func principalDirectionsAreTheFirstLayersSingularVectors() throws {
    let fixture = try LatentFixture()
    let found = try LatentDirections(principalOf: Sampling(fixture.specimen()))
    #expect(found.layer == "linear")
    let squares = fixture["first_values"].elements.map { Double($0) * Double($0) }
    let total = squares.reduce(0, +)
    for index in 0..<5 {
      let share = squares[index] / total
      #expect(abs((found.directions[index].weight ?? 0) - share) < 1e-4 * share, "share \(index)")
      #expect(
        abs(dot(found.directions[index].vector, fixture["first_right"][index])) > 0.9999, "vector \(index)")
    }
    #expect(found.directions[0].name == "PC 1")
  }

  // The paper samples 40,000 latents, has PCA of what the layer makes of them, and regresses: the same up to that sample.
  @Test func principalDirectionsAreGANSpaces() throws {
    let fixture = try LatentFixture()
    let found = try LatentDirections(principalOf: Sampling(fixture.specimen())).directions
    for index in 0..<4 {
      #expect(abs(dot(found[index].vector, fixture["ganspace"][index])) > 0.995, "vector \(index)")
      #expect(abs((found[index].weight ?? 0) - Double(fixture["ganspace_shares"].elements[index])) < 0.01)
    }
  }

  @Test func slerpIsWhatTheFirstDCGANsDrew() throws {
    let fixture = try LatentFixture()
    let ends = fixture["ends"]
    for step in 0...10 {
      expectClose(
        Interpolation.slerp.latent(from: ends[0], to: ends[1], at: Double(step) / 10), fixture["slerp"][step],
        absolute: 2e-6, because: "t = \(step)/10")
    }
  }

  @Test func aLatentIsMovedAlongItsDirectionAndNowhereElse() {
    let latent = Tensor([3], [1, 2, 3])
    let half = 0.5.squareRoot()
    let moved = LatentDirections.moved(latent, along: [half, half, 0], to: 0)
    expectClose(moved, Tensor([3], [-0.5, 0.5, 3]), absolute: 1e-6)
    #expect(LatentDirections.moved(latent, along: [0, 1, 0], to: -3) == Tensor([3], [1, -3, 3]))
  }

  @Test func aJumpIsLongerThanSomeTimesTheMedian() {
    let found = LongWalkNumbers.jumps(in: [1, 2, 1, 7, 2, 6], factor: 3)
    #expect(found.median == 2)
    #expect(found.indices == [3], "6 is not more than three times 2")
    #expect(LongWalkNumbers.jumps(in: [], factor: 3).indices.isEmpty)
  }

  @Test func cornersAreExactAndEdgesAreGreatCircles() {
    var random = RandomStream(seed: 1)
    let drawn = random.normal([4, 50])
    // Of one length, so that everything between has it too.
    let corners = (0..<4).map { index in drawn[index].map { $0 / Float(drawn[index].norm) * 7 } }
    let sheet = CornerSheet.latents(corners, side: 5, .slerp)
    #expect(
      sheet[0] == corners[0] && sheet[4] == corners[1] && sheet[20] == corners[2] && sheet[24] == corners[3])
    #expect(sheet[2] == Interpolation.slerp.latent(from: corners[0], to: corners[1], at: 0.5))
    #expect(sheet[10] == Interpolation.slerp.latent(from: corners[0], to: corners[2], at: 0.5))
    #expect(sheet.allSatisfy { abs($0.norm - 7) < 1e-4 })
  }

  @Test func aStraightGeneratorsPathLengthIsTheSquareOfItsSpeed() throws {
    let sampling = try Sampling(HandLatent.straightGenerator())
    let judge = try Judge(HandLatent.judge(), reading: [1, 2, 2])
    let found = try PathLength(of: sampling, judge, seed: 5, path: .lerp, pairs: 40)
    // Along a straight line the picture moves by 0.05 · W (b − a) per unit: its square is that of x, y and x + y.
    let ends = sampling.latents(seed: 5, count: 80)
    let expected = (0..<40).reduce(0.0) { sum, pair in
      let (a, b) = (ends[2 * pair].elements, ends[2 * pair + 1].elements)
      let (x, y) = (Double(b[0] - a[0]), Double(b[1] - a[1]))
      return sum + 0.0025 * (x * x + y * y + (x + y) * (x + y)) / 40
    }
    #expect(abs(found.mean - expected) < 2e-3 * expected)
    #expect(found.features == 4 && found.pairs == 40 && found.standardError > 0)
  }

  @Test func theNearestRealPictureIsFound() throws {
    var random = RandomStream(seed: 9)
    let bytes = (0..<300 * 300).map { _ in UInt8(random.nextWord() & 255) }
    let real = Probe(pictures: bytes, pictureShape: [300, 1, 15, 20])
    let picture = random.uniform([1, 15, 20], in: 0...1)
    var least = (index: -1, distance: Double.infinity)
    for index in 0..<300 {
      let distance = picture.distance(to: real.brightness(index..<index + 1)[0])
      if distance < least.distance { least = (index, distance) }
    }
    let found = NearestReal(to: picture, among: real)
    #expect(found.index == least.index)
    #expect(abs(found.distance - least.distance) < 1e-6)
    let copy = NearestReal(to: real.brightness(123..<124)[0], among: real)
    #expect(copy.index == 123 && copy.distance < 1e-6)
  }

  @Test func uniformLatentsLieInTheirCubeAndTheirShell() throws {
    let sampling = try Sampling(Specimen(SmallRun.opened(), network: "generator"))
    let count = 2_000
    let latents = LatentPrior.uniform.latents(of: sampling, seed: 3, count: count)
    #expect(latents.maximumMagnitude <= 1)
    let d = sampling.dimensions
    let shell = LatentShell(of: .uniform, dimensions: d)
    let norms = (0..<count).map { latents[$0].norm }
    let mean = norms.reduce(0, +) / Double(count)
    #expect(abs(mean - shell.mean) < 0.02)
    let deviation = (norms.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)).squareRoot()
    #expect(abs(deviation - shell.deviation) < 0.02)
    // √(d / 3) and √(1 / 15): 5.8 ± 0.25 of U(−1, 1)^100, and 9.975 of N(0, I).
    #expect(abs(LatentShell(of: .uniform, dimensions: 100).mean - 5.768) < 1e-3)
    #expect(abs(LatentShell(of: .normal, dimensions: 100).mean - 9.975) < 1e-3)
    #expect(
      LatentPrior.normal.latents(of: sampling, seed: 3, count: 2) == sampling.latents(seed: 3, count: 2))
  }
}

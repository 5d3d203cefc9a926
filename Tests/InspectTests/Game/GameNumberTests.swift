import Core
import Inspect
import TestSupport
import Testing

/// The numbers of the game against PyTorch, scikit-learn and NumPy; made by Fixtures/Game/make_game.py.
@Suite struct GameNumberTests {
  @Test func thePushAndTheNextStepAgreeWithPyTorch() throws {
    let fixture = numberFixture("Game/move.npz")
    let opponents = try PlayedGame(fixture).opponents()
    let move = try NextMove(opponents, latents: try #require(fixture["z"]), rate: 0.5)
    for (name, actual) in [("fakes", move.fakes), ("push", move.push), ("after", move.after)] {
      let expected = try #require(fixture[name])
      expectClose(actual, expected, absolute: 2e-5 * max(expected.maximumMagnitude, 1e-3), because: name)
    }
    for (name, actual) in [("scores", move.scoresBefore), ("scores_after", move.scoresAfter)] {
      let expected = try #require(fixture[name]).elements
      for (a, b) in zip(actual, expected) { #expect(abs(a - Double(b)) < 2e-4, "\(name)") }
    }
    #expect(abs(move.gradientNorm / Double(try #require(fixture["norm"]).elements[0]) - 1) < 1e-4)
    #expect(move.rate == 0.5)
  }

  @Test func aRateThatIsChosenMovesThePicturesVisiblyAndLowersTheLoss() throws {
    let fixture = numberFixture("Game/move.npz")
    let move = try NextMove(PlayedGame(fixture).opponents(), latents: try #require(fixture["z"]))
    #expect(move.losses.after < move.losses.before)
    #expect(move.change > 0 && move.change < 1.1 * NextMove.visibleChange)
    #expect(move.rate > 0)
  }

  @Test func logisticRegressionAgreesWithScikitLearn() throws {
    let fixture = numberFixture("Game/logistic.npz")
    for name in ["features", "apart"] {
      let features = try #require(fixture[name])
      let answers = try #require(fixture[name == "features" ? "answers" : "apart_answers"]).elements.map {
        $0 > 0.5
      }
      for strength in [1.0, 0.05] {
        let expected = try #require(fixture["\(name)_C\(strength)"]).elements.map(Double.init)
        let fitted = LogisticRegression(
          features.elements, count: features.shape[0], answers: answers, strength: strength)
        #expect(fitted.weights.count == expected.count - 1)
        for (a, b) in zip(fitted.weights + [fitted.bias], expected) {
          #expect(abs(a - b) < 1e-4 * max(abs(b), 1e-2), "\(name), C \(strength): \(a), expected \(b)")
        }
      }
    }
  }

  @Test(arguments: [("even", 2), ("odd", 3), ("wide", 4)])
  func spectraAgreeWithNumPy(name: String, stride: Int) throws {
    let fixture = numberFixture("Game/spectra.npz")
    let pictures = try #require(fixture[name])
    let (count, height, width) = (pictures.shape[0], pictures.shape[1], pictures.shape[2])
    let spectrum = PictureSpectrum(of: pictures.reshaped([count, 1, height, width]), stride: stride)
    expectClose(
      Tensor([height, width], spectrum.logPower.map { Float($0) }),
      try #require(fixture["\(name)_log_power"]),
      absolute: 1e-5, because: "log power")
    let radial = try #require(fixture["\(name)_radial"])
    #expect(spectrum.radial.count == radial.shape[0])
    for (ring, expected) in zip(spectrum.radial, 0..<radial.shape[0]) {
      #expect(abs(ring.frequency - Double(radial.elements[2 * expected])) < 1e-6)
      #expect(abs(ring.logPower - Double(radial.elements[2 * expected + 1])) < 1e-5)
    }
    let expected = try #require(fixture["\(name)_stride"])
    #expect(spectrum.frequencies.count == expected.shape[0])
    for (frequency, power) in zip(spectrum.frequencies, spectrum.stridePower) {
      let row = try #require(
        (0..<expected.shape[0]).first {
          abs(Double(expected.elements[3 * $0]) - frequency.u) < 1e-6
            && abs(Double(expected.elements[3 * $0 + 1]) - frequency.v) < 1e-6
        })
      #expect(abs(power / Double(expected.elements[3 * row + 2]) - 1) < 1e-4, "\(frequency.words)")
    }
    #expect(
      abs(spectrum.checkerboard / Double(try #require(fixture["\(name)_index"]).elements[0]) - 1) < 1e-4)
  }

  @Test func aCheckerboardIsNothingElseAndAConstantPictureIsNone() {
    let board = Tensor([1, 1, 6, 6], (0..<36).map { ($0 / 6 + $0 % 6) % 2 == 0 ? 1 : 0 })
    let spectrum = PictureSpectrum(of: board)
    #expect(abs(spectrum.checkerboard - 1) < 1e-12)
    #expect(spectrum.frequencies.map(\.words) == ["(½, 0)", "(0, ½)", "(½, ½)"])
    // All its power but the mean's is at (½, ½): |18|² / 36.
    #expect(abs(spectrum.stridePower[2] - 9) < 1e-9)
    #expect(spectrum.stridePower[0] < 1e-18)
    #expect(PictureSpectrum(of: Tensor([1, 1, 6, 6], repeating: 0.5)).checkerboard == 0)
  }

  @Test func quantilesOfTheNormalDistributionAreThoseOfTheTables() {
    #expect(abs(Normal.quantile(0.99) - 2.326_347_874_04) < 1e-9)
    #expect(abs(Normal.quantile(0.5)) < 1e-12)
    let plane = LatentPlane(ofPriorWith: 20)
    // Left top: the smallest first number, the largest second.
    #expect(abs(plane.latents.elements[0] + 2.326_348) < 1e-5)
    #expect(abs(plane.latents.elements[1] - 2.326_348) < 1e-5)
  }

  @Test func aPlaneThroughThreeLatentsStaysInTheShell() {
    let (a, b, c) = (Tensor([3], [1, 0, 0]), Tensor([3], [0, 1, 0]), Tensor([3], [0, 0, 2]))
    let plane = LatentPlane(through: a, b, c, side: 5)
    let mean = NormalShell(dimensions: 3).mean
    for index in 0..<25 { #expect(abs(plane.latents[index].norm - mean) < 1e-5) }
    #expect(abs(plane.latents[0].elements[0] - Float(mean)) < 1e-5)
    #expect(abs(plane.latents[4].elements[1] - Float(mean)) < 1e-5)
    #expect(abs(plane.latents[20].elements[2] - Float(mean)) < 1e-5)
  }

  @Test func binsCountWhatLiesBeyondInTheOutermost() {
    let bins = EvenBins(0...1, count: 4)
    let values: [Double] = [-1, 0, 0.3, 1, 2, .nan]
    let counts = bins.shares(of: values).map { ($0 * 6).rounded() }
    #expect(counts == [2, 1, 0, 2])
    #expect(bins.edges == [0, 0.25, 0.5, 0.75, 1])
  }
}

/// The generator and the discriminator of the fixture.
struct PlayedGame {
  let fixture: [String: Tensor]

  init(_ fixture: [String: Tensor]) { self.fixture = fixture }

  func opponents() throws -> Opponents {
    let generator = try Network.sequential(
      "generator", input: .init("z", [3]),
      [
        "fc": Linear(inputFeatures: 3, outputFeatures: 36, hasBias: false),
        "reshape": Reshape(shape: [4, 3, 3]),
        "bn": BatchNorm2d(channels: 4), "relu": ReLU(),
        "deconv": ConvTranspose2d(inputChannels: 4, outputChannels: 1, kernelSize: 4, stride: 2, padding: 1),
        "tanh": Tanh(),
      ])
    let discriminator = try Network.sequential(
      "discriminator", input: .init("image", [1, 6, 6]),
      [
        "conv": Conv2d(inputChannels: 1, outputChannels: 3, kernelSize: 4, stride: 2, padding: 1),
        "bn": BatchNorm2d(channels: 3), "leaky": LeakyReLU(slope: 0.2), "flatten": Flatten(),
        "logit": Linear(inputFeatures: 27, outputFeatures: 1), "sigmoid": Sigmoid(),
      ])
    return try Opponents(Specimen(model(generator, "G.")), Specimen(model(discriminator, "D.")))
  }

  private func model(_ network: Network, _ prefix: String) throws -> Model {
    var parameters = Parameters()
    for node in network.nodes {
      for declaration in node.operation.parameters {
        parameters[node.name, declaration.name] = fixture["\(prefix)\(node.name).\(declaration.name)"]
      }
    }
    return try Model(network, parameters)
  }
}

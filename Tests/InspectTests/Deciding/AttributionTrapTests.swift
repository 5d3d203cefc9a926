import Core
import Inspect
import Render
import TestSupport
import Testing

/// What other tools fell into.
@Suite struct AttributionTrapTests {
  @Test(arguments: ["softmax", "log softmax"]) func theLogitIsExplainedAndNotItsSoftmax(_ ending: String)
    throws
  {
    let fixture = try AttributionFixture("plain")
    let operation: any Core.Operation = ending == "softmax" ? Softmax() : LogSoftmax()
    let methods = AttributionMethod.allCases
    let plain = try Attributor(of: fixture.specimen()).attributions(methods, of: fixture.questions)
    let ended = try Attributor(of: fixture.specimen(operation)).attributions(methods, of: fixture.questions)
    #expect(plain[0][0][0].map.maximumMagnitude > 0)
    for index in methods.indices {
      #expect(plain[0][0][index].logit == ended[0][0][index].logit)
      expectClose(
        ended[0][0][index].values, plain[0][0][index].values, absolute: 1e-6, because: methods[index].title)
    }
  }

  /// A picture of three pixels, one ReLU that two linear layers read, their sum.
  private func branched() throws -> Specimen {
    let network = try Network(
      name: "branched", inputs: [.init("image", [1, 1, 3])],
      nodes: [
        .init("relu", ReLU(), ["image"]), .init("flatten", Flatten(), ["relu"]),
        .init("a", Linear(inputFeatures: 3, outputFeatures: 2, hasBias: false), ["flatten"]),
        .init("b", Linear(inputFeatures: 3, outputFeatures: 2, hasBias: false), ["flatten"]),
        .init("sum", Add(), ["a", "b"]),
      ])
    var parameters = Parameters()
    parameters["a.weight"] = Tensor([2, 3], [3, 1, 5, 0, 0, 0])
    parameters["b.weight"] = Tensor([2, 3], [-1, -2, 1, 0, 0, 0])
    return Specimen(try Model(network, parameters))
  }

  @Test func aReLUThatIsReadTwiceGuidesTheSumOfWhatComesBack() throws {
    let attributor = try Attributor(of: branched())
    let picture = Tensor([1, 1, 1, 3], [2, 2, -2])
    let maps = try attributor.attributions(
      [.saliency, .guided, .deconvnet], of: [.init(picture, targets: [0])])[0][0]
    // Gradients at the ReLU: 3 − 1, 1 − 2, 5 + 1; the third pixel is negative.
    #expect(maps[0].values.elements == [2, 1, 0])
    #expect(maps[1].values.elements == [2, 0, 0])
    #expect(maps[2].values.elements == [2, 0, 6])
  }

  @Test func aConvolutionsMapsAreItsOwnAndNotThoseAfterTheReLU() throws {
    let fixture = try AttributionFixture("plain")
    func cam(_ layer: String?) throws -> GradCAM {
      try #require(try fixture.maps([.gradCAM], .init(layer: layer))[0][0].cam)
    }
    let executor = try makeExecutor(for: fixture.model().network, batch: 3, mode: .inference)
    try executor.load(fixture.model().parameters)
    try executor.forward(fixture.inputs)
    let convolution = try cam("conv2")
    expectClose(convolution.maps, try executor.value(of: "conv2")[0], absolute: 1e-5)
    #expect(convolution.maps.elements.contains { $0 < 0 })
    let usual = try cam(nil)
    #expect(usual.layer == "relu2" && usual.maps.elements.allSatisfy { $0 >= 0 })
    #expect(usual.maps.elements.contains { $0 > 0 })
  }

  /// A linear score of a picture with 2 × 2 pixels.
  private func linear(weight: Float, bias: Float) throws -> Specimen {
    let network = try Network.sequential(
      "linear", input: .init("image", [1, 2, 2]),
      ["flatten": Flatten(), "fc": Linear(inputFeatures: 4, outputFeatures: 2)])
    var parameters = Parameters()
    parameters["fc.weight"] = Tensor([2, 4], [weight, -weight, 0, 2 * weight, 0, 0, 0, 0])
    parameters["fc.bias"] = Tensor([2], [bias, 0])
    return Specimen(try Model(network, parameters))
  }

  @Test func aMapThatIsNothingBesideItsScoreIsNotStretched() throws {
    let picture = Example.Choice.tensor(Tensor([1, 1, 2, 2], [1, 0.5, 0, 1]), name: "p")
    let wall = AttributionWall(example: picture, methods: [.saliency, .guided, .occlusion])
    // 2 · 10⁻⁴ beside 1,000 is under a millionth; 2 · 10⁻² is not.
    let none = try wall.figure(of: linear(weight: 1e-4, bias: 1000)).scene()
    #expect(none.words.filter { $0 == "no evidence" }.count == 3)
    #expect(none.galleries.count == 1, "the picture alone")
    let some = try wall.figure(of: linear(weight: 1e-2, bias: 1000)).scene()
    #expect(!some.says("no evidence") && some.galleries.count == 4)
    let zero = try wall.figure(of: linear(weight: 0, bias: 0)).scene()
    #expect(zero.words.filter { $0 == "no evidence" }.count == 3, "not even where the score is 0")
  }

  @Test func anEvenMapIsDrawnAtItsValue() throws {
    let network = try Network.sequential(
      "even", input: .init("image", [1, 2, 2]),
      ["flatten": Flatten(), "fc": Linear(inputFeatures: 4, outputFeatures: 2)])
    var parameters = Parameters()
    parameters["fc.weight"] = Tensor([2, 4], [3, 3, 3, 3, 0, 0, 0, 0])
    parameters["fc.bias"] = Tensor([2])
    let specimen = Specimen(try Model(network, parameters))
    let picture = Example.Choice.tensor(Tensor([1, 1, 2, 2], [0, 0, 1, 1]), name: "half")
    let scene = try AttributionWall(example: picture, methods: [.saliency]).figure(of: specimen).scene()
    let map = try #require(scene.galleries.last)
    #expect(color(of: map, x: 2, y: 2) == ColorMap.viridis.color(at: 1))
    #expect(scene.says("0 … 3"))
  }

  @Test func negativeInputsAreShownAndNotClipped() throws {
    let picture = Example.Choice.tensor(Tensor([1, 1, 2, 2], [-2, -1, 0, 2]), name: "signed")
    let scene = try AttributionWall(example: picture, methods: [.saliency]).figure(
      of: linear(weight: 1, bias: 0)
    ).scene()
    let shown = try #require(scene.galleries.first)
    let half = shown.rect.width / 2
    #expect(color(of: shown, x: 2, y: 2) == .black)
    #expect(color(of: shown, x: half + 2, y: 2) == Color(grey: 0.25))
    #expect(color(of: shown, x: 2, y: half + 2) == Color(grey: 0.5))
    #expect(color(of: shown, x: half + 2, y: half + 2) == .white)
  }

  @Test func zeroOfASignedMapIsWhite() throws {
    let picture = Example.Choice.tensor(Tensor([1, 1, 2, 2], [1, 1, 1, 1]), name: "white")
    let scene = try AttributionWall(example: picture, methods: [.guided]).figure(
      of: linear(weight: 1, bias: 0)
    ).scene()
    let map = try #require(scene.galleries.last)
    let half = map.rect.width / 2
    // Weights 1, −1, 0, 2; 98 % of their sum lie at or below 2.
    #expect(color(of: map, x: 2, y: half + 2) == .white)
    #expect(color(of: map, x: half + 2, y: half + 2) == ColorMap.blueRed.color(at: 1))
    #expect(color(of: map, x: half + 2, y: 2) == ColorMap.blueRed.color(at: 0.25))
    #expect(color(of: map, x: 2, y: 2) == ColorMap.blueRed.color(at: 0.75))
  }

  @Test func theLimitIsWhereNinetyEightPercentOfTheSumLieBelow() {
    func limit(_ values: [Float]) -> (value: Float, clippedShare: Double) {
      Attribution(.guided, target: 0, logit: 1, values: Tensor([1, 1, values.count], values)).limit
    }
    // 98 ones and a two: the 98th one completes 98 of 100.
    let clipped = limit([Float](repeating: -1, count: 98) + [2])
    #expect(clipped.value == 1 && abs(clipped.clippedShare - 1.0 / 99) < 1e-12)
    // 96 ones are not enough.
    #expect(limit([Float](repeating: 1, count: 96) + [4]) == (4, 0))
    #expect(limit([1, 50, 48, 1]) == (50, 0))
    #expect(limit([0, 0, 0]) == (0, 0))
    #expect(limit([.nan, 3]).value == 3)
  }
}

import Core
import Foundation
import Inspect
import TestSupport
import Testing

/// Held against Captum and formulas; see `Fixtures/Attributions/make_attributions.py`.
@Suite struct AttributionCaptumTests {
  static let names = ["plain", "normed", "pooled"]

  @Test(arguments: names) func logitsAreTorchs(_ name: String) throws {
    let fixture = try AttributionFixture(name)
    let attributor = try Attributor(of: fixture.specimen())
    expectClose(attributor.logits(of: fixture.inputs), fixture["logits"], absolute: 1e-5, relative: 1e-5)
  }

  @Test(arguments: names) func gradientsByEveryRuleAreCaptums(_ name: String) throws {
    let fixture = try AttributionFixture(name)
    let maps = try fixture.maps([.saliency, .guided, .deconvnet])
    expectMaps(maps[0], fixture["saliency"], "saliency")
    expectMaps(maps[1], fixture["guided"], "guided backprop")
    expectMaps(maps[2], fixture["deconvnet"], "deconvnet")
  }

  @Test(arguments: names) func smoothGradIsTheMeanGradientOverTheSameNoise(_ name: String) throws {
    let fixture = try AttributionFixture(name)
    let attributor = try Attributor(of: fixture.specimen())
    let found = attributor.smoothed(fixture.questions, noise: fixture["noise"])
    for index in found.indices {
      expectClose(
        Values<Float>(found[index][0]), Values<Float>(fixture["smoothgrad"][index]), ofScale: 1e-4,
        because: "picture \(index)")
    }
  }

  @Test(arguments: names) func integratedGradientsAreCaptumsWithItsErrorOfCompleteness(_ name: String) throws
  {
    let fixture = try AttributionFixture(name)
    for (baseline, key) in [(AttributionSettings.Baseline.black, "ig-black"), (.white, "ig-white")] {
      let maps = try fixture.maps([.integratedGradients], .init(baseline: baseline))[0]
      expectMaps(maps, fixture[key], key)
      for (map, delta) in zip(maps, fixture[key + "-delta"].elements) {
        let completeness = try #require(map.completeness)
        let scale = abs(completeness.difference)
        #expect(abs(completeness.sum - completeness.difference - Double(delta)) <= 1e-4 * scale)
      }
    }
  }

  @Test func theMeanOverBaselinesIsTheMeanOfTheirMaps() throws {
    let fixture = try AttributionFixture("plain")
    func maps(_ baseline: AttributionSettings.Baseline) throws -> Tensor {
      try fixture.maps([.integratedGradients], .init(steps: 8, baseline: baseline))[0][0].values
    }
    let (black, white, noise) = (try maps(.black), try maps(.white), try maps(.noise))
    let mean = Tensor(
      black.shape,
      black.elements.indices.map { (black.elements[$0] + white.elements[$0] + 8 * noise.elements[$0]) / 10 })
    expectClose(try maps(.mean), mean, absolute: 1e-5 * mean.maximumMagnitude)
  }

  @Test(arguments: names) func gradCAMIsCaptumsAfterAndBeforeTheReLU(_ name: String) throws {
    let fixture = try AttributionFixture(name)
    for layer in ["relu2", "conv2"] {
      let maps = try fixture.maps([.gradCAM], .init(layer: layer))[0]
      expectMaps(maps, fixture["gradcam-\(layer)"], layer)
      for (index, map) in maps.enumerated() {
        let cam = try #require(map.cam)
        let expected = fixture["gradcam-\(layer)-signed"][index]
        expectClose(
          Values<Float>(cam.signed.reshaped(expected.shape)), Values<Float>(expected), ofScale: 1e-4,
          because: layer)
      }
    }
  }

  @Test(arguments: names) func gradCAMPlusPlusIsItsFormula(_ name: String) throws {
    let fixture = try AttributionFixture(name)
    for (index, map) in try fixture.maps([.gradCAMPlusPlus])[0].enumerated() {
      let expected = fixture["gradcam++"][index]
      let found = try #require(map.cam).rectified.reshaped(expected.shape)
      expectClose(Values<Float>(found), Values<Float>(expected), ofScale: 1e-4, because: "picture \(index)")
      #expect(expected.maximumMagnitude > 0)
    }
  }

  @Test(arguments: names) func guidedGradCAMIsTheProductOfBoth(_ name: String) throws {
    let fixture = try AttributionFixture(name)
    for (index, map) in try fixture.maps([.guidedGradCAM])[0].enumerated() {
      let (guided, cam) = (fixture["guided"][index], fixture["gradcam-relu2"][index])
      let plane = cam.elements.count
      let product = Tensor(
        guided.shape, guided.elements.indices.map { guided.elements[$0] * cam.elements[$0 % plane] })
      expectClose(
        Values<Float>(map.values), Values<Float>(product), ofScale: 1e-4, because: "picture \(index)")
    }
  }

  @Test func behindGlobalPoolingGradCAMIsCAM() throws {
    let fixture = try AttributionFixture("pooled")
    for (index, map) in try fixture.maps([.gradCAM])[0].enumerated() {
      let cam = try #require(map.cam)
      #expect(cam.layer == "relu2")
      expectClose(
        Values<Float>(cam.signed), Values<Float>(fixture["cam"][index]), ofScale: 1e-5,
        because: "picture \(index)")
    }
  }

  @Test(arguments: names) func occlusionIsCaptums(_ name: String) throws {
    let fixture = try AttributionFixture(name)
    expectMaps(try fixture.maps([.occlusion], .init(square: 4))[0], fixture["occlusion"], "occlusion")
  }

  @Test func occlusionOfALargePictureMovesFurtherAndIsCutOffAtTheBorder() throws {
    let fixture = try AttributionFixture("pooled")
    let input = fixture["large-input"]
    let chain: [(String, any Core.Operation)] = [
      ("conv1", Conv2d(inputChannels: 3, outputChannels: 4, kernelSize: 3, padding: 1)), ("relu1", ReLU()),
      ("conv2", Conv2d(inputChannels: 4, outputChannels: 6, kernelSize: 3, padding: 1)), ("relu2", ReLU()),
      ("gap", GlobalAvgPool2d()), ("flatten", Flatten()), ("fc", Linear(inputFeatures: 6, outputFeatures: 5)),
    ]
    // Without pictures of its own the square has the picture's mean.
    let specimen = Specimen(try fixture.model(chain, inputShape: input.shape.perExample))
    let attributor = try Attributor(of: specimen)
    #expect(attributor.occlusion == (side: 8, stride: 2))
    let maps = try attributor.attributions([.occlusion], of: [.init(input, targets: [1])])
    expectMaps([maps[0][0][0]], fixture["large-occlusion"], "occlusion")
  }

  @Test func severalClassesOfOnePictureAreEachTheirOwn() throws {
    let fixture = try AttributionFixture("plain")
    let attributor = try Attributor(of: fixture.specimen())
    // Two classes of the first picture, one of the second: one forward pass serves both classes.
    let both = try attributor.attributions(
      AttributionMethod.allCases,
      of: [.init(fixture.inputs[0..<1], targets: [2, 0]), .init(fixture.inputs[1..<2], targets: [3])])
    #expect(both.map(\.count) == [2, 1])
    let single = try Attributor(of: fixture.specimen()).attributions(
      AttributionMethod.allCases, of: Array(fixture.questions.prefix(2)))
    for (index, method) in AttributionMethod.allCases.enumerated() {
      for (found, expected) in [
        (both[0][1][index], single[0][0][index]), (both[1][0][index], single[1][0][index]),
      ] {
        #expect(found.method == method && found.target == expected.target && found.logit == expected.logit)
        expectClose(
          Values<Float>(found.values), Values<Float>(expected.values), ofScale: 1e-5, because: method.title)
      }
      #expect(both[0][0][index].values != both[0][1][index].values, "\(method.title) of two classes")
    }
  }
}

@Suite struct MapSimilarityTests {
  private struct Case: Decodable {
    let a: [Float]
    let b: [Float]
    let height: Int
    let width: Int
    let spearman: Double
    let ssim: Double
  }

  @Test func rankCorrelationAndStructuralSimilarityAreTheirFormulas() throws {
    let cases = try JSONDecoder().decode(
      [Case].self, from: Data(contentsOf: attributionFixture("ranks.json")))
    #expect(cases.count == 2)
    for check in cases {
      #expect(abs(MapSimilarity.spearman(check.a, check.b) - check.spearman) < 1e-10)
      let structural = MapSimilarity.structural(check.a, check.b, height: check.height, width: check.width)
      #expect(abs(structural - check.ssim) < 1e-9)
    }
  }

  @Test func aConstantMapHasNoOrderToAgreeWith() {
    #expect(MapSimilarity.spearman([1, 1, 1], [1, 2, 3]) == 0)
    #expect(MapSimilarity.spearman([1, 2, 3], [10, 20, 30]) == 1)
    #expect(MapSimilarity.spearman([1, 2, 3], [3, 2, 1]) == -1)
    #expect(MapSimilarity.structural([0.5], [0.5], height: 1, width: 1) == 1)
  }
}

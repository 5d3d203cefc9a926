import Core
import Inspect
import TestSupport
import Testing

@Suite struct JudgeTests {
  /// Two features, the brightness of the left and of the right half; each speaks for one of two classes.
  private func classifier(normalisation: Normalisation? = nil) throws -> Specimen {
    let network = try Network.sequential(
      "classifier", input: .init("image", [1, 1, 2]),
      [
        "flatten": Flatten(), "halves": Linear(inputFeatures: 2, outputFeatures: 2), "relu": ReLU(),
        "scores": Linear(inputFeatures: 2, outputFeatures: 2), "softmax": Softmax(),
      ])
    var parameters = Parameters()
    parameters["halves.weight"] = Tensor([2, 2], [1, 0, 0, 1])
    parameters["halves.bias"] = Tensor([2], [0, 0])
    parameters["scores.weight"] = Tensor([2, 2], [3, 0, 0, 3])
    parameters["scores.bias"] = Tensor([2], [0, 0])
    return Specimen(try Model(network, parameters), normalisation: normalisation)
  }

  private let pictures = Tensor([2, 1, 1, 2], [1, 0, 0.25, 0.5])

  @Test func itReadsScoresAndTheFeaturesBeforeThem() throws {
    let judge = try Judge(classifier(), reading: [1, 1, 2])
    let reading = try judge.read(pictures)
    #expect(judge.featureNode == "relu")
    #expect(reading.features == Tensor([2, 2], [1, 0, 0.25, 0.5]))
    #expect(reading.prediction.logits == Tensor([2, 2], [3, 0, 0.75, 1.5]), "before the softmax")
    #expect(reading.prediction.top(1).class == 1)
  }

  @Test func brightnessIsNormalisedAsTheClassifierWas() throws {
    let judge = try Judge(classifier(normalisation: .symmetric), reading: [1, 1, 2])
    #expect(try judge.read(pictures).features == Tensor([2, 2], [1, 0, 0, 0]), "−1 … 1, then ReLU")
  }

  @Test func otherPicturesAreRefused() throws {
    let specimen = try classifier()
    let error = #expect(throws: InspectError.self) { try Judge(specimen, reading: [3, 1, 2]) }
    #expect(error?.reason.contains("to judge pictures of [3, 1, 2]") == true)
  }
}

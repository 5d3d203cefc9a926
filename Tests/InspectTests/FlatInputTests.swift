import Core
import Inspect
import TestSupport
import Testing

/// Networks that take a picture's numbers in a row, as the first examples of every framework do.
@Suite struct FlatInputTests {
  private func specimen(inputs: Int) throws -> Specimen {
    let network = try Network.sequential(
      "rows", input: .init("x", [inputs]), ["scores": Linear(inputFeatures: inputs, outputFeatures: 2)])
    var parameters = Parameters()
    parameters["scores.weight"] = Tensor([2, inputs], (0..<2 * inputs).map(Float.init))
    parameters["scores.bias"] = Tensor([2], [0, 1])
    return Specimen(try Model(network, parameters))
  }

  private func probe(channels: Int) -> Probe {
    Probe(
      pictures: (0..<UInt8(8 * channels)).map { 10 * $0 }, pictureShape: [2, channels, 2, 2], labels: [0, 1],
      classNames: ["a", "b"])
  }

  @Test func greyPicturesBecomeRows() throws {
    let specimen = try specimen(inputs: 4)
    let pictures = probe(channels: 1)
    let tried = try specimen.tried(on: pictures, named: "squares")
    #expect(tried.model.network.inputs.map(\.shape) == [[1, 2, 2]])
    let rows = pictures.inputs(0..<2).reshaped([2, 4])
    #expect(
      try Prediction(of: pictures.inputs(0..<2), by: tried).logits
        == Prediction(of: rows, by: specimen).logits)
  }

  @Test func ofColoursNobodyKnowsTheOrder() throws {
    let specimen = try specimen(inputs: 12)
    let error = #expect(throws: InspectError.self) { try specimen.tried(on: probe(channels: 3), named: "c") }
    #expect(error?.reason == "has pictures of [3, 2, 2]; 'rows' takes [12]")
  }
}

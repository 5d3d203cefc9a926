import Core
import Foundation
import Inspect
import TestSupport
import Testing

/// A file of `Fixtures/Maximisation`, its arrays by name. `make_maximisation.py` beside them makes them with PyTorch.
func maximisationFixture(_ name: String) throws -> [String: Tensor] {
  let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  let arrays = try NumPyArchive.read(checkout.appending(path: "Fixtures/Maximisation/\(name).npz").path)
  return Dictionary(uniqueKeysWithValues: arrays.map { ($0.name, $0.tensor) })
}

/// A specimen of a network that is given pictures of a shape.
private func specimen(_ shape: Shape, _ normalisation: Normalisation) throws -> Specimen {
  let network = try Network.sequential(
    "probe", input: .init("image", shape),
    ["conv": Conv2d(inputChannels: shape[0], outputChannels: 1, kernelSize: 1, hasBias: false)])
  var parameters = Parameters()
  parameters["conv.weight"] = Tensor([1, shape[0], 1, 1], repeating: 1)
  return Specimen(try Model(network, parameters), normalisation: normalisation)
}

@Suite struct MaximisationNumberTests {
  @Test(arguments: ["1x28x28", "3x12x10", "1x7x5"]) func picturesAndGradientsAreThoseOfPyTorch(
    name: String
  ) throws {
    let arrays = try maximisationFixture("painting")
    let spectra = try #require(arrays["\(name).spectra"])
    let inputs = try #require(arrays["\(name).inputs"])
    let normalisation =
      spectra.shape[1] == 1
      ? Normalisation(mean: [0.1307], deviation: [0.3081])
      : Normalisation(mean: [0.5, 0.4, 0.3], deviation: [0.2, 0.3, 0.25])
    let model = try specimen(inputs.shape.perExample, normalisation)
    let target = try UnitTarget("conv", .channel, of: model)
    let ascent = try Ascent(
      model.model, target: target, goals: (0..<3).map { .init(unit: 0, start: $0) },
      normalisation: normalisation, seed: 0)
    ascent.spectra = spectra.elements
    #expect(ascent.spectra == spectra.elements)
    let rows = try #require(arrays["wobbles"])
    let wobbles = (0..<3).map { index in
      let row = rows[index].elements
      return Wobble(scale: row[0], degrees: row[1], before: (row[2], row[3]), after: (row[4], row[5]))
    }
    let found = ascent.gradient(of: try #require(arrays["\(name).upstream"]).elements, wobbles: wobbles)
    expectClose(
      Tensor(inputs.shape, found.inputs), inputs, absolute: 2e-5, because: "what the network is given")
    let gradient = try #require(arrays["\(name).gradient"])
    expectClose(
      Tensor(gradient.shape, found.spectra), gradient, absolute: 1e-5 * gradient.maximumMagnitude,
      because: "the gradient at the spectrum")
  }

  @Test func fortyStepsOfAscentAreThoseOfPyTorch() throws {
    let arrays = try maximisationFixture("ascent")
    let network = try Network.sequential(
      "small", input: .init("image", [1, 12, 12]),
      [
        "conv1": Conv2d(inputChannels: 1, outputChannels: 4, kernelSize: 3, padding: 1), "relu1": ReLU(),
        "conv2": Conv2d(inputChannels: 4, outputChannels: 3, kernelSize: 3),
        "relu2": ReLU(),
      ])
    var parameters = Parameters()
    for (name, array) in [
      ("conv1.weight", "w1"), ("conv1.bias", "b1"), ("conv2.weight", "w2"), ("conv2.bias", "b2"),
    ] { parameters[name] = arrays[array] }
    let normalisation = Normalisation(mean: [0.25], deviation: [0.5])
    let specimen = Specimen(try Model(network, parameters), normalisation: normalisation)
    let target = try UnitTarget(nil, .channel, of: specimen)
    #expect(target.layer == "relu2" && target.node == "conv2" && target.isRectified)
    let ascent = try Ascent(
      specimen.model.leading(to: "conv2"), target: target, goals: (0..<3).map { .init(unit: $0, start: 0) },
      normalisation: normalisation, seed: 0)
    ascent.spectra = try #require(arrays["start"]).elements
    for step in 1...Int(try #require(arrays["steps"]).elements[0]) { ascent.step(step, wobbling: false) }
    let result = ascent.result()
    expectClose(
      result.pictures, try #require(arrays["pictures"]), absolute: 1e-4, because: "after forty steps")
    expectClose(
      Tensor([3], result.reached), try #require(arrays["reached"]), relative: 1e-4, because: "what is reached"
    )
  }

  @Test func wobblesStayInTheirRangeAndStandStillInTheMiddle() {
    let range = Wobble.Range(side: 28)
    #expect(range.before == 2 && range.after == 1)
    #expect(Wobble.Range(side: 224).before == 16 && Wobble.Range(side: 224).after == 8)
    var random = RandomStream(seed: 5)
    var angles: Set<Int> = []
    var scales: Set<Int> = []
    var shifts: Set<Float> = []
    for _ in 0..<2000 {
      let wobble = Wobble(drawing: &random, range)
      let scale = 1 / (wobble.cosine * wobble.cosine + wobble.sine * wobble.sine).squareRoot()
      scales.insert(Int((scale * 100).rounded()))
      angles.insert(Int((atan2(wobble.sine, wobble.cosine) * 180 / .pi).rounded()))
      if wobble.sine == 0, wobble.cosine == 1 { shifts.insert(wobble.shiftX) }
    }
    #expect(scales == Set(95...105))
    #expect(angles == Set(-5...5))
    #expect(shifts == [-1.5, -0.5, 0.5, 1.5])
  }

  @Test func composedKernelsAreOneConvolution() throws {
    let arrays = try maximisationFixture("expanded")
    let network = try Network.sequential(
      "chain", input: .init("image", [2, 24, 24]),
      [
        "conv1": Conv2d(inputChannels: 2, outputChannels: 4, kernelSize: 3, padding: 1, hasBias: false),
        "bn1": BatchNorm2d(channels: 4), "relu1": ReLU(), "pool1": MaxPool2d(kernelSize: 2),
        "conv2": Conv2d(
          inputChannels: 4, outputChannels: 5, kernelSize: Extent(height: 3, width: 2),
          stride: Extent(height: 2, width: 1)),
      ])
    var parameters = Parameters()
    parameters["conv1.weight"] = arrays["v1"]
    parameters["bn1.weight"] = arrays["gamma"]
    parameters["bn1.bias"] = Tensor([4], [3, -2, 1, 7])
    parameters["bn1.running_mean"] = Tensor([4], [1, 2, -3, 4])
    parameters["bn1.running_var"] = arrays["variance"]
    parameters["conv2.weight"] = arrays["v2"]
    parameters["conv2.bias"] = Tensor([5], repeating: 9)
    let expected = try #require(arrays["kernel"])
    // Two channels are no picture: three, of which the last is read by nobody.
    var nodes = network.nodes
    nodes[0].operation = Conv2d(
      inputChannels: 3, outputChannels: 4, kernelSize: 3, padding: 1, hasBias: false)
    let v1 = try #require(arrays["v1"])
    parameters["conv1.weight"] = Tensor(
      [4, 3, 3, 3],
      (0..<4).flatMap { Array(v1[$0].elements) + [Float](repeating: 0, count: 9) })
    let model = try Model(
      Network(name: "chain", inputs: [.init("image", [3, 24, 24])], nodes: nodes), parameters)
    let found = try ExpandedWeights(layer: "conv2").kernels(of: Specimen(model))
    #expect(found.kernels.shape == [5, 3, 8, 6])
    for unit in 0..<5 {
      expectClose(
        Tensor([2, 8, 6], Array(found.kernels[unit].elements.prefix(96))), expected[unit],
        absolute: 1e-5 * expected.maximumMagnitude, because: "unit \(unit)")
      #expect(found.kernels[unit].elements.suffix(48).allSatisfy { $0 == 0 })
    }
  }
}

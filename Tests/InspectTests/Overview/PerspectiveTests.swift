import Core
import Inspect
import Render
import TestSupport
import Testing

@Suite struct PerspectiveTests {
  private func paths(
    of specimen: Specimen, _ choice: Example.Choice, label: Int, width: Int = 3, layers: Int = 8
  ) throws -> PerspectivePaths {
    try PerspectivePaths(
      of: specimen, Example(choice, for: specimen), label: label, width: width, mostLayers: layers
    ) { _, _ in }
  }

  @Test func aPathIsActivationTimesWeight() throws {
    // The white picture: map 0 is 1 everywhere, and class “zero” sums its four pooled places.
    let found = try paths(of: Handmade.specimen(), .probe(0), label: 0)
    #expect(found.layers.map(\.node) == ["image", "relu1", "pool1", "fc"])
    #expect(found.layerCount == 3)
    #expect(found.links[2].map { [Double($0.from), Double($0.to), $0.contribution] } == [[0, 0, 4]])
    #expect(found.links[1].map { [Double($0.from), Double($0.to), $0.contribution] } == [[0, 0, 4]])
    #expect(found.links[0].map { [Double($0.from), Double($0.to), $0.contribution] } == [[0, 0, 4]])
    // Map 2 answers everywhere, but nothing reads it: no path.
    #expect(found.layers[1].chosen == [0] && found.layers[1].contributions == [4, 0, 0])
  }

  @Test func nothingSpeaksForAClassWithoutWeights() throws {
    let found = try paths(of: Handmade.specimen(), .probe(0), label: 1)
    #expect(found.links.count { !$0.isEmpty } == 0)
    let figure = try Perspective(example: .probe(0), label: 1).figure(of: Handmade.specimen())
    #expect(figure.option("class") == 1)
  }

  @Test(arguments: 0..<4) func withoutBiasesNothingIsLostOnTheWay(seed: UInt64) throws {
    let network = try Network.sequential(
      "plain", input: .init("image", [1, 8, 8]),
      [
        "conv1": Conv2d(inputChannels: 1, outputChannels: 5, kernelSize: 3, padding: 1, hasBias: false),
        "relu1": ReLU(), "pool1": MaxPool2d(kernelSize: 2),
        "conv2": Conv2d(inputChannels: 5, outputChannels: 6, kernelSize: 3, hasBias: false), "relu2": ReLU(),
        "flatten": Flatten(), "fc": Linear(inputFeatures: 24, outputFeatures: 3, hasBias: false),
      ])
    var random = RandomStream(seed: seed)
    var parameters = Parameters()
    parameters["conv1.weight"] = random.normal([5, 1, 3, 3])
    parameters["conv2.weight"] = random.normal([6, 5, 3, 3], deviation: 0.3)
    parameters["fc.weight"] = random.normal([3, 24], deviation: 0.3)
    let specimen = Specimen(try Model(network, parameters))
    let input = random.uniform([1, 1, 8, 8], in: 0...1)
    let score = Double(try Prediction(of: input, by: specimen).logits.elements[1])
    let found = try paths(of: specimen, .tensor(input, name: "noise"), label: 1, width: 6)
    for layer in found.layers {
      let sum = layer.contributions.reduce(0, +)
      let whole = layer.node == "fc" ? layer.contributions[1] : sum
      #expect(abs(whole - score) < 1e-4 * max(1, abs(score)), "\(layer.node)")
    }
    // All maps are followed here, so what leads into a map is what the map gives, less what speaks against it.
    for (index, links) in found.links.enumerated().dropFirst() {
      for link in links {
        #expect(link.contribution > 0)
        #expect(found.layers[index].chosen.contains(link.from))
        #expect(found.layers[index + 1].chosen.contains(link.to))
      }
    }
  }

  @Test func everyLayerIsATowerOfSheets() throws {
    let figure = try Perspective(example: .probe(0)).figure(of: Handmade.specimen())
    let scene = figure.scene()
    // The input, three maps, three pooled ones, two scores.
    #expect(scene.slantedImages.count == 1 + 3 + 3 + 2)
    for word in ["input", "conv1", "pool1", "fc", "zero", "one", "0.982"] {
      #expect(scene.words.contains(word), "\(word)")
    }
    #expect(figure.facts.contains("all 3 layers") && figure.facts.contains("paths to “zero”"))
    #expect(try figure.table("paths").rows.contains(["pool1", "0", "fc", "0", "4"]))
    // The white input is white, and lies at a slant.
    let input = scene.slantedImages[0]
    #expect(input.raster[0, 0] == .white && input.place.down.width < 0 && input.place.across.height == 0)
  }

  @Test func fewSheetsSayHowManyMoreThereAre() throws {
    let figure = try Perspective(example: .probe(0), sheets: 1, paths: 1).figure(of: Handmade.specimen())
    #expect(figure.scene().says("and 2 more"))
    #expect(figure.scene().slantedImages.count == 4)
    #expect(figure.option("sheets") == 1 && figure.option("paths") == 1)
  }

  @Test func deepNetworksAreShownInPart() throws {
    let found = try paths(of: Handmade.specimen(), .probe(0), label: 0, layers: 3)
    #expect(found.layers.map(\.node) == ["image", "relu1", "fc"] && found.layerCount == 3)
    #expect(found.links[1].map { [Double($0.from), Double($0.to), $0.contribution] } == [[0, 0, 4]])
  }

  @Test func nothingLeavesThePageAndNoTextIsHidden() throws {
    let scene = try Perspective(example: .probe(0)).figure(of: Handmade.specimen()).scene()
    let page = Rect(x: 0, y: 0, width: scene.size.width, height: scene.size.height)
    for text in scene.texts { #expect(page.contains(text.bounds), "\(text.string)") }
    for image in scene.slantedImages { #expect(page.contains(image.place.bounds)) }
    for (index, text) in scene.texts.enumerated() {
      for other in scene.texts[(index + 1)...] {
        #expect(!text.bounds.overlaps(other.bounds), "\(text.string) on \(other.string)")
      }
    }
  }

  @Test func unknownClassesAndGeneratorsAreRefused() throws {
    let error = #expect(throws: InspectError.self) {
      try Perspective(label: 2).figure(of: Handmade.specimen())
    }
    #expect(error?.reason == "'classifier' knows classes 0 to 1")
    let specimen = try Specimen(Handmade.model())
    #expect(throws: InspectError.self) { try Perspective().figure(of: specimen) }
  }

  @Test func documentedExampleRuns() throws {
    let figure = try Perspective(example: .probe(2)).figure(of: Handmade.specimen())
    let folder = try ScratchFolder()
    try figure.write(to: folder.path + "/perspective.svg")
  }
}

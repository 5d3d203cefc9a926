import Core
import Foundation
import Inspect
import Render
import TestSupport
import Testing

@Suite struct AblationTests {
  /// The same network with a filter and its bias of zero: behind a ReLU that is a silent unit.
  private func silenced(_ unit: Int, of layer: String, in specimen: Specimen) throws -> Specimen {
    var parameters = specimen.model.parameters
    var (weight, bias) = (parameters[layer, "weight"]!, parameters[layer, "bias"]!)
    let size = weight.shape.perExample.elementCount
    for index in unit * size..<(unit + 1) * size { weight.elements[index] = 0 }
    bias.elements[unit] = 0
    parameters[layer, "weight"] = weight
    parameters[layer, "bias"] = bias
    return try Specimen(Model(specimen.model.network, parameters)).tried(on: specimen.probe!, named: "noise")
  }

  private func accuracies(of specimen: Specimen) throws -> (all: Double, classes: [Double], loss: Double) {
    let probe = specimen.probe!
    let said = try Prediction(of: probe.inputs(0..<probe.count), by: specimen)
    let right = (0..<probe.count).map { said.top($0).class == probe.labels[$0] }
    let classes = (0..<3).map { label in
      let members = probe.labels.indices.filter { probe.labels[$0] == label }
      return Double(members.count { right[$0] }) / Double(members.count)
    }
    let losses = (0..<probe.count).map { index -> Double in
      let row = said.logits[index].elements.map(Double.init)
      let largest = row.max()!
      let total = row.reduce(0) { $0 + exp($1 - largest) }
      return log(total) - (row[probe.labels[index]] - largest)
    }
    return (
      Double(right.count { $0 }) / Double(probe.count), classes, losses.reduce(0, +) / Double(probe.count)
    )
  }

  @Test(arguments: ["conv1", "conv2"]) func aSilentUnitIsAFilterOfZeros(layer: String) throws {
    // `conv1` is read twice: silent, it is silent on both ways. `conv2` has a way around it.
    let specimen = try UnitTrials.residual()
    let ablation = try Ablation(of: specimen, layer: layer)
    let whole = try accuracies(of: specimen)
    #expect(ablation.accuracy == whole.all && ablation.classAccuracies == whole.classes)
    #expect(ablation.units.count == 4 && ablation.count == 130 && ablation.classCounts == [44, 43, 43])
    var changed = 0
    for unit in ablation.units {
      let without = try accuracies(of: silenced(unit.index, of: layer, in: specimen))
      #expect(unit.change == without.all - whole.all)
      #expect(unit.classChanges == zip(without.classes, whole.classes).map { $0 - $1 })
      #expect(abs(unit.lossChange - (without.loss - whole.loss)) < 1e-5)
      if unit.change != 0 { changed += 1 }
    }
    #expect(changed > 0, "a trial in which nothing changes shows nothing")
  }

  @Test func theLastConvolutionIsTakenWhereNoneIsNamed() throws {
    #expect(try Ablation(of: UnitTrials.residual()).layer == "conv2")
    let dense = try UnitTrials.dense(
      ReLU(), weights: [1, 2, 3, 4, 5, 6, 7, 8], bias: [0, 0], inputs: 4)
    #expect(try Ablation(of: dense).layer == "fc1", "without convolutions the last features")
  }

  @Test func fewerPicturesAreSpreadOverAll() throws {
    let ablation = try Ablation(of: UnitTrials.residual(), pictures: 10)
    #expect(ablation.count == 10 && ablation.classCounts.reduce(0, +) == 10)
    // Every thirteenth of labels 0, 1, 2, 0, …
    #expect(ablation.classCounts == [4, 3, 3])
  }

  @Test func theFigureShowsTheLargestEffectsAndTheTableAll() throws {
    let specimen = try UnitTrials.residual()
    let figure = try AblationFigure(layer: "conv1", units: 2).figure(of: specimen)
    let ablation = try Ablation(of: specimen, layer: "conv1")
    #expect(figure.facts.contains("the 2 of 4 units with the largest effect"))
    let table = try figure.table("units")
    #expect(table.rows.count == 5 && table.rows[0][0] == "none")
    #expect(table.rows[1][0] == String(ablation.byEffect[0].index))
    let heatmaps = figure.scene().images.filter { $0.raster.height == 2 }
    #expect(heatmaps.map(\.raster.width) == [1, 3], "all pictures, and three classes")
    #expect(figure.option("layer") == "conv1" && figure.option("units") == 2)
  }

  @Test func whatCannotBeTriedIsSaid() throws {
    let bare = Specimen(try Handmade.model())
    #expect(throws: InspectError.self) { try Ablation(of: bare) }
    let unknown = #expect(throws: InspectError.self) {
      try Ablation(of: Handmade.specimen(), layer: "pool1")
    }
    #expect(unknown?.reason.contains("conv1") == true)
    var probe = Handmade.probe
    probe.labels = [0, 1, 7]
    let wrong = try Specimen(Handmade.model()).tried(on: probe, named: "sevens")
    let error = #expect(throws: InspectError.self) { try Ablation(of: wrong) }
    #expect(error?.reason.contains("labels up to 7") == true)
  }

  @Test func aBiasOfItsOwnIsNoLayer() throws {
    // As ONNX graphs have it: a constant that stands for a batch of one, added behind the last weights.
    let network = try Network(
      name: "biased", inputs: [.init("image", [1, 1, 4])],
      nodes: [
        .init("flatten", Flatten(), ["image"]),
        .init("fc1", Linear(inputFeatures: 4, outputFeatures: 3), ["flatten"]),
        .init("relu1", ReLU(), ["fc1"]),
        .init("fc2", Linear(inputFeatures: 3, outputFeatures: 2, hasBias: false), ["relu1"]),
        .init("bias", Constant(shape: [2]), []),
        .init("sum", Add(), ["fc2", "bias"]),
      ])
    let specimen = try Specimen(UnitTrials.model(network)).tried(
      on: UnitTrials.probe(130, shape: [1, 1, 4], classes: 2), named: "noise")
    let ablation = try Ablation(of: specimen)
    #expect(ablation.layer == "fc1" && ablation.units.count == 3)
    #expect(try UnitHealth(of: specimen).layers.map(\.name) == ["fc1"])
    #expect(try PictureEmbedding(of: specimen, by: .pca).layer == "relu1")
    #expect(try !LayerSimilarity(of: specimen).rows.contains("bias"))
    #expect(throws: InspectError.self) { try PictureEmbedding(of: specimen, by: .pca, layer: "bias") }
  }

  @Test func theExampleInTheDocumentationRuns() throws {
    let specimen = try UnitTrials.residual()
    let ablation = try Ablation(of: specimen, layer: "conv2")
    #expect(ablation.units.min { $0.change < $1.change } != nil)
  }
}

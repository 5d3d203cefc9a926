import Core
import Inspect
import Render
import TestSupport
import Testing

/// A classifier of two classes whose every number is known, and a run of it.
///
/// `conv1` has three 3 × 3 filters: the picture itself, its negative, and nothing but a bias of 0.25. `fc` sums the first map
/// after pooling for class “zero”; class “one” is always 0. The probe is a white, a dark grey (0.2) and a black picture.
enum Handmade {
  static func network() throws -> Network {
    try .sequential(
      "tiny", input: .init("image", [1, 4, 4]),
      [
        "conv1": Conv2d(inputChannels: 1, outputChannels: 3, kernelSize: 3, padding: 1),
        "relu1": ReLU(),
        "pool1": MaxPool2d(kernelSize: 2),
        "flatten": Flatten(),
        "dropout": Dropout(rate: 0.5),
        "fc": Linear(inputFeatures: 12, outputFeatures: 2),
      ])
  }

  static func model(factor: Float = 1) throws -> Model {
    var parameters = Parameters()
    func filter(_ centre: Float) -> [Float] { [0, 0, 0, 0, centre * factor, 0, 0, 0, 0] }
    parameters["conv1.weight"] = Tensor([3, 1, 3, 3], filter(1) + filter(-1) + filter(0))
    parameters["conv1.bias"] = Tensor([3], [0, 0, 0.25])
    parameters["fc.weight"] = Tensor(
      [2, 12], [Float](repeating: 1, count: 4) + [Float](repeating: 0, count: 20))
    parameters["fc.bias"] = Tensor([2])
    return try Model(network(), parameters)
  }

  static let probe = Probe(
    pictures: [UInt8](repeating: 255, count: 16) + [UInt8](repeating: 51, count: 16)
      + [UInt8](repeating: 0, count: 16),
    pictureShape: [3, 1, 4, 4], labels: [0, 1, 1], classNames: ["zero", "one"])

  /// Training losses of the run's eight steps.
  static let losses: [Double] = [0.9, 0.7, 0.6, 0.5, 0.4, 0.5, 0.3, 0.2]

  /// A run of eight steps in two epochs; weights grow from step to step, the model above is the last.
  static let run = Result {
    let folder = try ScratchFolder()
    let path = folder.path + "/tiny.h5"
    let recorder = try RunRecorder(
      creating: path,
      RunPlan(
        recipe: "{}", seed: 7,
        networks: [RunNetwork(name: "classifier", role: .classifier, network: try network())], probe: probe,
        metrics: ["loss", "accuracy"],
        evaluations: ["validation_loss", "validation_accuracy", "test_loss", "test_accuracy"],
        confusionClasses: 2))
    func store(_ step: Int, _ factor: Float) throws {
      try recorder.snapshot(
        step: step, epoch: Double(step) / 4, seconds: Double(step),
        parameters: ["classifier": model(factor: factor).parameters])
    }
    try recorder.append(evaluation: 0, values: [0.8, 0.5, .nan, .nan])
    try store(0, -0.5)
    for (index, loss) in losses.enumerated() {
      let step = index + 1
      try recorder.append(step: step, metrics: [loss, 1 - loss])
      if step == 4 {
        try recorder.append(evaluation: 4, values: [0.5, 0.7, 0.6, 0.65], confusion: [4, 0, 3, 3])
        try store(4, 0.5)
      }
      if step == 6 { try recorder.append(evaluation: 6, values: [0.6, 0.72, .nan, .nan]) }
    }
    try recorder.append(evaluation: 8, values: [0.7, 0.75, 0.55, 0.7], confusion: [3, 1, 2, 4])
    try store(8, 1)
    try recorder.finish(.complete)
    return (folder: folder, archive: try RunArchive(opening: path))
  }

  static func archive() throws -> RunArchive { try run.get().archive }
  static func specimen(at selector: SnapshotSelector = .last) throws -> Specimen {
    try Specimen(archive(), at: selector)
  }
}

extension Scene {
  /// All lines of text.
  var words: [String] { texts.map(\.string) }

  /// Whether a part of a sentence is drawn, wherever its lines break.
  func says(_ part: String) -> Bool { words.joined(separator: " ").contains(part) }

  /// The galleries: all images that are more than a colour bar.
  var galleries: [(raster: Raster, rect: Rect)] {
    images.filter { $0.raster.height > 1 && $0.raster.width > 1 }
  }
}

/// The colour of a gallery at a distance in points from its left top corner.
func color(of gallery: (raster: Raster, rect: Rect), x: Double, y: Double) -> Color {
  gallery.raster[
    Int(x / gallery.rect.width * Double(gallery.raster.width)),
    Int(y / gallery.rect.height * Double(gallery.raster.height))]
}

extension Figure {
  /// A table of numbers by its name.
  func table(_ name: String) throws -> NumberTable { try #require(numbers.first { $0.name == name }).table }

  /// A recipe's option.
  func option(_ name: String) -> FigureRecipe.Value? {
    guard case .object(let entries)? = recipe["options"] else { return nil }
    return entries.first { $0.key == name }?.value
  }
}

/// The one convolution of a network, with given weights and without bias.
func convolutionModel(_ operation: some Operation, input: Shape, weights: [Float]) throws -> Model {
  let network = try Network.sequential("layer", input: .init("image", input), ["conv1": operation])
  var parameters = Parameters()
  parameters["conv1.weight"] = Tensor(operation.parameters[0].shape, weights)
  return try Model(network, parameters)
}

internal import Core
internal import Foundation
internal import Import

/// Small sound files of every format that can be written, to make damaged copies of.
package enum Seeds {
  /// Writes them into a folder.
  /// - Returns: their paths.
  package static func write(to folder: String) throws -> [String] {
    var paths: [String] = []
    func path(_ name: String) -> String {
      paths.append(folder + "/" + name)
      return paths[paths.count - 1]
    }
    let models = [try classifier(), try generator()]
    for model in models {
      for format in ExportFormat.allCases {
        try format.write(model, to: path("\(model.network.name).\(format.rawValue)"))
      }
      try NumPyArchive.write(
        model.parameters.names.map { ($0, model.parameters[$0]!) }, to: path("\(model.network.name).npz"))
    }
    try record(models[0], to: path("run.h5"))
    return paths
  }

  private static func model(_ network: Network) throws -> Model {
    var random = RandomStream(seed: 5, stream: 0)
    return try Model(network, Parameters(initialising: network, by: .kaimingUniform, from: &random))
  }

  private static func classifier() throws -> Model {
    try model(
      .sequential(
        "classifier", input: .init("picture", [1, 8, 8]),
        [
          "conv1": Conv2d(inputChannels: 1, outputChannels: 4, kernelSize: 3, padding: 1), "relu1": ReLU(),
          "pool1": MaxPool2d(kernelSize: 2), "flatten": Flatten(), "dropout": Dropout(rate: 0.25),
          "fc1": Linear(inputFeatures: 64, outputFeatures: 5), "softmax": Softmax(),
        ]))
  }

  private static func generator() throws -> Model {
    try model(
      .sequential(
        "generator", input: .init("latent", [6]),
        [
          "fc1": Linear(inputFeatures: 6, outputFeatures: 32, hasBias: false),
          "reshape": Reshape(shape: [8, 2, 2]),
          "bn1": BatchNorm2d(channels: 8), "relu1": LeakyReLU(slope: 0.2),
          "deconv1": ConvTranspose2d(
            inputChannels: 8, outputChannels: 1, kernelSize: 4, stride: 2, padding: 1),
          "tanh": Tanh(),
        ]))
  }

  private static func record(_ model: Model, to path: String) throws {
    let network = RunNetwork(name: "classifier", role: .classifier, network: model.network)
    let recorder = try RunRecorder(creating: path, RunPlan(recipe: "{}", seed: 7, networks: [network]))
    try recorder.snapshot(step: 0, epoch: 0, seconds: 0, parameters: ["classifier": model.parameters])
    try recorder.finish(.complete)
  }
}

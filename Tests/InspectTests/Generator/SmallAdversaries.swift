import Core
import Inspect
import TestSupport
import Train

/// Runs that are trained once for all tests of this folder, for a few steps on drawn digits.
enum SmallRun {
  private static let folder = Result { try ScratchFolder() }

  /// Twelve steps of the plain DCGAN, five to an epoch.
  static let adversarial = Result { try train(.dcganPlain, steps: 12) }
  /// Two steps of the small classifier.
  static let classifier = Result { try train(.cnn, steps: 2) }

  private static func train(_ preset: Preset, steps: Int) throws -> String {
    var recipe = Recipe(preset: preset, seed: 5)
    recipe.batch = 8
    recipe.steps = steps
    recipe.validationCount = min(recipe.validationCount, 8)
    let data = try DataSet.open("digits", options: .init(seed: 1, trainCount: 40, testCount: 10))
    let path = try folder.get().path + "/\(preset.rawValue).h5"
    try Trainer(recipe, data).train(recordingTo: path)
    return path
  }

  static func opened() throws -> RunArchive { try RunArchive(opening: adversarial.get()) }
}

/// A generator and a discriminator small enough to be worked by hand.
enum HandAdversaries {
  /// Two numbers to a picture of 2 × 2: `tanh(W z)` with the rows of W (1, 0), (0, 1), (1, 1), (0, 0).
  static func generator(
    latent: Shape = [2], ending: any Operation = Tanh(), name: String = "generator"
  ) throws -> Specimen {
    let flat = Linear(inputFeatures: 2, outputFeatures: 4, hasBias: false)
    let network = try Network(
      name: name, inputs: [.init("latent", latent)],
      nodes: [
        .init("flat", Flatten(), ["latent"]), .init("fc", flat, ["flat"]),
        .init("shape", Reshape(shape: [1, 2, 2]), ["fc"]), .init("end", ending, ["shape"]),
      ])
    var parameters = Parameters()
    parameters["fc", "weight"] = Tensor([4, 2], [1, 0, 0, 1, 1, 1, 0, 0])
    return Specimen(try Model(network, parameters))
  }

  /// The sum of a picture's numbers as a logit.
  static func discriminator(pixels: Int = 4) throws -> Specimen {
    let side = pixels == 4 ? 2 : 3
    let network = try Network.sequential(
      "discriminator", input: .init("image", [1, side, side]),
      ["flat": Flatten(), "logit": Linear(inputFeatures: pixels, outputFeatures: 1, hasBias: false)])
    var parameters = Parameters()
    parameters["logit", "weight"] = Tensor([1, pixels], repeating: 1)
    return Specimen(try Model(network, parameters))
  }

  /// A latent from a file, so to speak.
  static func latent(_ first: Float, _ second: Float) -> LatentInterpolation.End {
    .latent(Tensor([2], [first, second]), name: "z.npy")
  }
}

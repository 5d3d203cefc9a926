import ArgumentParser
import Core
import Inspect

/// What goes through a network.
struct ExampleOptions: ParsableArguments {
  @Option(help: "A picture of the network's size (.png, .jpg), or numbers for it (.npy).")
  var image: String?

  @Option(help: "One of the run's probe pictures, from 0.")
  var probe: Int?

  @Option(help: "One of the run's fixed latents, from 0.")
  var latent: Int?

  func validate() throws {
    if [image != nil, probe != nil, latent != nil].filter({ $0 }).count > 1 {
      throw ValidationError("give one of --image, --probe and --latent")
    }
  }

  /// What was chosen; nil if nothing was.
  /// - Throws: `PictureError` or `NumPyError` if a file cannot be read.
  var choice: Example.Choice? {
    get throws {
      if let probe { return .probe(probe) }
      if let latent { return .latent(latent) }
      return try image.map(Example.Choice.file)
    }
  }
}

extension Example.Choice {
  /// What is in a file: a picture, or numbers for the network.
  /// - Throws: `PictureError` or `NumPyError` if it cannot be read.
  static func file(_ path: String) throws -> Example.Choice {
    path.hasSuffix(".npy")
      ? .tensor(try NumPyFile.read(path), name: path) : .picture(try Picture(contentsOf: path), name: path)
  }
}

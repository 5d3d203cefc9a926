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
      guard let image else { return nil }
      if image.hasSuffix(".npy") { return .tensor(try NumPyFile.read(image), name: image) }
      return .picture(try Picture(contentsOf: image), name: image)
    }
  }
}

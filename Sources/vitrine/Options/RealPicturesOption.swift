import ArgumentParser
import Core
import Inspect
import Train

/// The real pictures that generated ones are held against.
struct RealPicturesOption: ParsableArguments {
  @Option(
    help:
      "The real pictures: mnist, fashion-mnist, cifar10, digits, or a folder; those the run was trained on if not given."
  )
  var data: String?

  /// What a generator is to imitate.
  struct Pictures {
    /// What it may have learnt from.
    let train: Probe
    /// What it has never seen.
    let test: Probe
    /// What the pictures are called: the data set's name.
    let name: String
  }

  /// The pictures as large as those of a network.
  /// - Parameters:
  ///   - shape: `[channels, height, width]`.
  ///   - normalisation: how a network would be given them.
  /// - Throws: `InspectError` if none are named and the file does not say what it was trained on or they do not fit; `DataError` if they cannot be read.
  func pictures(for subject: Subject, shape: Shape, normalisation: Normalisation) throws -> Pictures {
    let source: String
    var seed: UInt64 = 0
    if let data {
      source = data
    } else if case .run(let run) = subject, let recipe = try? Recipe(json: run.recipe), let data = recipe.data
    {
      source = data.source
      seed = recipe.seed
    } else {
      throw InspectError(
        .notApplicable, "--data",
        "the file does not say which pictures it was trained on; name them with --data")
    }
    let set = try DataSet.open(
      source, options: .init(seed: seed, size: PictureSize(width: shape[2], height: shape[1])))
    guard set.pictureShape == shape else {
      throw InspectError(
        .input, source, "has pictures of \(set.pictureShape), the network makes \(shape)")
    }
    func probe(_ pictures: LabelledPictures) -> Probe {
      Probe(
        pictures: pictures.pixels, pictureShape: shape.batched(pictures.count),
        labels: pictures.labels.map(Int.init),
        classNames: set.classNames, normalisation: normalisation)
    }
    return Pictures(
      train: probe(set.train), test: probe(set.test.count > 0 ? set.test : set.train), name: set.name)
  }
}

import ArgumentParser
import Core
import Inspect
import Train

/// The real pictures that generated ones are held against.
struct RealPicturesOption: ParsableArguments {
  @Option(
    help:
      "The real pictures: mnist, fashion-mnist, cifar10, digits, probe (those the run is watched on), or a folder; those the run was trained on if not given."
  )
  var data: String?

  /// The pictures that a generator is to imitate, as large as those that it makes.
  /// - Throws: `InspectError` if none are named and the file does not say what it was trained on, or they do not fit;
  ///   `DataError` if they cannot be read.
  func pictures(for subject: Subject, of generator: Specimen) throws -> RealPictures {
    let shape = try Sampling(generator).pictureShape
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
    if source == RealPictures.watched {
      guard case .run(let run) = subject, let pictures = try RealPictures(watchedBy: run) else {
        throw InspectError(
          .notApplicable, generator.name, "is watched on no pictures; name others with --data")
      }
      return pictures
    }
    let set = try DataSet.open(
      source, options: .init(seed: seed, size: PictureSize(width: shape[2], height: shape[1])))
    guard set.pictureShape == shape else {
      throw InspectError(
        .input, source, "has pictures of \(set.pictureShape), '\(generator.name)' makes \(shape)")
    }
    func probe(_ pictures: LabelledPictures) -> Probe {
      Probe(
        pictures: pictures.pixels, pictureShape: shape.batched(pictures.count),
        labels: pictures.labels.map(Int.init), classNames: set.classNames,
        normalisation: generator.normalisation)
    }
    return RealPictures(
      train: probe(set.train), test: probe(set.test.count > 0 ? set.test : set.train), name: set.name,
      option: data)
  }

  /// The pictures that were named; nil where none were.
  func named(for subject: Subject, of generator: Specimen) throws -> RealPictures? {
    try data.map { _ in try pictures(for: subject, of: generator) }
  }
}

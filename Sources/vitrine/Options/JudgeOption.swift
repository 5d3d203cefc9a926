import ArgumentParser
import Core
import Inspect

/// The classifier that reads a generator's pictures.
struct JudgeOption: ParsableArguments {
  @Option(
    name: .customLong("with"),
    help: "The file of a classifier that reads the pictures: a run, or a model from elsewhere.")
  var file: String?

  /// The classifier, as it is at the end of its training; nil if none was named.
  func specimen() throws -> Specimen? {
    try file.map { try Subject(opening: $0).specimen(NetworkChoice()) }
  }

  /// Refuses to go without a classifier.
  func require() throws {
    if file == nil { throw ValidationError("name the classifier that judges: --with FILE") }
  }
}

import ArgumentParser
import Core
import Inspect
import Train

/// Which labelled pictures a network is tried on, where its file has none or others are wanted.
struct DataOptions: ParsableArguments {
  @Option(
    help:
      "Pictures to try it on: mnist, fashion-mnist, cifar10, digits, or a folder; a run's own if not given.")
  var data: String?

  @Option(help: "How many of them, as many of each class; \(Self.usual) if not given.")
  var pictures: Int?

  /// As many as runs keep.
  static let usual = 1000

  func validate() throws {
    guard let pictures else { return }
    if data == nil { throw ValidationError("--pictures counts those of --data; name these, too") }
    if pictures < 1 { throw ValidationError("--pictures must be at least 1") }
  }

  /// A specimen with the pictures that were asked for, if any were.
  /// - Throws: `DataError` if they cannot be read, `InspectError` if they do not fit.
  func apply(to specimen: Specimen) throws -> Specimen {
    guard let data else { return specimen }
    let shape = specimen.model.network.inputs.first { $0.shape.rank == 3 }?.shape
    let set = try DataSet.open(
      data, options: .init(size: shape.map { PictureSize(width: $0[2], height: $0[1]) }))
    return try specimen.tried(
      on: Probe(testing: set, maximum: pictures ?? Self.usual, normalisation: specimen.normalisation),
      named: data, count: pictures)
  }
}

import ArgumentParser
import Core
import Inspect
import Render

struct SimilarityCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "cka",
    abstract: "Draws how alike layers see the same pictures: of one network, of two, or at two steps.",
    discussion:
      "Centred kernel alignment does not mind how features are numbered or turned, so that networks of different seeds can be compared."
  )

  @OptionGroup var input: FileArgument

  @Argument(help: "The other network's file; the first one's own layers if not given.")
  var other: String?

  @OptionGroup var moment: MomentOptions

  @Option(help: "The other's snapshot, of the same file if no other is given: a step, first or last.")
  var otherStep: SnapshotSelector?

  @Option(help: "Pictures compared, at most, evenly spread over all there are.")
  var compared = 1000

  @Flag(help: "Leaves in what few pictures of many features add.")
  var biased = false

  @OptionGroup var brightness: BrightnessOptions
  @OptionGroup var data: DataOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if compared < 4 { throw ValidationError("--compared must be at least 4") }
  }

  func figure() throws -> Figure {
    let subject = try Subject(opening: input.file)
    let specimen = try subject.specimen(moment.choice, brightness, on: data)
    var second: Specimen?
    if let other {
      // Its network may be called otherwise: the first of its file.
      second = try Subject(opening: other).specimen(
        NetworkChoice(network: nil, step: otherStep ?? .last), brightness)
    } else if let otherStep {
      second = try subject.specimen(NetworkChoice(network: moment.network, step: otherStep), brightness)
    }
    let progress = WorkProgress("comparing layers", isQuiet: output.quiet)
    defer { progress.end() }
    return try SimilarityFigure(pictures: compared, isBiased: biased, theme: output.theme).figure(
      of: specimen, and: second, from: other.map { [input.file, $0] } ?? [], progress: progress.show)
  }
}

import ArgumentParser
import Core
import Inspect
import Render

struct JudgeHistoryCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "judge-history",
    abstract: "Draws what a classifier sees in a generator's pictures at every snapshot of its training.",
    discussion: "Several runs become a line each: which recipe gets how far, and how soon.")
  static let showsOneMoment = false

  @OptionGroup var input: FileArgument

  @Argument(help: "Further runs to compare with, of generators of the same pictures.")
  var others: [String] = []

  @OptionGroup var judge: JudgeOption

  @Option(help: "The generator; the run's first if not given.")
  var network: String?

  @Option(help: "Pictures that are generated at each snapshot.")
  var count = 1000

  @Option(help: "Where latents come from.")
  var seed: UInt64 = 0

  @Option(help: "Snapshots that are judged, at most.")
  var snapshots = 40

  @Flag(help: "Draws several runs over minutes of training instead of epochs.")
  var minutes = false

  @OptionGroup var real: RealPicturesOption
  @OptionGroup var output: OutputOptions

  func validate() throws {
    try judge.require()
    if !(50...20_000).contains(count) { throw ValidationError("--count must be 50 to 20000") }
    if network != nil, !others.isEmpty {
      throw ValidationError("--network is for one run; of several the generators are compared")
    }
    if minutes, others.isEmpty {
      throw ValidationError("--minutes is for several runs")
    }
    if !(2...200).contains(snapshots) { throw ValidationError("--snapshots must be 2 to 200") }
  }

  func figure() throws -> Figure {
    let run = try Subject.run(input.file)
    let generator = try Subject.run(run).generator(NetworkChoice(network: network))
    let pictures = try real.pictures(for: .run(run), of: generator)
    let progress = WorkProgress("judges", isQuiet: output.quiet)
    defer { progress.end() }
    let judging = JudgeHistory(count: count, seed: seed, snapshots: snapshots, theme: output.theme)
    guard others.isEmpty else {
      return try JudgedRuns(judging, isByTime: minutes).figure(
        of: [run] + others.map { try Subject.run($0) }, by: judge.specimen()!, real: pictures,
        progress: progress.show)
    }
    return try judging.figure(
      of: run, network: network, by: judge.specimen()!, real: pictures, progress: progress.show)
  }
}

import ArgumentParser
import Core
import Inspect
import Render

struct DiversityCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "diversity",
    abstract: "Draws how much a generator's pictures differ from each other, beside real ones.",
    discussion: "Over a run's whole training; of one moment with --step or --moment, and of a model.")

  @OptionGroup var input: FileArgument

  @Option(help: "The network; the run's generator if not given.")
  var network: String?

  @Option(help: "One snapshot alone: a step, first or last.")
  var step: SnapshotSelector?

  @Flag(name: .customLong("moment"), help: "One moment alone, the last if no --step is given.")
  var showsMoment = false

  @Option(help: "Pictures of either kind.")
  var count = 64

  @Option(help: "Which real pictures are taken; of one moment also which latents, if not 0.")
  var seed: UInt64 = 0

  @OptionGroup var real: RealPicturesOption
  @OptionGroup var condition: LabelOption
  @OptionGroup var output: OutputOptions

  func figure() throws -> Figure {
    let diversity = Diversity(count: count, seed: seed, theme: output.theme)
    let subject = try Subject(opening: input.file)
    if case .run(let run) = subject, step == nil, !showsMoment, network == nil, condition.label == nil {
      let progress = WorkProgress("comparing", isQuiet: output.quiet)
      defer { progress.end() }
      let pictures = try real.named(for: subject, of: subject.generator(NetworkChoice()))
      return try diversity.figure(
        of: run, real: pictures?.test, named: pictures?.option, progress: progress.show)
    }
    let generator = try subject.generator(NetworkChoice(network: network, step: step ?? .last), condition)
    let pictures = try real.named(for: subject, of: generator)
    return try diversity.figure(of: generator, real: pictures?.test, named: pictures?.option)
  }
}

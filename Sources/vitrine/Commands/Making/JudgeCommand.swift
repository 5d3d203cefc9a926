import ArgumentParser
import Core
import Inspect
import Render

struct JudgeCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "judge",
    abstract:
      "Lets a classifier judge a generator: prints scores beside those of real pictures; -o draws them.",
    discussion:
      "The classifier is named by --with. Scores by another classifier, or of another number of pictures, cannot be compared."
  )

  @OptionGroup var input: FileArgument
  @OptionGroup var judge: JudgeOption
  @OptionGroup var moment: MomentOptions

  @Option(help: "Pictures that are generated.")
  var count = 10_000

  @Option(help: "Where latents and choices come from.")
  var seed: UInt64 = 0

  @OptionGroup var condition: LabelOption
  @OptionGroup var real: RealPicturesOption

  @Flag(help: "Prints JSON.")
  var json = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    try judge.require()
    if !(Judging.fewest...Judging.most).contains(count) {
      throw ValidationError("--count must be \(Judging.fewest) to \(Judging.most)")
    }
  }

  func run() throws {
    if let path = output.output { try WritingPlace.checkFigure(path) }  // before the work, not after it
    let judgement = try judgement()
    if let path = output.output {
      try output.write(judging.figure(of: judgement), to: path, quietly: json)
    } else if !output.quiet, !json {
      print(judgement.text)
    }
    if json { print(try judgement.json()) }
  }

  func figure() throws -> Figure { judging.figure(of: try judgement()) }

  private var judging: Judging { Judging(count: count, seed: seed, theme: output.theme) }

  private func judgement() throws -> Judgement {
    let subject = try Subject(opening: input.file)
    let generator = try subject.generator(moment.choice, condition)
    let classifier = try judge.specimen()!
    let pictures = try real.pictures(for: subject, of: generator)
    let progress = WorkProgress("judges", isQuiet: output.quiet)
    defer { progress.end() }
    return try judging.judgement(on: generator, by: classifier, real: pictures, progress: progress.show)
  }
}

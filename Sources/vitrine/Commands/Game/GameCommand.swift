import ArgumentParser
import Core
import Inspect
import Render

struct GameCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "game",
    abstract: "Draws where the discriminator pushes a generator's pictures, and its next step.")

  @OptionGroup var input: FileArgument
  @OptionGroup var moment: MomentOptions

  @Option(
    name: .customLong("with"),
    help: "The file of another discriminator; a lone generator needs one.")
  var opponent: String?

  @Option(help: "The run's network that judges; its discriminator if not given.")
  var discriminator: String?

  @Option(help: "Fakes that are shown.")
  var shown = 6

  @Option(help: "The rate of the generator's step; one at which the pictures move visibly if not given.")
  var rate: Double?

  @Option(help: "Draws other latents than those the run watches, from this seed.")
  var seed: UInt64?

  @Option(help: "Three seeds with commas between: a sheet over the plane through their latents.")
  var plane: NumberList?

  @OptionGroup var condition: LabelOption
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let plane, plane.numbers.count != 3 {
      throw ValidationError("--plane takes three seeds with commas between: --plane 1,2,3")
    }
    if let rate, !(rate > 0) { throw ValidationError("--rate must be above 0") }
  }

  func figure() throws -> Figure {
    let subject = try Subject(opening: input.file)
    let other = try opponent.map {
      try Subject(opening: $0).specimen(playing: .discriminator, NetworkChoice())
    }
    guard let discriminator = try other ?? subject.discriminator(discriminator, at: moment.step) else {
      // What is no generator is told so first.
      _ = try Sampling(subject.generator(moment.choice, condition))
      throw InspectError(
        .notApplicable, input.file, "a generator alone plays no game; name a discriminator's file with --with"
      )
    }
    return try Game(
      pictures: shown, rate: rate, seed: seed, plane: plane?.numbers.map(UInt64.init) ?? [],
      theme: output.theme
    ).figure(of: subject.generator(moment.choice, condition), against: discriminator)
  }
}

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
    let players = try Players(input.file, moment, condition, discriminator: discriminator, with: opponent)
    var figure = try Game(
      pictures: shown, rate: rate, seed: seed, plane: plane?.numbers.map(UInt64.init) ?? [],
      theme: output.theme
    ).figure(of: players.generator, against: players.opponent())
    figure.recipe.judge = opponent
    return figure
  }
}

/// The two networks of a game, wherever they come from.
struct Players {
  /// The generator of the file.
  let generator: Specimen
  /// The discriminator of the run, or of another file; nil for a lone generator.
  let discriminator: Specimen?
  private let file: String

  /// - Parameters:
  ///   - discriminator: the run's network that judges; the one with that role if nil.
  ///   - opponent: another file whose network judges instead.
  init(
    _ file: String, _ moment: MomentOptions, _ condition: LabelOption, discriminator: String? = nil,
    with opponent: String? = nil
  ) throws {
    self.file = file
    let subject = try Subject(opening: file)
    let other = try opponent.map { path in
      switch try Subject(opening: path) {
      case .run(let run):
        try Specimen(run, network: run.networks.first { $0.role == .discriminator }?.name)
      case .model(let model): try Subject.model(model).specimen(NetworkChoice())
      }
    }
    switch subject {
    case .run(let run):
      let name = moment.network ?? run.networks.first { $0.role == .generator }?.name
      generator = try subject.specimen(NetworkChoice(network: name, step: moment.step), nil, condition)
      let judge = discriminator ?? run.networks.first { $0.role == .discriminator }?.name
      self.discriminator = try other ?? judge.map { try Specimen(run, network: $0, at: moment.step) }
    case .model:
      generator = try subject.specimen(moment.choice, nil, condition)
      self.discriminator = other
    }
  }

  /// The discriminator.
  /// - Throws: `InspectError` if there is none.
  func opponent() throws(InspectError) -> Specimen {
    guard let discriminator else {
      throw InspectError(
        .notApplicable, file, "a generator alone plays no game; name a discriminator's file with --with")
    }
    return discriminator
  }
}

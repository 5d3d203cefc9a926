public import ArgumentParser
import Core
public import Inspect
import Render

struct InvertCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "invert",
    abstract: "Finds the latent from which a generator comes nearest to a picture.",
    discussion: "Without a choice one picture of the run is looked for; --count 10 takes one of each class.")

  @OptionGroup var input: FileArgument
  @OptionGroup var moment: MomentOptions

  @Option(help: "A picture of the generator's size (.png, .jpg).")
  var image: String?

  @Option(help: "One of the real pictures, from 0.")
  var probe: Int?

  @Option(help: "So many of the real pictures, one of each class in turn.")
  var count: Int?

  @Option(help: "The picture that the generator itself makes of this seed: can it be found again?")
  var own: UInt64?

  @Option(help: "Searches for each picture, each from another latent.")
  var starts = InversionSettings().starts

  @Option(help: "Steps of each search.")
  var steps = InversionSettings().steps

  @Option(help: "The step size of Adam.")
  var rate = InversionSettings().rate

  @Option(help: "What it costs that a latent is longer or shorter than usual.")
  var weight = InversionSettings().shellWeight

  @Option(help: "What latents were drawn from in training: normal, or uniform over -1 to 1.")
  var prior: InversionSettings.Prior = .normal

  @Option(help: "Where the starts come from.")
  var seed: UInt64 = 0

  @Option(name: .customLong("latent-out"), help: "Writes the latents to a .npy file, for interpolate --from.")
  var latentOut: String?

  @OptionGroup var real: RealPicturesOption
  @OptionGroup var condition: LabelOption
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if [image != nil, probe != nil, count != nil, own != nil].filter({ $0 }).count > 1 {
      throw ValidationError("give one of --image, --probe, --count and --own")
    }
    if let latentOut, !latentOut.hasSuffix(".npy") {
      throw ValidationError("--latent-out \(latentOut): latents are written as .npy")
    }
  }

  func figure() throws -> Figure {
    if let latentOut { try WritingPlace.check(latentOut) }
    let subject = try Subject(opening: input.file)
    let generator = try subject.generator(moment.choice, condition)
    // A run brings the pictures that it is watched on.
    let pictures = try real.named(for: subject, of: generator)?.test
    let inversion = Inversion(
      try target(),
      settings: InversionSettings(
        starts: starts, steps: steps, rate: rate, shellWeight: weight, prior: prior, seed: seed),
      theme: output.theme)
    let progress = WorkProgress("searching", isQuiet: output.quiet)
    defer { progress.end() }
    let found = try inversion.result(of: generator, pictures: pictures, progress: progress.show)
    // One latent alone has the shape that a generator takes it in.
    if let latentOut {
      try NumPyFile.write(found.count == 1 ? found.latents[0] : found.latents, to: latentOut)
    }
    return try inversion.figure(of: found, by: generator, named: real.data)
  }

  private func target() throws -> Inversion.Target {
    if let image { return .picture(try Picture(contentsOf: image), name: image) }
    if let probe { return .one(probe) }
    if let own { return .own(own) }
    return .spread(count ?? 1)
  }
}

extension InversionSettings.Prior: ExpressibleByArgument {}

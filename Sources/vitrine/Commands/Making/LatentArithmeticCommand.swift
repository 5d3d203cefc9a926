import ArgumentParser
import Core
import Inspect
import Render

struct LatentArithmeticCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "arithmetic",
    abstract: "Adds concepts in a generator's latent space, a - b + c, and in pixels beside it.",
    discussion: "The concepts: --with cnn.h5 --classes 7,1,4, or --a, --b and --c as seeds or .npy files.")

  @OptionGroup var input: FileArgument
  @OptionGroup var moment: MomentOptions

  @Option(help: "Three classes: of random pictures those that the judge is surest of.")
  var classes: NameList?

  @Option(help: "The first concept: seeds such as 1,2,3, or a .npy file with latents.")
  var a: String?

  @Option(help: "The concept that is taken away, likewise.")
  var b: String?

  @Option(help: "The concept that is added, likewise.")
  var c: String?

  @Option(help: "Pictures of each class.")
  var count = 3

  @Option(help: "Random pictures among which they are chosen.")
  var samples = 1000

  @Option(help: "How far the neighbours lie from the sum in each coordinate, at most.")
  var spread = 0.25

  @Flag(help: "Leaves the sum as long as it comes out, instead of as long as latents usually are.")
  var raw = false

  @Option(help: "Where random pictures and neighbours come from.")
  var seed: UInt64 = 0

  @OptionGroup var judge: JudgeOption
  @OptionGroup var condition: LabelOption
  @OptionGroup var output: OutputOptions

  func validate() throws {
    let given = [a, b, c].filter { $0 != nil }.count
    guard classes == nil ? given == 3 : given == 0 else {
      throw ValidationError("give --classes (with --with), or all three of --a, --b and --c")
    }
    if let classes {
      if classes.names.count != 3 { throw ValidationError("--classes takes three, such as 7,1,4") }
      if judge.file == nil {
        throw ValidationError("--classes needs a classifier that tells them apart: --with cnn.h5")
      }
    }
    for concept in [a, b, c].compactMap({ $0 }) where !concept.hasSuffix(".npy") { _ = try seeds(concept) }
  }

  func figure() throws -> Figure {
    let generator = try Subject(opening: input.file).generator(moment.choice, condition)
    return try LatentArithmetic(
      exemplars(), count: count, samples: samples, spread: spread, isRaw: raw, seed: seed, theme: output.theme
    ).figure(of: generator, judge: judge.specimen())
  }

  private func exemplars() throws -> LatentArithmetic.Exemplars {
    if let classes { return .classes(classes.names) }
    return .concepts(try concept(a!), try concept(b!), try concept(c!))
  }

  private func concept(_ text: String) throws -> LatentArithmetic.Concept {
    text.hasSuffix(".npy")
      ? .latents(try NumPyFile.read(text), name: text) : .seeds(try seeds(text))
  }

  private func seeds(_ text: String) throws -> [UInt64] {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    let seeds = parts.compactMap { UInt64($0) }
    guard seeds.count == parts.count else {
      throw ValidationError("'\(text)' is no concept: give seeds such as 1,2,3, or a .npy file with latents")
    }
    return seeds
  }
}

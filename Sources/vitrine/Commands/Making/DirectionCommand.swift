import ArgumentParser
import Core
import Inspect
import Render

struct DirectionCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "direction",
    abstract: "Finds the direction of the latent space in which an attribute grows, and goes along it.")

  /// What can be measured without a judge.
  enum Measured: String, ExpressibleByArgument, CaseIterable {
    case slant, thickness, width

    var attribute: LatentAttribute {
      switch self {
      case .slant: .slant
      case .thickness: .thickness
      case .width: .width
      }
    }
  }

  @OptionGroup var input: FileArgument
  @OptionGroup var moment: MomentOptions

  @Option(help: "What is to grow; slant if nothing is given.")
  var attribute: Measured?

  @Option(name: .customLong("class"), help: "A class that is to grow: its name or number; needs --with.")
  var className: String?

  @Option(help: "Random pictures from which the direction is computed.")
  var samples = 2000

  @Option(help: "The share of them with most, and with least, of the attribute.")
  var share = 0.1

  @Option(help: "Other latents to which it is added.")
  var rows = 5

  @Option(help: "Places along the direction.")
  var columns = 9

  @Option(help: "The farthest place, in standard deviations.")
  var reach = 2.0

  @Option(help: "Where the latents come from.")
  var seed: UInt64 = 0

  @OptionGroup var judge: JudgeOption
  @OptionGroup var condition: LabelOption
  @OptionGroup var output: OutputOptions

  var outputName: String { "direction-" + (className ?? (attribute ?? .slant).rawValue) }

  func validate() throws {
    if className != nil, attribute != nil { throw ValidationError("give one of --attribute and --class") }
    if className != nil, judge.file == nil {
      throw ValidationError("--class needs a classifier that knows it: --with cnn.h5")
    }
    if className == nil, judge.file != nil {
      throw ValidationError("--with is for a --class; slant, thickness and width are measured")
    }
  }

  func figure() throws -> Figure {
    let generator = try Subject(opening: input.file).generator(moment.choice, condition)
    return try LatentDirection(
      className.map { .classScore($0) } ?? (attribute ?? .slant).attribute, samples: samples, share: share,
      rows: rows, columns: columns, reach: reach, seed: seed, theme: output.theme
    ).figure(of: generator, judge: judge.specimen())
  }
}

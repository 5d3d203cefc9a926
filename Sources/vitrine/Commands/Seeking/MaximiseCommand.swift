public import ArgumentParser
public import Inspect
import Render

struct MaximiseCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "maximise",
    abstract: "Paints what single units answer to most, beside the real pictures that excite them.")

  @OptionGroup var input: FileArgument
  @OptionGroup var moment: MomentOptions

  @Option(help: "The layer; the last convolution if not given. The last layer means the class scores.")
  var layer: String?

  @Option(help: "The units, such as 0,3-5, or all; eight that the seed draws if not given.")
  var units: UnitSelection?

  @Option(help: "What of a unit is made large: channel (the mean of its map) or neuron (its middle).")
  var objective: ActivationMaximisation.Objective = .channel

  @Option(help: "Steps of gradient ascent.")
  var steps = ActivationMaximisation.usualSteps

  @Option(help: "Pictures for each unit.")
  var starts = ActivationMaximisation.usualStarts

  @Option(help: "Where random numbers come from.")
  var seed = 0

  @Flag(
    name: .customLong("no-transforms"), help: "Does not shift, turn and scale the pictures in every step.")
  var leavesStill = false

  @OptionGroup var brightness: BrightnessOptions
  @OptionGroup var data: DataOptions
  @OptionGroup var output: OutputOptions

  var outputName: String { "maximise" + (layer.map { "-" + $0 } ?? "") }

  func validate() throws {
    if steps < 1 { throw ValidationError("--steps must be at least 1") }
    if starts < 1 || starts > 64 { throw ValidationError("--starts must be 1 to 64") }
    if seed < 0 { throw ValidationError("--seed must be 0 or more") }
  }

  func figure() throws -> Figure {
    let specimen = try Subject(opening: input.file).specimen(moment.choice, brightness, on: data)
    let progress = WorkProgress("painting", isQuiet: output.quiet)
    defer { progress.end() }
    return try ActivationMaximisation(
      layer: layer, units: units ?? .usual, objective: objective, steps: steps, starts: starts,
      seed: UInt64(seed), usesTransforms: !leavesStill, theme: output.theme
    ).figure(of: specimen, progress: progress.show)
  }
}

extension ActivationMaximisation.Objective: ExpressibleByArgument {}

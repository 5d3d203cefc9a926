public import ArgumentParser
public import Inspect
import Render

/// The sizes that a convolution and a pooling have in common.
struct SlidingOptions: ParsableArguments {
  @Option(help: "Rows and columns of the input.")
  var input = 5

  @Option(help: "Zeros around the input.")
  var padding = 0

  @Option(help: "Distance of the kernel's taps.")
  var dilation = 1

  @Option(help: "The seed that the numbers are drawn by.")
  var seed: UInt64 = 0

  @Option(help: "Steps that a sheet shows at most.")
  var steps = ArithmeticSheet.usualSteps

  func validate() throws {
    if steps < 1 { throw ValidationError("--steps must be at least 1") }
  }
}

/// Whether a sheet or an animation is drawn.
struct AnimationOptions: ParsableArguments {
  @Flag(help: "Writes an animation: .png or .apng, or a flip-book to cut out as .pdf.")
  var animate = false

  @Option(help: "Seconds that each step is seen.")
  var pace = ArithmeticSheet.usualPace

  func validate() throws {
    guard pace >= 0.02, pace <= 20 else { throw ValidationError("--pace must be 0.02 to 20 seconds") }
  }
}

/// A verb that draws one arithmetic step by step, as a sheet or as an animation.
protocol ArithmeticCommand: DrawingCommand {
  var film: AnimationOptions { get }
  /// What is drawn.
  func sheet() throws -> ArithmeticSheet
}

extension ArithmeticCommand {
  static var verb: String { "explain \(_commandName)" }
  var usualPath: String { "\(Self._commandName).\(film.animate ? "png" : "svg")" }
  var isAnimated: Bool { film.animate || output.output?.lowercased().hasSuffix(".apng") == true }
  func figure() throws -> Figure { try sheet().figure() }
  func animation() throws -> Animation { try sheet().animation() }
}

struct ExplainConvCommand: ArithmeticCommand {
  static let configuration = CommandConfiguration(
    commandName: "conv", abstract: "Draws a convolution of small whole numbers step by step.")

  @OptionGroup var sizes: SlidingOptions

  @Option(help: "Rows and columns of the kernel.")
  var kernel = 3

  @Option(help: "Places from one position of the kernel to the next.")
  var stride = 1

  @OptionGroup var film: AnimationOptions
  @OptionGroup var output: OutputOptions

  func sheet() throws -> ArithmeticSheet {
    ArithmeticSheet(
      try SlidingArithmetic(
        .convolution, input: sizes.input, kernel: kernel, stride: stride, padding: sizes.padding,
        dilation: sizes.dilation, seed: sizes.seed), steps: sizes.steps, seed: sizes.seed,
      secondsPerFrame: film.pace, theme: output.theme)
  }
}

struct ExplainConvTransposeCommand: ArithmeticCommand {
  static let configuration = CommandConfiguration(
    commandName: "conv-transpose",
    abstract: "Draws a transposed convolution of small whole numbers step by step.")

  @Option(help: "Rows and columns of the input.")
  var input = 3

  @Option(help: "Rows and columns of the kernel.")
  var kernel = 3

  @Option(help: "Places of the output from one input to the next.")
  var stride = 2

  @Option(help: "Rows and columns cut off the output on every side.")
  var padding = 1

  @Option(help: "Distance of the kernel's taps.")
  var dilation = 1

  @Option(help: "Rows and columns added to the output at the bottom and right.")
  var outputPadding = 0

  @Option(
    help: "spread, zeros or both: each number spreads, or a kernel slides over numbers with zeros between.")
  var view: ArithmeticSheet.View = .both

  @Option(help: "The seed that the numbers are drawn by.")
  var seed: UInt64 = 0

  @Option(help: "Steps of each view that a sheet shows at most.")
  var steps = ArithmeticSheet.usualSteps

  @OptionGroup var film: AnimationOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if steps < 1 { throw ValidationError("--steps must be at least 1") }
  }

  func sheet() throws -> ArithmeticSheet {
    ArithmeticSheet(
      try SlidingArithmetic(
        .transposedConvolution, input: input, kernel: kernel, stride: stride, padding: padding,
        dilation: dilation, outputPadding: outputPadding, seed: seed), view: view, steps: steps, seed: seed,
      secondsPerFrame: film.pace, theme: output.theme)
  }
}

struct ExplainPoolCommand: ArithmeticCommand {
  static let configuration = CommandConfiguration(
    commandName: "pool", abstract: "Draws a max or mean pooling of small whole numbers step by step.")

  @OptionGroup var sizes: SlidingOptions

  @Option(help: "Rows and columns of the window.")
  var kernel = 2

  @Option(help: "Places from one window to the next; the window's side if not given.")
  var stride: Int?

  @Flag(help: "Takes the mean of each window, not its largest number.")
  var mean = false

  @OptionGroup var film: AnimationOptions
  @OptionGroup var output: OutputOptions

  func sheet() throws -> ArithmeticSheet {
    ArithmeticSheet(
      try SlidingArithmetic(
        mean ? .mean : .maximum, input: sizes.input, kernel: kernel, stride: stride ?? kernel,
        padding: sizes.padding, dilation: sizes.dilation, seed: sizes.seed), steps: sizes.steps,
      seed: sizes.seed,
      theme: output.theme)
  }
}

extension ArithmeticSheet.View: ExpressibleByArgument {}

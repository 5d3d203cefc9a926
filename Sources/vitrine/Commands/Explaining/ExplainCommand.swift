import ArgumentParser
import Core
import Inspect
import Render

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explains the arithmetic of convolutions by pictures; needs no model.",
    subcommands: FigureVerbs.explanations)
}

struct ExplainKernelCommand: DrawingCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernel",
    abstract: "Draws a kernel at work on a picture, one place of it pixel by pixel.",
    discussion: "Kernels with names: \(ImageKernel.named.map(\.name).joined(separator: ", ")).")

  static var verb: String { "explain kernel" }

  @Option(help: "The picture (.png, .jpg); it is made grey.")
  var image: String

  @Option(
    parsing: .unconditional, help: "A kernel's name, or its rows: \"1 0 -1; 2 0 -2; 1 0 -1\".")
  var kernel = "sobel"

  @Option(
    help: "The place that is magnified: column,row, from 0; where the kernel changes most if not given.")
  var at: MapPlace?

  /// What the figure calls the picture, where its file lies elsewhere now.
  @Option(help: .hidden)
  var named: String?

  @OptionGroup var output: OutputOptions

  var usualPath: String { "\(image.withoutExtension)-kernel.svg" }

  func validate() throws {
    do { _ = try ImageKernel(kernel) } catch { throw ValidationError(error.description) }
  }

  func figure() throws -> Figure {
    try KernelAtWork(kernel: ImageKernel(kernel), place: at, theme: output.theme)
      .figure(of: Picture(contentsOf: image), named: named ?? image)
  }

  /// The picture may be named, where it is not any more at the place that the recipe has.
  static func arguments(of recipe: FigureRecipe, files: [String], figure: String) throws -> [String] {
    guard files.count <= 1 else {
      throw InspectError(.verification, figure, "was drawn from one picture, not \(files.count)")
    }
    var arguments = recipe.arguments
    if let file = files.first, let index = arguments.firstIndex(of: "--image"), index + 1 < arguments.count {
      arguments += ["--named", arguments[index + 1]]
      arguments[index + 1] = file
    }
    return arguments
  }
}

struct ExplainCheckerboardCommand: DrawingCommand {
  static let configuration = CommandConfiguration(
    commandName: "checkerboard",
    abstract: "Draws how many products add up at each place of a transposed convolution's output.",
    discussion: "Beside the nearest kernel of the other sort, even or uneven.")

  static var verb: String { "explain checkerboard" }

  @Option(help: "Rows and columns of the kernel.")
  var kernel = 3

  @Option(help: "Places of the output from one input to the next.")
  var stride = 2

  @Option(help: "Places cut off at either end.")
  var padding = 0

  @Option(help: "Rows and columns of the input.")
  var input = Checkerboard.usualInputs

  @OptionGroup var output: OutputOptions

  var usualPath: String { "checkerboard.svg" }

  func figure() throws -> Figure {
    try Checkerboard(kernel: kernel, stride: stride, padding: padding, inputs: input, theme: output.theme)
      .figure()
  }
}

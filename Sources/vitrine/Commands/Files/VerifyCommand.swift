import ArgumentParser
import Inspect
import Render

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Draws a figure again by the recipe it carries, and compares the bytes.",
    discussion: "Exit status 0 if the figure shows what is in the run, 1 if it does not.")

  @Argument(help: "A figure that vitrine drew: .svg, .png or .pdf.")
  var figure: String

  @Argument(
    help:
      "The run it was drawn from; all of them, in order, if there were several; none for what `explain` drew."
  )
  var files: [String] = []

  func run() throws {
    let recipe = try FigureRecipe.read(from: figure)
    let command = try FigureVerbs.command(for: recipe, of: files, named: figure)
    if command.isAnimated {
      try Verification.compare(figure, with: try command.animation())
    } else {
      try Verification.compare(figure, with: try command.figure())
    }
    print(
      files.isEmpty
        ? "\(figure) shows what its recipe draws"
        : "\(figure) shows what is in \(files.joined(separator: ", "))")
  }
}

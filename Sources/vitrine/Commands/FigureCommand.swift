import ArgumentParser
import Inspect
import Render

/// A verb that draws one figure of one file.
protocol FigureCommand: DrawingCommand {
  var input: FileArgument { get }
  /// Whether the figure shows one moment, chosen by `--step`.
  static var showsOneMoment: Bool { get }
  /// What the figure is called where no output is named: behind the input's name, without extension.
  var outputName: String { get }
}

extension FigureCommand {
  static var showsOneMoment: Bool { true }
  var outputName: String { Self._commandName }
  var usualPath: String { "\(input.file.withoutExtension)-\(outputName).svg" }

  /// The files in front, and the moment that the recipe keeps apart from the options.
  static func arguments(of recipe: FigureRecipe, files: [String], figure: String) throws -> [String] {
    let runs = recipe.runs.isEmpty ? ["the run"] : recipe.runs
    let names = runs + (recipe.judge.map { [$0] } ?? [])
    guard files.count == names.count else {
      throw InspectError(
        .verification, figure,
        names.count == 1
          ? "was drawn from one run, not \(files.count); name that one"
          : "was drawn from \(names.count) files, not \(files.count); name \(names.joined(separator: " ")), in this order"
      )
    }
    var arguments = Array(files.prefix(runs.count)) + recipe.arguments
    if recipe.judge != nil { arguments += ["--with", files.last!] }
    if showsOneMoment, let step = recipe["step"]?.integer { arguments += ["--step", "\(step)"] }
    return arguments
  }
}

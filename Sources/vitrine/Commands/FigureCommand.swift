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
    let runs = max(recipe.runs.count, 1)
    guard files.count == runs else {
      throw InspectError(
        .verification, figure,
        runs == 1
          ? "was drawn from one run, not \(files.count); name that one"
          : "was drawn from \(runs) runs, not \(files.count); name \(recipe.runs.joined(separator: " ")), in this order"
      )
    }
    var arguments = files + recipe.arguments
    if showsOneMoment, let step = recipe["step"]?.integer { arguments += ["--step", "\(step)"] }
    return arguments
  }
}

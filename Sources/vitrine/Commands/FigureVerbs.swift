import ArgumentParser
import Inspect
import Render

/// The verbs that draw: what a figure's recipe can name.
enum FigureVerbs {
  static let all: [any FigureCommand.Type] = [
    ArchitectureCommand.self, NetworksCommand.self, FiltersCommand.self, FeaturesCommand.self,
    CurvesCommand.self, ConfusionCommand.self, SamplesCommand.self, GrowthCommand.self,
    InterpolateCommand.self, UnitsCommand.self,
    AblationCommand.self, EmbeddingCommand.self, SimilarityCommand.self,
    AblationCommand.self,
    DiffCommand.self, DiagnoseCommand.self,
    InterpolateCommand.self, AttributeCommand.self, GradCAMCommand.self, TrialCommand.self,
    InterpolateCommand.self, TopImagesCommand.self, FeatureEvolutionCommand.self,
    OcclusionCommand.self, SheetCommand.self,
    InterpolateCommand.self, MaximiseCommand.self, ExpandedCommand.self,
    PerspectiveCommand.self,
    InterpolateCommand.self, EvolutionCommand.self, DistributionsCommand.self, ErrorsCommand.self,
    InvarianceCommand.self,
  ]

  /// The command that draws a figure again.
  /// - Throws: `InspectError` if this version knows no such verb or option.
  static func command(
    for recipe: FigureRecipe, of files: [String], named figure: String
  ) throws -> any FigureCommand {
    guard let verb = recipe.verb, let kind = all.first(where: { $0.configuration.commandName == verb })
    else {
      throw InspectError(
        .verification, figure, "was drawn by '\(recipe.verb ?? "?")', a verb that this version does not have")
    }
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
    if kind.showsOneMoment, let step = recipe["step"]?.integer { arguments += ["--step", "\(step)"] }
    do {
      guard let command = try kind.parseAsRoot(arguments) as? any FigureCommand else {
        throw ValidationError("\(verb) draws nothing")
      }
      return command
    } catch {
      throw InspectError(
        .verification, figure, "its recipe cannot be followed: \(kind.message(for: error))")
    }
  }
}

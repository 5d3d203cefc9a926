import ArgumentParser
import Inspect
import Render

/// The verbs that draw: what a figure's recipe can name.
enum FigureVerbs {
  /// Those that draw from a run or a model.
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
    WorkedCommand.self, CurvesCommand.self, ConfusionCommand.self, SamplesCommand.self, GrowthCommand.self,
    InterpolateCommand.self,
  ]

  /// Those that need no file.
  static let explanations: [any DrawingCommand.Type] = [
    ExplainKernelCommand.self, ExplainConvCommand.self, ExplainConvTransposeCommand.self,
    ExplainPoolCommand.self, ExplainCheckerboardCommand.self,
  ]

  /// The command that draws a figure again.
  /// - Throws: `InspectError` if this version knows no such verb or option.
  static func command(
    for recipe: FigureRecipe, of files: [String], named figure: String
  ) throws -> any DrawingCommand {
    guard let verb = recipe.verb,
      let kind = (all as [any DrawingCommand.Type] + explanations).first(where: { $0.verb == verb })
    else {
      throw InspectError(
        .verification, figure, "was drawn by '\(recipe.verb ?? "?")', a verb that this version does not have")
    }
    let arguments = try kind.arguments(of: recipe, files: files, figure: figure)
    do {
      guard let command = try kind.parseAsRoot(arguments) as? any DrawingCommand else {
        throw ValidationError("\(verb) draws nothing")
      }
      return command
    } catch {
      throw InspectError(
        .verification, figure, "its recipe cannot be followed: \(kind.message(for: error))")
    }
  }
}

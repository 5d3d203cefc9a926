import ArgumentParser
import Inspect
import Render

/// The verbs that draw: what a figure's recipe can name.
enum FigureVerbs {
  /// What a network is.
  static let overview: [any FigureCommand.Type] = [
    ArchitectureCommand.self, PerspectiveCommand.self, NetworksCommand.self,
  ]
  /// How it learnt.
  static let learning: [any FigureCommand.Type] = [
    CurvesCommand.self, EvolutionCommand.self, FeatureEvolutionCommand.self, DistributionsCommand.self,
  ]
  /// What it looks for.
  static let seeking: [any FigureCommand.Type] = [
    FiltersCommand.self, TopImagesCommand.self, MaximiseCommand.self, ExpandedCommand.self, SheetCommand.self,
  ]
  /// How one decision was made.
  static let deciding: [any FigureCommand.Type] = [
    FeaturesCommand.self, WorkedCommand.self, AttributeCommand.self, GradCAMCommand.self, TrialCommand.self,
    OcclusionCommand.self,
  ]
  /// Where it fails.
  static let failing: [any FigureCommand.Type] = [
    ConfusionCommand.self, ErrorsCommand.self, InvarianceCommand.self, UnitsCommand.self,
    AblationCommand.self,
    EmbeddingCommand.self, DiagnoseCommand.self,
  ]
  /// Two networks, or one at two moments.
  static let comparing: [any FigureCommand.Type] = [DiffCommand.self, SimilarityCommand.self]
  /// What a generator makes.
  static let making: [any FigureCommand.Type] = [
    SamplesCommand.self, GrowthCommand.self, InterpolateCommand.self,
    InvertCommand.self, LatentArithmeticCommand.self, DirectionCommand.self, DiversityCommand.self,
    GameCommand.self, DetectorsCommand.self, DropCommand.self, SpectrumCommand.self, ScoresCommand.self,
    WalkCommand.self, CornersCommand.self, TraverseCommand.self, SensitivityCommand.self,
    JudgeCommand.self, JudgeHistoryCommand.self, NeighboursCommand.self,
  ]

  /// Those that draw from a run or a model.
  static let all = overview + learning + seeking + deciding + failing + comparing + making

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

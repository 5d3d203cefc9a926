public import Core
public import Render

/// What a figure was drawn from: enough to draw it again and compare.
public struct Provenance: Hashable, Sendable {
  /// The run's seed, if there is a run.
  public var seed: UInt64?
  /// The optimiser step, where the figure shows one moment.
  public var step: Int?
  /// The program that drew, with its version.
  public var tool: String
  /// SHA-256 of the data that was read.
  public var dataHash: String
  /// The path of the file whose network judged what was drawn; nil where none did, or it is part of the same file.
  public var judge: String?

  /// A provenance of given facts.
  public init(seed: UInt64? = nil, step: Int? = nil, tool: String = Tool.name, dataHash: String) {
    self.seed = seed
    self.step = step
    self.tool = tool
    self.dataHash = dataHash
  }

  /// A model's own: the hash of its parameters.
  public init(of model: Model) {
    var hash = SHA256()
    for name in model.parameters.names {
      hash.update(name)
      hash.update(model.parameters[name]!.elements)
    }
    self.init(dataHash: hash.hexDigest)
  }

  /// The recipe of a figure: the verb and options that draw it again.
  public func recipe(
    _ verb: String, _ options: KeyValuePairs<String, FigureRecipe.Value> = [:]
  ) -> FigureRecipe {
    var recipe = FigureRecipe(
      verb: verb, options: options, step: step, seed: seed, toolVersion: tool, dataHash: dataHash)
    recipe.judge = judge
    return recipe
  }
}

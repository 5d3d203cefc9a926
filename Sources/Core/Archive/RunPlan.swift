/// Everything about a run that is known before its first step: what the run file is laid out from.
public struct RunPlan: Sendable, Hashable {
  /// The recipe as JSON: task, presets, hyper-parameters, data set and its SHA-256. Stored as it is.
  public var recipe: String
  /// The seed all random numbers of the run come from.
  public var seed: UInt64
  /// The program that trains, with its version: `vitrine 0.1`.
  public var tool: String
  /// The networks that are trained.
  public var networks: [RunNetwork]
  /// The pictures and latents that activations and samples are computed on.
  public var probe: Probe
  /// The samples of one snapshot, `[count, height, width, channels]`; nil for a run that draws none.
  public var sampleShape: Shape?
  /// Series with one value for every optimiser step. The first is what viewers plot first.
  public var metrics: [String]
  /// Series with one value for every evaluation.
  public var evaluations: [String]
  /// The number of classes in a confusion matrix; nil for a run that has none.
  public var confusionClasses: Int?
  /// The tensors that training needs to go on: parameters, running statistics, optimiser moments.
  public var resumeTensors: [String: Shape]
  /// Bytes reserved for the text of a resume state.
  public var resumeTextCapacity: Int

  /// A plan. What is left out the run does not record.
  public init(
    recipe: String, seed: UInt64, tool: String = "vitrine", networks: [RunNetwork], probe: Probe = Probe(),
    sampleShape: Shape? = nil, metrics: [String] = [], evaluations: [String] = [],
    confusionClasses: Int? = nil, resumeTensors: [String: Shape] = [:], resumeTextCapacity: Int = 4096
  ) {
    self.recipe = recipe
    self.seed = seed
    self.tool = tool
    self.networks = networks
    self.probe = probe
    self.sampleShape = sampleShape
    self.metrics = metrics
    self.evaluations = evaluations
    self.confusionClasses = confusionClasses
    self.resumeTensors = resumeTensors
    self.resumeTextCapacity = resumeTextCapacity
  }
}

/// What a network is to its run.
public enum RunRole: String, Hashable, Sendable, CaseIterable {
  /// It names the class of a picture.
  case classifier
  /// It makes pictures from latents.
  case generator
  /// It tells real pictures from made ones.
  case discriminator
}

/// A network of a run and what is recorded of it.
public struct RunNetwork: Sendable, Hashable {
  /// The name in the run, unique: `classifier`, `generator`, `discriminator`.
  public var name: String
  /// What the network is to the run.
  public var role: RunRole
  /// The graph.
  public var network: Network
  /// Nodes whose values are stored at every snapshot, for the first `Probe.activationCount` inputs.
  public var recordedActivations: [String]
  /// Series with one value for every optimiser step: `gradient_norm`, or `conv1/gradient_norm` for one node's.
  public var statistics: [String]

  /// A network of a run.
  public init(
    name: String, role: RunRole, network: Network, recordedActivations: [String] = [],
    statistics: [String] = []
  ) {
    self.name = name
    self.role = role
    self.network = network
    self.recordedActivations = recordedActivations
    self.statistics = statistics
  }
}

public import Core

/// What is in a run: its networks layer by layer, its snapshots, what was recorded. As JSON or as a table.
public struct RunInfo: Hashable, Sendable, Encodable {
  /// Where the run is.
  public let path: String
  /// The program that wrote it.
  public let tool: String
  /// When it began, in UTC.
  public let created: String
  /// running, ended early or complete.
  public let state: String
  /// Where all its random numbers come from.
  public let seed: UInt64
  /// Steps whose metrics are recorded.
  public let recordedSteps: Int
  /// The networks.
  public let networks: [NetworkInfo]
  /// Steps of the snapshots.
  public let snapshots: [Int]
  /// Series with a value for every step.
  public let metrics: [String]
  /// Series with a value for every evaluation.
  public let evaluations: [String]
  /// Pictures the run is watched on.
  public let probePictures: Int
  /// The recipe as it stands in the run: JSON.
  public let recipe: String

  /// A run's description; reads shapes and names, no weights.
  /// - Throws: `ArchiveError` or `NetworkError` if what is stored is not as it should be.
  public init(of run: RunArchive) throws {
    path = run.path
    tool = run.tool
    created = run.created
    state = run.state.words
    seed = run.seed
    recordedSteps = run.recordedSteps
    networks = try run.networks.map { try NetworkInfo(of: $0.network, name: $0.name, role: $0.role) }
    snapshots = run.snapshots.map(\.step)
    metrics = run.metricNames
    evaluations = run.evaluationNames
    probePictures = try run.probe().count
    recipe = run.recipe
  }
}

extension RunState {
  /// The state in words.
  public var words: String {
    switch self {
    case .running: "running, or killed"
    case .endedEarly: "ended early"
    case .complete: "complete"
    }
  }
}

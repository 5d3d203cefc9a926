public import ArgumentParser
public import Core

/// Which network of a run at which moment.
struct MomentOptions: ParsableArguments {
  @Option(help: "The network; the run's first if not given.")
  var network: String?

  @Option(help: "The snapshot: a step, first or last.")
  var step: SnapshotSelector = .last

  /// What was chosen.
  var choice: NetworkChoice { NetworkChoice(network: network, step: step) }
}

/// One network at one moment: the first at the last if nothing else is said.
struct NetworkChoice {
  var network: String?
  var step = SnapshotSelector.last
}

extension SnapshotSelector: ExpressibleByArgument {
  /// Reads `first`, `last` or a step of 0 or more; nil for anything else.
  public init?(argument: String) {
    switch argument {
    case "first": self = .first
    case "last": self = .last
    default:
      guard let step = Int(argument), step >= 0 else { return nil }
      self = .step(step)
    }
  }

  /// The selector as it would be typed, for the help's “default:”.
  public var defaultValueDescription: String {
    switch self {
    case .first: "first"
    case .last: "last"
    case .step(let step): "\(step)"
    }
  }
}

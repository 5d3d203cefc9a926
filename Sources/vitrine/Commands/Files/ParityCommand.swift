import ArgumentParser
import Core
import Import
import Inspect

struct ParityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parity",
    abstract: "Runs two models on the same numbers and says how far they are apart, node by node.",
    discussion:
      "Nodes are compared where both models have one of a name, and the outputs in any case. Exit status 0 if nothing differs by "
      + "more than the tolerance, 1 if something does.")

  @Argument(help: "A run or model.")
  var first: String

  @Argument(help: "Another.")
  var second: String

  @Option(help: "The network, in a run.")
  var network: String?

  @Option(help: "The snapshot of a run: a step, first or last.")
  var step: SnapshotSelector = .last

  @Option(
    name: .customLong("input"),
    help: "Numbers to compare on, as the first file lays them out; random if not given.")
  var data: [NamedInput] = []

  @Option(help: "Examples to compare on, where none are given.")
  var count = 4

  @Option(help: "Where the random numbers come from.")
  var seed: UInt64 = 1

  @Option(help: "The largest difference that is allowed, absolute plus relative to a value's largest number.")
  var tolerance: Float = 1e-4

  func validate() throws {
    if count < 1 { throw ValidationError("--count must be at least 1") }
    if !(tolerance >= 0) { throw ValidationError("--tolerance must be 0 or more") }
  }

  func run() throws {
    let (left, right) = (try Subject(opening: first), try Subject(opening: second))
    // A network is named, and a moment chosen, in the file that has several.
    let models = try (left.wholeModel(moment(in: left)), right.wholeModel(moment(in: right)))
    var inputs = Parity.inputs(for: models.0.network, count: count, seed: seed)
    if !data.isEmpty {
      inputs = try data.arrays(for: models.0.network).arrays
      for name in inputs.keys { inputs[name] = left.layout(of: name).fromFile(inputs[name]!) }
    }
    let parity = try Parity(models.0, models.1, on: inputs)
    for line in parity.lines(names: [first, second]) { print(line) }
    guard parity.holds(within: tolerance) else {
      throw InspectError(
        .verification, second, "differs from \(first) by more than \(tolerance) absolute plus relative")
    }
  }

  private func moment(in subject: Subject) -> NetworkChoice {
    if case .run = subject { NetworkChoice(network: network, step: step) } else { NetworkChoice() }
  }
}

extension Parity {
  /// The comparison as a table, the largest difference at its end.
  fileprivate func lines(names: [String]) -> [String] {
    let width = rows.map(\.name.count).max() ?? 0
    var lines = rows.map { row in
      let name = row.name + String(repeating: " ", count: width - row.name.count)
      guard let difference = row.difference else {
        return "\(name)  shapes differ: \(row.shapes[0]) and \(row.shapes[1])"
      }
      return "\(name)  \(row.shapes[0])  differs by \(difference) of \(row.magnitude)"
    }
    for (name, nodes) in zip(names, unmatched) where !nodes.isEmpty {
      lines.append("only in \(name): \(nodes.joined(separator: ", "))")
    }
    return lines + ["largest difference: \(largestDifference)"]
  }
}

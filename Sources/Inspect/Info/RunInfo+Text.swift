internal import Render

extension RunInfo {
  /// The description as text: facts, a table for each network, what is recorded.
  public var text: String {
    var lines = [
      "\(path): a run by \(tool), begun \(created), \(state)",
      "seed \(seed) · \(Numbers.grouped(recordedSteps)) steps recorded · \(snapshots.count) snapshots"
        + " · \(Numbers.grouped(probePictures)) probe pictures",
    ]
    for network in networks {
      lines += ["", "\(network.name) (\(network.role))"]
      lines += network.rows.aligned(leftAligned: 3)
    }
    lines += ["", "snapshots at steps \(snapshots.map(Numbers.grouped).joined(separator: " · "))"]
    if !metrics.isEmpty { lines.append("metrics every step: \(metrics.joined(separator: ", "))") }
    if !evaluations.isEmpty { lines.append("evaluations: \(evaluations.joined(separator: ", "))") }
    return lines.joined(separator: "\n")
  }
}

internal import Core
internal import Render

extension Report.Illustration {
  /// What training did to the filters of the first layer that has some: before, after, and the difference.
  static func change(of run: RunArchive) throws -> [Report.Illustration] {
    guard let first = run.snapshots.first, let last = run.snapshots.last, first.step < last.step else {
      return []
    }
    let start = try Specimen(run, at: .first)
    let convolutions = start.model.network.nodes.filter {
      $0.operation is Conv2d || $0.operation is ConvTranspose2d
    }
    guard let layer = convolutions.first?.name else { return [] }
    return [
      Report.Illustration(
        "diff", try Diff(layer: layer).figure(from: start, to: Specimen(run)),
        "Training does not paint filters onto an empty page: it begins with noise and moves each weight a little at a time. The "
          + "right picture is that way: white weights stayed where chance had put them. The bars say how far each filter went, as a "
          + "share of its own length. The table shows that not all layers move alike, and how much of the random start is still there."
      )
    ]
  }
}

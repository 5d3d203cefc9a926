internal import Core
internal import Render

extension Report.Illustration {
  /// How the units are doing, and which of them the network would miss; nothing where there are no pictures to try it on.
  static func units(of specimen: Specimen) throws -> [Report.Illustration] {
    guard let probe = specimen.probe, probe.count > 0 else { return [] }
    var result = [
      Report.Illustration(
        "units", try UnitHealthFigure().figure(of: specimen),
        "Every filter of a layer is a <em>unit</em> of its own, and nothing makes sure that each of them becomes useful. A unit whose "
          + "sum is negative for every picture is set to zero by ReLU every time; then no blame reaches it any more and it cannot "
          + "learn its way back: it is <strong>dead</strong>. Two units whose weights point the same way are "
          + "<strong>duplicates</strong>, and one of them is wasted. <em>Class selectivity</em> says how much more a unit answers to "
          + "one class than to the others: it usually grows from layer to layer, as edges become shapes and shapes become classes."
      )
    ]
    // A third of the pictures: what matters shows in them too, in a third of the time.
    if probe.labels.count == probe.count,
      let figure = try? AblationFigure(units: 16, tried: min(probe.count, 300)).figure(of: specimen)
    {
      result.append(
        .init(
          "ablation", figure,
          "What is one unit worth? Set it to zero, change nothing else, and let the network take the test again. A row with one "
            + "blue cell is a unit that one class cannot do without. Most rows are nearly white: what one filter saw others saw "
            + "as well, so the network has learnt the same thing more than once. That is why large networks can be made much "
            + "smaller after training (<em>pruning</em>)."))
    }
    return result
  }
}

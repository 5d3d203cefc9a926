internal import Core
public import Render

/// Which units do nothing, or the same as another: a strip for each layer with a mark for each unit, and a table of those that
/// something is wrong with.
///
/// ```swift
/// let figure = try UnitHealthFigure().figure(of: specimen)
/// ```
public struct UnitHealthFigure: Hashable, Sendable {
  /// The only layer that is shown; nil for all.
  public var layer: String?
  /// The colours' theme.
  public var theme: Theme

  /// A figure of the units' health.
  public init(layer: String? = nil, theme: Theme = .light) {
    self.layer = layer
    self.theme = theme
  }

  /// Draws the units of a specimen.
  /// - Throws: `InspectError` if there are no pictures that it takes, or listing the layers if this one is none with units;
  ///   `NetworkError` if it cannot be run.
  public func figure(of specimen: Specimen, progress: (Double) -> Void = { _ in }) throws -> Figure {
    try figure(of: UnitHealth(of: specimen, progress: progress), specimen)
  }

  private func figure(of health: UnitHealth, _ specimen: Specimen) throws -> Figure {
    let layers = health.layers.filter { layer == nil || $0.name == layer || $0.node == layer }
    guard !layers.isEmpty else {
      throw InspectError(
        .unknownName, "\(specimen.name)/\(layer ?? "")",
        "no such layer with units; there are \(health.layers.map(\.name).listed)")
    }
    let words = UnitWords(health: health, layers: layers)
    let offenders = health.offenders.filter { offender in layers.contains { $0.name == offender.layer } }
    let facts = [
      layers.count == 1 ? layers[0].name : "\(layers.count) layers",
      "\(Numbers.grouped(layers.reduce(0) { $0 + $1.units.count })) units",
      "\(Numbers.grouped(health.count)) \(specimen.role == .generator ? "latents" : "pictures")",
      specimen.moment?.facts ?? "",
    ]
    return Figure(
      "How the units are doing", facts: facts.filter { !$0.isEmpty }.joined(separator: " · "),
      reading: words.reading, description: words.description(offenders),
      recipe: specimen.provenance.recipe(
        "units",
        entries: specimen.options + [layer.map { .init("layer", .string($0)) }, .theme(theme)]),
      numbers: [("units", words.table), ("offenders", words.offenderTable(offenders))], theme: theme
    ) {
      Legend(words.legend)
      for layer in layers { UnitBand(layer: layer, hasClasses: health.classNames.count > 1, words: words) }
      VStack(spacing: 8) {
        if offenders.isEmpty {
          TextBlock("No unit is \(words.possibilities).", style: .heading)
        } else {
          TextBlock("Units to look at", style: .heading)
          TextTable(words.summary(offenders))
        }
        TextBlock(words.thresholds, style: .label, paint: .secondary)
      }
    }
  }
}

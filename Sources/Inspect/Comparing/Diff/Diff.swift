internal import Core
public import Render

/// What differs between two networks, or between two moments of one: a layer's filters before, after and their difference on
/// one scale, which filter became which, how far each went, and a line for every other layer.
///
/// ```swift
/// let start = try Specimen(run, at: .first)
/// let figure = try Diff(layer: "conv1").figure(from: start, to: Specimen(run))
/// ```
public struct Diff: Hashable, Sendable {
  /// In which order filters stand.
  public enum Order: String, Hashable, Sendable, CaseIterable {
    /// As in the first network.
    case place
    /// Those first that went farthest.
    case travel
  }

  /// How filters are paired.
  public enum Pairing: String, Hashable, Sendable, CaseIterable {
    /// By the cosine of their weights, as well as all together can be.
    case similarity
    /// Each with the one at the same place.
    case place
  }

  /// The layer that is drawn; nil for the first.
  public var layer: String?
  /// How filters are paired; nil for by place within one training, else by similarity.
  public var pairing: Pairing?
  /// Whether a layer's input channels are put into the order that was found for the layer before.
  public var carriesInputs: Bool
  /// In which order filters stand.
  public var order: Order
  /// The colours' theme.
  public var theme: Theme

  /// A comparison of a layer.
  public init(
    layer: String? = nil, pairing: Pairing? = nil, carriesInputs: Bool = true, order: Order = .place,
    theme: Theme = .light
  ) {
    self.layer = layer
    self.pairing = pairing
    self.carriesInputs = carriesInputs
    self.order = order
    self.theme = theme
  }

  /// Draws the comparison.
  /// - Parameters:
  ///   - before: what is compared with.
  ///   - after: the other.
  ///   - files: the two files they come from; none if both are moments of one training.
  ///   - progress: is told the share done.
  /// - Throws: `InspectError` if the two share no layer, or not the one that is asked for, listing those they share.
  public func figure(
    from before: Specimen, to after: Specimen, files: [String] = [], progress: (Double) -> Void = { _ in }
  ) throws -> Figure {
    let isOneTraining = files.isEmpty
    let isByPlace = pairing.map { $0 == .place } ?? isOneTraining
    let diff = try NetworkDiff(
      from: before.model, to: after.model, byPlace: isByPlace, carriesInputs: carriesInputs,
      progress: progress)
    guard let index = layer.map({ name in diff.layers.firstIndex { $0.name == name } }) ?? 0 else {
      throw InspectError(
        .unknownName, "\(before.name)/\(layer!)",
        "is not in both; layers that both have are \(diff.layers.map(\.name).listed)")
    }
    let shown = DiffSheet(
      diff: diff, index: index, order: order, names: names(before, after, files))

    var recipe = after.provenance.adding(before.provenance.dataHash).recipe(
      "diff",
      entries: [
        before.moment == nil && after.moment == nil
          ? nil : .init("network", .string((after.moment == nil ? before : after).name)),
        .init("layer", .string(shown.layer.name)),
        before.moment.map { .init("since", .integer($0.step)) },
        pairing.map { .init("match", .string($0.rawValue)) },
        carriesInputs ? nil : .init("keep-inputs", .boolean(true)),
        order == .place ? nil : .init("order", .string(order.rawValue)), .theme(theme),
      ])
    recipe.runs = files
    return Figure(
      isOneTraining
        ? "How training changed the filters of \(shown.layer.name)"
        : "\(shown.layer.name) in two networks, filter by filter",
      facts: shown.facts(before).facts, reading: reading(shown, isOneTraining),
      description: shown.description,
      recipe: recipe, numbers: [("filters", shown.filterTable), ("layers", shown.layerTable)], theme: theme
    ) {
      shown.pictures
      ColorBar(shown.scale, title: "weight")
      Panel(
        isOneTraining ? "How far each filter went" : "How far the two of a pair are apart",
        caption: shown.travelCaption
      ) { shown.travelPlot }
      Panel("All layers", caption: shown.tableCaption) { TextTable(shown.table) }
    }
  }

  private func names(_ before: Specimen, _ after: Specimen, _ files: [String]) -> [String] {
    let steps = [before, after].map { side in side.moment.map { "step \(Numbers.grouped($0.step))" } }
    guard files.count == 2 else { return steps.map { $0 ?? "before" } }
    let short = files.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
    let isSameMoment = before.moment?.step == after.moment?.step
    return short.indices.map { index in
      isSameMoment || steps[index] == nil ? short[index] : "\(short[index]), \(steps[index]!)"
    }
  }

  private func reading(_ shown: DiffSheet, _ isOneTraining: Bool) -> String {
    let layer = shown.layer
    if layer.isSame { return "The two are the same, to the last bit." }
    var text =
      "Left and middle show a filter and its partner on one scale, the right what has to be added to the first to get the second: white means unchanged."
    switch layer.pairing {
    case .similarity:
      text +=
        " Two trainings find much the same filters in another order; each is paired with one that looks like it, so that all pairs together are as alike as can be."
      if let chance = layer.chance, chance > 0.02 {
        text +=
          " Pairing finds likeness even where there is none: with shuffled weights a mean cosine of \(Numbers.fixed(chance, decimals: 2)), so only what is above that counts."
      }
    case .place where isOneTraining:
      text +=
        " A cosine near 1 means that a filter kept its pattern, one near 0 that nothing is left of it."
    case .inherited(let name):
      text += " Its maps are those of \(name), so each is paired as that layer’s filter was."
    case .place: break
    }
    return text
  }
}

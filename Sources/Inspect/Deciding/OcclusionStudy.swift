internal import Core
public import Render

/// What a decision hangs on: a grey square slides over the picture, and at each place one sees what the network still makes of
/// it (Zeiler & Fergus 2014, figure 6).
///
/// For each picture: what the strongest map of the last convolution still answers, what that map looks for, the probability
/// of the true class, and the class that is named. A value stands where the square's centre was.
///
/// ```swift
/// let figure = try OcclusionStudy(examples: [.probe(3), .probe(7)]).figure(of: specimen)
/// ```
public struct OcclusionStudy: Hashable, Sendable {
  /// The pictures; empty for some of classes drawn by lot, of each the least certain that is named rightly.
  public var examples: [Example.Choice]
  /// How many are drawn, where none are given.
  public var count: Int
  /// The layer whose strongest map is watched; nil for the last convolution.
  public var layer: String?
  /// The square's side in pixels; nil for 4 at 28 pixels, and as large a part of larger pictures.
  public var square: Int?
  /// Pixels from one place of the square to the next; nil for 1 at 28 pixels, and as large a part of larger pictures.
  public var stride: Int?
  /// What the lot depends on.
  public var seed: UInt64
  /// How many of the probe's pictures are tried for those that excite the map, at most; nil for all.
  public var pictures: Int?
  /// The colours' theme.
  public var theme: Theme

  /// A study of some pictures.
  public init(
    examples: [Example.Choice] = [], count: Int = 4, layer: String? = nil, square: Int? = nil,
    stride: Int? = nil, seed: UInt64 = 0, pictures: Int? = nil, theme: Theme = .light
  ) {
    precondition(
      count > 0 && square ?? 1 > 0 && stride ?? 1 > 0 && pictures ?? 1 > 0, "nothing to occlude")
    self.examples = examples
    self.count = count
    self.layer = layer
    self.square = square
    self.stride = stride
    self.seed = seed
    self.pictures = pictures
    self.theme = theme
  }

  /// Draws it: one pass for every place of the square.
  /// - Parameter progress: is told the share that is done.
  /// - Throws: `InspectError` if the network gives no scores, has no maps or there are no pictures for the mean and to compare
  ///   with.
  public func figure(of specimen: Specimen, progress: (Double) -> Void = { _ in }) throws -> Figure {
    let results = try OcclusionNumbers(self, of: specimen, progress: progress)
    let plan = results.plan
    var facts = [
      "\(plan.side) × \(plan.side) square of the data’s mean, brightness \(results.meanWords)",
      "stride \(plan.stride): \(Numbers.grouped(plan.count)) places",
      "maps of \(results.layerWords)",
    ]
    if specimen.name != "classifier" { facts.insert(specimen.name, at: 0) }
    if results.areDrawn {
      facts.insert("of \(results.rows.count) classes the least certain that is right", at: 0)
    }
    if plan.wasThinned { facts[facts.count - 2] += ", the stride enlarged to keep them few" }
    facts.append(results.trial.facts)
    if let moment = specimen.moment { facts.append(moment.facts) }
    let recipe = specimen.provenance.adding(results.fingerprint).recipe(
      "occlusion",
      entries: specimen.options + exampleOptions(results) + [
        examples.isEmpty && count != 4 ? .init("count", .integer(count)) : nil,
        layer.map { .init("layer", .string($0)) }, square.map { .init("square", .integer($0)) },
        stride.map { .init("stride", .integer($0)) },
        seed == 0 ? nil : .init("seed", .string("\(seed)")), pictures.map { .init("most", .integer($0)) },
        .theme(theme),
      ])
    return Figure(
      "What a decision hangs on", facts: facts.joined(separator: " · "),
      reading:
        "The square hides a piece of the picture; the value of what is left stands where its centre was. Where the probability turns dark, the hidden "
        + "piece was needed; the orange frame stands where it was needed most. If the map’s activity falls at the same places, that map carries the decision. "
        + "Its reconstructions show what it looks for, in this picture (framed) and in three others that excite it.",
      description: results.description, recipe: recipe, numbers: results.tables, theme: theme
    ) {
      OcclusionBlock(results: results)
    }
  }

  /// The pictures as the command line takes them.
  private func exampleOptions(_ results: OcclusionNumbers) -> [FigureRecipe.Entry?] {
    guard !examples.isEmpty else { return [] }
    let probes = examples.compactMap { if case .probe(let index) = $0 { index } else { nil } }
    if probes.count == examples.count { return [.init("probe", .list(probes.map { .integer($0) }))] }
    return results.rows.prefix(1).map(\.example.option)
  }
}

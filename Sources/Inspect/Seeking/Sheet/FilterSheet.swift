internal import Core
public import Render

/// All there is to know of one unit on one sheet: its kernel and the waves it answers to, how often it answers how strongly, the
/// pictures that excite it most and least, what the network loses without it, and the unit that is most like it.
///
/// ```swift
/// let figure = try FilterSheet(layer: "conv1", unit: 5).figure(of: specimen)
/// ```
public struct FilterSheet: Hashable, Sendable {
  /// The name of a convolution or linear layer; nil for the first convolution.
  public var layer: String?
  /// The unit, from 0.
  public var unit: Int
  /// How many of the probe's pictures are tried at most; nil for all.
  public var pictures: Int?
  /// The colours' theme.
  public var theme: Theme

  /// The sheet of a unit.
  public init(layer: String? = nil, unit: Int = 0, pictures: Int? = nil, theme: Theme = .light) {
    precondition(pictures ?? 1 > 0, "no pictures to try")
    self.layer = layer
    self.unit = unit
    self.pictures = pictures
    self.theme = theme
  }

  /// Draws it: two sweeps over the pictures up to the layer, two more through the whole network.
  /// - Parameter progress: is told the share that is done.
  /// - Throws: `InspectError` if there is no such layer or unit, or there are no pictures to try.
  public func figure(of specimen: Specimen, progress: (Double) -> Void = { _ in }) throws -> Figure {
    let numbers = try SheetNumbers(self, of: specimen, progress: progress)
    let layer = numbers.layer
    var facts = [
      "\(layer.words), unit \(unit) of \(Numbers.grouped(layer.units))", numbers.operationWords,
      numbers.trial.facts,
    ]
    if specimen.name != "classifier" { facts.insert(specimen.name, at: 0) }
    if let moment = specimen.moment { facts.append(moment.facts) }
    if numbers.isDead { facts.append("dead: no picture gets it above zero") }
    let recipe = specimen.provenance.recipe(
      "sheet",
      entries: specimen.options + [
        .init("layer", .string(layer.name)), .init("unit", .integer(unit)),
        pictures.map { .init("most", .integer($0)) }, .theme(theme),
      ])
    return Figure(
      "Unit \(unit) of \(layer.name)", facts: facts.joined(separator: " · "),
      reading:
        "\(numbers.filter.whole?.count == 3 ? "Colours of the kernel are what it wants, their opposites what it does not." : "Orange weights want light, purple ones dark.") The bright spots of the spectrum are the waves that the kernel answers to, slow ones near the middle. "
        + "Frames mark the piece of each picture that the unit saw; what the pieces have in common, and what they lack at the right, is what it looks for.",
      description: numbers.description, recipe: recipe, numbers: numbers.tables, theme: theme
    ) {
      SheetWeights(numbers: numbers)
      HStack(spacing: 28) {
        SheetHistogram(numbers: numbers)
        SheetAblation(numbers: numbers)
      }
      HStack(spacing: 28) {
        SheetPictures(
          title: numbers.isDead ? "The nearest to exciting it" : "The pictures that excite it most",
          answers: numbers.top, numbers: numbers)
        SheetPictures(title: numbers.bottomTitle, answers: numbers.bottom, numbers: numbers)
      }
    }
  }
}

internal import Core
public import Render

/// A network at a glance: every layer with its shape and costs, what one example becomes in it, its kernels.
///
/// ```swift
/// let figure = try ArchitecturePoster().figure(of: Specimen(run))
/// ```
public struct ArchitecturePoster: Hashable, Sendable {
  /// What goes through the network; nil for the first probe picture or latent.
  public var example: Example.Choice?
  /// How many maps of each layer are shown at most.
  public var mapsPerLayer: Int
  /// The colours' theme.
  public var theme: Theme

  /// A poster.
  public init(example: Example.Choice? = nil, mapsPerLayer: Int = 10, theme: Theme = .light) {
    self.example = example
    self.mapsPerLayer = mapsPerLayer
    self.theme = theme
  }

  /// Draws a network of any role. A model that comes without pictures is drawn without maps.
  /// - Throws: `InspectError` if the example does not fit, `NetworkError` if the network cannot be run.
  public func figure(of specimen: Specimen) throws -> Figure {
    let drawing = try NetworkDrawing(of: specimen, showing: example, maps: mapsPerLayer)
    let classNames = specimen.probe?.classNames ?? []
    var facts = [
      "\(Numbers.grouped(drawing.parameterCount)) parameters",
      "\(Numbers.short(Double(drawing.multiplyAdds))) multiply–adds a picture",
    ]
    facts.append([specimen.name, specimen.moment?.facts].compactMap { $0 }.joined(separator: " at "))
    if let label = specimen.label { facts.append("class \(label)") }
    if let shown = drawing.example { facts.append("shown: " + shown.named(classNames)) }
    let recipe = specimen.provenance.recipe(
      "architecture",
      entries: specimen.options + [
        drawing.example?.option,
        mapsPerLayer == 10 ? nil : .init("maps", .integer(mapsPerLayer)), .theme(theme),
      ])
    return Figure(
      specimen.role.posterTitle, facts: facts.joined(separator: " · "),
      reading: specimen.role.posterReading
        + (drawing.example == nil ? "" : " Of every layer the first \(mapsPerLayer) maps are shown."),
      description: "\(specimen.name): \(drawing.description)", recipe: recipe,
      numbers: [("layers", drawing.numbers)], theme: theme
    ) { drawing.block }
  }
}

extension RunRole {
  fileprivate var posterTitle: String {
    switch self {
    case .classifier: "The network from picture to answer"
    case .generator: "The generator from latent to picture"
    case .discriminator: "The discriminator from picture to verdict"
    }
  }

  fileprivate var posterReading: String {
    let start =
      switch self {
      case .classifier:
        "Read from left to right: maps become smaller while there are more of them, until every number speaks for a class."
      case .generator:
        "Read from left to right: a list of random numbers becomes many small maps, and these become fewer and larger until one picture is left."
      case .discriminator:
        "Read from left to right: the picture is taken apart into more and smaller maps, until one number says how real it is."
      }
    return start + " An arrow is thicker where the weights that it stands for are larger on average."
  }
}

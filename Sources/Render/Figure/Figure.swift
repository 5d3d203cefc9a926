/// A finished drawing as a value: title, facts, content, how to read it, and how it was made.
///
/// ```swift
/// let figure = Figure("What the first layer looks for", facts: "conv1 · 32 filters 3×3") {
///   ImageGrid(filters, scale: scale)
///   ColorBar(scale)
/// }
/// try figure.write(to: "conv1.svg")  // or .png, .pdf
/// ```
/// The same value gives the same bytes.
public struct Figure: Sendable {
  /// What is shown, in words.
  public var title: String
  /// The facts: layer, counts, step, scale; drawn in secondary ink under the title.
  public var facts: String
  /// One sentence on how to read the figure, drawn beneath it.
  public var reading: String
  /// What the figure shows for those who do not see it, written from the data.
  public var description: String
  /// How the figure was made; embedded in every file.
  public var recipe: FigureRecipe
  /// The numbers behind the picture, by name, in order.
  public var numbers: [(name: String, table: NumberTable)]
  /// The colours' theme.
  public var theme: Theme
  /// The widest that the figure may be laid out, margins included, in points.
  public var width: Double
  /// The page that the figure is put on, in points, where it is to be printed on paper; nil for one that hugs it.
  public var paper: Size?
  /// The content, one block beneath the other.
  public var content: VStack

  /// The width of figures that say nothing else: the smallest text is 14 pixels on a slide of 1,280.
  public static let standardWidth = 760.0

  /// A figure of blocks one beneath the other.
  public init(
    _ title: String, facts: String = "", reading: String = "", description: String = "",
    recipe: FigureRecipe = FigureRecipe(), numbers: [(name: String, table: NumberTable)] = [],
    theme: Theme = .light, width: Double = Figure.standardWidth, spacing: Double = Spacing.panel,
    @BlockBuilder content: () -> [any Block]
  ) {
    self.title = title
    self.facts = facts
    self.reading = reading
    self.description = description
    self.recipe = recipe
    self.numbers = numbers
    self.theme = theme
    self.width = width
    self.content = VStack(spacing: spacing, content)
  }

  /// The figure in another theme.
  public func theme(_ theme: Theme) -> Figure {
    var figure = self
    figure.theme = theme
    return figure
  }

  /// The figure as a list of what to draw: what the outputs and the tests see.
  public func scene() -> Scene {
    let room = width - 2 * Spacing.margin
    let body = content.layout(Proposal(width: room, theme: theme))
    // Text is set to the content's width, but not so narrow that it breaks at every other word.
    let textWidth = min(room, max(body.size.width, 340))
    var page = Fragment(size: .zero)
    var y = 0.0
    func put(_ block: TextBlock, before distance: Double) {
      guard !block.string.isEmpty else { return }
      let fragment = block.layout(Proposal(width: max(textWidth, body.size.width)))
      if y > 0 { y += distance }
      page.add(fragment, at: Point(0, y))
      y += fragment.size.height
    }
    put(TextBlock(title, style: .title), before: 0)
    put(TextBlock(facts, paint: .secondary), before: 6)
    if body.size.height > 0 {
      if y > 0 { y += Spacing.panel }
      page.add(body, at: Point(0, y))
      y += body.size.height
    }
    put(TextBlock(reading, paint: .secondary), before: 14)
    let size = Size(
      max((page.size.width + 2 * Spacing.margin).rounded(.up), paper?.width ?? 0),
      max((page.size.height + 2 * Spacing.margin).rounded(.up), paper?.height ?? 0))
    let ground = Scene.Element.rectangle(
      Rect(x: 0, y: 0, width: size.width, height: size.height), fill: .paper, stroke: nil, radius: 0)
    return Scene(
      size: size,
      elements: [ground] + page.elements.map { $0.moved(x: Spacing.margin, y: Spacing.margin) })
  }
}

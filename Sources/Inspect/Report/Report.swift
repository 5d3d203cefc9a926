public import Render

/// A page that tells what a network is, how it learnt and what it learnt, with a figure for every idea.
///
/// Written as one HTML file: no network, no other files; light or dark by the reader's setting; printable. Or as pages of A4.
public struct Report: Sendable {
  /// One chapter.
  public struct Section: Sendable {
    /// The part of the page's address that leads here.
    public var id: String
    /// The heading.
    public var title: String
    /// What stands before the figures, as HTML.
    public var paragraphs: [String]
    /// Facts in a table, a header first; nil for none.
    public var table: NumberTable?
    /// The figures, each with the idea that it carries.
    public var figures: [Illustration]
    /// True if the chapter begins a page, where there are pages: the first of another run.
    public var beginsPage = false

    /// A chapter.
    public init(
      _ id: String, _ title: String, paragraphs: [String] = [], table: NumberTable? = nil,
      figures: [Illustration] = []
    ) {
      self.id = id
      self.title = title
      self.paragraphs = paragraphs
      self.table = table
      self.figures = figures
    }
  }

  /// A figure with the idea that it carries.
  public struct Illustration: Sendable {
    /// The name by which the figure is saved.
    public var name: String
    /// The figure.
    public var figure: Figure
    /// What a reader is to learn from it, as HTML: a paragraph.
    public var explanation: String

    /// A figure with its explanation.
    public init(_ name: String, _ figure: Figure, _ explanation: String) {
      self.name = name
      self.figure = figure
      self.explanation = explanation
    }
  }

  /// The page's heading.
  public var title: String
  /// What the page is about, in a sentence or two.
  public var lead: String
  /// The chapters in order.
  public var sections: [Section]
  /// Facts about where everything comes from, by name.
  public var provenance: [(name: String, value: String)]

  /// A report of given chapters.
  public init(
    title: String, lead: String, sections: [Section], provenance: [(name: String, value: String)]
  ) {
    self.title = title
    self.lead = lead
    self.sections = sections
    self.provenance = provenance
  }
}

/// Pages of one size, ready to be printed: what a long text with figures is laid out to.
///
/// The same value gives the same bytes.
public struct PageDocument: Hashable, Sendable {
  /// Something on a page: elements drawn larger or smaller than they were laid out.
  public struct Part: Hashable, Sendable {
    /// What is drawn, in its own points.
    public var elements: [Scene.Element]
    /// Where its (0, 0) is on the page, in points from the page's left top corner.
    public var place: Point
    /// Points of the page for each of its own.
    public var scale: Double

    /// Elements at a place of a page.
    public init(_ elements: [Scene.Element], at place: Point, scale: Double = 1) {
      self.elements = elements
      self.place = place
      self.scale = scale
    }
  }

  /// Where a chapter begins.
  public struct Chapter: Hashable, Sendable {
    /// The heading, as a reader's list of contents shows it.
    public var title: String
    /// The heading's top, in points from the page's.
    public var top: Double

    /// A chapter that begins at a place.
    public init(_ title: String, top: Double) {
      self.title = title
      self.top = top
    }
  }

  /// One page.
  public struct Page: Hashable, Sendable {
    /// What is on it, from the ground up.
    public var parts: [Part]
    /// The chapters that begin on it, from top to bottom.
    public var chapters: [Chapter]

    /// A page of given parts.
    public init(parts: [Part] = [], chapters: [Chapter] = []) {
      self.parts = parts
      self.chapters = chapters
    }
  }

  /// A4 upright, in points.
  public static let a4 = Size(595, 842)

  /// What the document is called.
  public var title: String
  /// What it is about, in a sentence.
  public var subject: String
  /// The extent of each page, in points.
  public var pageSize: Size
  /// The colours' theme.
  public var theme: Theme
  /// How the document was made, where it is one figure in several pages; embedded in the file. Nil for none.
  public var recipe: FigureRecipe?
  /// The pages in order.
  public var pages: [Page]

  /// A document of pages.
  public init(
    _ title: String, subject: String = "", pageSize: Size = PageDocument.a4, theme: Theme = .print,
    recipe: FigureRecipe? = nil, pages: [Page] = []
  ) {
    self.title = title
    self.subject = subject
    self.pageSize = pageSize
    self.theme = theme
    self.recipe = recipe
    self.pages = pages
  }

  /// The document as a PDF file.
  public func pdf() throws(RenderError) -> [UInt8] { try PDFOutput.bytes(self) }

  /// Writes the document as PDF, whole or not at all.
  /// - Throws: `RenderError` if it cannot be drawn or the file cannot be written.
  public func write(to path: String) throws(RenderError) { try WholeFile.write(try pdf(), to: path) }
}

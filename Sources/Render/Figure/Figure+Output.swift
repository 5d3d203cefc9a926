extension Figure {
  /// The formats that figures are written in.
  public enum Format: String, Hashable, Sendable, CaseIterable {
    /// Vectors for pages.
    case svg
    /// Pixels, two for each point.
    case png
    /// Vectors for paper.
    case pdf

    /// The format that a path's extension names.
    /// - Throws: `RenderError` of code `format` for any other; the message lists what there is.
    public init(path: String) throws(RenderError) {
      let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
      let parts = name.split(separator: ".", omittingEmptySubsequences: false)
      let ending = parts.count > 1 ? parts.last.map { $0.lowercased() } ?? "" : ""
      guard let format = Format(rawValue: ending) else {
        let found = ending.isEmpty ? "no extension" : "the extension .\(ending)"
        throw RenderError(.format, path, "has \(found); figures are written as .svg, .png or .pdf")
      }
      self = format
    }
  }

  /// Writes the figure; the path's extension decides between SVG, PNG (two pixels a point) and PDF.
  ///
  /// The file appears whole or not at all.
  /// - Throws: `RenderError` for any other extension, or if the file cannot be written.
  public func write(to path: String) throws(RenderError) {
    let bytes =
      switch try Format(path: path) {
      case .svg: try svg()
      case .png: try png()
      case .pdf: try pdf()
      }
    try WholeFile.write(bytes, to: path)
  }

  /// Writes the numbers behind the picture beside it: `figure.csv`, or `figure-name.csv` for each of several.
  /// - Returns: The paths written.
  @discardableResult
  public func writeNumbers(beside path: String) throws(RenderError) -> [String] {
    let directoryEnd = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    let stemEnd = path[directoryEnd...].lastIndex(of: ".") ?? path.endIndex
    var paths: [String] = []
    for (name, table) in numbers {
      let target = String(path[..<stemEnd]) + (numbers.count == 1 ? "" : "-\(name)") + ".csv"
      try WholeFile.write(Array(table.csv.utf8), to: target)
      paths.append(target)
    }
    return paths
  }

  /// The figure as an SVG file.
  public func svg() throws(RenderError) -> [UInt8] {
    let output = try SVGOutput(scene(), theme: theme, ink: .fixed, prefix: nil)
    return Array(
      ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        + output.document(title: title, description: description, recipe: recipe)).utf8)
  }

  /// The figure as an element of an HTML page.
  ///
  /// Colours of the theme are written as custom properties (`fill:var(--vitrine-ink,#16181D)`), so that the page's
  /// `Theme.styleSheet` shows it light or dark by the reader's setting; colours that mean a number, and pictures,
  /// never change.
  /// - Parameter idPrefix: starts every id inside, so that figures in one page do not collide; a hash of
  ///   the content where none is given.
  public func inlineSVG(idPrefix: String? = nil) throws(RenderError) -> String {
    try SVGOutput(scene(), theme: theme, ink: .customProperties, prefix: idPrefix).document(
      title: title, description: description, recipe: recipe,
      extraAttributes: " class=\"vitrine-figure\" style=\"max-width:100%;height:auto\"")
  }

  /// The figure as a PNG file.
  /// - Parameter scale: pixels per point.
  public func png(scale: Double = 2) throws(RenderError) -> [UInt8] {
    try PNGOutput.bytes(
      scene(), theme: theme, scale: scale, recipe: recipe, title: title, description: description)
  }

  /// The figure as a PDF file of one page, as large as the figure.
  public func pdf() throws(RenderError) -> [UInt8] {
    try PDFOutput.bytes(scene(), theme: theme, recipe: recipe, title: title, description: description)
  }
}

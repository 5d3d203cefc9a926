internal import Core
internal import Render

extension Report {
  /// The formats that reports are written in.
  private enum Format {
    /// One page for a browser.
    case html
    /// Pages of A4.
    case pdf

    init(path: String) throws(InspectError) {
      if path.hasSuffix(".html") || path.hasSuffix(".htm") {
        self = .html
      } else if path.hasSuffix(".pdf") {
        self = .pdf
      } else {
        throw InspectError(.notApplicable, path, "a report is written as .html or .pdf")
      }
    }
  }

  /// The report as a PDF file: pages of A4, figures and texts in the order of the page for browsers.
  /// - Throws: `RenderError` if a figure cannot be drawn.
  public func pdf() throws -> [UInt8] { try printed.pdf() }

  /// Writes the report to a file, whole or not at all; the path's extension decides between HTML and PDF.
  /// - Throws: `RenderError` if a figure cannot be drawn, `InspectError` if the file cannot be written or
  ///   is to be in another format.
  public func write(to path: String) throws {
    try Report.checkFormat(of: path)
    let bytes =
      switch try Format(path: path) {
      case .html: Array(try html().utf8)
      case .pdf: try pdf()
      }
    do { try ByteWriter.write(bytes, to: path) } catch {
      throw InspectError(.notApplicable, error.subject, error.reason)
    }
  }

  /// Makes sure that a report can be written under a name.
  /// - Throws: `InspectError` if the name asks for another format, or nothing can be written there.
  public static func checkFormat(of path: String) throws(InspectError) {
    _ = try Format(path: path)
    do { try ByteWriter.check(path) } catch {
      throw InspectError(.notApplicable, error.subject, error.reason)
    }
  }
}

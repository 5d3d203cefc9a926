internal import CCairo

/// Writes scenes as pages of PDF.
enum PDFOutput {
  static func bytes(
    _ scene: Scene, theme: Theme, recipe: FigureRecipe, title: String, description: String
  ) throws(RenderError) -> [UInt8] {
    let facts = Facts(
      title: title, subject: description, keywords: "\(FigureRecipe.metadataName) \(recipe.json)")
    return try document(scene.size, facts) { _, context throws(RenderError) in
      try CairoCanvas(context: context, theme: theme, pixelsPerPoint: pixelsPerPoint).draw(scene.elements)
    }
  }

  /// The pages of a document, one after the other, its chapters in the reader's list of contents.
  static func bytes(_ document: PageDocument) throws(RenderError) -> [UInt8] {
    let facts = Facts(
      title: document.title, subject: document.subject,
      keywords: document.recipe.map { "\(FigureRecipe.metadataName) \($0.json)" })
    return try self.document(document.pageSize, facts) { surface, context throws(RenderError) in
      for (index, page) in document.pages.enumerated() {
        for chapter in page.chapters {
          // The place is one line above the heading, so that the heading is not at the very edge of the window.
          let place = max(0, chapter.top - 16)
          cairo_pdf_surface_add_outline(
            surface, 0, chapter.title, "page=\(index + 1) pos=[0 \(place)]", CAIRO_PDF_OUTLINE_FLAG_OPEN)
        }
        for part in page.parts {
          cairo_save(context)
          defer { cairo_restore(context) }
          cairo_translate(context, part.place.x, part.place.y)
          cairo_scale(context, part.scale, part.scale)
          try CairoCanvas(context: context, theme: document.theme, pixelsPerPoint: pixelsPerPoint)
            .draw(part.elements)
        }
        cairo_show_page(context)
      }
    }
  }

  /// Many readers smooth small images; four pixels a point leave nothing to smooth.
  private static let pixelsPerPoint = 4.0

  /// What a file says of itself.
  private struct Facts {
    var title: String
    var subject: String
    var keywords: String?
  }

  /// A document of pages of one size, drawn by a closure that is given Cairo's surface and context.
  private static func document(
    _ size: Size, _ facts: Facts, _ draw: (OpaquePointer, OpaquePointer) throws(RenderError) -> Void
  ) throws(RenderError) -> [UInt8] {
    let collector = ByteCollector()
    guard
      let surface = cairo_pdf_surface_create_for_stream(
        ByteCollector.write, Unmanaged.passUnretained(collector).toOpaque(), size.width, size.height)
    else { throw RenderError(.drawing, "figure", "no memory for a page") }
    defer { cairo_surface_destroy(surface) }
    try checkDrawing(cairo_surface_status(surface), "figure")
    // In 1.4 the document's facts are not packed away in compressed streams, so that they can be read back.
    cairo_pdf_surface_restrict_to_version(surface, CAIRO_PDF_VERSION_1_4)
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, facts.title)
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT, facts.subject)
    if let keywords = facts.keywords {
      cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_KEYWORDS, keywords)
    }
    // The same figure gives the same bytes: no clock.
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00Z")
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_MOD_DATE, "2000-01-01T00:00:00Z")
    guard let context = cairo_create(surface) else {
      throw RenderError(.drawing, "figure", "no memory for drawing")
    }
    do throws(RenderError) { try draw(surface, context) } catch {
      cairo_destroy(context)
      throw error
    }
    let status = cairo_status(context)
    cairo_destroy(context)
    try checkDrawing(status, "figure")
    cairo_surface_finish(surface)
    try checkDrawing(cairo_surface_status(surface), "figure")
    return collector.bytes
  }
}

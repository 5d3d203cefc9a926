internal import CCairo

/// Writes a scene as one page of PDF.
enum PDFOutput {
  static func bytes(
    _ scene: Scene, theme: Theme, recipe: FigureRecipe, title: String, description: String
  ) throws(RenderError) -> [UInt8] {
    let collector = ByteCollector()
    guard
      let surface = cairo_pdf_surface_create_for_stream(
        ByteCollector.write, Unmanaged.passUnretained(collector).toOpaque(), scene.size.width,
        scene.size.height)
    else { throw RenderError(.drawing, "figure", "no memory for a page") }
    defer { cairo_surface_destroy(surface) }
    try checkDrawing(cairo_surface_status(surface), "figure")
    // In 1.4 the document's facts are not packed away in compressed streams, so that they can be read back.
    cairo_pdf_surface_restrict_to_version(surface, CAIRO_PDF_VERSION_1_4)
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title)
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT, description)
    cairo_pdf_surface_set_metadata(
      surface, CAIRO_PDF_METADATA_KEYWORDS, "\(FigureRecipe.metadataName) \(recipe.json)")
    // The same figure gives the same bytes: no clock.
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00Z")
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_MOD_DATE, "2000-01-01T00:00:00Z")
    guard let context = cairo_create(surface) else {
      throw RenderError(.drawing, "figure", "no memory for drawing")
    }
    // Many readers smooth small images; four pixels a point leave nothing to smooth.
    try CairoCanvas(context: context, theme: theme, pixelsPerPoint: 4).draw(scene.elements)
    let status = cairo_status(context)
    cairo_destroy(context)
    try checkDrawing(status, "figure")
    cairo_surface_finish(surface)
    try checkDrawing(cairo_surface_status(surface), "figure")
    return collector.bytes
  }
}

internal import CCairo

/// The longest side of a bitmap that Cairo can hold, with a little room.
let largestBitmapSide = 32_000

/// Checks the library's word on what it just did.
func checkDrawing(_ status: cairo_status_t, _ subject: String) throws(RenderError) {
  guard status == CAIRO_STATUS_SUCCESS else {
    throw RenderError(.drawing, subject, String(cString: cairo_status_to_string(status)))
  }
}

/// Draws a scene into one of Cairo's surfaces.
struct CairoCanvas {
  let context: OpaquePointer
  let theme: Theme
  /// How many bitmap pixels an image gets for each point, at least; for outputs whose readers would blur it.
  let pixelsPerPoint: Double

  /// Draws all elements from the ground up.
  func draw(_ elements: [Scene.Element]) throws(RenderError) {
    for element in elements { try draw(element) }
  }

  private func draw(_ element: Scene.Element) throws(RenderError) {
    switch element {
    case .rectangle(let rect, let fill, let stroke, let radius):
      cairo_new_path(context)
      trace(rect, radius: radius)
      paint(fill: fill, stroke: stroke)
    case .line(let from, let to, let stroke):
      cairo_new_path(context)
      cairo_move_to(context, from.x, from.y)
      cairo_line_to(context, to.x, to.y)
      paint(fill: nil, stroke: stroke)
    case .path(let path, let fill, let stroke):
      cairo_new_path(context)
      trace(path)
      paint(fill: fill, stroke: stroke)
    case .text(let text): draw(text)
    case .image(let raster, let rect): try draw(raster, in: rect)
    case .slanted(let raster, let place): try draw(raster, in: place)
    case .clipped(let rect, let elements):
      cairo_save(context)
      defer { cairo_restore(context) }
      cairo_new_path(context)
      cairo_rectangle(context, rect.minX, rect.minY, rect.width, rect.height)
      cairo_clip(context)
      try draw(elements)
    }
  }

  private func setSource(_ paint: Paint, isText: Bool = false) {
    let color = isText ? paint.textColor(in: theme) : paint.color(in: theme)
    cairo_set_source_rgba(
      context, Double(color.red) / 255, Double(color.green) / 255, Double(color.blue) / 255, paint.opacity)
  }

  private func paint(fill: Paint?, stroke: Scene.Stroke?) {
    if let fill {
      setSource(fill)
      if stroke == nil { cairo_fill(context) } else { cairo_fill_preserve(context) }
    }
    guard let stroke else { return }
    setSource(stroke.paint)
    cairo_set_line_width(context, stroke.width)
    cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
    cairo_set_line_cap(context, CAIRO_LINE_CAP_BUTT)
    cairo_set_dash(context, stroke.dash, Int32(stroke.dash.count), 0)
    cairo_stroke(context)
  }

  private func trace(_ rect: Rect, radius: Double) {
    guard radius > 0 else {
      cairo_rectangle(context, rect.minX, rect.minY, rect.width, rect.height)
      return
    }
    let r = min(radius, min(rect.width, rect.height) / 2)
    let quarter = Double.pi / 2
    cairo_new_sub_path(context)
    cairo_arc(context, rect.maxX - r, rect.minY + r, r, -quarter, 0)
    cairo_arc(context, rect.maxX - r, rect.maxY - r, r, 0, quarter)
    cairo_arc(context, rect.minX + r, rect.maxY - r, r, quarter, 2 * quarter)
    cairo_arc(context, rect.minX + r, rect.minY + r, r, 2 * quarter, 3 * quarter)
    cairo_close_path(context)
  }

  private func trace(_ path: Path) {
    for piece in path.pieces {
      switch piece {
      case .move(let point): cairo_move_to(context, point.x, point.y)
      case .line(let point): cairo_line_to(context, point.x, point.y)
      case .curve(let first, let second, let end):
        cairo_curve_to(context, first.x, first.y, second.x, second.y, end.x, end.y)
      case .close: cairo_close_path(context)
      }
    }
  }

  private func draw(_ text: Scene.Text) {
    let style = text.style
    let line = Fonts.shared.place(text.string, isSemibold: style.isSemibold, isTabular: text.isTabular)
    let shift: Double =
      switch text.anchor {
      case .start: 0
      case .middle: -line.width / 2
      case .end: -line.width
      }
    cairo_save(context)
    defer { cairo_restore(context) }
    cairo_translate(context, text.position.x, text.position.y)
    if text.isVertical { cairo_rotate(context, -Double.pi / 2) }
    Fonts.shared.withFace(isSemibold: style.isSemibold) { face in
      cairo_set_font_face(context, face)
      cairo_set_font_size(context, style.size)
      let options = cairo_font_options_create()
      cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
      cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
      cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
      cairo_set_font_options(context, options)
      cairo_font_options_destroy(options)
      let glyphs = line.glyphs.map { placed in
        cairo_glyph_t(index: placed.glyph.index, x: (placed.x + shift) * style.size / 1000, y: 0)
      }
      if text.hasHalo {
        setSource(.paper)
        cairo_new_path(context)
        cairo_glyph_path(context, glyphs, Int32(glyphs.count))
        cairo_set_line_width(context, Scene.haloWidth)
        cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
        cairo_set_dash(context, nil, 0, 0)
        cairo_stroke(context)
      }
      setSource(text.paint, isText: true)
      // Letters with the text they stand for, so that a PDF can be searched.
      let clusters = text.string.map { cairo_text_cluster_t(num_bytes: Int32($0.utf8.count), num_glyphs: 1) }
      if clusters.count == glyphs.count {
        cairo_show_text_glyphs(
          context, text.string, Int32(text.string.utf8.count), glyphs, Int32(glyphs.count), clusters,
          Int32(clusters.count), cairo_text_cluster_flags_t(0))
      } else {
        cairo_show_glyphs(context, glyphs, Int32(glyphs.count))
      }
    }
  }

  private func draw(_ raster: Raster, in rect: Rect) throws(RenderError) {
    guard raster.width > 0, raster.height > 0, rect.width > 0, rect.height > 0 else { return }
    let raster = magnified(raster, width: rect.width)
    let surface = try Bitmap(raster)
    defer { surface.close() }
    cairo_save(context)
    defer { cairo_restore(context) }
    cairo_translate(context, rect.minX, rect.minY)
    cairo_new_path(context)
    cairo_rectangle(context, 0, 0, rect.width, rect.height)
    cairo_scale(context, rect.width / Double(raster.width), rect.height / Double(raster.height))
    cairo_set_source_surface(context, surface.surface, 0, 0)
    cairo_pattern_set_filter(cairo_get_source(context), CAIRO_FILTER_NEAREST)
    cairo_fill(context)
  }

  /// A raster with as many pixels as an output wants whose readers would blur it.
  private func magnified(_ raster: Raster, width: Double) -> Raster {
    guard pixelsPerPoint > 0 else { return raster }
    let wanted = (pixelsPerPoint * width / Double(raster.width)).rounded(.up)
    let affordable = (16e6 / Double(raster.width * raster.height)).squareRoot()
    return raster.magnified(by: Int(max(1, min(wanted, affordable))))
  }

  private func draw(_ raster: Raster, in place: Parallelogram) throws(RenderError) {
    let (across, down) = (place.across, place.down)
    // Edges in one line leave no area, and no way back from the page to the picture.
    guard raster.width > 0, raster.height > 0,
      abs(across.width * down.height - across.height * down.width) > 1e-9
    else { return }
    let length = (across.width * across.width + across.height * across.height).squareRoot()
    let raster = magnified(raster, width: length)
    let surface = try Bitmap(raster)
    defer { surface.close() }
    cairo_save(context)
    defer { cairo_restore(context) }
    let (width, height) = (Double(raster.width), Double(raster.height))
    var matrix = cairo_matrix_t(
      xx: across.width / width, yx: across.height / width, xy: down.width / height,
      yy: down.height / height, x0: place.corner.x, y0: place.corner.y)
    cairo_transform(context, &matrix)
    cairo_new_path(context)
    cairo_rectangle(context, 0, 0, width, height)
    cairo_set_source_surface(context, surface.surface, 0, 0)
    cairo_pattern_set_filter(cairo_get_source(context), CAIRO_FILTER_NEAREST)
    cairo_fill(context)
  }
}

/// A bitmap of Cairo's. Whoever makes one closes it.
struct Bitmap {
  let surface: OpaquePointer

  /// A bitmap of pixels, RGB where all are opaque, else with premultiplied coverage.
  init(_ raster: Raster) throws(RenderError) {
    let isOpaque = stride(from: 3, to: raster.bytes.count, by: 4).allSatisfy { raster.bytes[$0] == 255 }
    try self.init(
      width: raster.width, height: raster.height, format: isOpaque ? CAIRO_FORMAT_RGB24 : CAIRO_FORMAT_ARGB32)
    cairo_surface_flush(surface)
    let rowLength = Int(cairo_image_surface_get_stride(surface))
    guard let data = cairo_image_surface_get_data(surface) else { return }
    raster.bytes.withUnsafeBufferPointer { bytes in
      for y in 0..<raster.height {
        let row = UnsafeMutableRawPointer(data + y * rowLength).assumingMemoryBound(to: UInt32.self)
        for x in 0..<raster.width {
          let at = (y * raster.width + x) * 4
          let coverage = UInt32(bytes[at + 3])
          func channel(_ offset: Int) -> UInt32 { (UInt32(bytes[at + offset]) * coverage + 127) / 255 }
          row[x] = coverage << 24 | channel(0) << 16 | channel(1) << 8 | channel(2)
        }
      }
    }
    cairo_surface_mark_dirty(surface)
  }

  /// An empty bitmap.
  init(width: Int, height: Int, format: cairo_format_t) throws(RenderError) {
    guard width <= largestBitmapSide, height <= largestBitmapSide else {
      throw RenderError(
        .tooLarge, "figure",
        "a bitmap of \(width) × \(height) pixels is larger than \(largestBitmapSide) on a side; show fewer tiles, "
          + "use a smaller scale, or write SVG or PDF")
    }
    guard let surface = cairo_image_surface_create(format, Int32(width), Int32(height)) else {
      throw RenderError(.drawing, "figure", "no memory for a bitmap of \(width) × \(height) pixels")
    }
    self.surface = surface
    let status = cairo_surface_status(surface)
    if status != CAIRO_STATUS_SUCCESS { cairo_surface_destroy(surface) }
    try checkDrawing(status, "figure")
  }

  func close() {
    cairo_surface_finish(surface)
    cairo_surface_destroy(surface)
  }

  /// The pixels, all taken as opaque.
  var raster: Raster {
    let (width, height) = (
      Int(cairo_image_surface_get_width(surface)), Int(cairo_image_surface_get_height(surface))
    )
    var raster = Raster(width: width, height: height)
    cairo_surface_flush(surface)
    guard let data = cairo_image_surface_get_data(surface) else { return raster }
    let rowLength = Int(cairo_image_surface_get_stride(surface))
    var line = [UInt8](repeating: 255, count: width * 4)
    for y in 0..<height {
      let row = UnsafeRawPointer(data + y * rowLength).assumingMemoryBound(to: UInt32.self)
      for x in 0..<width {
        line[x * 4] = UInt8(truncatingIfNeeded: row[x] >> 16)
        line[x * 4 + 1] = UInt8(truncatingIfNeeded: row[x] >> 8)
        line[x * 4 + 2] = UInt8(truncatingIfNeeded: row[x])
      }
      raster.replaceRow(y, with: line[...])
    }
    return raster
  }

  /// The bitmap as a PNG file.
  func png() throws(RenderError) -> [UInt8] {
    let collector = ByteCollector()
    let status = cairo_surface_write_to_png_stream(
      surface, ByteCollector.write, Unmanaged.passUnretained(collector).toOpaque())
    try checkDrawing(status, "figure")
    return collector.bytes
  }
}

/// Takes what Cairo writes. A class, since the library hands its address back.
final class ByteCollector {
  var bytes: [UInt8] = []

  static let write: cairo_write_func_t = { closure, data, count in
    guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
    Unmanaged<ByteCollector>.fromOpaque(closure).takeUnretainedValue().bytes
      .append(contentsOf: UnsafeBufferPointer(start: data, count: Int(count)))
    return CAIRO_STATUS_SUCCESS
  }
}

internal import CCairo
internal import Synchronization

/// One letter as it is drawn: its number in the font, and how far it moves the pen, in thousandths of the size.
struct Glyph {
  let index: UInt
  let advance: Double
}

/// A letter of a laid-out line.
struct PlacedGlyph {
  let glyph: Glyph
  /// The pen's place, in thousandths of the size from the start of the line.
  let x: Double
}

/// The fonts: Inter, or the system's sans-serif where it is not installed, in regular and semibold.
///
/// Cairo's plain way to a font asks for the medium weight where normal is meant, and gets Inter Medium: small grey
/// text is the better for it. Cairo looks letters up; everything is measured once at a size of 1,000 without hinting, so that a line has
/// the same width in every output and at every scale.
final class Fonts: Sendable {
  static let shared = Fonts()

  /// What is known of one weight. The library's objects live as long as the process; the lock guards them, hence
  /// unchecked.
  private struct Face: @unchecked Sendable {
    let face: OpaquePointer
    let measured: OpaquePointer
    var glyphs: [Character: [Glyph]] = [:]
    var outlines: [UInt: Path] = [:]
  }

  private let faces: Mutex<[Bool: Face]>

  private init() {
    // A family that exists measures differently from one that cannot exist.
    let hasInter =
      Fonts.probeWidth(family: "Inter") != Fonts.probeWidth(family: "no such family of fonts")
    let regular = Fonts.makeFace(family: hasInter ? "Inter" : "sans", isBold: false)
    let semibold = Fonts.makeFace(family: hasInter ? "Inter SemiBold" : "sans", isBold: !hasInter)
    faces = Mutex([
      false: Face(face: regular, measured: Fonts.scaled(regular)),
      true: Face(face: semibold, measured: Fonts.scaled(semibold)),
    ])
  }

  private static func makeFace(family: String, isBold: Bool) -> OpaquePointer {
    cairo_toy_font_face_create(
      family, CAIRO_FONT_SLANT_NORMAL, isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)!
  }

  private static func scaled(_ face: OpaquePointer) -> OpaquePointer {
    let options = cairo_font_options_create()
    defer { cairo_font_options_destroy(options) }
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
    var matrix = cairo_matrix_t()
    cairo_matrix_init_scale(&matrix, 1000, 1000)
    var identity = cairo_matrix_t()
    cairo_matrix_init_identity(&identity)
    return cairo_scaled_font_create(face, &matrix, &identity, options)!
  }

  private static func probeWidth(family: String) -> Double {
    let face = makeFace(family: family, isBold: false)
    defer { cairo_font_face_destroy(face) }
    let font = scaled(face)
    defer { cairo_scaled_font_destroy(font) }
    var extents = cairo_text_extents_t()
    cairo_scaled_font_text_extents(font, "Which font is this? 0123456789", &extents)
    return extents.x_advance
  }

  /// The letters of a line, placed one after the other; with `isTabular` every digit is as wide as a zero.
  func place(_ string: String, isSemibold: Bool, isTabular: Bool) -> (glyphs: [PlacedGlyph], width: Double) {
    faces.withLock { faces in
      var x = 0.0
      var placed: [PlacedGlyph] = []
      let zero = isTabular ? Fonts.glyphs(of: "0", in: &faces[isSemibold]!)[0].advance : 0
      for character in string {
        let isDigit = isTabular && character.isASCII && character.isNumber
        for glyph in Fonts.glyphs(of: character, in: &faces[isSemibold]!) {
          placed.append(PlacedGlyph(glyph: glyph, x: isDigit ? x + (zero - glyph.advance) / 2 : x))
          x += isDigit ? zero : glyph.advance
        }
      }
      return (placed, x)
    }
  }

  private static func glyphs(of character: Character, in face: inout Face) -> [Glyph] {
    if let known = face.glyphs[character] { return known }
    var buffer: UnsafeMutablePointer<cairo_glyph_t>?
    var count: Int32 = 0
    let status = cairo_scaled_font_text_to_glyphs(
      face.measured, 0, 0, String(character), -1, &buffer, &count, nil, nil, nil)
    defer { cairo_glyph_free(buffer) }
    var result: [Glyph] = []
    if status == CAIRO_STATUS_SUCCESS, let buffer {
      for index in 0..<Int(count) {
        var extents = cairo_text_extents_t()
        cairo_scaled_font_glyph_extents(face.measured, buffer + index, 1, &extents)
        result.append(Glyph(index: UInt(buffer[index].index), advance: extents.x_advance))
      }
    }
    if result.isEmpty { result = [Glyph(index: 0, advance: 0)] }
    face.glyphs[character] = result
    return result
  }

  /// The outline of a letter at a size of 1,000, its baseline starting at (0, 0).
  func outline(of glyph: UInt, isSemibold: Bool) -> Path {
    faces.withLock { faces in
      if let known = faces[isSemibold]!.outlines[glyph] { return known }
      let path = Fonts.traceOutline(of: glyph, font: faces[isSemibold]!.measured)
      faces[isSemibold]!.outlines[glyph] = path
      return path
    }
  }

  private static func traceOutline(of glyph: UInt, font: OpaquePointer) -> Path {
    let surface = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1)
    defer { cairo_surface_destroy(surface) }
    let context = cairo_create(surface)
    defer { cairo_destroy(context) }
    cairo_set_scaled_font(context, font)
    var one = cairo_glyph_t(index: glyph, x: 0, y: 0)
    cairo_glyph_path(context, &one, 1)
    guard let copied = cairo_copy_path(context) else { return Path() }
    defer { cairo_path_destroy(copied) }
    var path = Path()
    var index = 0
    while index < Int(copied.pointee.num_data), let data = copied.pointee.data {
      let header = data[index].header
      func point(_ offset: Int) -> Point { Point(data[index + offset].point.x, data[index + offset].point.y) }
      switch header.type {
      case CAIRO_PATH_MOVE_TO: path.pieces.append(.move(point(1)))
      case CAIRO_PATH_LINE_TO: path.pieces.append(.line(point(1)))
      case CAIRO_PATH_CURVE_TO:
        path.pieces.append(.curve(control1: point(1), control2: point(2), to: point(3)))
      default: path.pieces.append(.close)
      }
      index += Int(header.length)
    }
    return path
  }

  /// Lends the library's font of a weight.
  func withFace<Result>(isSemibold: Bool, _ body: (OpaquePointer) -> Result) -> Result {
    // Reference counts of faces are atomic in Cairo; the lock is let go first, since `body` may measure.
    let address = faces.withLock { UInt(bitPattern: $0[isSemibold]!.face) }
    return body(OpaquePointer(bitPattern: address)!)
  }
}

extension TextStyle {
  /// How wide a line of text is, in points.
  public func width(of string: String, isTabular: Bool = false) -> Double {
    Fonts.shared.place(string, isSemibold: isSemibold, isTabular: isTabular).width * size / 1000
  }

  /// Breaks text into lines no wider than `width` points, at spaces; a longer word keeps a line of its own.
  public func lines(of string: String, width: Double) -> [String] {
    var lines: [String] = []
    for paragraph in string.split(separator: "\n", omittingEmptySubsequences: false) {
      var line = ""
      for word in paragraph.split(separator: " ") {
        let longer = line.isEmpty ? String(word) : line + " " + word
        if line.isEmpty || self.width(of: longer) <= width {
          line = longer
        } else {
          lines.append(line)
          line = String(word)
        }
      }
      lines.append(line)
    }
    return lines
  }

  /// The text, cut with an ellipsis where it is wider than `width` points.
  public func shortened(_ string: String, to width: Double) -> String {
    if self.width(of: string) <= width { return string }
    var kept = string
    while !kept.isEmpty {
      kept.removeLast()
      if self.width(of: kept + "…") <= width { return kept + "…" }
    }
    return "…"
  }
}

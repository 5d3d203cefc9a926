internal import FoundationEssentials

/// Writes a scene as SVG, element by element.
///
/// Not through Cairo's SVG surface: its files repeat every glyph for every size, name their parts `glyph0-1` in
/// every file (so that two in one page collide) and let readers smooth magnified images. Cairo still traces the
/// letters and packs the images. Letters are drawn once per weight in a grid of 1,000 and used at every size.
struct SVGOutput {
  /// What colours are written as.
  enum Ink {
    /// Fixed colours, for a file of its own.
    case fixed
    /// Custom properties with fixed colours to fall back on, for a page that sets them.
    case customProperties
  }

  let scene: Scene
  let theme: Theme
  let ink: Ink
  /// What every id begins with; a mark to be replaced until the content is known.
  private(set) var prefix: String
  /// The definitions and the drawing, without the element around them.
  private(set) var content = ""
  private var body = ""
  private var letters: [(name: String, outline: Path)] = []
  /// Which of the letters a glyph of a weight is; none for a letter without an outline, a space.
  private var letterNumbers: [LetterKey: Int?] = [:]
  private var clips: [Rect] = []

  private struct LetterKey: Hashable {
    let glyph: UInt
    let isSemibold: Bool
  }

  /// Stands for the prefix in content whose hash is not known yet; no text in XML can contain it.
  private static let mark = "\u{1}"

  /// A scene as SVG; without a prefix ids begin with a hash of the content.
  init(_ scene: Scene, theme: Theme, ink: Ink, prefix: String?) throws(RenderError) {
    self.scene = scene
    self.theme = theme
    self.ink = ink
    self.prefix = prefix ?? SVGOutput.mark
    for element in scene.elements { try add(element) }
    content = definitions + body
    guard prefix == nil else { return }
    self.prefix = SVGOutput.prefix(of: content)
    content = content.split(separator: "\u{1}", omittingEmptySubsequences: false).joined(
      separator: self.prefix)
  }

  /// A letter and six digits from the content (64-bit FNV-1a, of which 31 bits are kept).
  private static func prefix(of content: String) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in content.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    let digits = String(hash % 0x8000_0000, radix: 36)
    return "v" + String(repeating: "0", count: 6 - digits.count) + digits + "-"
  }

  private var definitions: String {
    var definitions = ""
    for letter in letters {
      definitions += "<path id=\"\(prefix)\(letter.name)\" d=\"\(SVGOutput.integerData(letter.outline))\"/>\n"
    }
    for (index, clip) in clips.enumerated() {
      definitions +=
        "<clipPath id=\"\(prefix)c\(index)\"><rect\(SVGOutput.attributes(clip))/></clipPath>\n"
    }
    return definitions.isEmpty ? "" : "<defs>\n\(definitions)</defs>\n"
  }

  /// The whole element. Its title and description are named by ids of the same prefix.
  func document(title: String, description: String, recipe: FigureRecipe, extraAttributes: String = "")
    -> String
  {
    let (width, height) = (SVGOutput.number(scene.size.width), SVGOutput.number(scene.size.height))
    var text = "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\""
    text += " width=\"\(width)pt\" height=\"\(height)pt\" viewBox=\"0 0 \(width) \(height)\""
    text += " role=\"img\" aria-labelledby=\"\(prefix)t \(prefix)d\"\(extraAttributes)>\n"
    text += "<title id=\"\(prefix)t\">\(SVGOutput.escaped(title))</title>\n"
    text += "<desc id=\"\(prefix)d\">\(SVGOutput.escaped(description))</desc>\n"
    text += "<metadata id=\"\(prefix)m\" data-name=\"\(FigureRecipe.metadataName)\">"
    text += SVGOutput.escaped(recipe.json) + "</metadata>\n"
    return text + content + "</svg>\n"
  }

  private mutating func add(_ element: Scene.Element) throws(RenderError) {
    switch element {
    case .rectangle(let rect, let fill, let stroke, let radius):
      let corner = radius > 0 ? " rx=\"\(SVGOutput.number(radius))\"" : ""
      body += "<rect\(SVGOutput.attributes(rect))\(corner)\(attributes(fill: fill, stroke: stroke))/>\n"
    case .line(let from, let to, let stroke):
      body +=
        "<path d=\"M\(SVGOutput.pair(from))L\(SVGOutput.pair(to))\"\(attributes(fill: nil, stroke: stroke))/>\n"
    case .path(let path, let fill, let stroke):
      body += "<path d=\"\(SVGOutput.data(path))\"\(attributes(fill: fill, stroke: stroke))/>\n"
    case .text(let text): add(text)
    case .image(let raster, let rect): try add(raster, in: rect)
    case .slanted(let raster, let place): try add(raster, in: place)
    case .clipped(let rect, let elements):
      body += "<g clip-path=\"url(#\(prefix)c\(clips.count))\">\n"
      clips.append(rect)
      for element in elements { try add(element) }
      body += "</g>\n"
    }
  }

  /// As an image of its own size under a matrix: its pixels become parallelograms.
  private mutating func add(_ raster: Raster, in place: Parallelogram) throws(RenderError) {
    guard raster.width > 0, raster.height > 0 else { return }
    let (across, down) = (place.across, place.down)
    let length = (across.width * across.width + across.height * across.height).squareRoot()
    let file = try embedded(raster, pointsPerPixel: length / Double(raster.width))
    func entry(_ value: Double) -> String { SVGOutput.number(value, decimals: 4) }
    body +=
      "<image width=\"1\" height=\"1\" transform=\"matrix(\(entry(across.width)) \(entry(across.height))"
    body += " \(entry(down.width)) \(entry(down.height)) \(SVGOutput.pair(place.corner)))\""
    body +=
      " preserveAspectRatio=\"none\" image-rendering=\"optimizeSpeed\" style=\"image-rendering:pixelated\""
    body += " xlink:href=\"data:image/png;base64,\(file)\"/>\n"
  }

  private mutating func add(_ raster: Raster, in rect: Rect) throws(RenderError) {
    guard raster.width > 0, raster.height > 0 else { return }
    // Large pixels stay squares by the reader's nearest neighbour; small ones would become unevenly wide on a screen
    // where a point is no whole number of pixels, so there smoothing is right.
    let pointsPerPixel = rect.width / Double(raster.width)
    let isSmooth = pointsPerPixel < 2.5
    let file = try embedded(raster, pointsPerPixel: pointsPerPixel)
    body += "<image\(SVGOutput.attributes(rect)) preserveAspectRatio=\"none\""
    if !isSmooth { body += " image-rendering=\"optimizeSpeed\" style=\"image-rendering:pixelated\"" }
    body += " xlink:href=\"data:image/png;base64,\(file)\"/>\n"
  }

  /// A raster as the text of a PNG file, of two pixels a point at least: some readers smooth what they magnify whatever the
  /// file asks for.
  private func embedded(_ raster: Raster, pointsPerPixel: Double) throws(RenderError) -> String {
    let affordable = (16e6 / Double(raster.width * raster.height)).squareRoot()
    let shown = raster.magnified(by: Int(max(1, min((2 * pointsPerPixel).rounded(.up), affordable))))
    return Data(try PNGOutput.bytes(shown)).base64EncodedString()
  }

  private mutating func add(_ text: Scene.Text) {
    let style = text.style
    let line = Fonts.shared.place(text.string, isSemibold: style.isSemibold, isTabular: text.isTabular)
    let shift: Double =
      switch text.anchor {
      case .start: 0
      case .middle: -line.width / 2
      case .end: -line.width
      }
    let scale = SVGOutput.number(style.size / 1000, decimals: 5)
    let turn = text.isVertical ? " rotate(-90)" : ""
    var uses = ""
    for placed in line.glyphs {
      guard let number = letterNumber(placed.glyph.index, isSemibold: style.isSemibold) else { continue }
      let x = Int((placed.x + shift).rounded())
      uses += "<use\(x == 0 ? "" : " x=\"\(x)\"") xlink:href=\"#\(prefix)\(letters[number].name)\"/>"
    }
    guard !uses.isEmpty else { return }
    body += "<g transform=\"translate(\(SVGOutput.pair(text.position)))\(turn) scale(\(scale))\""
    let halo = text.hasHalo ? Scene.Stroke(.paper, width: Scene.haloWidth * 1000 / style.size) : nil
    body += text.hasHalo ? " paint-order=\"stroke\"" : ""
    body += "\(attributes(fill: text.paint, stroke: halo, isText: true))>\(uses)</g>\n"
  }

  /// The number of a letter among those defined, defining it if need be.
  private mutating func letterNumber(_ glyph: UInt, isSemibold: Bool) -> Int? {
    let key = LetterKey(glyph: glyph, isSemibold: isSemibold)
    if let known = letterNumbers[key] { return known }
    let outline = Fonts.shared.outline(of: glyph, isSemibold: isSemibold)
    let number = outline.pieces.contains { $0 == .close } ? letters.count : nil
    letterNumbers[key] = .some(number)
    if let number { letters.append(("\(number)", outline)) }
    return number
  }

  private func attributes(fill: Paint?, stroke: Scene.Stroke?, isText: Bool = false) -> String {
    var text = ""
    var styles = ""
    func add(_ property: String, _ paint: Paint, isText: Bool = false) {
      let color = (isText ? paint.textColor(in: theme) : paint.color(in: theme)).description
      if case .role(let role) = paint.kind, case .customProperties = ink {
        let name = role.rawValue + (isText && role.isData ? "-text" : "")
        styles += "\(property):var(--vitrine-\(name),\(color));"
      } else {
        text += " \(property)=\"\(color)\""
      }
      if paint.opacity < 1 {
        text += " \(property)-opacity=\"\(SVGOutput.number(paint.opacity, decimals: 3))\""
      }
    }
    if let fill { add("fill", fill, isText: isText) } else { text += " fill=\"none\"" }
    if let stroke {
      add("stroke", stroke.paint)
      if stroke.width != 1 { text += " stroke-width=\"\(SVGOutput.number(stroke.width, decimals: 3))\"" }
      if !stroke.dash.isEmpty {
        text += " stroke-dasharray=\"\(stroke.dash.map { SVGOutput.number($0) }.joined(separator: " "))\""
      }
      text += " stroke-linejoin=\"round\""
    }
    return text + (styles.isEmpty ? "" : " style=\"\(styles.dropLast())\"")
  }
}

/// How SVG writes numbers and paths: short.
extension SVGOutput {
  /// A number without needless digits.
  static func number(_ value: Double, decimals: Int = 2) -> String {
    guard value.isFinite else { return "0" }
    let scale = power(10, Double(decimals))
    let scaled = (value * scale).rounded()
    guard scaled.magnitude < 9e15 else { return "\(value)" }
    let digits = Int64(scaled)
    let unit = Int64(scale)
    let (whole, fraction) = (digits.magnitude / unit.magnitude, digits.magnitude % unit.magnitude)
    var text = digits < 0 ? "-" : ""
    text += String(whole)
    if fraction > 0 {
      let tail = String(fraction)
      text += "." + String(repeating: "0", count: decimals - tail.count) + tail
      while text.hasSuffix("0") { text.removeLast() }
    }
    return text
  }

  static func pair(_ point: Point) -> String { "\(number(point.x)) \(number(point.y))" }

  static func attributes(_ rect: Rect) -> String {
    " x=\"\(number(rect.minX))\" y=\"\(number(rect.minY))\" width=\"\(number(rect.width))\""
      + " height=\"\(number(rect.height))\""
  }

  static func data(_ path: Path) -> String {
    path.pieces.map { piece in
      switch piece {
      case .move(let point): "M\(pair(point))"
      case .line(let point): "L\(pair(point))"
      case .curve(let first, let second, let end): "C\(pair(first)) \(pair(second)) \(pair(end))"
      case .close: "Z"
      }
    }.joined()
  }

  /// A path in whole numbers, each place given from the one before: what letters are written in.
  static func integerData(_ path: Path) -> String {
    var (x, y) = (0, 0)
    var start = (0, 0)
    var text = ""
    func step(_ point: Point) -> (Int, Int) { (Int(point.x.rounded()) - x, Int(point.y.rounded()) - y) }
    func append(_ letter: String, _ numbers: [Int]) {
      text += letter
      for (index, number) in numbers.enumerated() {
        text += index > 0 && number >= 0 ? " \(number)" : "\(number)"
      }
    }
    for piece in path.pieces {
      switch piece {
      case .move(let point):
        let (dx, dy) = step(point)
        append("m", [dx, dy])
        (x, y) = (x + dx, y + dy)
        start = (x, y)
      case .line(let point):
        let (dx, dy) = step(point)
        if (dx, dy) == (0, 0) { continue }
        if dy == 0 { append("h", [dx]) } else if dx == 0 { append("v", [dy]) } else { append("l", [dx, dy]) }
        (x, y) = (x + dx, y + dy)
      case .curve(let first, let second, let end):
        let (a, b, c) = (step(first), step(second), step(end))
        append("c", [a.0, a.1, b.0, b.1, c.0, c.1])
        (x, y) = (x + c.0, y + c.1)
      case .close:
        text += "z"
        (x, y) = start
      }
    }
    // Cairo ends an outline with a lone move, which draws nothing.
    if let last = text.lastIndex(of: "m"), text.hasPrefix("m"), !text[last...].contains("z") {
      text = String(text[..<last])
    }
    return text
  }

  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      // XML has no way to write these.
      case "\u{0}"..."\u{8}", "\u{B}", "\u{C}", "\u{E}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}":
        result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

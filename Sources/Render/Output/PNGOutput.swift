internal import CCairo

/// Writes a scene as a bitmap.
enum PNGOutput {
  /// - Parameter scale: pixels per point; above zero.
  static func bytes(
    _ scene: Scene, theme: Theme, scale: Double, recipe: FigureRecipe, title: String, description: String
  ) throws(RenderError) -> [UInt8] {
    precondition(scale > 0, "a bitmap's scale is above zero")
    let bitmap = try bitmap(of: scene, theme: theme, scale: scale)
    defer { bitmap.close() }
    var file = try PNGFile(try bitmap.png())
    file.insertDensity(pixelsPerMetre: UInt32((scale * 72 / 0.0254).rounded()))
    if !title.isEmpty { file.insertText("Title", title) }
    if !description.isEmpty { file.insertText("Description", description) }
    file.insertText(FigureRecipe.metadataName, recipe.json)
    return file.bytes
  }

  /// A scene's pixels.
  static func raster(_ scene: Scene, theme: Theme, scale: Double) throws(RenderError) -> Raster {
    let bitmap = try bitmap(of: scene, theme: theme, scale: scale)
    defer { bitmap.close() }
    return bitmap.raster
  }

  /// A scene drawn. Whoever asks for it closes it.
  private static func bitmap(of scene: Scene, theme: Theme, scale: Double) throws(RenderError) -> Bitmap {
    let width = Int((scene.size.width * scale).rounded(.up))
    let height = Int((scene.size.height * scale).rounded(.up))
    let bitmap = try Bitmap(width: width, height: height, format: CAIRO_FORMAT_RGB24)
    do throws(RenderError) {
      guard let context = cairo_create(bitmap.surface) else {
        throw RenderError(.drawing, "figure", "no memory for drawing")
      }
      defer { cairo_destroy(context) }
      cairo_scale(context, scale, scale)
      try CairoCanvas(context: context, theme: theme, pixelsPerPoint: 0).draw(scene.elements)
      try checkDrawing(cairo_status(context), "figure")
      cairo_surface_flush(bitmap.surface)
      return bitmap
    } catch {
      bitmap.close()
      throw error
    }
  }

  /// A raster alone as a PNG file, for embedding.
  static func bytes(_ raster: Raster) throws(RenderError) -> [UInt8] {
    let bitmap = try Bitmap(raster)
    defer { bitmap.close() }
    return try bitmap.png()
  }
}

/// A PNG file as its chunks.
/// - Source: PNG specification, second edition, sections 5 and 11.3.4.
package struct PNGFile {
  private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  /// Name and content of each chunk in order.
  package private(set) var chunks: [(name: String, content: [UInt8])] = []

  package init(_ file: [UInt8]) throws(RenderError) {
    guard file.starts(with: PNGFile.signature) else {
      throw RenderError(.cannotRead, "picture", "is not a PNG file")
    }
    var place = 8
    while place < file.count {
      guard place + 12 <= file.count else {
        throw RenderError(.cannotRead, "picture", "is cut in a chunk's head")
      }
      let length = file[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
      guard length <= file.count - place - 12 else {
        throw RenderError(
          .cannotRead, "picture", "is cut: a chunk of \(length) bytes, \(file.count - place - 12) are left")
      }
      let name = String(decoding: file[place + 4..<place + 8], as: UTF8.self)
      chunks.append((name, Array(file[place + 8..<place + 8 + length])))
      place += 12 + length
    }
  }

  /// Adds a named text in UTF-8, uncompressed, before the pixels.
  mutating func insertText(_ keyword: String, _ text: String) {
    chunks.insert(("iTXt", Array(keyword.utf8) + [0, 0, 0, 0, 0] + Array(text.utf8)), at: firstPixels)
  }

  /// Adds how large a pixel is meant to be.
  mutating func insertDensity(pixelsPerMetre: UInt32) {
    let density = PNGFile.bigEndian(pixelsPerMetre)
    chunks.insert(("pHYs", density + density + [1]), at: firstPixels)
  }

  /// Adds a chunk before the pixels.
  package mutating func insertBeforePixels(_ name: String, _ content: [UInt8]) {
    chunks.insert((name, content), at: firstPixels)
  }

  /// Adds a chunk at the end.
  package mutating func append(_ name: String, _ content: [UInt8]) { chunks.append((name, content)) }

  /// Takes the end off, so that more can follow.
  package mutating func removeEnd() { chunks.removeAll { $0.name == "IEND" } }

  private var firstPixels: Int { chunks.firstIndex { $0.name == "IDAT" } ?? chunks.count }

  /// The text of a keyword, if there is one that is not compressed.
  func text(_ keyword: String) -> String? {
    for chunk in chunks where chunk.name == "iTXt" {
      let parts = chunk.content.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, Array(parts[0]) == Array(keyword.utf8), parts[1].count >= 2, parts[1].first == 0
      else { continue }
      let rest = parts[1].dropFirst(2).split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
      if rest.count == 3 { return String(decoding: rest[2], as: UTF8.self) }
    }
    return nil
  }

  package var bytes: [UInt8] {
    var file = PNGFile.signature
    for chunk in chunks {
      let body = Array(chunk.name.utf8) + chunk.content
      file +=
        PNGFile.bigEndian(UInt32(chunk.content.count)) + body + PNGFile.bigEndian(PNGFile.checksum(body))
    }
    return file
  }

  /// A number as files in network order have it.
  static func bigEndian<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
  }

  private static let checksumTable: [UInt32] = (0..<256).map { start in
    (0..<8).reduce(UInt32(start)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
  }

  /// The cyclic redundancy check that ends every chunk.
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { checksumTable[Int(($0 ^ UInt32($1)) & 255)] ^ ($0 >> 8) }
  }
}

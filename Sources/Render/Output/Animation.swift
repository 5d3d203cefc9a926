/// Figures one after the other: an animated PNG, which browsers and slides show moving, or a flip-book to cut out.
///
/// ```swift
/// let film = Animation(frames: steps.map { figure(of: $0) }, secondsPerFrame: 0.5)
/// try film.write(to: "film.png")  // or .apng, .pdf
/// ```
/// All frames get the extent of the largest. The same value gives the same bytes.
public struct Animation: Sendable {
  /// The formats that animations are written in.
  public enum Format: Hashable, Sendable {
    /// An animated PNG: one file, repeated forever; programs that know no animation show its first frame.
    case png
    /// Pages of A4 with several frames each and lines to cut along.
    case pdf

    /// The format that a path's extension names.
    /// - Throws: `RenderError` of code `format` for any other; the message lists what there is.
    public init(path: String) throws(RenderError) {
      let name = path.split(separator: "/").last ?? ""
      let ending = name.contains(".") ? name.split(separator: ".").last.map { $0.lowercased() } ?? "" : ""
      switch ending {
      case "png", "apng": self = .png
      case "pdf": self = .pdf
      default:
        throw RenderError(
          .format, path,
          "has \(ending.isEmpty ? "no extension" : "the extension .\(ending)"); what moves is written as .png, .apng or .pdf (a flip-book)"
        )
      }
    }
  }

  /// The figures in order.
  public var frames: [Figure]
  /// How long each is seen, in seconds.
  public var secondsPerFrame: Double
  /// How long the last is seen, in seconds; as long as the others if nil.
  public var secondsAtEnd: Double?

  /// Figures one after the other. Traps on none, or on times that are not above 0 or over a minute.
  public init(frames: [Figure], secondsPerFrame: Double, secondsAtEnd: Double? = nil) {
    precondition(!frames.isEmpty, "an animation without frames")
    for seconds in [secondsPerFrame, secondsAtEnd ?? 1] {
      precondition(seconds > 0 && seconds <= 60, "\(seconds) seconds a frame")
    }
    self.frames = frames
    self.secondsPerFrame = secondsPerFrame
    self.secondsAtEnd = secondsAtEnd
  }

  /// How the animation was made: its first frame's recipe.
  public var recipe: FigureRecipe { frames[0].recipe }

  /// Writes the animation, whole or not at all; the path's extension decides the format.
  /// - Throws: `RenderError` for any other extension than .png, .apng and .pdf, or if the file cannot be written.
  public func write(to path: String) throws(RenderError) {
    try WholeFile.write(try bytes(as: Format(path: path)), to: path)
  }

  /// The animation as a file of a format.
  public func bytes(as format: Format) throws(RenderError) -> [UInt8] {
    switch format {
    case .png: try apng()
    case .pdf: try flipBook().pdf()
    }
  }

  /// The frames' drawings, all of the same extent.
  func scenes() -> [Scene] {
    let scenes = frames.map { $0.scene() }
    let size = Size(scenes.map(\.size.width).max() ?? 0, scenes.map(\.size.height).max() ?? 0)
    return scenes.map { scene in
      let ground = Scene.Element.rectangle(
        Rect(x: 0, y: 0, width: size.width, height: size.height), fill: .paper, stroke: nil, radius: 0)
      return Scene(size: size, elements: [ground] + scene.elements)
    }
  }

  /// The animation as an animated PNG.
  ///
  /// Of every frame but the first only the rectangle is stored in which something changed.
  /// - Parameter scale: pixels per point.
  /// - Source: PNG specification, third edition, section 11.3.3.2 (animation).
  public func apng(scale: Double = 2) throws(RenderError) -> [UInt8] {
    let scenes = scenes()
    var file: PNGFile?
    var sequence: UInt32 = 0
    var before: Raster?
    for (index, scene) in scenes.enumerated() {
      let raster = try PNGOutput.raster(scene, theme: frames[index].theme, scale: scale)
      let changed =
        before.map { raster.changes(since: $0) } ?? (x: 0, y: 0, width: raster.width, height: raster.height)
      let part = raster.cropped(x: changed.x, y: changed.y, width: changed.width, height: changed.height)
      let picture = try PNGFile(try PNGOutput.bytes(part))
      let seconds = index == scenes.count - 1 ? secondsAtEnd ?? secondsPerFrame : secondsPerFrame
      let control =
        [sequence, UInt32(changed.width), UInt32(changed.height), UInt32(changed.x), UInt32(changed.y)]
        .flatMap(PNGFile.bigEndian) + PNGFile.bigEndian(UInt16((seconds * 1000).rounded()))
        + PNGFile.bigEndian(UInt16(1000)) + [0, 0]  // left standing, and drawn over
      sequence += 1
      if file == nil {
        var first = picture
        first.insertBeforePixels(
          "acTL", PNGFile.bigEndian(UInt32(scenes.count)) + PNGFile.bigEndian(UInt32(0)))
        let figure = frames[0]
        first.insertDensity(pixelsPerMetre: UInt32((scale * 72 / 0.0254).rounded()))
        if !figure.title.isEmpty { first.insertText("Title", figure.title) }
        if !figure.description.isEmpty { first.insertText("Description", figure.description) }
        first.insertText(FigureRecipe.metadataName, figure.recipe.json)
        first.insertBeforePixels("fcTL", control)
        first.removeEnd()
        file = first
      } else {
        file?.append("fcTL", control)
        for chunk in picture.chunks where chunk.name == "IDAT" {
          file?.append("fdAT", PNGFile.bigEndian(sequence) + chunk.content)
          sequence += 1
        }
      }
      before = raster
    }
    file?.append("IEND", [])
    return file?.bytes ?? []
  }

  /// The frames as cards on pages of A4: dashed lines to cut along, numbers in the corner, a margin at the left to bind.
  public func flipBook() -> PageDocument {
    let scenes = scenes()
    let (page, margin, binding) = (PageDocument.a4, 28.0, 40.0)
    let room = Size(page.width - 2 * margin, page.height - 2 * margin)
    // Two columns of cards where frames are not too wide for it, and as many rows as fit.
    let frame = scenes[0].size
    let columns = frame.width > 560 ? 1 : 2
    let cardWidth = room.width / Double(columns)
    let scale = min((cardWidth - binding - 8) / frame.width, (room.height - 8) / frame.height, 1)
    let cardHeight = frame.height * scale + 8
    let rows = max(1, Int(room.height / cardHeight))
    let perPage = rows * columns
    var pages: [PageDocument.Page] = []
    for start in stride(from: 0, to: scenes.count, by: perPage) {
      var page = PageDocument.Page()
      for (place, index) in (start..<min(start + perPage, scenes.count)).enumerated() {
        let card = Rect(
          x: margin + Double(place % columns) * cardWidth, y: margin + Double(place / columns) * cardHeight,
          width: cardWidth, height: cardHeight)
        page.parts.append(
          PageDocument.Part(
            scenes[index].elements, at: Point(card.minX + binding, card.minY + 4), scale: scale))
        page.parts.append(
          PageDocument.Part(
            [
              .rectangle(card, fill: nil, stroke: .init(.secondary, width: 0.5, dash: [4, 3]), radius: 0),
              .line(
                from: Point(card.minX + binding - 8, card.minY),
                to: Point(card.minX + binding - 8, card.maxY),
                stroke: .init(.faint, width: 0.5)),
              .text(
                "\(index + 1)", card.minX + (binding - 8) / 2, card.midY + TextStyle.text.capHeight / 2,
                .text,
                .secondary, anchor: .middle),
            ], at: .zero))
      }
      pages.append(page)
    }
    return PageDocument(
      frames[0].title, subject: frames[0].description, theme: frames[0].theme, recipe: recipe, pages: pages)
  }
}

extension Raster {
  /// The smallest rectangle outside of which two pictures of one size agree; one pixel where they agree everywhere.
  fileprivate func changes(since other: Raster) -> (x: Int, y: Int, width: Int, height: Int) {
    var (left, right, top, bottom) = (width, -1, height, -1)
    for y in 0..<height {
      let row = y * width * 4
      guard bytes[row..<row + width * 4] != other.bytes[row..<row + width * 4] else { continue }
      top = min(top, y)
      bottom = y
      var first = 0
      while first < left,
        bytes[row + first * 4..<row + first * 4 + 4] == other.bytes[row + first * 4..<row + first * 4 + 4]
      {
        first += 1
      }
      left = min(left, first)
      var last = width - 1
      while last > right,
        bytes[row + last * 4..<row + last * 4 + 4] == other.bytes[row + last * 4..<row + last * 4 + 4]
      {
        last -= 1
      }
      right = max(right, last)
    }
    return right < 0 ? (0, 0, 1, 1) : (left, top, right - left + 1, bottom - top + 1)
  }

  /// A part of the picture.
  fileprivate func cropped(x: Int, y: Int, width: Int, height: Int) -> Raster {
    if x == 0, y == 0, width == self.width, height == self.height { return self }
    var result = Raster(width: width, height: height)
    for row in 0..<height {
      let start = ((y + row) * self.width + x) * 4
      result.replaceRow(row, with: bytes[start..<start + width * 4])
    }
    return result
  }
}

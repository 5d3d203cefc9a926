extension FigureRecipe {
  /// The name under which a recipe is kept in every format.
  static let metadataName = "vitrine-recipe"

  /// Reads the recipe that a figure's file carries: SVG, PNG or PDF, decided by what the file begins with.
  /// - Throws: `RenderError` if the file cannot be read, or carries no recipe.
  public static func read(from path: String) throws(RenderError) -> FigureRecipe {
    let file = try WholeFile.read(path)
    do throws(RenderError) {
      guard let recipe = try FigureRecipe(file: file) else {
        throw RenderError(.recipe, path, "carries no recipe; was it drawn by vitrine and not changed since?")
      }
      return recipe
    } catch {
      throw RenderError(
        error.code, path, error.subject == path ? error.reason : "the \(error.subject) \(error.reason)")
    }
  }

  /// The recipe in the bytes of a figure's file; nothing if there is none.
  public init?(file: [UInt8]) throws(RenderError) {
    let json: String? =
      if file.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
        try PNGFile(file).text(FigureRecipe.metadataName)
      } else if file.starts(with: Array("%PDF".utf8)) {
        FigureRecipe.keywords(inPDF: file)
      } else {
        FigureRecipe.metadata(inSVG: file)
      }
    guard let json else { return nil }
    self = try FigureRecipe(json: json)
  }

  private static func metadata(inSVG file: [UInt8]) -> String? {
    guard let name = find("data-name=\"\(metadataName)\"", in: file, from: 0),
      let start = file[name...].firstIndex(of: UInt8(ascii: ">")),
      let end = find("</metadata>", in: file, from: start)
    else { return nil }
    var text = ""
    var rest = String(decoding: file[start + 1..<end], as: UTF8.self)[...]
    let entities: [(String, Character)] = [("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")]
    while let first = rest.first {
      if let (entity, character) = entities.first(where: { rest.hasPrefix($0.0) }) {
        text.append(character)
        rest = rest.dropFirst(entity.count)
      } else {
        text.append(first)
        rest = rest.dropFirst()
      }
    }
    return text
  }

  /// The recipe in a document's keywords.
  private static func keywords(inPDF file: [UInt8]) -> String? {
    var from = 0
    while let name = find("/Keywords", in: file, from: from) {
      from = name + 9
      guard let start = file[from...].firstIndex(where: { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D }) else {
        break
      }
      let text =
        switch file[start] {
        case UInt8(ascii: "("): literalString(in: file, from: start + 1)
        case UInt8(ascii: "<"): hexadecimalString(in: file, from: start + 1)
        default: nil as String?
        }
      if let text, text.hasPrefix(metadataName + " ") {
        return String(text.dropFirst(metadataName.count + 1))
      }
    }
    return nil
  }

  /// A text in brackets; recipes are ASCII.
  /// - Source: PDF 1.4 reference, section 3.2.3.
  private static func literalString(in file: [UInt8], from start: Int) -> String? {
    var text: [UInt8] = []
    var depth = 1
    var place = start
    while place < file.count {
      var byte = file[place]
      place += 1
      switch byte {
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")"):
        depth -= 1
        if depth == 0 { return String(decoding: text, as: UTF8.self) }
      case UInt8(ascii: "\\"):
        guard place < file.count else { return nil }
        // Of the escapes only those of the brackets and of itself can occur in JSON written by us.
        byte = file[place]
        place += 1
      default: break
      }
      text.append(byte)
    }
    return nil
  }

  /// A text of hexadecimal digits: UTF-16, the higher byte first, behind a byte order mark.
  private static func hexadecimalString(in file: [UInt8], from start: Int) -> String? {
    guard let end = file[start...].firstIndex(of: UInt8(ascii: ">")) else { return nil }
    var units: [UInt16] = []
    var digits = 0
    var unit: UInt16 = 0
    for byte in file[start..<end] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { continue }
      unit = unit << 4 | UInt16(digit)
      digits += 1
      if digits % 4 == 0 {
        units.append(unit)
        unit = 0
      }
    }
    guard units.first == 0xFEFF else { return nil }
    return String(decoding: units.dropFirst(), as: UTF16.self)
  }

  private static func find(_ text: String, in file: [UInt8], from start: Int) -> Int? {
    let wanted = Array(text.utf8)
    guard file.count >= wanted.count, start <= file.count - wanted.count else { return nil }
    return (start...file.count - wanted.count).first { at in
      file[at] == wanted[0] && file[at..<at + wanted.count].elementsEqual(wanted)
    }
  }
}

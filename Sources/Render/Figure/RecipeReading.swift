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

  /// The document's keywords: a literal string of ASCII, since recipes are written in ASCII.
  /// - Source: PDF 1.4 reference, section 3.2.3.
  private static func keywords(inPDF file: [UInt8]) -> String? {
    guard let start = find("(\(metadataName) ", in: file, from: 0) else { return nil }
    var place = start + 1 + metadataName.utf8.count + 1
    var depth = 1
    var text: [UInt8] = []
    while place < file.count {
      switch file[place] {
      case UInt8(ascii: "\\"):
        place += 1
        guard place < file.count else { return nil }
        if file[place] >= 48, file[place] <= 55 {
          var value = 0
          var count = 0
          while count < 3, place < file.count, file[place] >= 48, file[place] <= 55 {
            value = value * 8 + Int(file[place] - 48)
            place += 1
            count += 1
          }
          text.append(UInt8(truncatingIfNeeded: value))
          continue
        }
        switch file[place] {
        case UInt8(ascii: "n"): text.append(10)
        case UInt8(ascii: "r"): text.append(13)
        case UInt8(ascii: "t"): text.append(9)
        case 10: break  // a line broken for its length
        default: text.append(file[place])
        }
      case UInt8(ascii: "("):
        depth += 1
        text.append(file[place])
      case UInt8(ascii: ")"):
        depth -= 1
        if depth == 0 { return String(decoding: text, as: UTF8.self) }
        text.append(file[place])
      default: text.append(file[place])
      }
      place += 1
    }
    return nil
  }

  private static func find(_ text: String, in file: [UInt8], from start: Int) -> Int? {
    let wanted = Array(text.utf8)
    guard file.count >= wanted.count, start <= file.count - wanted.count else { return nil }
    return (start...file.count - wanted.count).first { at in
      file[at] == wanted[0] && file[at..<at + wanted.count].elementsEqual(wanted)
    }
  }
}

import Core
import Inspect
import Render

/// A place to write to, checked before the work that leads to it.
enum WritingPlace {
  /// Makes sure that something can be written at a path, and that no file is there which the command line names to be read,
  /// under whatever name.
  /// - Throws: `InspectError` that says what is in the way.
  static func check(_ path: String) throws {
    do { try ByteWriter.check(path) } catch { throw InspectError(.input, error.subject, error.reason) }
    guard let there = try? SystemFile.identity(path) else { return }
    if namesToRead.contains(where: { (try? SystemFile.identity($0)) == there }) {
      throw InspectError(.input, path, "is read here and would be lost; name another file to write")
    }
  }

  /// The same for a figure, whose format must be known.
  static func checkFigure(_ path: String) throws {
    _ = try Figure.Format(path: path)
    try check(path)
  }

  /// What may name a file: the words of the command line and what stands behind an equals sign, but for the values of options
  /// that say what is to be written.
  private static var namesToRead: [String] {
    let words = Array(CommandLine.arguments.dropFirst())
    return words.indices.flatMap { index -> [String] in
      let word = words[index]
      if index > 0, isToWrite(words[index - 1]) || isToWrite(String(word.prefix { $0 != "=" })) { return [] }
      // Also of `--input=name=file`.
      return [word] + word.indices.filter { word[$0] == "=" }.map { String(word[word.index(after: $0)...]) }
    }
  }

  private static func isToWrite(_ option: String) -> Bool {
    ["-o", "--output", "--out", "--latent-out"].contains(option)
  }
}

import Core
import Inspect

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A place to write to, checked before the work that leads to it.
enum WritingPlace {
  /// Makes sure that something can be written at a path, and that no file is there which the command line names to be read,
  /// under whatever name.
  /// - Throws: `InspectError` that says what is in the way.
  static func check(_ path: String) throws {
    do { try ByteWriter.check(path) } catch { throw InspectError(.input, error.subject, error.reason) }
    guard let there = FileIdentity(of: path) else { return }
    if words(butNotToWrite: path).contains(where: { FileIdentity(of: $0) == there }) {
      throw InspectError(.input, path, "is read here and would be lost; name another file to write")
    }
  }

  /// What may name a file: the words of the command line and what stands behind an equals sign, but for the option that says
  /// what is to be written.
  private static func words(butNotToWrite path: String) -> [String] {
    let words = Array(CommandLine.arguments.dropFirst())
    return words.indices.flatMap { index -> [String] in
      let word = words[index]
      if index > 0, isToWrite(words[index - 1]) { return [] }
      // Also of `--input=name=file`.
      let values = word.indices.filter { word[$0] == "=" }.map { String(word[word.index(after: $0)...]) }
      return isToWrite(String(word.prefix { $0 != "=" })) ? [] : [word] + values
    }
  }

  private static func isToWrite(_ option: String) -> Bool {
    ["-o", "--output", "--out", "--latent-out"].contains(option)
  }
}

/// Which file lies at a path, links followed.
private struct FileIdentity: Equatable {
  let device: UInt64
  let number: UInt64

  /// Nil where there is none.
  init?(of path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    (device, number) = (UInt64(status.st_dev), UInt64(status.st_ino))
  }
}

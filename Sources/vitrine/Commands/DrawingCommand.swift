import ArgumentParser
import Core
import Inspect
import Render

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A verb that draws one figure. What it draws is decided by its arguments alone, so that `verify` can parse a figure's
/// recipe and draw it again.
protocol DrawingCommand: ParsableCommand {
  var output: OutputOptions { get }
  /// What a recipe calls the verb: `filters`, `explain conv`.
  static var verb: String { get }
  /// Where the figure goes where no output is named.
  var usualPath: String { get }
  /// The files that it is drawn from, which it may not replace; nil for one that was not named.
  var sources: [String?] { get }
  /// True if the figure is to move: `animation` is written, not `figure`.
  var isAnimated: Bool { get }
  /// Draws.
  func figure() throws -> Figure
  /// Draws what moves.
  func animation() throws -> Animation
  /// What to parse to draw a recipe's figure again, from the files that `verify` was given.
  /// - Throws: `InspectError` if it was not drawn from so many files.
  static func arguments(of recipe: FigureRecipe, files: [String], figure: String) throws -> [String]
}

extension DrawingCommand {
  static var verb: String { _commandName }
  var isAnimated: Bool { false }
  var sources: [String?] { [] }

  func animation() throws -> Animation {
    throw InspectError(.notApplicable, Self.verb, "draws figures that stand still")
  }

  /// Of a verb that needs no file: what it draws is in its options.
  static func arguments(of recipe: FigureRecipe, files: [String], figure: String) throws -> [String] {
    guard files.isEmpty else {
      throw InspectError(
        .verification, figure, "was drawn from its options alone, not from \(files.count) files; name none")
    }
    return recipe.arguments
  }

  func run() throws {
    let path = output.output ?? usualPath
    let tables: [String]
    // Whether something can be written under the name is known before the work.
    if isAnimated {
      _ = try Animation.Format(path: path)
      try checkPlace(path)
      let animation = try animation()
      try animation.write(to: path)
      tables = output.csv ? try animation.frames.last?.writeNumbers(beside: path) ?? [] : []
    } else {
      _ = try Figure.Format(path: path)
      try checkPlace(path)
      let figure = try figure()
      try figure.write(to: path)
      tables = output.csv ? try figure.writeNumbers(beside: path) : []
    }
    if !output.quiet { for written in [path] + tables { print(written) } }
  }

  /// Makes sure that something can be written at a path, and that no file is there which the figure is drawn from, under
  /// whatever name.
  func checkPlace(_ path: String) throws {
    do { try ByteWriter.check(path) } catch { throw InspectError(.input, error.subject, error.reason) }
    var there = stat()
    guard stat(path, &there) == 0 else { return }
    for source in sources.compactMap({ $0 }) {
      var status = stat()
      if stat(source, &status) == 0, status.st_dev == there.st_dev, status.st_ino == there.st_ino {
        throw InspectError(
          .input, path, "is read for this figure and would be lost; name another file to write")
      }
    }
  }
}

extension String {
  /// A path without the extension of its last component.
  var withoutExtension: String {
    guard let dot = lastIndex(of: "."), dot != startIndex, !self[dot...].contains("/") else { return self }
    return String(self[..<dot])
  }
}

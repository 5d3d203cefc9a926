import ArgumentParser
import Core
import Inspect
import Render

/// A verb that draws one figure. What it draws is decided by its arguments alone, so that `verify` can parse a figure's
/// recipe and draw it again.
protocol DrawingCommand: ParsableCommand {
  var output: OutputOptions { get }
  /// What a recipe calls the verb: `filters`, `explain conv`.
  static var verb: String { get }
  /// Where the figure goes where no output is named.
  var usualPath: String { get }
  /// The files that it is drawn from, which it may not replace; nil for one that was not named.
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
    // Whether something can be written under the name is known before the work.
    if isAnimated {
      _ = try Animation.Format(path: path)
      try WritingPlace.check(path)
      try output.write(try animation(), to: path)
    } else {
      try WritingPlace.checkFigure(path)
      try output.write(try figure(), to: path)
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

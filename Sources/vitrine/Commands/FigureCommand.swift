import ArgumentParser
import Render

/// A verb that draws one figure of one file. What it draws is decided by its arguments alone, so that
/// `verify` can parse a figure's recipe and draw it again.
protocol FigureCommand: ParsableCommand {
  var input: FileArgument { get }
  var output: OutputOptions { get }
  /// Whether the figure shows one moment, chosen by `--step`.
  static var showsOneMoment: Bool { get }
  /// What the figure is called where no output is named: behind the input's name, without extension.
  var outputName: String { get }
  /// Draws.
  func figure() throws -> Figure
}

extension FigureCommand {
  static var showsOneMoment: Bool { true }
  var outputName: String { Self._commandName }

  func run() throws {
    let path = output.output ?? "\(input.file.withoutExtension)-\(outputName).svg"
    _ = try Figure.Format(path: path)  // before the work, not after it
    let figure = try figure()
    try figure.write(to: path)
    let tables = output.csv ? try figure.writeNumbers(beside: path) : []
    if !output.quiet { for written in [path] + tables { print(written) } }
  }
}

extension String {
  /// A path without the extension of its last component.
  var withoutExtension: String {
    guard let dot = lastIndex(of: "."), dot != startIndex, !self[dot...].contains("/") else { return self }
    return String(self[..<dot])
  }
}

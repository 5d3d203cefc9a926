public import ArgumentParser
public import Render

/// Where a figure goes and how it looks.
struct OutputOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "The file to write: .svg, .png or .pdf; beside the input if not given.")
  var output: String?

  @Option(help: "light, dark or print.")
  var theme: Theme = .light

  @Flag(help: "Writes the numbers behind the picture beside it, as CSV.")
  var csv = false

  @Flag(name: .shortAndLong, help: "Does not print where the figure went.")
  var quiet = false
}

extension OutputOptions {
  /// Writes a figure and says where it went.
  func write(_ figure: Figure, to path: String, quietly: Bool = false) throws {
    try write(path, numbersOf: figure, quietly: quietly) { try figure.write(to: path) }
  }

  /// Writes what moves and says where it went.
  func write(_ animation: Animation, to path: String) throws {
    try write(path, numbersOf: animation.frames.last, quietly: false) { try animation.write(to: path) }
  }

  /// The numbers come first, where they are asked for: a figure is not left without them.
  private func write(
    _ path: String, numbersOf figure: Figure?, quietly: Bool, _ draw: () throws -> Void
  ) throws {
    let tables = csv ? try figure?.writeNumbers(beside: path) ?? [] : []
    try draw()
    if !quiet, !quietly { for written in [path] + tables { print(written) } }
  }
}

extension Theme: ExpressibleByArgument {}

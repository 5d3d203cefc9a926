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

extension Theme: ExpressibleByArgument {}

import ArgumentParser
import Core
import Inspect

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Writes one page that tells what was trained, how it learnt and what it learnt.",
    discussion:
      "A single HTML file: no network, no other files, light or dark, ready to print; or pages of A4 as PDF. "
      + "Given a classifier's run and a GAN's, the page tells of both and compares them.")

  @Argument(help: "One run or model, or several.")
  var files: [String]

  @Option(name: .shortAndLong, help: "The page to write: .html or .pdf; beside the first run if not given.")
  var output: String?

  @OptionGroup var example: ExampleOptions
  @OptionGroup var brightness: BrightnessOptions
  @OptionGroup var condition: LabelOption
  @OptionGroup var data: DataOptions

  @Flag(name: .shortAndLong, help: "Does not print where the page went.")
  var quiet = false

  func validate() throws {
    if files.isEmpty { throw ValidationError("name at least one run") }
  }

  func run() throws {
    let path = output ?? "\(files[0].withoutExtension)-report.html"
    // Before the work, not after it.
    try Report.checkFormat(of: path)
    try WritingPlace.check(path)
    let picture = try example.choice
    try Report(
      on: files.map { try Subject(opening: $0).reported(showing: picture, brightness, condition, on: data) }
    ).write(to: path)
    if !quiet { print(path) }
  }
}

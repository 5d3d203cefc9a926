import ArgumentParser
import Core
import FoundationEssentials
import Inspect
import Render
import Train

struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "The whole story on built-in data: trains a CNN and a DCGAN, draws, writes a report.")

  @Option(name: .shortAndLong, help: "The folder that everything goes into.")
  var out = "vitrine-demo"

  @Option(help: "digits, mnist, fashion-mnist, cifar10, or a folder of pictures.")
  var data = "digits"

  @Option(help: "Where all random numbers come from.")
  var seed: UInt64 = 0

  @Flag(name: .shortAndLong, help: "Prints only where the report is.")
  var quiet = false

  // Enough to see both learn, and no more than a class waits.
  private static let epochs: [Preset: Int] = [.cnn: 3, .dcgan: 4]

  func run() throws {
    ThreadPolicy.apply()
    try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
    let stop = Interruption.requested()
    let classifier = try train(.cnn, stop)
    let adversaries = try train(.dcgan, stop)
    say("Drawing")
    try draw(["filters", classifier, "--since", "first", "-o", "\(out)/filters.svg"])
    try draw(["features", classifier, "-o", "\(out)/features.png"])
    try draw(["curves", classifier, "-o", "\(out)/curves.svg"])
    try draw(["growth", adversaries, "-o", "\(out)/growth.png"])
    try draw(["interpolate", adversaries, "-o", "\(out)/interpolate.png"])
    let report = "\(out)/report.html"
    try Report(of: [RunArchive(opening: classifier), RunArchive(opening: adversaries)]).write(to: report)
    print(report)
  }

  private func train(_ preset: Preset, _ stop: StopRequest) throws -> String {
    let path = "\(out)/\(preset.rawValue).h5"
    say("Training \(preset.rawValue) on \(data): \(preset.summary)")
    var recipe = Recipe(preset: preset, seed: seed)
    recipe.epochs = Self.epochs[preset] ?? recipe.epochs
    let progress = TrainingProgress()
    try Trainer(recipe, source: data)
      .train(recordingTo: path, replacing: true, stop: stop, observer: quiet ? { _ in } : progress.show)
    return path
  }

  /// Draws by the same words that one would type.
  private func draw(_ arguments: [String]) throws {
    guard var command = try Vitrine.parseAsRoot(arguments + (quiet ? ["--quiet"] : [])) as? any FigureCommand
    else { preconditionFailure("no figure: \(arguments)") }
    try command.run()
  }

  private func say(_ text: String) {
    if !quiet { print(toStandardError: text + "\n") }
  }
}

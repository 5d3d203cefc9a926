import Foundation
import Testing

/// Programs of the package, run as anybody runs them.
enum Program {
  /// What a program said, and how it ended.
  struct Outcome: Sendable {
    /// The exit status; of a program ended by a signal, minus its number.
    var status: Int32
    var output: String
    var error: String

    /// Lines on standard error.
    var complaints: [Substring] { error.split(separator: "\n", omittingEmptySubsequences: false).dropLast() }
    /// Lines on standard output.
    var lines: [Substring] { output.split(separator: "\n") }
  }

  /// Where the package's programs are: beside the bundle of its tests.
  static let folder: URL = {
    let bundle = CommandLine.arguments.first { $0.contains(".xctest") } ?? CommandLine.arguments[0]
    let end = bundle.range(of: ".xctest")?.upperBound ?? bundle.endIndex
    return URL(fileURLWithPath: String(bundle[..<end])).deletingLastPathComponent()
  }()

  /// The path of a program.
  static func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  /// The surroundings of a program: nobody's terminal, no waiting threads that spin, no data but its own.
  static let environment: [String: String] = {
    var environment = ProcessInfo.processInfo.environment
    environment["GOMP_SPINCOUNT"] = "2000"
    environment["COLUMNS"] = "80"
    environment["VITRINE_DATA"] = NSTemporaryDirectory() + "/vitrine-no-data"
    return environment
  }()

  /// Runs a program to its end.
  static func run(_ name: String, _ arguments: [String], in folder: String) async throws -> Outcome {
    let running = try Running(path(name), arguments, in: folder)
    return await running.outcome()
  }
}

/// Runs `vitrine` to its end.
func vitrine(_ arguments: String..., in folder: String) async throws -> Program.Outcome {
  try await Program.run("vitrine", arguments, in: folder)
}

/// Runs a line of shell in which `$vitrine` is the program.
func shell(_ line: String, in folder: String) async throws -> Program.Outcome {
  let line = line.replacingOccurrences(of: "$vitrine", with: "'" + Program.path("vitrine") + "'")
  return await (try Running("/bin/sh", ["-c", line], in: folder)).outcome()
}

/// A program at work.
final class Running: Sendable {
  private let process = Process()
  private let ended: AsyncStream<Void>
  private let files: (output: URL, error: URL)

  /// Starts it.
  init(_ path: String, _ arguments: [String], in folder: String) throws {
    // Files, not pipes: nobody has to empty them, and what a killed program said stays.
    let name = NSTemporaryDirectory() + "/vitrine-said-\(UUID().uuidString)"
    files = (URL(fileURLWithPath: name + ".out"), URL(fileURLWithPath: name + ".err"))
    for file in [files.output, files.error] { try Data().write(to: file) }
    let (ended, continuation) = AsyncStream<Void>.makeStream()
    self.ended = ended
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = Program.environment
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: files.output)
    process.standardError = try FileHandle(forWritingTo: files.error)
    process.terminationHandler = { _ in continuation.finish() }
    try process.run()
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  /// Sends it a signal.
  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// True until it has ended.
  var isRunning: Bool { process.isRunning }

  /// What it said, once it has ended.
  func outcome() async -> Program.Outcome {
    for await _ in ended {}
    // A test that ran out of time is cancelled here: nothing goes on without it.
    if process.isRunning {
      send(SIGKILL)
      process.waitUntilExit()
    }
    defer { for file in [files.output, files.error] { try? FileManager.default.removeItem(at: file) } }
    func text(_ file: URL) -> String { (try? String(contentsOf: file, encoding: .utf8)) ?? "" }
    let status = process.terminationStatus
    return Program.Outcome(
      status: process.terminationReason == .uncaughtSignal ? -status : status,
      output: text(files.output), error: text(files.error))
  }
}

/// What is in a folder and below, by name.
func content(of folder: String) -> [String] {
  (FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []).sorted()
}

import Foundation

/// A whole command, from its start to its end.
struct Command {
  /// What it wrote on standard output.
  let output: String
  let seconds: Double
  /// The largest memory it held, in bytes.
  let peakMemory: Int

  /// The environment of other people's programs: without what `vitrine` sets for its own threads.
  static let foreignEnvironment = ProcessInfo.processInfo.environment.filter { $0.key != "GOMP_SPINCOUNT" }

  /// Runs it.
  /// - Throws: `BenchError` if it ends with another status than 0.
  init(
    _ path: String, _ arguments: [String],
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws {
    let process = Process()
    process.environment = environment
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    let clock = ContinuousClock()
    let start = clock.now
    try process.run()
    // The system's own account would begin with the peak of the process that started it.
    var peak = 0
    while process.isRunning {
      if let now = Machine.peakMemory(of: process.processIdentifier) { peak = max(peak, now) }
      usleep(5_000)
    }
    seconds = (clock.now - start) / .seconds(1)
    peakMemory = peak
    output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    guard process.terminationStatus == 0 else {
      throw BenchError("\(([path] + arguments).joined(separator: " ")): status \(process.terminationStatus)")
    }
  }

  /// The last line of the output, read as JSON.
  var answer: [String: Any] {
    let line = output.split(separator: "\n").last.map { Data($0.utf8) } ?? Data()
    return (try? JSONSerialization.jsonObject(with: line) as? [String: Any]) ?? [:]
  }
}

import Foundation

/// PyTorch in a process of its own that stays warm: one line of JSON asks, one line answers.
final class PyTorchWorker {
  private let process = Process()
  private let requests = Pipe()
  private let answers = Pipe()
  private var unread = Data()

  /// Starts it and waits until it is ready.
  init(python: String, scripts: String) throws {
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = [scripts + "/worker.py"]
    process.environment = Command.foreignEnvironment
    process.standardInput = requests
    process.standardOutput = answers
    process.standardError = FileHandle.nullDevice
    try process.run()
    ready = try readLine()
    guard ready["ready"] as? Bool == true else { throw BenchError("PyTorch does not start: \(ready)") }
  }

  /// What it says of itself.
  private var ready: [String: Any] = [:]
  var version: String { ready["torch"] as? String ?? "?" }
  var oneDNN: String { ready["mkldnn"] as? String ?? "?" }

  deinit {
    try? requests.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  /// Does a work so many times.
  /// - Parameter form: how tensors lie, `contiguous` or `channels_last`.
  /// - Returns: the seconds of each time, and the operations of one as PyTorch counts them.
  func run(_ work: Work, form: String, count: Int) throws -> (seconds: [Double], flops: Double) {
    let answer = try ask([
      "work": work.name, "batch": work.batch, "width": work.width, "image": work.image, "form": form,
      "steps": count,
    ])
    guard let seconds = answer["seconds"] as? [Double], let flops = answer["flops"] as? Double else {
      throw BenchError("PyTorch, \(work.name): \(answer["error"] ?? answer)")
    }
    return (seconds, flops)
  }

  /// Drops all networks it holds.
  func forget() throws { _ = try ask(["forget": true]) }

  private func ask(_ request: [String: Any]) throws -> [String: Any] {
    let line = try JSONSerialization.data(withJSONObject: request) + Data("\n".utf8)
    try requests.fileHandleForWriting.write(contentsOf: line)
    return try readLine()
  }

  private func readLine() throws -> [String: Any] {
    while !unread.contains(UInt8(ascii: "\n")) {
      let more = answers.fileHandleForReading.availableData
      guard !more.isEmpty else { throw BenchError("PyTorch ended") }
      unread.append(more)
    }
    let end = unread.firstIndex(of: UInt8(ascii: "\n"))!
    let line = unread[..<end]
    unread = Data(unread[unread.index(after: end)...])
    return try JSONSerialization.jsonObject(with: line) as? [String: Any] ?? [:]
  }
}

/// What keeps a measurement from being made.
struct BenchError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

import ArgumentParser
import Core
import Foundation
import FuzzSupport

/// Opens damaged copies of files and reports those that crash the program, hang it or take too much memory.
///
/// The copies of a seed are always the same. A supervisor gives stretches of them to a child, so that a crash costs one copy.
@main
struct Fuzz: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fuzz",
    abstract: "Opens damaged copies of model files; exit status 1 if one crashes, hangs or eats memory.")

  @Argument(help: "The files that copies are made of, or folders of such.")
  var files: [String] = []

  @Flag(help: "Makes copies of small files of our own as well, one of every format.")
  var own = false

  @Option(help: "Copies in all.")
  var count = 1000

  @Option(help: "Which copies: others for every seed.")
  var seed: UInt64 = 1

  @Option(help: "Where copies that fail are kept.")
  var keep = "fuzz-failures"

  @Option(help: .hidden)
  var from: Int?

  @Option(help: .hidden)
  var to: Int?

  @Option(help: .hidden)
  var progress: String?

  /// A copy may take this long, and the program this much memory beyond what it has when it starts.
  static let seconds = 10.0
  static let memory = 1 << 30

  func run() throws {
    let folder = NSTemporaryDirectory() + "/vitrine-fuzz-seeds"
    if own, from == nil {
      try? FileManager.default.removeItem(atPath: folder)
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      _ = try Seeds.write(to: folder)
    }
    let sources = try (files + (own ? [folder] : [])).flatMap(Self.files(in:))
    guard !sources.isEmpty else { throw ValidationError("there are no files to make copies of") }
    if let from, let to, let progress { return try work(sources, from..<to, progress) }
    try supervise(sources)
  }

  private static func files(in path: String) throws -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw ValidationError("\(path): no such file")
    }
    guard isFolder.boolValue else { return [path] }
    return try FileManager.default.contentsOfDirectory(atPath: path).sorted().map { path + "/" + $0 }
      .filter {
        (try? FileManager.default.attributesOfItem(atPath: $0)[.size] as? Int).map { $0 <= 1 << 20 } ?? false
      }
  }

  private func copy(_ index: Int, of sources: [String]) throws -> (bytes: [UInt8], name: String) {
    let source = sources[index % sources.count]
    var damage = Damage(seed: seed &* 1_000_003 &+ UInt64(index))
    return (
      damage.applied(to: [UInt8](try Data(contentsOf: URL(fileURLWithPath: source)))),
      source.split(separator: "/").last.map(String.init) ?? "copy"
    )
  }

  // MARK: The child

  private func work(_ sources: [String], _ range: Range<Int>, _ progress: String) throws {
    let folder = progress + ".files"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var counts = (refused: 0, opened: 0, ran: 0)
    for index in range {
      let copy = try copy(index, of: sources)
      let path = folder + "/" + copy.name
      try Data(copy.bytes).write(to: URL(fileURLWithPath: path))
      switch Trial.run(path) {
      case .refused(let line):
        counts.refused += 1
        if line.contains("\n") {
          try? "several lines: \(line)".write(toFile: progress + ".note", atomically: true, encoding: .utf8)
        }
      case .opened: counts.opened += 1
      case .ran: counts.ran += 1
      }
      try? FileManager.default.removeItem(atPath: path)
      try "\(index + 1) \(counts.refused) \(counts.opened) \(counts.ran) \(Self.peakMemory())"
        .write(toFile: progress, atomically: true, encoding: .utf8)
    }
  }

  /// The most memory this process has had, in bytes.
  private static func peakMemory() -> Int {
    var usage = rusage()
    #if canImport(Darwin)
    getrusage(RUSAGE_SELF, &usage)
    return usage.ru_maxrss
    #else
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
    #endif
  }

  // MARK: The supervisor

  private func supervise(_ sources: [String]) throws {
    let progress = NSTemporaryDirectory() + "/vitrine-fuzz-\(ProcessInfo.processInfo.processIdentifier)"
    defer {
      for end in ["", ".files", ".note"] { try? FileManager.default.removeItem(atPath: progress + end) }
    }
    var (next, failures) = (0, 0)
    var total = (refused: 0, opened: 0, ran: 0, peak: 0)
    while next < count {
      let end = min(next + 500, count)
      try? FileManager.default.removeItem(atPath: progress)
      let child = Process()
      child.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
      child.arguments =
        files + (own ? ["--own"] : []) + [
          "--seed", "\(seed)", "--count", "\(count)", "--from", "\(next)", "--to", "\(end)", "--progress",
          progress,
        ]
      try child.run()
      var (reached, since) = (next, Date())
      var reason: String?
      while child.isRunning {
        usleep(20_000)
        let state = Self.state(progress)
        if let state, state[0] > reached { (reached, since) = (state[0], Date()) }
        if Date().timeIntervalSince(since) > Self.seconds {
          reason = "took more than \(Int(Self.seconds)) s"
          kill(child.processIdentifier, SIGKILL)
          break
        }
      }
      child.waitUntilExit()
      if let state = Self.state(progress) {
        reached = state[0]
        total = (
          total.refused + state[1], total.opened + state[2], total.ran + state[3], max(total.peak, state[4])
        )
        if state[4] > Self.memory { reason = reason ?? "took \(state[4] >> 20) MB of memory" }
      }
      if reason == nil, child.terminationReason == .uncaughtSignal || child.terminationStatus != 0 {
        reason =
          "ended with \(child.terminationReason == .uncaughtSignal ? "signal" : "status") \(child.terminationStatus)"
      }
      if let reason {
        failures += 1
        let copy = try copy(min(reached, count - 1), of: sources)
        try FileManager.default.createDirectory(atPath: keep, withIntermediateDirectories: true)
        let path = "\(keep)/\(seed)-\(reached)-\(copy.name)"
        try Data(copy.bytes).write(to: URL(fileURLWithPath: path))
        print("copy \(reached), of \(copy.name), \(reason): kept as \(path)")
        next = reached + 1
      } else {
        next = end
      }
      if next % 5000 < 500 { print("\(next) of \(count)") }
    }
    print(
      "\(count) copies of \(sources.count) files: \(total.refused) refused, \(total.opened) opened in part, \(total.ran) ran; "
        + "\(failures) failed; at most \(total.peak >> 20) MB")
    if failures > 0 { throw ExitCode(1) }
  }

  private static func state(_ progress: String) -> [Int]? {
    guard let text = try? String(contentsOfFile: progress, encoding: .utf8) else { return nil }
    let numbers = text.split(separator: " ").compactMap { Int($0) }
    return numbers.count == 5 ? numbers : nil
  }
}

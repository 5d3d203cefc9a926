import Foundation
import TestSupport
import Testing

/// Help texts, held to those in Goldens. With VITRINE_RECORD=1 they are written anew, and the test fails so that
/// nobody takes a recording for a pass.
struct HelpTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Goldens")
  private static let isRecording = ProcessInfo.processInfo.environment["VITRINE_RECORD"] == "1"

  private func check(_ arguments: [String], against name: String) async throws -> String {
    let scratch = try ScratchFolder()
    let help = try await Program.run("vitrine", arguments + ["--help"], in: scratch.path)
    #expect(help.status == 0 && help.error == "")
    let file = Self.folder.appendingPathComponent(name + ".txt")
    if Self.isRecording {
      try Data(help.output.utf8).write(to: file)
      Issue.record(
        "recorded \(file.path); look at the difference and run the tests again without VITRINE_RECORD")
    } else {
      let golden = try? String(contentsOf: file, encoding: .utf8)
      #expect(help.output == golden, "VITRINE_RECORD=1 records \(file.lastPathComponent) anew")
    }
    return help.output
  }

  @Test func everyVerbExplainsItselfAsRecorded() async throws {
    let root = try await check([], against: "vitrine")
    // Verbs stand in groups, each under a heading. A verb begins in the third column; the lines of its explanation further in.
    let list = root.components(separatedBy: "SUBCOMMANDS:\n").dropFirst()
    let verbs = list.flatMap { group in
      group.split(separator: "\n").prefix { $0.hasPrefix("  ") && $0.count > 4 }
        .filter { $0.dropFirst(2).first != " " }
        .map { String($0.dropFirst(2).prefix { $0 != " " }) }
    }.filter { $0 != "See" }  // how the list ends: See 'vitrine help <subcommand>'
    for verb in [
      "train", "info", "filters", "features", "curves", "samples", "interpolate", "predict", "report", "demo",
    ] {
      #expect(verbs.contains(verb))
    }
    for verb in verbs { _ = try await check([verb], against: verb) }
    let recorded = content(of: Self.folder.path).map { $0.replacingOccurrences(of: ".txt", with: "") }
    #expect(Set(recorded) == Set(verbs + ["vitrine"]), "a text of a verb that is gone")
  }
}

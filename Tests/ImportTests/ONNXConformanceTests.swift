internal import Foundation
import Import
import Testing

/// The public conformance suite of ONNX: every case passes or is refused by name, and which is refused is written down.
struct ONNXConformanceTests {
  static let parts = ["node", "pytorch-converted", "pytorch-operator", "simple"]

  @Test func everyCasePassesOrIsRefusedByName() throws {
    var lines: [String: (passed: Int, withConstants: Int, refused: Int)] = [:]
    var refused: [String] = []
    var report: [String] = []
    for part in Self.parts {
      for test in ONNXCase.all(part) {
        let operation = (try? ONNXFile.operations(in: test.folder + "/model.onnx"))?.first ?? "Constant"
        var line = lines[operation] ?? (0, 0, 0)
        switch test.outcome() {
        case .passed: line.passed += 1
        case .passedWithConstants: line.withConstants += 1
        case .refused(let reason):
          line.refused += 1
          refused.append("\(part)/\(test)")
          report.append("refused \(part)/\(test): \(reason)")
        case .failed(let reason):
          Issue.record("\(part)/\(test): \(reason)")
          report.append("FAILED \(part)/\(test): \(reason)")
        }
        lines[operation] = line
      }
    }
    guard !lines.isEmpty else { return }
    func row(_ name: String, _ line: (passed: Int, withConstants: Int, refused: Int)) -> String {
      let numbers = [line.passed, line.withConstants, line.refused].map { number in
        String(repeating: " ", count: max(0, 8 - "\(number)".count)) + "\(number)"
      }
      return name.padding(toLength: 28, withPad: " ", startingAt: 0) + numbers.joined()
    }
    let total = lines.values.reduce((0, 0, 0)) { ($0.0 + $1.0, $0.1 + $1.1, $0.2 + $1.2) }
    let heading =
      "first operation".padding(toLength: 28, withPad: " ", startingAt: 0) + "  passed  fixed¹ refused"
    let table =
      [heading] + lines.keys.sorted().map { row($0, lines[$0]!) } + [row("all", total)]
      + ["¹ passed with the inputs behind the first known when the file is opened"]
    print(table.joined(separator: "\n"))
    if let path = ProcessInfo.processInfo.environment["VITRINE_ONNX_TABLE"] {
      try (table + report).joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
    }
  }
}

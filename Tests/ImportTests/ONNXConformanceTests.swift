internal import Foundation
import Import
import Testing

/// The public conformance suite of ONNX: every case passes or is refused by name, and which is refused is written down.
struct ONNXConformanceTests {
  static let parts = ["node", "pytorch-converted", "pytorch-operator", "simple"]

  /// What may be refused, and why; whatever else is refused is a mistake. An asterisk stands for a type or a shape.
  private static let refusals: Set<String> = [
    "*: it has no counterpart here", "Add: arithmetic on *", "Sub: arithmetic on *", "Mul: arithmetic on *",
    "Div: arithmetic on *", "Pow: arithmetic on *", "AveragePool: 3-D average pooling",
    "MaxPool: 3-D max pooling",
    "Conv: a 3-D convolution", "ConvTranspose: a 3-D transposed convolution",
    "BatchNormalization: batch normalization in training mode", "Dropout: dropout in training mode",
    "Cast: a cast from * to * rounds or wraps, which is not done here",
    "Cast: a cast to * rounds, which is not done here",
    "ConstantOfShape: its shape must be known before the network runs",
    "Resize: a coordinate_transformation_mode 'tf_crop_and_resize'",
    // The result holds no numbers.
    "Slice: nothing is left of *", "Split: it works across the examples of a batch",
    "Reshape: * does not become *",
    "ai.onnx.preview.training::Gradient: operations of 'ai.onnx.preview.training' are not known here",
    "an input that is a * is not supported", "the graph takes no inputs: there is nothing to run it on",
  ]

  /// A reason with types and shapes taken out; the operation too where there is none like it here.
  private static func kind(_ reason: String) -> String {
    if reason.hasSuffix(": it has no counterpart here") { return "*: it has no counterpart here" }
    return reason.replacing(
      /\[[^\]]*\]|\bb?u?(int|float)[0-9][a-z0-9]*|(sequence|optional|tensor of \w+)(?= is not)/, with: "*")
  }

  @Test func everyCasePassesOrIsRefusedByName() throws {
    var lines: [String: (passed: Int, withConstants: Int, refused: Int)] = [:]
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
          if !Self.refusals.contains(Self.kind(reason)) {
            Issue.record("\(part)/\(test) is refused: \(reason)")
          }
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

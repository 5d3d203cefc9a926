internal import Core
internal import Foundation
internal import Import
internal import TestSupport
internal import Testing

/// The frameworks that exported models are for, in a Python that scripts/frameworks installs; `VITRINE_PYTHON` names another.
enum FrameworkPython {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The program; nil where there is none, which is said. Where everything must be tested it is a failure.
  static let path: String? = {
    let path =
      ProcessInfo.processInfo.environment["VITRINE_PYTHON"]
      ?? root.appendingPathComponent(".build/frameworks/bin/python").path
    if FileManager.default.isExecutableFile(atPath: path) { return path }
    print(
      "skipped what ONNX Runtime and Keras say of exports: they are not at \(path); scripts/frameworks installs them"
    )
    if ProcessInfo.processInfo.environment["CI"] == "true" {
      Issue.record(
        "no Python with ONNX Runtime and Keras at \(path), which scripts/frameworks should have made")
    }
    return nil
  }()

  /// Runs every model of a folder that has its inputs beside it (`g.onnx`, `g.onnx.npz`); answers are written as `g.onnx.npy`.
  static func runModels(in folder: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(path))
    process.arguments = [root.appendingPathComponent("Fixtures/Import/run_models.py").path, folder]
    let words = Pipe()
    process.standardOutput = FileHandle.nullDevice
    process.standardError = words
    try process.run()
    let said = String(decoding: words.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(said)")
  }

  /// What Keras computes of a file; nil, with a word, where there is no Keras.
  static func predict(_ model: String, _ inputs: [Tensor]) throws -> Tensor? {
    guard path != nil else { return nil }
    let folder = try ScratchFolder()
    let copy = folder.path + "/" + model.fileName
    try FileManager.default.copyItem(atPath: model, toPath: copy)
    try NumPyArchive.write(inputs.enumerated().map { ("input\($0)", $1) }, to: copy + ".npz")
    try runModels(in: folder.path)
    return try NumPyFile.read(copy + ".npy")
  }
}

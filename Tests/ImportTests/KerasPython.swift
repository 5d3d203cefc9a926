internal import Core
internal import Foundation
internal import Import
internal import TestSupport

/// Keras itself, where a Python has it: `VITRINE_KERAS` names that Python, else it is `python3`.
enum KerasPython {
  private static let python = ProcessInfo.processInfo.environment["VITRINE_KERAS"] ?? "python3"

  static let isThere: Bool = {
    let isThere = (try? run(["-c", "import keras"])) == 0
    if !isThere {
      print("skipped: what Keras says of written files; \(python) has no keras (pip install keras jax)")
    }
    return isThere
  }()

  /// What Keras computes of a file; nil, with a word, where there is no Keras.
  static func predict(_ path: String, _ inputs: [Tensor], in folder: ScratchFolder) throws -> Tensor? {
    guard isThere else { return nil }
    let (given, result) = (path + ".inputs.npz", path + ".output.npy")
    try NumPyArchive.write(inputs.enumerated().map { ("input\($0)", $1) }, to: given)
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Fixtures/keras_predict.py").path
    guard try run([script, path, given, result]) == 0 else {
      throw ImportError(.malformed, path, "Keras does not open it")
    }
    return try NumPyFile.read(result)
  }

  private static func run(_ arguments: [String]) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [python] + arguments
    var environment = ProcessInfo.processInfo.environment
    environment["KERAS_BACKEND"] = environment["KERAS_BACKEND"] ?? "jax"
    process.environment = environment
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }
}

func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

func removeFile(_ path: String) throws { try FileManager.default.removeItem(atPath: path) }

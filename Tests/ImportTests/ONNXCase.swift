internal import Foundation
internal import Core
import Import

/// One case of ONNX's conformance suite: a model with inputs and the outputs that they should give.
struct ONNXCase: CustomStringConvertible {
  /// How a case ended.
  enum Outcome: Equatable {
    /// The outputs are right.
    case passed
    /// The outputs are right with the inputs behind the first known when the file was opened: weights, axes, sizes.
    case passedWithConstants
    /// The file names an operation that is not supported.
    case refused(String)
    /// The outputs are wrong, or something failed that should not have.
    case failed(String)
  }

  let folder: String

  var description: String { folder.fileName }

  /// All cases of a part of the suite, or of all parts.
  static func all(_ part: String) -> [ONNXCase] {
    ForeignFiles.paths(in: "onnx-conformance/\(part)", beginning: "test_").map { ONNXCase(folder: $0) }
  }

  func outcome() -> Outcome {
    let path = folder + "/model.onnx"
    do {
      let direct = try run(path, constants: [:])
      guard case .refused = direct else { return direct }
      let inputs = try tensors("input")
      guard inputs.count > 1 else { return direct }
      let constants = Dictionary(inputs.dropFirst().map { ($0.name, $0.tensor) }) { first, _ in first }
      let second = try run(path, constants: constants)
      switch second {
      case .passed: return .passedWithConstants
      default: return second
      }
    } catch let error as ImportError {
      return error.code == .unsupported ? .refused(error.reason) : .failed("\(error)")
    } catch {
      return .failed("\(error)")
    }
  }

  private func run(_ path: String, constants: [String: Tensor]) throws -> Outcome {
    let (model, outputs) = try ONNXFile.openWithOutputs(path, constants: constants)
    if let lost = model.network.nodes.compactMap({ $0.operation as? Unsupported }).first {
      return .refused("\(lost.operation): \(lost.reason)")
    }
    let given = try tensors("input")
    var inputs: [String: Tensor] = [:]
    for (index, input) in model.network.inputs.enumerated() {
      guard
        let tensor = given.first(where: { $0.name == input.name })?.tensor
          ?? given.dropFirst(index).first?.tensor
      else { return .failed("no input \(input.name)") }
      inputs[input.name] = model.layout(of: input.name).fromFile(tensor)
    }
    let batch = inputs[model.network.inputs[0].name]!.shape[0]
    let executor = try makeExecutor(for: model.network, batch: batch, mode: .inference)
    try executor.load(model.readParameters())
    try executor.forward(inputs)
    for (index, expected) in try tensors("output").enumerated() where index < outputs.count {
      let node = outputs[index].node
      let found = model.layout(of: node).toFile(try executor.value(of: node))
      guard found.shape == expected.tensor.shape else {
        return .failed("output \(index): expected \(expected.tensor.shape), found \(found.shape)")
      }
      for (place, (value, wanted)) in zip(found.elements, expected.tensor.elements).enumerated() {
        let isClose =
          value == wanted || value.isNaN && wanted.isNaN || abs(value - wanted) <= 1e-4 + 1e-4 * abs(wanted)
        guard isClose else {
          return .failed("output \(index), element \(place): expected \(wanted), found \(value)")
        }
      }
    }
    return .passed
  }

  private func tensors(_ kind: String) throws -> [(name: String, tensor: Tensor)] {
    let data = folder + "/test_data_set_0"
    var result: [(name: String, tensor: Tensor)] = []
    while FileManager.default.fileExists(atPath: "\(data)/\(kind)_\(result.count).pb") {
      result.append(try ONNXFile.tensor("\(data)/\(kind)_\(result.count).pb"))
    }
    return result
  }
}

internal import Core

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

extension Recipe {
  /// The recipe as JSON, keys in order.
  /// - Throws: an encoding error, for numbers that are not finite.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// The recipe that a run was trained by.
  /// - Throws: `TrainingError` if the text is none.
  public init(json: String) throws(TrainingError) {
    do {
      self = try JSONDecoder().decode(Recipe.self, from: Array(json.utf8).withUnsafeBytes { Data($0) })
    } catch {
      throw TrainingError(.setting, "recipe", "is not one that this version trains by: \(Self.reason(error))")
    }
  }

  /// What is wrong with a recipe's JSON, in one line.
  private static func reason(_ error: any Error) -> String {
    func at(_ context: DecodingError.Context) -> String {
      context.codingPath.map { $0.stringValue + ": " }.joined() + context.debugDescription
    }
    return switch error {
    case DecodingError.keyNotFound(let key, _): "'\(key.stringValue)' is missing"
    case DecodingError.dataCorrupted(let context), DecodingError.typeMismatch(_, let context),
      DecodingError.valueNotFound(_, let context):
      at(context)
    default: "\(error)"
    }
  }
}

extension Preset {
  /// Reads a preset's name.
  /// - Throws: `DecodingError` listing the presets there are, if it is none of them.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let name = try container.decode(String.self)
    guard let preset = Preset(rawValue: name) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "no '\(name)'; there are \(Preset.allCases.map(\.rawValue).listed)")
    }
    self = preset
  }
}

extension Recipe.DataDescription {
  init(_ data: DataSet, from source: String?, trainCount: Int, validationCount: Int, testCount: Int) {
    self.init(
      source: source ?? data.name, name: data.name, sha256: data.sha256, trainCount: trainCount,
      validationCount: validationCount,
      testCount: testCount, pictureShape: data.pictureShape, classNames: data.classNames)
  }
}

extension TrainingError {
  static func diverged(step: Int, _ loss: String, _ value: Double, at place: String) -> TrainingError {
    TrainingError(
      .diverged, "step \(step)",
      "\(loss) is \(value.isNaN ? "nan" : "\(value)"), which began in \(place); training stopped, the run keeps the steps before."
        + " A smaller learning rate may help (--rate)")
  }
}

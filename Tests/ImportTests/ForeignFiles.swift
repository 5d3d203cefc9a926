internal import Foundation
import Import
import TestSupport

/// Model files of public projects and conformance suites, where a machine has them: the folder `models` beside the data.
enum ForeignFiles {
  static let folder: String? = {
    guard let data = RealData.folder else { return nil }
    let models = URL(fileURLWithPath: data).deletingLastPathComponent().appendingPathComponent("models").path
    return FileManager.default.fileExists(atPath: models) ? models : nil
  }()

  /// A file or folder in it; where there is none, says so and gives nil, so that the test can end.
  static func path(_ name: String, for test: String = #function) -> String? {
    if let folder, FileManager.default.fileExists(atPath: folder + "/" + name) { return folder + "/" + name }
    print("skipped \(test): no \(name) in \(folder ?? "a folder 'models' beside VITRINE_DATA")")
    return nil
  }

  /// The files of a folder in it whose names begin so, sorted; none, with a word, where there is no such folder.
  static func paths(
    in name: String = ".", beginning prefix: String = "", ending suffix: String = "",
    for test: String = #function
  ) -> [String] {
    guard let folder = path(name, for: test) else { return [] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }.sorted().map { folder + "/" + $0 }
  }
}

extension String {
  /// The part behind the last slash.
  var fileName: String { String(split(separator: "/").last ?? "") }
}

/// The one line with which something fails; nil, recorded by the caller, if it does not.
func refusal(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch let error as ImportError {
    return error.description.contains("\n") ? "several lines: \(error)" : error.description
  } catch {
    return "not an import error: \(error)"
  }
}

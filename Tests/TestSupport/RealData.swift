internal import Foundation

/// Real data sets and photographs, where a machine has them.
package enum RealData {
  /// The folder of data: `VITRINE_DATA`, a folder `shared/data` beside the checkout, or `~/.cache/vitrine`.
  package static let folder: String? = {
    let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let places: [String?] = [
      ProcessInfo.processInfo.environment["VITRINE_DATA"],
      checkout.deletingLastPathComponent().appendingPathComponent("shared/data").path,
      NSHomeDirectory() + "/.cache/vitrine",
    ]
    return places.compactMap { $0 }.first { FileManager.default.fileExists(atPath: $0) }
  }()

  /// A file or folder in it; where there is none, says so and gives nil, so that the test can end.
  package static func path(_ name: String, for test: String = #function) -> String? {
    if let folder, FileManager.default.fileExists(atPath: folder + "/" + name) { return folder + "/" + name }
    print("skipped \(test): no \(name) in \(folder ?? "VITRINE_DATA or ~/.cache/vitrine")")
    return nil
  }
}

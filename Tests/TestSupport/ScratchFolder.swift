internal import Foundation

/// A folder of a test's own, removed with its content when the test lets go of it.
package final class ScratchFolder: Sendable {
  /// Where it is.
  package let path: String

  /// An empty folder.
  package init() throws {
    path = NSTemporaryDirectory() + "/vitrine-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file, in sub-folders that are made where needed, and gives its path.
  @discardableResult
  package func write(_ bytes: [UInt8], _ name: String) throws -> String {
    let file = path + "/" + name
    try FileManager.default.createDirectory(
      atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    return file
  }
}

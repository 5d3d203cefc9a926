import Foundation
import FuzzSupport
import TestSupport
import Testing

/// Damaged copies of files, always the same ones; scripts/fuzz tries as many as one likes.
@Suite struct FuzzTests {
  private static let copies = 300

  /// Small sound files: those that we write, and those of PyTorch's that lie beside the fixtures.
  private static func seeds(in folder: String) throws -> [String] {
    let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/Import").path
    return try Seeds.write(to: folder) + ["state_dict.pt", "legacy.pth"].map { fixtures + "/" + $0 }
  }

  @Test func soundFilesAreReadAndRun() throws {
    let scratch = try ScratchFolder()
    for path in try Self.seeds(in: scratch.path) { #expect(Trial.run(path) == .ran, "\(path)") }
  }

  @Test func damagedFilesAreRefusedInOneLineOrRead() throws {
    let scratch = try ScratchFolder()
    var refused = 0
    for (place, seed) in try Self.seeds(in: scratch.path).enumerated() {
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: seed)))
      for copy in 0..<Self.copies {
        var damage = Damage(seed: UInt64(place * 1000 + copy))
        let path = try scratch.write(damage.applied(to: bytes), "copy-" + seed.fileName)
        // A crash would end the whole run: that it does not is half of what is tested.
        guard case .refused(let line) = Trial.run(path) else { continue }
        refused += 1
        #expect(!line.contains("\n"), "\(seed.fileName), copy \(copy): \(line)")
        #expect(line.hasPrefix(path), "\(seed.fileName), copy \(copy): \(line)")
      }
    }
    #expect(refused > Self.copies, "damage that nobody notices is none")
  }
}

package import Core

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The arrays of an `.npz` in `Fixtures/`, by name. Traps with the reason if it cannot be read: it is part of the checkout.
package func numberFixture(_ name: String) -> [String: Tensor] {
  let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  do {
    let arrays = try NumPyArchive.read(checkout.appending(path: "Fixtures/\(name)").path())
    return Dictionary(uniqueKeysWithValues: arrays.map { ($0.name, $0.tensor) })
  } catch { preconditionFailure("cannot read Fixtures/\(name): \(error)") }
}

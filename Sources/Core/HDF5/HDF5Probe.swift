internal import CHDF5
internal import CProbe

/// A first walk through a file in a child process, since libhdf5 crashes on damaged ones.
///
/// It costs 2 to 3 ms for a model of some layers.
enum HDF5Probe {
  private static let seconds: Int32 = 5
  private static let memory = 1 << 29
  private static let longestPlace = 4096

  /// Walks a file as it is about to be opened.
  /// - Parameter name: what errors call it.
  /// - Throws: `ArchiveError` (`.damaged`) naming the place where libhdf5 crashed, or did not come to an end.
  static func walk(
    _ path: String, named name: String, access: hid_t, flags: UInt32
  ) throws(ArchiveError) {
    var place = [CChar](repeating: 0, count: longestPlace)
    let verdict = try LibHDF5.call(.damaged, name) {
      // Within the gate: no other thread is inside libhdf5 when the child is made.
      Int(vitrine_probe(path, access, flags, seconds, memory, &place, longestPlace).rawValue)
    }
    let text = place.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let subject = text.isEmpty ? name : name + ":" + String(decoding: text, as: UTF8.self)
    switch vitrine_probe_verdict(rawValue: UInt32(verdict)) {
    case VITRINE_PROBE_CRASHED:
      throw ArchiveError(.damaged, subject, "the file is damaged here: libhdf5 fails on it; copy it again")
    case VITRINE_PROBE_TOO_SLOW:
      throw ArchiveError(
        .damaged, subject,
        "the file is damaged here: it keeps the processor busy for more than \(seconds) s; copy it again")
    // Where no child can be made (a sandbox, too many processes) the file is opened as it is.
    default: return
    }
  }
}

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// A folder for temporary files that nobody else can enter; it goes with what is in it.
struct PrivateFolder: ~Copyable {
  let path: String
  /// The one file in it.
  var file: String { path + "/file" }

  /// Makes a folder where the system keeps temporary files.
  init() throws(ImportError) {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    // The system puts characters of its own in place of the last six.
    let places = String(repeating: "X", count: 6)
    var template = Array("\(parent)/vitrine-\(places)".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw ImportError(
        .cannotWrite, parent, "no temporary folder can be made here: " + String(cString: strerror(errno)))
    }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    unlink(file)
    rmdir(path)
  }
}

internal import Core

extension ImportError {
  /// A failure to read or write a file, in this module's words.
  static func onFile(_ error: FileError) -> ImportError {
    let code: Code =
      switch error.code {
      case .missing, .unreadable: .missing
      case .truncated: .truncated
      case .unwritable: .cannotWrite
      default: .malformed
      }
    return ImportError(code, error.subject, error.reason)
  }
}

/// Why one node of a graph cannot be expressed: the rest of the graph can.
struct ONNXRefusal: Error {
  /// What is not supported or makes no sense.
  let reason: String
  /// True if the only trouble is that examples of a batch do not stay apart: read as one example, it may work.
  var touchesBatch = false
  /// A dimension that the file leaves open and that was assumed may be what does not fit.
  init(_ reason: String, touchesBatch: Bool = false) {
    self.reason = reason
    self.touchesBatch = touchesBatch
  }
}

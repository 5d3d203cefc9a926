internal import CHDF5
internal import Synchronization

/// The one gate to libhdf5, which is not thread-safe: every call goes through it.
enum LibHDF5 {
  private static let gate = Mutex<Bool>(false)

  /// Runs `body` (C calls only: no Swift handle may be made or dropped inside it, the lock is not recursive).
  ///
  /// A negative result is a failure; its innermost reason is in the error.
  static func result<Value: SignedInteger & Sendable>(
    _ code: ArchiveError.Code, _ subject: String, _ body: () -> Value
  ) -> Result<Value, ArchiveError> {
    gate.withLock { isPrepared in
      prepare(&isPrepared)
      let value = body()
      return value >= 0 ? .success(value) : .failure(failure(code, subject))
    }
  }

  /// Runs `body` as `result` does, and throws the failure.
  @discardableResult
  static func call<Value: SignedInteger & Sendable>(
    _ code: ArchiveError.Code, _ subject: String, _ body: () -> Value
  ) throws(ArchiveError) -> Value {
    try result(code, subject, body).get()
  }

  /// Gives an identifier back. A failure has nowhere to go: who needs to know closes explicitly.
  static func release(_ id: hid_t) {
    gate.withLock { isPrepared in
      prepare(&isPrepared)
      _ = H5Idec_ref(id)
    }
  }

  private static func prepare(_ isPrepared: inout Bool) {
    if !isPrepared {
      // A process that ends leaves its files as a killed one does, which is safe; libhdf5's own clean-up at
      // exit would try to write again what could not be written, and on a full disk does not end.
      H5dont_atexit()
      H5PLset_loading_state(0)  // a file must not make this program load code
      isPrepared = true
    }
    H5Eset_auto2(0, nil, nil)  // in a thread-safe build each thread prints for itself: silence it on entry
  }

  private static func failure(_ code: ArchiveError.Code, _ subject: String) -> ArchiveError {
    let cause = rootCause()
    switch cause.systemError {
    case .some(let number) where isFull(number):
      return ArchiveError(
        .diskFull, subject, "there is no room left (\(cause.text)); make room, or write somewhere else")
    default: return ArchiveError(code, subject, cause.text)
    }
  }

  /// The innermost entry of libhdf5's error stack, without the addresses and times it mixes in.
  private static func rootCause() -> (text: String, systemError: Int32?) {
    var text = ""
    _ = withUnsafeMutablePointer(to: &text) { pointer in
      H5Ewalk2(
        0, H5E_WALK_UPWARD,
        { depth, entry, pointer in
          if depth == 0, let description = entry?.pointee.desc {
            pointer?.assumingMemoryBound(to: String.self).pointee = String(cString: description)
          }
          return 0
        }, pointer)
    }
    guard !text.isEmpty else { return ("libhdf5 gives no reason", nil) }
    let number = text.firstRange(of: "errno = ").flatMap { range in
      Int32(text[range.upperBound...].prefix(while: \.isNumber))
    }
    if let start = text.firstRange(of: "error message = '")?.upperBound,
      let end = text[start...].firstIndex(of: "'")
    {
      text = String(text[start..<end])
    }
    return (text, number)
  }
}

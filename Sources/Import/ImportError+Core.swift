internal import Core

extension ImportError {
  /// The same failure, told by the reader of plain files and zips.
  init(_ error: FileError) {
    let code: Code =
      switch error.code {
      case .missing, .unreadable: .missing
      case .truncated: .truncated
      case .damaged: .malformed
      case .refused: .unsafe
      case .unsupported: .unsupported
      case .unwritable: .cannotWrite
      }
    self.init(code, error.subject, error.reason)
  }

  /// The same failure, told by the reader of NumPy's files.
  init(_ error: NumPyError) {
    let code: Code =
      switch error.code {
      case .missing: .missing
      case .notAnArray: .notAModel
      case .elementType: .unsupported
      case .unsafe: .unsafe
      case .malformed: .malformed
      case .truncated: .truncated
      case .unwritable: .cannotWrite
      }
    self.init(code, error.subject, error.reason)
  }
}

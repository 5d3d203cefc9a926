public import Core

extension ForeignModel {
  /// Opens a model file: what it is, its first bytes say, not its name.
  /// - Throws: `ImportError` saying what the file is instead, or why it cannot be read.
  public init(opening path: String) throws(ImportError) {
    throw ImportError(.notAModel, path, "no reader yet")
  }
}

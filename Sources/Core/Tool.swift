/// This program, as it signs what it writes.
public enum Tool {
  /// The version, by semantic versioning.
  public static let version = "0.1.0"
  /// Name and version: `vitrine 0.1.0`.
  public static let name = "vitrine " + version
}

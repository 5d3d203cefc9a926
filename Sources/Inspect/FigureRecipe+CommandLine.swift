public import Render

extension FigureRecipe {
  /// What to type to draw the figure again: `vitrine filters FILE --layer conv1`.
  public var commandLine: String { (["vitrine", verb ?? "?", "FILE"] + arguments).joined(separator: " ") }

  /// The verb that draws the figure.
  public var verb: String? { self["verb"]?.string }

  /// The recipe's options as the command line takes them.
  public var arguments: [String] {
    guard case .object(let options) = self["options"] else { return [] }
    return options.flatMap { option -> [String] in
      switch option.value {
      case .boolean(let isSet): isSet ? ["--\(option.key)"] : []
      case .string(let text): ["--\(option.key)", text]
      case .integer(let number): ["--\(option.key)", "\(number)"]
      case .number(let number): ["--\(option.key)", "\(number)"]
      case .list(let values):
        [
          "--\(option.key)",
          values.map { $0.string ?? $0.integer.map(String.init) ?? "" }.joined(separator: ","),
        ]
      case .null, .object: []
      }
    }
  }
}

public import Render

extension FigureRecipe {
  /// What to type to draw the figure again: `vitrine filters FILE --layer conv1`.
  public var commandLine: String {
    // What `explain` draws needs no file.
    let files = !runs.isEmpty ? runs : verb?.hasPrefix("explain ") == true ? [] : ["FILE"]
    return (["vitrine", verb ?? "?"] + files + arguments + (judge.map { ["--with", $0] } ?? []))
      .joined(separator: " ")
  }

  /// The names of the runs that a figure of several was drawn from, in order, without their folders; empty where it was one.
  public var runs: [String] {
    get {
      guard case .list(let names) = self["runs"] else { return [] }
      return names.compactMap(\.string)
    }
    set {
      let names = newValue.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
      self["runs"] = newValue.isEmpty ? nil : .list(names.map { .string($0) })
    }
  }

  /// The name of the file whose classifier read the pictures, without its folder; nil where nobody did.
  public var judge: String? {
    get { self["with"]?.string }
    set { self["with"] = newValue.map { .string($0.split(separator: "/").last.map(String.init) ?? $0) } }
  }

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

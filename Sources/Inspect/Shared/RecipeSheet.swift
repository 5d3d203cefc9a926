internal import Core
internal import Render

/// What a run was trained by, as names and values: all that its recipe says but the seed and what follows from it.
struct RecipeSheet: Hashable {
  /// A value as it is compared, and as it is read.
  private struct Entry: Hashable {
    var exact: String
    var text: String
  }

  private var entries: [String: Entry] = [:]

  /// The sheet of a run. A recipe that is no JSON has one entry, itself.
  init(of run: RunArchive) {
    guard let recipe = try? FigureRecipe(json: run.recipe) else {
      entries["recipe"] = Entry(exact: run.recipe, text: run.recipe)
      return
    }
    for entry in recipe.entries where !Self.followsFromSeed.contains(entry.key) {
      add(entry.value, entry.key)
    }
    for path in Self.namesOfOthers { entries[path] = nil }
    // Epochs count only where steps are not given.
    if entries["steps"] != nil { entries["epochs"] = nil }
  }

  /// Which pictures are kept for validation is drawn by the seed, and brightness is measured on the others.
  private static let followsFromSeed: Set = ["seed", "normalisation"]
  /// Where the data came from says nothing that its hash does not.
  private static let namesOfOthers = ["data.source", "data.classNames"]

  private mutating func add(_ value: FigureRecipe.Value, _ path: String) {
    switch value {
    case .null: break
    case .object(let parts):
      if path == "optimiser", let kind = parts.first, parts.count == 1 {
        // {"adam": {"rate": …}}: rates of different optimisers are still rates.
        entries[path] = Entry(exact: kind.key, text: kind.key)
        if case .object(let settings) = kind.value {
          for part in settings { add(part.value, "\(path).\(part.key)") }
        }
      } else {
        for part in parts { add(part.value, "\(path).\(part.key)") }
      }
    case .integer(let number): entries[path] = Entry(exact: value.json, text: Numbers.grouped(number))
    case .number(let number): entries[path] = Entry(exact: value.json, text: Numbers.significant(number))
    case .string(let text): entries[path] = Entry(exact: text, text: text)
    case .boolean, .list: entries[path] = Entry(exact: value.json, text: value.json)
    }
  }

  /// What people name first.
  private static let order = [
    "preset", "data.name", "optimiser", "optimiser.rate", "rateDecay", "batch", "epochs", "steps",
    "pictureSize",
  ]

  /// The names of what differs between sheets, the telling ones first.
  static func differences(between sheets: [RecipeSheet]) -> [String] {
    let paths = Set(sheets.flatMap(\.entries.keys)).filter { path in
      Set(sheets.map { $0.entries[path]?.exact }).count > 1
    }
    return paths.sorted { first, second in
      let ranks = [first, second].map { order.firstIndex(of: $0) ?? order.count }
      return (ranks[0], first) < (ranks[1], second)
    }
  }

  /// A label for each sheet that says what differs, as shortly as tells all apart.
  static func labels(of sheets: [RecipeSheet]) -> [String] {
    let paths = differences(between: sheets)
    func labels(_ paths: some Collection<String>) -> [String] {
      sheets.map { sheet in paths.map(sheet.words).joined(separator: ", ") }
    }
    let choices = paths.map { [$0] } + paths.indices.map { Array(paths[...$0]) }
    let telling = choices.lazy.map { labels($0) }.first { Set($0).count == sheets.count }
    // Values may differ beyond the digits that are printed.
    return telling ?? sheets.indices.map { "recipe \($0 + 1)" }
  }

  /// What a path is called: `optimiser.rate` is a rate.
  static func name(_ path: String) -> String {
    switch path {
    case "data.name": return "data"
    case "data.sha256": return "data’s content"
    default: break
    }
    let last = path.split(separator: ".").last ?? ""
    return last.reduce(into: "") { $0 += $1.isUppercase ? " " + $1.lowercased() : String($1) }
  }

  private func words(_ path: String) -> String {
    let name = Self.name(path)
    guard let entry = entries[path] else { return "no \(name)" }
    return switch path {
    case "preset", "data.name", "optimiser", "recipe": entry.text
    case "epochs", "steps": entry.text == "1" ? "1 \(name.dropLast())" : "\(entry.text) \(name)"
    case "data.sha256": "data \(entry.text.prefix(6))"
    default: "\(name) \(entry.text)"
    }
  }
}

internal import Core
internal import Render

extension Provenance {
  /// The recipe of a figure whose options depend on what it was given; those that are nil are left out.
  func recipe(_ verb: String, entries: [FigureRecipe.Entry?]) -> FigureRecipe {
    var recipe = recipe(verb)
    let options = entries.compactMap { $0 }
    guard !options.isEmpty else { return recipe }
    // Options stand behind the verb, as `FigureRecipe` orders them.
    recipe.entries.insert(FigureRecipe.Entry("options", .object(options)), at: 1)
    return recipe
  }

  /// The provenance of a figure that was drawn from this and other data.
  func adding(_ hashes: String...) -> Provenance {
    var sum = SHA256()
    sum.update(dataHash)
    for hash in hashes { sum.update(hash) }
    var result = self
    result.dataHash = sum.hexDigest
    return result
  }
}

extension Provenance {
  /// The provenance of a figure for which a network of another file, if any, read what was made.
  func judged(by judge: Specimen?) -> Provenance {
    guard let judge else { return self }
    var result = adding(judge.provenance.dataHash)
    result.judge = judge.file
    return result
  }
}

extension FigureRecipe.Entry {
  /// The theme, where it is not the usual one.
  static func theme(_ theme: Theme) -> FigureRecipe.Entry? {
    theme == .light ? nil : .init("theme", .string(theme.rawValue))
  }
}

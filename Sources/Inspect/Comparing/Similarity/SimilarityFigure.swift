internal import Core
public import Render

/// How alike layers see the same pictures: layers × layers of one network, of two, or of one at two steps, by centred kernel
/// alignment.
///
/// ```swift
/// let figure = try SimilarityFigure().figure(of: specimen, and: other)
/// ```
public struct SimilarityFigure: Hashable, Sendable {
  /// How many pictures are looked at, at most.
  public var pictures: Int
  /// Whether what few pictures of many features add is left in.
  public var isBiased: Bool
  /// The colours' theme.
  public var theme: Theme

  /// A matrix of layers.
  public init(pictures: Int = 1000, isBiased: Bool = false, theme: Theme = .light) {
    precondition(pictures > 3, "\(pictures) pictures")
    self.pictures = pictures
    self.isBiased = isBiased
    self.theme = theme
  }

  /// Compares the layers of a network with each other, or with another's on the same pictures.
  /// - Parameters:
  ///   - other: nil for the network itself.
  ///   - files: the files of the two where they are not the same, for the recipe.
  /// - Throws: `InspectError` if there are too few pictures, or the other network takes others; `NetworkError` if one cannot be
  ///   run.
  public func figure(
    of specimen: Specimen, and other: Specimen? = nil, from files: [String] = [],
    progress: (Double) -> Void = { _ in }
  ) throws -> Figure {
    let similarity = try LayerSimilarity(
      of: specimen, and: other, pictures: pictures, isDebiased: !isBiased, progress: progress)
    let names = Self.names(specimen, other, files)
    let (rows, columns) = (similarity.rows.count, similarity.columns.count)
    var scale = ColorScale.probability
    scale.symbol = "CKA"
    let cell = max(8, min(44, 560 / Double(max(rows, columns))))
    let largest = similarity.best.enumerated().compactMap { row, column in
      column.map { Heatmap.Cell(row: row, column: $0) }
    }
    let facts = [
      other == nil ? names.first : "\(names.first) and \(names.second)",
      "\(Numbers.grouped(similarity.count)) pictures", "linear CKA\(isBiased ? "" : ", debiased")",
      other == nil ? specimen.moment?.facts ?? "" : "",
    ]
    var provenance = specimen.provenance
    if let other { provenance = provenance.adding(other.provenance.dataHash) }
    var recipe = provenance.recipe(
      "cka",
      entries: specimen.options + [
        // Of another file the last step is meant where none is named.
        other?.moment.flatMap { files.count < 2 || $0.step != $0.lastStep ? $0.step : nil }
          .map { .init("other-step", .integer($0)) },
        pictures == 1000 ? nil : .init("compared", .integer(pictures)),
        isBiased ? .init("biased", .boolean(true)) : nil, .theme(theme),
      ])
    if files.count > 1 { recipe.runs = files }
    return Figure(
      other == nil ? "Which layers see alike" : "Which layers of the two see alike",
      facts: facts.filter { !$0.isEmpty }.joined(separator: " · "), reading: reading(other != nil),
      description: description(similarity, isSame: other == nil), recipe: recipe,
      numbers: [("alignment", table(similarity))], theme: theme
    ) {
      Heatmap(
        similarity.values, rows: rows, columns: columns, scale: scale, rowLabels: similarity.rows,
        columnLabels: similarity.columns, rowTitle: other == nil ? "" : names.first,
        columnTitle: other == nil ? "" : names.second,
        texts: similarity.values.map { $0.isNaN ? "" : Numbers.fixed($0, decimals: 2) },
        outlined: other == nil ? [] : Set(largest), cellSize: cell)
    }
  }

  private func reading(_ isPair: Bool) -> String {
    "A cell compares what two layers make of the same pictures: 1 if one is the other turned or scaled, 0 if what is alike for one "
      + "has nothing to do with what is alike for the other. "
      + (isPair
        ? "Outlined is the nearest layer of each row: where that is the diagonal, the two learnt the same in the same order. "
        : "Neighbours that are yellow together do little that is new; a dark corner says that the network ends far from where it began. ")
      + (isBiased ? "With fewer pictures than features the measure is too high." : "")
  }

  private func description(_ similarity: LayerSimilarity, isSame: Bool) -> String {
    let size = "\(similarity.rows.count) × \(similarity.columns.count) layers."
    if isSame {
      let first = similarity[0, similarity.columns.count - 1]
      return size
        + " \(similarity.rows[0]) and \(similarity.columns[similarity.columns.count - 1]): \(Numbers.fixed(first, decimals: 2))."
    }
    let pairs = similarity.best.enumerated().compactMap { row, column in
      column.map {
        "\(similarity.rows[row]) is nearest to \(similarity.columns[$0]) (\(Numbers.fixed(similarity[row, $0], decimals: 2)))"
      }
    }
    return size + " " + pairs.joined(separator: ", ") + "."
  }

  private func table(_ similarity: LayerSimilarity) -> NumberTable {
    NumberTable(
      columns: ["layer"] + similarity.columns,
      rows: similarity.rows.enumerated().map { row, name in
        [name]
          + similarity.columns.indices.map {
            similarity[row, $0].isNaN ? "" : NumberTable.text(similarity[row, $0])
          }
      })
  }

  /// What the two are called: by what they differ in.
  private static func names(
    _ specimen: Specimen, _ other: Specimen?, _ files: [String]
  ) -> (first: String, second: String) {
    guard let other else { return (specimen.name, specimen.name) }
    if files.count > 1 {
      let short = files.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
      if short[0] != short[1] { return (short[0], short[1]) }
      return ("\(short[0]) (1)", "\(short[1]) (2)")
    }
    func step(_ specimen: Specimen) -> String {
      specimen.moment.map { "step \(Numbers.grouped($0.step))" } ?? specimen.name
    }
    return (step(specimen), step(other))
  }
}

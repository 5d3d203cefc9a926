internal import Core
public import Render

/// Pictures beside maps of what their classes' scores rest on, by several methods: rows are pictures, columns methods.
///
/// ```swift
/// let figure = try AttributionWall(methods: [.saliency, .integratedGradients], count: 4).figure(of: specimen)
/// ```
/// A picture that was taken for another class has two rows: the score of the class that was said, and that of the true one.
public struct AttributionWall: Hashable, Sendable {
  /// Which maps share the limit of their colours.
  public enum Sharing: String, Hashable, Sendable, CaseIterable {
    /// Each map has its own.
    case none
    /// The signed maps of a row, and those without signs: which method's numbers are larger?
    case row
    /// The maps of a column: which picture's are?
    case column
  }

  /// The one picture that is explained; nil for several of the probe.
  public var example: Example.Choice?
  /// The class whose score is explained; nil for the one that is said and, where that is wrong, for the true one.
  public var target: Int?
  /// The columns.
  public var methods: [AttributionMethod]
  /// How many pictures, half of them mistakes where there are so many.
  public var count: Int
  /// Leaves out what the network got right.
  public var onlyMistakes: Bool
  /// Which maps share limits.
  public var sharing: Sharing
  /// The numbers that methods are run with.
  public var settings: AttributionSettings
  /// The colours' theme.
  public var theme: Theme

  /// A wall of attributions.
  public init(
    example: Example.Choice? = nil, target: Int? = nil,
    methods: [AttributionMethod] = AttributionMethod.usual,
    count: Int = 8, onlyMistakes: Bool = false, sharing: Sharing = .none,
    settings: AttributionSettings = .init(),
    theme: Theme = .light
  ) {
    precondition(count > 0 && !methods.isEmpty, "\(count) pictures, \(methods.count) methods")
    self.example = example
    self.target = target
    self.methods = methods
    self.count = count
    self.onlyMistakes = onlyMistakes
    self.sharing = sharing
    self.settings = settings
    self.theme = theme
  }

  /// Computes and draws the maps.
  /// - Parameter progress: is told the share that is done, 0 … 1.
  /// - Throws: `InspectError` if there are no pictures, the network gives no scores or a method does not apply; `NetworkError` if it
  ///   cannot be run.
  public func figure(of specimen: Specimen, progress: (Double) -> Void = { _ in }) throws -> Figure {
    let attributor = try Attributor(of: specimen, settings: settings)
    let subjects =
      try example == nil
      ? AttributionSubject.several(count, onlyMistakes: onlyMistakes, target: target, for: specimen)
      : [AttributionSubject(example, target: target, for: specimen)]
    // Without a convolution the columns that need one say so, unless nothing else was asked for.
    let camFailure: (any Error)? = if case .failure(let error) = attributor.camLayer { error } else { nil }
    let possible = methods.filter { camFailure == nil || !$0.readsMaps }
    if possible.isEmpty, let camFailure { throw camFailure }
    let maps = try attributor.attributions(possible, of: subjects.map(\.question), progress: progress)
    let rows = zip(subjects, maps).flatMap { subject, maps in
      maps.enumerated().map { place, maps in
        AttributionRow(
          subject: subject, target: subject.targets[place], isFirst: place == 0,
          maps: Dictionary(uniqueKeysWithValues: zip(possible, maps)))
      }
    }
    let table = AttributionTable(
      rows: rows, methods: methods, specimen: specimen, classes: attributor.classes,
      notes: methods.map { note(of: $0, attributor) }, sharing: sharing)
    let fingerprint = subjects.map(\.example.fingerprint).joined(separator: " ")
    let recipe = specimen.provenance.adding(fingerprint).recipe(
      "attribute",
      entries: specimen.options + [
        example == nil ? nil : subjects[0].example.option, target.map { .init("class", .integer($0)) },
        methods == AttributionMethod.usual
          ? nil : .init("methods", .string(methods.map(\.rawValue).joined(separator: ","))),
        example == nil && count != 8 ? .init("count", .integer(count)) : nil,
        onlyMistakes && example == nil ? .init("mistakes", .boolean(true)) : nil,
        sharing == .none ? nil : .init("comparable", .string(sharing.rawValue)),
      ] + settings.entries() + [.theme(theme)])
    return Figure(
      "What the score of a class rests on", facts: facts(subjects, rows, specimen),
      reading: reading(rows, subjects),
      description: description(rows, subjects, specimen, attributor.classes), recipe: recipe,
      numbers: [("maps", numbers(rows, specimen, attributor.classes))], theme: theme
    ) {
      table
      legend(table)
    }
  }

  private func facts(_ subjects: [AttributionSubject], _ rows: [AttributionRow], _ specimen: Specimen)
    -> String
  {
    var facts: [String] = []
    if subjects.count == 1 {
      facts.append(subjects[0].example.named(specimen.probe?.classNames ?? []))
    } else {
      let wrong = subjects.count(where: \.isMistake)
      let known = subjects.contains { $0.label != nil }
      facts.append(
        "\(subjects.count) of \(Numbers.grouped(specimen.probe?.count ?? 0)) pictures"
          + (known ? ", \(subjects.count - wrong) named rightly, \(wrong) wrongly" : ""))
    }
    facts.append(specimen.moment.map { "\(specimen.name) at \($0.facts)" } ?? specimen.name)
    facts.append("of the logit, not of the probability")
    return facts.joined(separator: " · ")
  }

  private func reading(_ rows: [AttributionRow], _ subjects: [AttributionSubject]) -> String {
    var text = ""
    if methods.contains(where: \.isSigned) {
      text += "Red pixels speak for the class, blue ones against it. "
    }
    if methods.contains(where: { !$0.isSigned }) {
      text += "Where signs mean nothing, bright pixels count and dark ones do not. "
    }
    if subjects.contains(where: { $0.targets.count > 1 }) {
      text += "A mistake has two rows: why it was taken for that, and what spoke for the truth. "
    }
    text +=
      "The methods ask different questions, so where they disagree none of them is proof: “vitrine trial” tries them."
    return text
  }

  private func description(
    _ rows: [AttributionRow], _ subjects: [AttributionSubject], _ specimen: Specimen, _ classes: Int
  ) -> String {
    let lines = rows.map { row in
      let silent = methods.filter { row.maps[$0].map { !$0.hasEvidence } ?? false }
      let name = row.subject.example.named(specimen.probe?.classNames ?? [])
      return
        "\(name), taken for “\(specimen.className(row.subject.said, of: classes))”: score of “\(specimen.className(row.target, of: classes))”"
        + (silent.isEmpty ? "" : ", no evidence by \(silent.map(\.title).listed)")
    }
    return "Maps by \(methods.map(\.title).listed). " + lines.joined(separator: ". ") + "."
  }

  /// What stands under a column's name.
  private func note(of method: AttributionMethod, _ attributor: Attributor) -> String {
    switch method {
    case .saliency: return "|∂y/∂x|"
    case .smoothGrad: return "\(settings.draws) draws, \(Numbers.percent(settings.noise, decimals: 0)) noise"
    case .guided, .deconvnet: return "∂y/∂x, own rule at ReLU"
    case .gradCAM, .gradCAMPlusPlus: return (try? attributor.camLayer.get()).map { "maps of \($0)" } ?? ""
    case .guidedGradCAM: return "product of both"
    case .integratedGradients:
      let start =
        switch settings.baseline {
        case .mean: "10 baselines"
        case .black: "from black"
        case .white: "from white"
        case .noise: "8 of noise"
        }
      return "\(settings.steps) steps, \(start)"
    case .occlusion:
      let what = settings.measure == .logit ? "loss of logit" : "loss of p"
      return "\(what), \(attributor.occlusion.side) × \(attributor.occlusion.side)"
    }
  }

  private func legend(_ table: AttributionTable) -> HStack {
    let shown = table.rows.flatMap { row in methods.compactMap { row.maps[$0] } }.filter(\.hasEvidence)
    let clipped = shown.map { table.scale(of: $0).clippedShare ?? 0 }.sorted()
    let median = clipped.isEmpty ? 0 : clipped[clipped.count / 2]
    let share =
      switch sharing {
      case .none: "each map’s own limit under it"
      case .row: "one limit for the signed maps of a row, one for the others"
      case .column: "one limit for all maps of a method"
      }
    let words =
      "Limit: below it lie 98\(Numbers.thinSpace)% of the summed |values|; \(share). Beyond it: \(Numbers.percent(median)) of the pixels (median)."
    return HStack(spacing: 20, weights: [150, 150, 420]) {
      if methods.contains(where: \.isSigned) {
        AttributionLegend(map: .blueRed, labels: ["−limit, against", "0", "for, limit"])
      }
      if methods.contains(where: { !$0.isSigned }) {
        AttributionLegend(map: .viridis, labels: ["0", "", "limit"])
      }
      TextBlock(words, style: .label, paint: .secondary, maximumWidth: 380)
    }
  }

  private func numbers(_ rows: [AttributionRow], _ specimen: Specimen, _ classes: Int) -> NumberTable {
    NumberTable(
      columns: [
        "picture", "shown", "said", "class", "logit", "method", "lowest", "highest", "sum", "limit",
        "clipped share",
        "completeness error",
      ],
      rows: rows.flatMap { row in
        methods.compactMap { row.maps[$0] }.map { map in
          let limit = map.limit
          let subject = row.subject
          return [
            subject.example.name, subject.label.map { specimen.className($0, of: classes) } ?? "",
            specimen.className(subject.said, of: classes), specimen.className(row.target, of: classes),
            "\(map.logit)",
            map.method.rawValue, "\(map.map.elements.min() ?? 0)", "\(map.map.elements.max() ?? 0)",
            NumberTable.text(map.map.elements.reduce(0.0) { $0 + Double($1) }), "\(limit.value)",
            NumberTable.text(limit.clippedShare), map.completeness.map { NumberTable.text($0.error) } ?? "",
          ]
        }
      })
  }
}

extension AttributionSettings {
  /// What differs from the usual, as a recipe has it.
  func entries(besides usual: AttributionSettings = .init()) -> [FigureRecipe.Entry?] {
    [
      draws == usual.draws ? nil : .init("draws", .integer(draws)),
      noise == usual.noise ? nil : .init("noise", .number(noise)),
      steps == usual.steps ? nil : .init("steps", .integer(steps)),
      baseline == usual.baseline ? nil : .init("baseline", .string(baseline.rawValue)),
      layer.map { .init("layer", .string($0)) },
      measure == usual.measure ? nil : .init("occlusion", .string(measure.rawValue)),
      square.map { .init("square", .integer($0)) },
      seed == usual.seed ? nil : .init("noise-seed", .string(String(seed))),
    ]
  }
}

internal import Core
public import Render

extension AttributionTrial {
  /// Runs the trial and draws it.
  /// - Parameter progress: is told the share that is done, 0 … 1.
  /// - Throws: as `result(of:progress:)`.
  public func figure(of specimen: Specimen, progress: (Double) -> Void = { _ in }) throws -> Figure {
    let result = try result(of: specimen, progress: progress)
    let verdicts = result.methods.map { $0.verdict(chance: result.chance, completeness: result.completeness) }
    let fingerprint = result.subjects.map(\.example.fingerprint).joined(separator: " ")
    let recipe = specimen.provenance.adding(fingerprint).recipe(
      "trial",
      entries: specimen.options + [
        example == nil ? nil : result.subjects[0].example.option, target.map { .init("class", .integer($0)) },
        methods == AttributionMethod.usual
          ? nil : .init("methods", .string(methods.map(\.rawValue).joined(separator: ","))),
        example == nil && count != 8 ? .init("count", .integer(count)) : nil,
      ] + settings.entries(besides: AttributionTrial.usualSettings) + [.theme(theme)])
    let facts = [
      result.count == 1
        ? result.subjects[0].example.named(specimen.probe?.classNames ?? [])
        : "means over \(result.count) of \(Numbers.grouped(specimen.probe?.count ?? 0)) pictures, the first is shown",
      specimen.moment.map { "\(specimen.name) at \($0.facts)" } ?? specimen.name,
      "\(result.layers.count) layers shuffled from the top",
    ]
    return Figure(
      "Which of these maps can be trusted", facts: facts.joined(separator: " · "),
      reading:
        "Above: a map that stays the same while the network forgets layer after layer shows the picture, not what was learnt (ρ: rank correlation with the first map). "
        + "Below: where a map names the right pixels, greying them out lowers the probability sooner than chance does, and putting them back raises it sooner.",
      description: zip(result.methods, verdicts).map { "\($0.method.title): \($1.sentence)" }.joined(
        separator: " "),
      recipe: recipe, numbers: tables(result, verdicts), theme: theme
    ) {
      TrialTable(result: result, verdicts: verdicts, specimen: specimen)
      HStack(spacing: 28) {
        curves(
          "Pixels greyed out, the strongest first", "deletion", result, \.deletion, result.chance.deletion)
        curves(
          "Pixels put back, the strongest first", "insertion", result, \.insertion, result.chance.insertion)
      }
    }
  }

  private func curves(
    _ title: String, _ name: String, _ result: Result, _ side: KeyPath<MethodTrial, PixelCurve>,
    _ chance: PixelCurve
  ) -> Chart {
    Chart(
      title, x: Axis("share of pixels", domain: 0...1), y: .probability("probability of the class"),
      height: 150
    ) {
      LineMark(
        x: .values("share", result.shares), y: .values(name, chance.probabilities), series: "random order"
      ).color(.secondary).dash([3, 3])
      result.methods.enumerated().map { index, trial in
        LineMark(
          x: .values("share", result.shares), y: .values(name, trial[keyPath: side].probabilities),
          series: trial.method.title
        ).color(.class(index)) as any ChartMark
      }
    }
  }

  private func tables(
    _ result: Result, _ verdicts: [MethodTrial.Verdict]
  ) -> [(name: String, table: NumberTable)] {
    [
      (
        "verdicts",
        NumberTable(
          columns: ["method", "deletion area", "insertion area", "verdict", "sentence"],
          rows: [
            [
              "random order", NumberTable.text(result.chance.deletion.area),
              NumberTable.text(result.chance.insertion.area), "", "",
            ]
          ]
            + zip(result.methods, verdicts).map {
              [
                $0.method.rawValue, NumberTable.text($0.deletion.area), NumberTable.text($0.insertion.area),
                $1.word,
                $1.sentence,
              ]
            })
      ),
      (
        "shuffled",
        NumberTable(
          columns: ["method", "down to layer", "Spearman", "SSIM"],
          rows: result.methods.flatMap { trial in
            trial.layers.map {
              [
                trial.method.rawValue, $0.layer, NumberTable.text($0.spearman),
                NumberTable.text($0.structural),
              ]
            }
          })
      ),
      (
        "curves",
        NumberTable(
          columns: ["share"]
            + (["random order"] + result.methods.map(\.method.rawValue)).flatMap {
              ["\($0) deletion", "\($0) insertion"]
            },
          numbers: result.shares.indices.map { index in
            [
              result.shares[index], result.chance.deletion.probabilities[index],
              result.chance.insertion.probabilities[index],
            ]
              + result.methods.flatMap {
                [$0.deletion.probabilities[index], $0.insertion.probabilities[index]]
              }
          })
      ),
      (
        "completeness",
        NumberTable(
          columns: ["picture", "sum", "difference", "error"],
          rows: zip(result.subjects, result.completeness).map {
            [
              $0.example.name, NumberTable.text($1.sum), NumberTable.text($1.difference),
              NumberTable.text($1.error),
            ]
          })
      ),
    ]
  }
}

/// A row for each method: its maps while the network forgets, and the verdict.
private struct TrialTable: Block {
  let result: AttributionTrial.Result
  let verdicts: [AttributionTrial.MethodTrial.Verdict]
  let specimen: Specimen

  func layout(_ proposal: Proposal) -> Fragment {
    let (heading, label, text) = (TextStyle.heading, TextStyle.label, TextStyle.text)
    let shape = specimen.model.network.inputs[0].shape
    let pixels = Double(max(shape[1], shape[2]))
    let columns = result.layers.count + 1
    let left = 98.0
    let factor = min(columns > 6 ? 44 : 56, 56) / pixels
    let side = factor >= 1 ? pixels * factor.rounded(.down) : 56
    let pitch = max(side, 50) + 8
    let verdictX = left + Double(columns) * pitch + 8
    let verdictWidth = max(proposal.width - verdictX, 170)
    var result = Fragment(size: .zero)
    func put(_ string: String, _ x: Double, _ y: Double, _ style: TextStyle, _ paint: Paint = .ink) {
      result.elements.append(.text(Scene.Text(string, at: Point(x, y), style: style, paint: paint)))
    }
    func x(_ column: Int) -> Double { left + Double(column) * pitch }
    let subject = self.result.subjects[0]
    let height = side * Double(shape[1]) / pixels
    result.add(
      AttributionPicture(example: subject.example, side: side).layout(Proposal(width: side)), at: .zero)
    let classes = self.result.classes
    put(
      "“\(specimen.className(subject.targets[0], of: classes))”", side + 8, text.ascent, text)
    // Headings stand on the first row's base line, beside the picture.
    let names = ["learnt"] + self.result.layers
    put("shuffled down to", x(1), height - label.lineHeight - 2 - label.descent, label, .secondary)
    for (column, name) in names.enumerated() {
      put(ending(of: name, heading, width: pitch - 4), x(column), height - label.descent, heading)
    }
    put("verdict", verdictX, height - label.descent, heading)
    var y = height + 8
    for (trial, verdict) in zip(self.result.methods, verdicts) {
      for (index, line) in heading.lines(of: trial.method.title, width: left - 8).enumerated() {
        put(line, 0, y + heading.ascent + Double(index) * heading.lineHeight, heading)
      }
      for (column, map) in trial.maps.enumerated() {
        let tile = AttributionTile(
          map: map.map, scale: map.scale(), side: side, outline: PictureOutline(of: subject.example),
          excuse: map.excuse)
        result.add(tile.layout(Proposal(width: side)), at: Point(x(column), y))
        let caption =
          column == 0 ? "" : "ρ \(Numbers.fixed(trial.layers[column - 1].spearman, decimals: 2))"
        put(caption, x(column), y + height + 2 + label.ascent, label, .secondary)
      }
      put(verdict.word, verdictX, y + heading.ascent, heading, verdict.paint)
      let words = TextBlock(verdict.sentence, style: .note, paint: .secondary).layout(
        Proposal(width: verdictWidth))
      result.add(words, at: Point(verdictX, y + heading.lineHeight))
      y += max(height + 2 + label.ascent + label.descent, heading.lineHeight + words.size.height) + 8
    }
    result.size.height = y - 8
    return result
  }

  /// The end of a name that is too long: imported ones differ there.
  private func ending(of name: String, _ style: TextStyle, width: Double) -> String {
    guard style.width(of: name) > width else { return name }
    var rest = name[...]
    while !rest.isEmpty, style.width(of: "…" + rest) > width { rest.removeFirst() }
    return "…" + rest
  }
}

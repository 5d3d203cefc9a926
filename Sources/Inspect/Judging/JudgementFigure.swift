internal import Core
public import Render

extension Judging {
  /// Draws a judgement: classes beside the data's, how surely they are named, the surest and least sure pictures, all scores.
  public func figure(of judgement: Judgement) -> Figure {
    let drawing = JudgementDrawing(judgement)
    return Figure(
      "A classifier judges the generator",
      facts: (judgement.generatorFacts + [
        "\(Numbers.grouped(judgement.counts.fake)) pictures of seed \(judgement.seed)",
        "judge: \(judgement.judgeFacts)", "real: \(judgement.dataName)",
      ]).facts,
      reading: drawing.reading + " " + judgement.remark, description: drawing.description,
      recipe: judgement.provenance.recipe("judge", entries: judgement.options + [.theme(theme)]),
      numbers: drawing.tables, theme: theme
    ) {
      HStack(spacing: 24) {
        drawing.classes
        drawing.confidence
      }
      if let samples = drawing.samples { samples }
      if let lesson = drawing.lesson { lesson }
      TextTable(drawing.scoreTable)
    }
  }
}

/// The parts of a judgement's figure.
private struct JudgementDrawing {
  let judgement: Judgement

  init(_ judgement: Judgement) { self.judgement = judgement }

  var classes: Panel {
    let (names, own) = (judgement.classNames, judgement.histogram)
    // Of a hundred classes no bar could be named.
    let shown = Array(names.indices.prefix(20))
    let labels = shown.map { names[$0] }
    return Panel(
      "Which classes it makes",
      caption: shown.count < names.count ? "the first \(shown.count) of \(names.count) classes" : ""
    ) {
      Chart(x: Axis(), y: Axis("share of pictures", includesZero: true), height: 150) {
        BarMark(
          x: .values("class", labels), y: .values("share", shown.map { own.dataShares[$0] }),
          series: judgement.labelsAreKnown ? "real" : "real, as judged"
        ).color(.real)
        BarMark(
          x: .values("class", labels), y: .values("share", shown.map { own.shares[$0] }), series: "generated"
        ).color(.fake)
      }
    }
  }

  /// Where the shares of answers are drawn: every hundredth of probability.
  private static let places = (0...100).map { Double($0) / 100 }

  /// The share of pictures that are named with a probability of at most each place.
  private static func cumulated(_ sure: Confidence) -> [Double] {
    let sorted = sure.values.sorted()
    var index = 0
    return places.map { place in
      while index < sorted.count, sorted[index] <= place { index += 1 }
      return Double(index) / Double(max(sorted.count, 1))
    }
  }

  var confidence: Panel {
    let (own, real) = (Self.cumulated(judgement.confidence), Self.cumulated(judgement.realConfidence))
    let start = 1 / Double(max(judgement.classNames.count, 1))
    let first = Self.places.firstIndex { $0 >= start - 0.01 } ?? 0
    // What is below nearly one is the question; all are below one.
    let last = 99
    let top = max(own[last], real[last], 0.01) * 1.08
    let x = Values.values("top probability", Array(Self.places[first...last]))
    return Panel("How surely they are named") {
      Chart(
        x: Axis("top probability", domain: Self.places[first]...1),
        y: Axis("share of pictures named no more surely", domain: 0...top), height: 150
      ) {
        LineMark(x: x, y: .values("share", Array(real[first...last])), series: "real").color(.real)
        LineMark(x: x, y: .values("share", Array(own[first...last])), series: "generated").color(.fake)
      }
    }
  }

  var samples: HStack? {
    let gallery = judgement.gallery
    let names = (0..<gallery.surest.count).map { judgement.classNames[$0] }
    guard let surest = grid(gallery.surest, names), let least = grid(gallery.leastSure, names) else {
      return nil
    }
    return HStack(spacing: 24) {
      Panel("Named most surely", caption: "each row the class that the judge says, the surest at the left") {
        surest
      }
      Panel("Named least surely", caption: leastCaption) { least }
    }
  }

  private var leastCaption: String {
    let values = judgement.gallery.leastSure.flatMap { $0 }.map(\.probability)
    guard let low = values.min(), let high = values.max() else { return "" }
    return
      "the least sure at the left: top probability \(Numbers.fixed(low, decimals: 2)) to \(Numbers.fixed(high, decimals: 2))"
  }

  private func grid(_ rows: [[JudgedGallery.Sample]], _ names: [String]) -> SampleRows? {
    guard let tiles = judgement.gallery.tiles(rows) else { return nil }
    let side = Double(max(tiles.width, tiles.height))
    return SampleRows(
      tiles: tiles, names: names, counts: rows.map(\.count),
      magnification: side <= 20 ? 2 : side <= 32 ? 1.5 : side <= 48 ? 1 : 0.5)
  }

  /// The errors of nearest-neighbour classifiers as bars.
  var lesson: Panel? {
    guard let lesson = judgement.lesson else { return nil }
    let known = Numbers.grouped(lesson.generated.known)
    return Panel(
      "What a nearest-neighbour classifier learns from them",
      caption:
        "error on \(Numbers.grouped(lesson.generated.tried)) real test pictures, by pixels; generated pictures are taught with the classes that the judge gives them, which may be wrong"
    ) {
      Chart(x: Axis("error", includesZero: true), y: Axis(), height: 52) {
        BarMark(
          x: .values("error", [lesson.real.error, lesson.generated.error]),
          y: .values("lesson", ["\(known) real", "\(known) generated"]),
          labels: [Numbers.percent(lesson.real.error), Numbers.percent(lesson.generated.error)],
          paints: [.real, .fake])
      }
    }
  }

  var scoreTable: NumberTable {
    NumberTable(
      columns: ["", "generated", "real", "ideal"],
      rows: judgement.groups.flatMap { group in
        [[group.title, "", "", ""]]
          + group.scores.map { [$0.name, $0.texts.generated, $0.texts.real, $0.ideal] }
      })
  }

  var tables: [(name: String, table: NumberTable)] {
    func number(_ value: Double?) -> String { value.map(NumberTable.text) ?? "" }
    return [
      (
        "scores",
        NumberTable(
          columns: ["score", "generated", "real", "ideal"],
          rows: judgement.groups.flatMap(\.scores).map {
            [$0.key, number($0.generated), number($0.real), $0.ideal]
          })
      ),
      (
        "classes",
        NumberTable(
          columns: ["class", "generated", "share", "share of the data"],
          rows: judgement.classNames.indices.map {
            [
              judgement.classNames[$0], String(judgement.histogram.counts[$0]),
              NumberTable.text(judgement.histogram.shares[$0]),
              NumberTable.text(judgement.histogram.dataShares[$0]),
            ]
          })
      ),
      (
        "confidence",
        NumberTable(
          columns: ["top probability", "generated no surer", "real no surer"],
          rows: zip(
            Self.places, zip(Self.cumulated(judgement.confidence), Self.cumulated(judgement.realConfidence))
          )
          .map { [NumberTable.text($0), NumberTable.text($1.0), NumberTable.text($1.1)] })
      ),
    ]
  }

  var reading: String {
    "A classifier that never saw the generator names its pictures. Vermilion should be as blue: all classes there, and named as surely as real ones, no surer. "
      + "In the table each number stands beside the same one for real pictures: nothing can be asked beyond that."
  }

  var description: String {
    let own = judgement.histogram
    var words =
      "Of \(Numbers.grouped(own.total)) generated pictures the judge finds \(own.covered) of \(judgement.classNames.count) classes"
    if let rarest = own.shares.indices.min(by: { own.shares[$0] < own.shares[$1] }) {
      words += ", the rarest “\(judgement.classNames[rarest])” with \(Numbers.percent(own.shares[rarest]))"
    }
    words +=
      ". Mean top probability \(Numbers.fixed(judgement.confidence.mean, decimals: 2)), of real ones \(Numbers.fixed(judgement.realConfidence.mean, decimals: 2))."
    if let ratio = judgement.frechetRatio {
      words += " The Fréchet distance is \(Numbers.significant(ratio, digits: 3)) times its floor."
    }
    return words
  }
}

/// A row of samples for each class. Where a row is short there is paper, which no black picture is taken for.
private struct SampleRows: Block {
  /// All rows filled up.
  let tiles: ImageTiles
  let names: [String]
  /// How many pictures each row has.
  let counts: [Int]
  let magnification: Double

  private static let gap = 2

  func layout(_ proposal: Proposal) -> Fragment {
    var result = ImageGrid(
      tiles, columns: JudgedGallery.each, magnification: magnification, gap: Self.gap, rowHeaders: names
    ).layout(proposal)
    guard let plot = result.plot else { return result }
    let (width, height) = (Double(tiles.width) * magnification, Double(tiles.height) * magnification)
    let gap = Double(Self.gap)
    let style = TextStyle.label
    for (row, count) in counts.enumerated() where count < JudgedGallery.each {
      let left = plot.minX + Double(count) * (width + gap)
      let top = plot.minY + Double(row) * (height + gap)
      let rest = Rect(x: left, y: top, width: plot.maxX - left, height: height)
      // With the hairlines around the pictures.
      result.elements.append(.rectangle(rest.inset(by: -0.75), fill: .paper, stroke: nil, radius: 0))
      guard count == 0 else { continue }
      result.elements.append(
        .text(
          Scene.Text(
            "none", at: Point(left, top + height / 2 + style.capHeight / 2), style: style, paint: .secondary,
            anchor: .start)))
    }
    return result
  }
}

internal import Core
internal import Render

/// The pictures of an occlusion study: a row for each, five columns.
struct OcclusionBlock: Block {
  let results: OcclusionNumbers

  private var plan: OcclusionPlan { results.plan }
  private var height: Int { results.trial.height }
  private var width: Int { results.trial.width }
  /// Pixels of a picture that are shown as one.
  private var factor: Int { (max(height, width) + 111) / 112 }
  /// Points for a pixel of the picture.
  private var magnification: Double {
    factor > 1
      ? 1 / Double(factor)
      : PatchGrid.magnification(pixels: max(height, width), wanted: 118)
  }
  private var size: Size { Size(Double(width) * magnification, Double(height) * magnification) }
  private var between: Double { 24 }

  func layout(_ proposal: Proposal) -> Fragment {
    let style = TextStyle.label
    var result = Fragment(size: .zero)
    let heading = TextStyle.heading
    // With one score there is no other class to name.
    let columns = results.classNames.count > 1 ? 5 : 4
    let followed =
      columns == 4
      ? results.name(0) : "\(results.rows.allSatisfy(\.isTruth) ? "true" : "named") class"
    let titles = [
      "picture and square", "activity of its map", "what the map saw", "p(\(followed))", "class named",
    ].prefix(columns)
    let pitch = max(size.width, 118) + between
    for (column, title) in titles.enumerated() {
      result.elements.append(
        .text(Scene.Text(title, at: Point(Double(column) * pitch, heading.ascent), style: heading)))
    }
    var y = heading.ascent + heading.descent + Spacing.caption
    for row in results.rows {
      let parts: [Fragment] = [
        input(row), map(row.activity, .sequential(limit: Double(activityLimit(row)), symbol: "activity")),
        projections(row, proposal), map(row.probability, .probability), classes(row),
      ]
      let captions = [
        [
          shortName(row),
          "p(“\(results.name(row.label))”) \(Numbers.fixed(Double(row.wholeProbability), decimals: 3))",
        ],
        [
          "map \(row.map): 0 … \(Numbers.significant(Double(activityLimit(row)), digits: 3))",
          "whole \(Numbers.significant(Double(row.wholeActivity), digits: 3))",
        ],
        ["here (framed) and in", "pictures " + row.others.map(String.init).joined(separator: ", ")],
        [
          "lowest \(Numbers.fixed(Double(row.probability.min() ?? 0), decimals: 3))",
          "for “\(results.name(row.label))”",
        ],
        changeWords(row),
      ]
      // Four small pictures with their gap are a little higher than one.
      let foot = y + (parts.map(\.size.height).max() ?? size.height)
      for (column, part) in parts.prefix(columns).enumerated() {
        let x = Double(column) * pitch
        result.add(part, at: Point(x, y))
        for (line, caption) in captions[column].enumerated() {
          let baseline = foot + 4 + style.ascent + Double(line) * style.lineHeight
          result.elements.append(
            .text(
              Scene.Text(
                style.shortened(caption, to: pitch - 6), at: Point(x, baseline), style: style,
                paint: .secondary)))
        }
      }
      y = foot + 4 + style.ascent + style.lineHeight + style.descent + 10
    }
    result.size = Size(Double(columns) * pitch - between, y - 10)
    y += 2
    result.add(
      ColorBar(
        .sequential(limit: 1, mode: .tile, symbol: "activity"), length: size.width, showsNote: false
      ).layout(Proposal(width: size.width)), at: Point(pitch, y))
    result.add(
      ColorBar(.probability, length: size.width, showsNote: false).layout(Proposal(width: size.width)),
      at: Point(3 * pitch, y))
    let names = results.namedClasses
    let legend = Legend(
      paints(names).map { Legend.Item(style.shortened($0.name, to: 90), paint: $0.paint) })
    if columns == 5 {
      result.add(
        legend.layout(Proposal(width: max(size.width, 118))), at: Point(4 * pitch, y))
    }
    result.add(
      TextBlock("grey 0, each on its own scale", style: .label, paint: .secondary).layout(
        Proposal(width: pitch)), at: Point(2 * pitch, y))
    return result
  }

  private func shortName(_ row: OcclusionNumbers.Row) -> String { row.example.named(results.labelNames) }

  private func activityLimit(_ row: OcclusionNumbers.Row) -> Float {
    max(row.activity.max() ?? 0, row.wholeActivity)
  }

  /// Which classes are named instead, and at how many of the places.
  private func changeWords(_ row: OcclusionNumbers.Row) -> [String] {
    let others = Dictionary(row.named.map { ($0, 1) }, uniquingKeysWith: +).filter {
      $0.key != row.wholeClass
    }
    .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    guard !others.isEmpty else { return ["“\(results.name(row.wholeClass))” everywhere"] }
    let words = others.prefix(2).map {
      "“\(results.name($0.key))” at \(Numbers.percent(Double($0.value) / Double(plan.count), decimals: 1))"
    }
    return others.count <= 2
      ? words : [words[0], "\(others.count - 1) more, “\(results.name(others[1].key))” first"]
  }

  /// The picture with the square where it did most harm.
  private func input(_ row: OcclusionNumbers.Row) -> Fragment {
    let place = row.probability.indices.min { row.probability[$0] < row.probability[$1] } ?? 0
    let hidden = plan.hiding(place, in: row.example.input[0], with: results.fill)
    let samples = results.trial.probe.normalisation.samples(of: hidden.reshaped(hidden.shape.batched(1)))
    let whole = InputRegion(rows: 0..<height, columns: 0..<width)
    let patch = Patch(
      samples.map { Float($0) / 255 }, channels: results.trial.channels, height: height, width: width, whole)
    let corner = plan.corner(place)
    var tile = PatchGrid.Tile(patch: patch.shrunk(toFit: 112))
    tile.box = InputRegion(
      rows: corner.row / factor..<(corner.row + plan.side + factor - 1) / factor,
      columns: corner.column / factor..<(corner.column + plan.side + factor - 1) / factor)
    return PatchGrid(tiles: [tile], columns: 1, magnification: factor > 1 ? 1 : magnification).layout(
      Proposal(width: 400))
  }

  /// Values at the places of the square's centre, in a frame as large as the picture.
  private func map(_ values: [Float], _ scale: ColorScale) -> Fragment {
    raster { scale.color(of: Double(values[$0])) }
  }

  /// Points from one place of the square to the next.
  private var step: Double { Double(plan.stride) * magnification }
  /// The first centre is half a square from the corner, and a value fills one stride about its centre.
  private var start: Double { (Double(plan.side) / 2 - Double(plan.stride) / 2) * magnification }

  private func raster(_ color: (Int) -> Color) -> Fragment {
    var raster = Raster(width: plan.columns, height: plan.rows)
    for place in 0..<plan.count { raster[place % plan.columns, place / plan.columns] = color(place) }
    var result = Fragment(size: size)
    let frame = Rect(x: 0, y: 0, width: size.width, height: size.height)
    result.elements = [
      .clipped(
        to: frame,
        [
          .image(
            raster,
            in: Rect(
              x: start, y: start, width: Double(plan.columns) * step, height: Double(plan.rows) * step))
        ]),
      .rectangle(frame.inset(by: -0.25), fill: nil, stroke: .init(.frame, width: 0.5), radius: 0),
    ]
    return result
  }

  private func projections(_ row: OcclusionNumbers.Row, _ proposal: Proposal) -> Fragment {
    let shrunk = row.projections.map { (patch: $0.shrunk(toFit: 56), scale: $0.reconstructionScale) }
    guard let first = shrunk.first else { return Fragment(size: .zero) }
    let factor = max(0.5, magnification * Double(self.height) / Double(first.patch.height) / 2)
    let half = (2 * factor).rounded(.down) / 2
    var result = PatchGrid(
      tiles: shrunk.map { .init(patch: $0.patch, scale: $0.scale) }, columns: 2, magnification: half, gap: 4
    ).layout(proposal)
    let own = Rect(
      x: 0, y: 0, width: Double(first.patch.width) * half, height: Double(first.patch.height) * half)
    result.elements.append(
      .rectangle(own.inset(by: -0.5), fill: nil, stroke: .init(.ink, width: 1), radius: 0))
    return result
  }

  /// The class named at each place, each region with its mark: without colours it is read as well.
  private func classes(_ row: OcclusionNumbers.Row) -> Fragment {
    let paints = paints(results.namedClasses)
    let colors = Dictionary(
      zip(results.namedClasses, paints.map { $0.paint.color(in: .light) }),
      uniquingKeysWith: { first, _ in first })
    let rest = Paint.faint.color(in: .light)
    var result = raster { colors[row.named[$0]] ?? rest }
    let regions = ClassRegions(row.named, columns: plan.columns)
    /// The upper left corner of a cell, or a point so many cells from there.
    func corner(_ cell: Int, right: Double = 0, down: Double = 0) -> Point {
      Point(
        start + (Double(cell % plan.columns) + right) * step,
        start + (Double(cell / plan.columns) + down) * step)
    }
    let borders = regions.borders
    for (from, to) in borders.right.map({ (corner($0, right: 1), corner($0, right: 1, down: 1)) })
      + borders.below.map({ (corner($0, down: 1), corner($0, right: 1, down: 1)) })
    {
      result.elements.append(.line(from: from, to: to, stroke: .init(.color(.white), width: 0.75)))
    }
    let style = TextStyle.label
    for region in regions.regions {
      let mark = mark(region.label)
      let wide = Int(((style.width(of: mark) + 2) / step).rounded(.up))
      let high = Int(((style.capHeight + 2) / step).rounded(.up))
      guard let cell = regions.room(in: region, rows: high, columns: wide) else { continue }
      let middle = corner(cell, right: Double(wide) / 2, down: Double(high) / 2)
      result.elements.append(
        .text(
          Scene.Text(
            mark, at: Point(middle.x, middle.y + style.capHeight / 2), style: style,
            paint: .color((colors[region.label] ?? rest).readableInk), anchor: .middle)))
    }
    return result
  }

  /// What stands for a class in the map: its name if all names are that short, or its number, which the legend has too.
  private func mark(_ label: Int) -> String { namesAreShort ? results.name(label) : "\(label)" }

  private var namesAreShort: Bool { results.namedClasses.allSatisfy { results.name($0).count <= 2 } }

  /// The colour of each class that is named: its own of the ten; of more classes than ten, in order of appearance.
  private func paints(_ classes: [Int]) -> [(name: String, paint: Paint)] {
    classes.prefix(results.classNames.count <= 10 ? 10 : 9).enumerated().map { index, label in
      (
        namesAreShort ? results.name(label) : "\(label) \(results.name(label))",
        .class(results.classNames.count <= 10 ? label : index)
      )
    } + (results.classNames.count > 10 && classes.count > 9 ? [("others", .faint)] : [])
  }
}

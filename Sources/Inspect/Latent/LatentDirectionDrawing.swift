internal import Core
internal import Render

/// A direction laid out: moved latents' pictures over what was measured of them, and the words around it.
struct LatentDirectionDrawing {
  let walk: LatentDirectionWalk
  let options: LatentDirection

  private var rows: Int { options.rows }
  private var isClass: Bool { if case .classScore = options.attribute { true } else { false } }
  private var middle: Int? {
    walk.places.indices.first { abs(walk.places[$0]) < 1e-9 }
  }

  var blocks: [any Block] {
    let tiles = Sampling.tiles(walk.pictures)
    let columns = walk.places.count
    return [
      Strip(
        (0..<rows).map { row in
          .init(
            tiles: tiles.selected(Array(row * columns..<(row + 1) * columns)),
            frames: middle.map { [$0: .given] } ?? [:])
        }, at: walk.places, axis: "α", positionLabels: walk.places.map { Numbers.significant($0) },
        charts: [attribute, others])
    ]
  }

  /// The attribute itself, in its own unit: every row, and their mean.
  private var attribute: Chart {
    let columns = walk.places.count
    let spread = walk.spreads[0]
    let usual = spread.mean - spread.deviation...spread.mean + spread.deviation
    let all = walk.readings[0] + [usual.lowerBound, usual.upperBound]
    let (low, high) = (all.min()!, all.max()!)
    let air = 0.08 * max(high - low, 1e-9)
    let axis =
      isClass
      ? Axis(options.attribute.axis, domain: 0...1, ticks: [0, 0.5, 1])
      : Axis(
        options.attribute.axis, domain: low - air...high + air,
        ticks: Ticks.linear(low - air, high + air, about: 4))
    return Chart(x: Axis(isHidden: true), y: axis, height: 92) {
      if !isClass {
        RectangleMark(y: usual, label: "mean ± standard deviation of random pictures")
      }
      for row in 0..<rows {
        LineMark(
          x: .values("α", walk.places),
          y: .values(options.attribute.name, Array(walk.readings[0][row * columns..<(row + 1) * columns]))
        ).color(.secondary).lineWidth(0.75)
      }
      LineMark(
        x: .values("α", walk.places), y: .values(options.attribute.name, walk.means(0)), series: "mean"
      )
      .color(.fake).symbol(.circle)
    }
  }

  /// How far every attribute moves, in its own standard deviations: the control.
  private var others: Chart {
    let lines = walk.changes
    let limit = max(lines.flatMap { $0 }.map(abs).max() ?? 1, 0.5) * 1.1
    // None is that of the attribute itself, nor of the line at zero.
    let dashes: [[Double]] = [[2, 2], [8, 2.5, 2, 2.5], [12, 3]]
    return Chart(
      x: Axis(isHidden: true),
      y: Axis(
        isClass
          ? "change, standard deviations (of the class: of its log odds)" : "change, standard deviations",
        domain: -limit...limit, ticks: Ticks.linear(-limit, limit, about: 5)),
      height: 92
    ) {
      RuleMark(y: 0)
      for index in walk.attributes.indices.reversed() {
        LineMark(
          x: .values("α", walk.places), y: .values(walk.attributes[index].name, lines[index]),
          series: walk.attributes[index].name
        )
        .color(index == 0 ? .fake : .secondary).lineWidth(index == 0 ? 1.5 : 1)
        .dash(index == 0 ? [] : dashes[(index - 1) % dashes.count])
      }
    }
  }

  // MARK: Words

  var title: String {
    if case .classScore(let name) = options.attribute { return "The direction of “\(name)”" }
    return "The direction of \(options.attribute.name)"
  }

  var method: String {
    "mean z of the \(Numbers.grouped(walk.chosen)) with most minus mean z of the \(Numbers.grouped(walk.chosen)) with least, of "
      + "\(Numbers.grouped(options.samples)) random pictures"
  }

  private func r(_ index: Int) -> String { Numbers.fixed(walk.correlations[index], decimals: 2) }

  var correlationFact: String {
    "correlation with \(walk.attributes[0].name) r = \(r(0)) over \(Numbers.grouped(walk.tested)) other pictures ("
      + walk.attributes.indices.dropFirst().map { "\(walk.attributes[$0].name) \(r($0))" }.listed + ")"
  }

  var reading: String {
    "Framed: latents that the direction was not computed from. To their left and right the same latents with α standard deviations "
      + "of it taken away and added. The mean should rise, and beneath it the other attributes stay level: where they do not, "
      + "attributes go together in what the generator learnt. Here \(options.attribute.definition)."
  }

  var description: String {
    let means = walk.means(0)
    return
      "\(rows) latents moved along the direction of \(options.attribute.name). From α = "
      + "\(Numbers.significant(walk.places[0])) to \(Numbers.significant(walk.places.last!)) its mean goes from "
      + "\(Numbers.significant(means[0])) to \(Numbers.significant(means.last!)); " + correlationFact + "."
  }

  var numbers: [(name: String, table: NumberTable)] {
    let columns = walk.places.count
    let rows = walk.readings[0].indices.map { index in
      [String(index / columns), NumberTable.text(walk.places[index % columns])]
        + walk.attributes.indices.map { NumberTable.text(walk.readings[$0][index]) }
    }
    let vector = walk.unit.elements.enumerated().map { [String($0), NumberTable.text(Double($1))] }
    return [
      (
        "places", NumberTable(columns: ["row", "alpha"] + walk.attributes.map(\.name), rows: rows)
      ),
      ("direction", NumberTable(columns: ["coordinate", "direction"], rows: vector)),
    ]
  }
}

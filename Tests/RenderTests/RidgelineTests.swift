import Render
import Testing

@Suite struct RidgelineTests {
  private let ridges = Ridgeline(
    x: .values("weight", [0.0, 1, 2]),
    rows: [.init("first", [0, 0.5, 0]), .init("second", [0, 0.25, 0.25]), .init("third", [0.1, 0, 0])],
    axis: Axis("weight"), title: "step", rise: 2, height: 100)

  private func scene(_ block: some Block, width: Double = 260) -> (Scene, Rect) {
    let fragment = block.layout(Proposal(width: width))
    return (Scene(size: fragment.size, elements: fragment.elements), fragment.plot!)
  }

  /// Filled areas and lines in drawing order.
  private func paths(_ scene: Scene) -> [(path: Path, fill: Paint?, stroke: Scene.Stroke?)] {
    scene.flattened.compactMap {
      if case .path(let path, let fill, let stroke) = $0, stroke?.paint.kind != Paint.faint.kind {
        (path, fill, stroke)
      } else {
        nil
      }
    }
  }

  @Test func theHighestRidgeRisesAsFarAsIsSaid() throws {
    let (scene, plot) = scene(ridges)
    // Three feet, 1 apart, and a rise of 2 above the hindmost: 4 units in 100 points.
    let first = try #require(paths(scene).first { $0.stroke != nil }?.path.bounds)
    #expect(abs(first.maxY - (plot.maxY - 50)) < 1e-9, "its foot is two units up")
    #expect(abs(first.height - 50) < 1e-9, "its top two units above that")
  }

  @Test func allRidgesAreOnOneScale() throws {
    let lines = paths(scene(ridges).0).filter { $0.stroke != nil }.compactMap(\.path.bounds)
    #expect(lines.count == 3)
    #expect(abs(lines[1].height - 25) < 1e-9, "half as high a share is half as high a ridge")
    #expect(abs(lines[2].height - 10) < 1e-9)
  }

  @Test func whatStandsInFrontCoversWhatIsBehind() throws {
    let found = paths(scene(ridges).0)
    let kinds = found.map { $0.stroke != nil ? "line" : $0.fill!.kind == Paint.paper.kind ? "cover" : "fill" }
    #expect(kinds == ["cover", "line", "cover", "line", "cover", "fill", "line"])
    #expect(found.filter { $0.fill?.kind == Paint.paper.kind }.allSatisfy { $0.fill!.opacity == 1 })
  }

  @Test func namesThatWouldTouchAreLeftOutButNeverTheFrontOne() {
    let many = Ridgeline(
      x: .values("x", [0.0, 1]), rows: (0..<40).map { .init("row \($0)", [0, 1]) }, height: 120)
    let (scene, _) = scene(many)
    let names = scene.texts.filter { $0.string.hasPrefix("row") }
    #expect(names.contains { $0.string == "row 39" })
    let levels = names.map(\.position.y).sorted()
    #expect(zip(levels.dropFirst(), levels).allSatisfy { $0 - $1 >= 9.9 })
  }

  @Test func emptyBinsTakeNoPointsAndNoneThatIsSeenIsLost() throws {
    // A needle among a hundred empty bins, and a slope that every bin lies on.
    let needle = (0..<101).map { $0 == 50 ? 1.0 : 0 }
    let slope = (0..<101).map { Double($0) / 100 }
    let block = Ridgeline(
      x: .values("x", (0..<101).map(Double.init)), rows: [.init("a", needle), .init("b", slope)], height: 100)
    let lines = paths(scene(block).0).filter { $0.stroke != nil }.map(\.path.pieces)
    #expect(lines.map(\.count) == [5, 2], "two ends, two feet and a tip; two ends")
  }

  @Test func ridgesWithoutHeightLieFlat() {
    let flat = Ridgeline(x: .values("x", [0.0, 1]), rows: [.init("a", [0, 0])], height: 50)
    #expect(flat.largest == 0)
    let lines = paths(scene(flat).0).filter { $0.stroke != nil }.compactMap(\.path.bounds)
    #expect(lines.map(\.height) == [0])
  }
}

@Suite struct SeriesNamesTests {
  private func chart(_ names: SeriesNames, lines: Int = 6) -> (Scene, Rect) {
    let chart = Chart(y: Axis(domain: 0...1, ticks: [0, 1]), height: 120) {
      for line in 0..<lines {
        LineMark(x: .values("x", [0.0, 1]), y: .values("y", [Double(line) / 6, 1]), series: "line \(line)")
      }
    }.names(names)
    let fragment = chart.layout(Proposal(width: 300))
    return (Scene(size: fragment.size, elements: fragment.elements), fragment.plot!)
  }

  @Test func namesAtTheStartsStandLeftOfThePlotAndTicksRight() throws {
    let (scene, plot) = chart(.starts)
    let names = scene.texts.filter { $0.string.hasPrefix("line") }
    #expect(names.count == 6)
    #expect(names.allSatisfy { $0.position.x < plot.minX && $0.anchor == .end })
    let low = try #require(names.first { $0.string == "line 0" }).position.y
    let high = try #require(names.first { $0.string == "line 5" }).position.y
    #expect(low > high, "each beside the beginning of its line")
    #expect(
      scene.texts.filter { $0.string == "1" || $0.string == "0" }.contains { $0.position.x > plot.maxX })
    #expect(scene.texts.allSatisfy { $0.position.x <= scene.size.width })
  }

  @Test func namesAtTheEndsStandThereHoweverManyThereAre() {
    let (scene, plot) = chart(.ends)
    let names = scene.texts.filter { $0.string.hasPrefix("line") }
    #expect(names.count == 6 && names.allSatisfy { $0.position.x > plot.maxX })
  }

  @Test func fewLinesAreNamedAtTheirEndsAndManyInALegend() {
    let (few, plot) = chart(.automatic, lines: 4)
    #expect(few.texts.filter { $0.string.hasPrefix("line") }.allSatisfy { $0.position.x > plot.maxX })
    let (many, other) = chart(.automatic)
    #expect(many.texts.filter { $0.string.hasPrefix("line") }.allSatisfy { $0.position.y < other.minY })
  }

  @Test func aChartWithoutNamesPrintsNone() {
    #expect(chart(.none).0.texts.allSatisfy { !$0.string.hasPrefix("line") })
  }
}

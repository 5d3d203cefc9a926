import Render
import Testing

@Suite struct LayoutTests {
  /// Every example in every theme.
  static let figures = Examples.all().map { ($0.name, $0.figure.scene()) }

  @Test(arguments: Examples.all().map(\.name)) func nothingIsCutAndNoTwoTextsTouch(name: String) throws {
    let scene = try #require(LayoutTests.figures.first { $0.0 == name }).1
    let page = Rect(x: 0, y: 0, width: scene.size.width, height: scene.size.height).inset(by: 4)
    let texts = scene.texts
    #expect(!texts.isEmpty)
    for text in texts { #expect(page.contains(text.bounds), "\(text.string) at \(text.bounds)") }
    for (index, text) in texts.enumerated() {
      for other in texts[(index + 1)...] {
        // Ascent and descent leave air: letters of neighbouring lines may share half a point of it.
        #expect(
          !text.bounds.inset(by: 0.3).overlaps(other.bounds.inset(by: 0.3)),
          "\(text.string) on \(other.string)")
      }
    }
    for (_, rect) in scene.images { #expect(page.contains(rect)) }
  }

  @Test(arguments: Examples.all().map(\.name)) func aFigureHugsItsInk(name: String) throws {
    let scene = try #require(LayoutTests.figures.first { $0.0 == name }).1
    var ink: Rect?
    for element in scene.flattened.dropFirst() {
      let bounds: Rect? =
        switch element {
        case .text(let text): text.bounds
        case .image(_, let rect): rect
        case .path(let path, _, _): path.bounds
        default: nil
        }
      if let bounds { ink = ink?.union(bounds) ?? bounds }
    }
    let found = try #require(ink)
    // The margin of 20 points, and no more than a grid step beyond it.
    #expect(abs(found.minX - 20) <= 4)
    #expect(abs(found.minY - 20) <= 4)
    #expect(abs(scene.size.width - found.maxX - 20) <= 8)
    #expect(abs(scene.size.height - found.maxY - 20) <= 4)
  }

  @Test func aPageHasFourSizesOfText() {
    let sizes = Set(LayoutTests.figures.flatMap { $0.1.texts.map(\.style.size) })
    #expect(sizes.isSubset(of: [15, 10.5, 9, 8.5]))
  }

  @Test func textIsAsWideAsItsLettersAndDigitsLineUp() {
    #expect(TextStyle.text.width(of: "") == 0)
    #expect(TextStyle.text.width(of: "aa") == 2 * TextStyle.text.width(of: "a"))
    #expect(
      TextStyle.label.width(of: "111", isTabular: true) == TextStyle.label.width(of: "000", isTabular: true))
    #expect(TextStyle.label.width(of: "111") < TextStyle.label.width(of: "000"))
  }

  @Test func textBreaksAtTheWidthAndNowhereElse() {
    let lines = TextStyle.text.lines(of: "one two three four five six seven", width: 80)
    #expect(lines.count > 1)
    #expect(lines.allSatisfy { TextStyle.text.width(of: $0) <= 80 })
    #expect(lines.joined(separator: " ") == "one two three four five six seven")
    #expect(TextStyle.text.lines(of: "unbreakable", width: 5) == ["unbreakable"])
  }

  @Test func stacksPutSpacingBetweenBlocks() {
    let stack = VStack(spacing: 10) {
      Space(width: 30, height: 5)
      Space(width: 20, height: 7)
    }
    #expect(stack.layout(Proposal(width: 100)).size == Size(30, 22))
    let row = HStack(spacing: 10) {
      Space(width: 30, height: 5)
      Space(width: 20, height: 7)
    }
    #expect(row.layout(Proposal(width: 100)).size == Size(60, 7))
  }

  @Test func stackedPlotsShareTheirEdgesAndTheirLimits() throws {
    let scene = Examples.curves().scene()
    // The lines beneath the two plots.
    let baselines = scene.flattened.compactMap { element -> (Point, Point)? in
      if case .line(let from, let to, let stroke) = element, from.y == to.y, stroke.dash.isEmpty {
        (from, to)
      } else {
        nil
      }
    }
    try #require(baselines.count == 2)
    #expect(baselines[0].0.x == baselines[1].0.x)
    #expect(baselines[0].1.x == baselines[1].1.x)
  }

  @Test func namesAtTheEndsOfLinesAreMovedApart() throws {
    let chart = Chart(height: 100) {
      for name in ["a", "b", "c"] {
        LineMark(x: .values("x", [0, 1]), y: .values("y", [0, 5]), series: name)
      }
      LineMark(x: .values("x", [0, 1]), y: .values("y", [0, 0]), series: "d")
    }
    let fragment = chart.layout(Proposal(width: 300))
    let plot = try #require(fragment.plot)
    let names = Scene(size: fragment.size, elements: fragment.elements).texts.filter {
      $0.position.x > plot.maxX
    }
    #expect(names.map(\.string).sorted() == ["a", "b", "c", "d"])
    let heights = names.map(\.position.y).sorted()
    #expect(zip(heights, heights.dropFirst()).allSatisfy { $1 - $0 >= 10.99 })
  }

  @Test func moreThanFourLinesGetALegend() throws {
    let chart = Chart(height: 100) {
      for name in ["a", "b", "c", "d", "e"] {
        LineMark(x: .values("x", [0, 1]), y: .values("y", [0, 5]), series: name)
      }
    }
    let fragment = chart.layout(Proposal(width: 300))
    let plot = try #require(fragment.plot)
    let names = Scene(size: fragment.size, elements: fragment.elements).texts.filter {
      "abcde".contains($0.string)
    }
    #expect(names.count == 5)
    #expect(names.allSatisfy { $0.position.y < plot.minY })
  }

  @Test func chartsUnderAStripPutTheirPointsUnderTheTiles() throws {
    let tiles = ImageTiles(pixels: Examples.digits(5), count: 5, height: 28, width: 28)
    let strip = Strip(
      [.init("row", tiles: tiles)], at: [0, 0.25, 0.5, 0.75, 1], axis: "t", magnification: 1,
      charts: [
        Chart(height: 40) {
          LineMark(x: .values("t", [0, 0.25, 0.5, 0.75, 1]), y: .values("v", [1, 2, 3, 2, 1])).symbol(.circle)
        }
      ])
    let fragment = strip.layout(Proposal(width: 400))
    let scene = Scene(size: fragment.size, elements: fragment.elements)
    let image = try #require(scene.images.first).rect
    let discs = scene.flattened.compactMap { element -> Double? in
      if case .path(let path, .some, nil) = element { path.bounds?.midX } else { nil }
    }
    // Tiles of 28 points, 4 apart.
    #expect(discs.count == 5)
    for (index, x) in discs.enumerated() { #expect(abs(x - (image.minX + 14 + 32 * Double(index))) < 1e-9) }
  }

  @Test func emptyDataStillLaysOut() {
    let chart = Chart(y: Axis("loss", type: .logarithmic)) {
      LineMark(x: .values("step", [Double]()), y: .values("loss", [Double]()), series: "nothing")
    }
    #expect(chart.layout(Proposal(width: 200)).plot != nil)
    #expect(Strip([]).layout(Proposal(width: 200)).size == .zero)
    #expect(LayerDiagram(layers: []).layout(Proposal(width: 200)).size == .zero)
    let none = ImageTiles(numbers: [], count: 0, height: 3, width: 3)
    #expect(ImageGrid(none).layout(Proposal(width: 200)).size == .zero)
  }

  @Test func valuesThatAreNoNumbersBreakALine() throws {
    let chart = Chart(height: 100) {
      LineMark(x: .values("x", [0.0, 1, 2, 3, 4]), y: .values("y", [1, 2, Double.nan, 2, 1]))
    }
    let fragment = chart.layout(Proposal(width: 300))
    let paths = Scene(size: fragment.size, elements: fragment.elements).flattened.compactMap {
      element -> Path? in
      if case .path(let path, nil, let stroke?) = element, stroke.width == 1.5 { path } else { nil }
    }
    let moves = try #require(paths.first).pieces.filter { if case .move = $0 { true } else { false } }
    #expect(moves.count == 2)
  }
}

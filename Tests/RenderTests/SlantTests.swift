import Foundation
import Render
import Testing

@Suite struct SlantTests {
  /// A picture of two by two pixels whose square leans to the right.
  private struct Sheet: Block {
    let place = Parallelogram(corner: Point(40, 0), across: Size(80, 0), down: Size(-40, 60))

    func layout(_ proposal: Proposal) -> Fragment {
      var raster = Raster(width: 2, height: 2)
      raster[0, 0] = Color(0xFF0000)
      raster[1, 0] = Color(0x00FF00)
      raster[0, 1] = Color(0x0000FF)
      raster[1, 1] = Color(0x000000)
      return Fragment(size: Size(120, 60), elements: [.slanted(raster, in: place)])
    }
  }

  private func figure() -> Figure { Figure("") { Sheet() } }

  @Test func aParallelogramsCornersAreWhereItsEdgesLead() {
    let place = Sheet().place
    #expect(place.point(1, 1) == Point(80, 60) && place.point(0.5, 0) == Point(80, 0))
    #expect(place.bounds == Rect(x: 0, y: 0, width: 120, height: 60))
    #expect(place.moved(x: 3, y: 4).corner == Point(43, 4))
    #expect(place.outline.pieces.count == 5)
  }

  @Test func everyPixelBecomesAParallelogram() throws {
    let file = try figure().png()
    let picture = try pixels(file)
    let place = figure().scene().slantedImages[0].place
    func color(_ x: Double, _ y: Double) -> Color {
      let point = place.point(x, y)
      return picture.at(Int(point.x * 2), Int(point.y * 2))
    }
    #expect(color(0.25, 0.25) == Color(0xFF0000))
    #expect(color(0.75, 0.25) == Color(0x00FF00))
    #expect(color(0.25, 0.75) == Color(0x0000FF))
    #expect(color(0.75, 0.75) == .black)
    // The upright rectangle's own corners stay paper.
    #expect(picture.at(Int(place.bounds.minX * 2) + 2, Int(place.bounds.minY * 2) + 2) == .white)
  }

  @Test func anSVGTurnsTheImageByAMatrix() throws {
    let text = try String(decoding: figure().svg(), as: UTF8.self)
    // Margins of 20 points: the corner is at (60, 20).
    #expect(text.contains("<image width=\"1\" height=\"1\" transform=\"matrix(80 0 -40 60 60 20)\""))
    #expect(text.contains("image-rendering:pixelated"))
  }

  @Test func aSlantIsDrawnInEveryFormatAndMovesWithItsBlock() throws {
    #expect(try figure().pdf().count > 500)
    let moved = Scene.Element.slanted(Raster(width: 1, height: 1), in: Sheet().place).moved(x: 5, y: 6)
    guard case .slanted(_, let place) = moved else {
      Issue.record("no longer a slant")
      return
    }
    #expect(place.corner == Point(45, 6))
  }

  @Test func aSheetSeenEdgeOnDrawsNothing() throws {
    struct Flat: Block {
      func layout(_ proposal: Proposal) -> Fragment {
        var raster = Raster(width: 1, height: 1)
        raster[0, 0] = .black
        return Fragment(
          size: Size(50, 20),
          elements: [
            .slanted(
              raster, in: Parallelogram(corner: Point(0, 0), across: Size(40, 10), down: Size(80, 20)))
          ])
      }
    }
    let picture = try pixels(Figure("") { Flat() }.png())
    for x in 0..<picture.width { #expect(picture.at(x, 45) == .white) }
  }
}

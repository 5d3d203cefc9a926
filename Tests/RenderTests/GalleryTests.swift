import Render
import Testing

@Suite struct GalleryTests {
  @Test func everyPixelOfAPNGGalleryIsItsValuesColour() throws {
    let values: [Float] = [-1, 0, 1, 0.5, 0, 0, 0, 0]
    let scale = ColorScale.diverging(limit: 1)
    let figure = Figure("") {
      ImageGrid(
        ImageTiles(numbers: values, count: 2, height: 2, width: 2), scale: scale, columns: 2,
        magnification: 10,
        gap: 4)
    }
    let picture = try pixels(try figure.png(scale: 2))
    // Margin 20, tiles of 20 and 4 between: 84 × 60 points.
    #expect(picture.width == 168)
    #expect(picture.height == 120)
    for tile in 0..<2 {
      for place in 0..<4 {
        let left = 40 + tile * 48 + place % 2 * 20
        let top = 40 + place / 2 * 20
        let expected = scale.color(of: Double(values[tile * 4 + place]))
        // All four corners of the magnified pixel: nothing is smoothed.
        for (x, y) in [(left, top), (left + 19, top), (left, top + 19), (left + 19, top + 19)] {
          #expect(picture.at(x, y) == expected, "tile \(tile) place \(place) at \(x), \(y)")
        }
      }
    }
    // Between the tiles is paper.
    #expect(picture.at(40 + 44, 60) == .white)
  }

  @Test func aGalleryIsOneImage() {
    #expect(Examples.gallery().scene().images.count == 2)  // the gallery and its colour bar
    #expect(Examples.gallery().scene().texts.filter { Int($0.string) != nil && $0.string != "0" }.count >= 63)
  }

  @Test(arguments: [3, 5]) func sixtyFourLabelledFiltersAreSmallAsSVG(size: Int) throws {
    let bytes = try Examples.gallery(count: 64, size: size).svg()
    #expect(bytes.count < 60_000)
    #expect(String(decoding: bytes, as: UTF8.self).split(separator: "<image").count == 3)
  }

  @Test func aConstantTileIsDrawnAtItsValue() throws {
    let tiles = ImageTiles(numbers: [2, 2, 2, 2, 0, 1, 2, 4], count: 2, height: 2, width: 2)
    let scale = ColorScale.sequential(limit: 8, mode: .tile)
    let fragment = ImageGrid(tiles, scale: scale, columns: 2, magnification: 4, gap: 4).layout(
      Proposal(width: 100))
    let raster = try #require(Scene(size: fragment.size, elements: fragment.elements).images.first).raster
    #expect(raster[0, 0] == ColorMap.viridis.color(at: 0.25))
    #expect(raster[raster.width - 1, raster.height - 1] == ColorMap.viridis.color(at: 1))
  }

  @Test func threeChannelsAreShownAboutMidGrey() throws {
    // Red at its limit, green at none, blue at minus the limit.
    let tiles = ImageTiles(numbers: [0.5, 0, -0.5], count: 1, channels: 3, height: 1, width: 1)
    let fragment = ImageGrid(tiles, scale: .diverging(limit: 0.5), magnification: 4).layout(
      Proposal(width: 100))
    let raster = try #require(Scene(size: fragment.size, elements: fragment.elements).images.first).raster
    #expect(raster[0, 0] == Color(red: 255, green: 128, blue: 0))
  }

  @Test func pixelsAreShownAsTheyAre() throws {
    let tiles = ImageTiles(pixels: [10, 20, 30, 40, 50, 60], count: 1, height: 1, width: 2, channels: 3)
    let fragment = ImageGrid(tiles, magnification: 4).layout(Proposal(width: 100))
    let raster = try #require(Scene(size: fragment.size, elements: fragment.elements).images.first).raster
    #expect(raster[0, 0] == Color(red: 10, green: 20, blue: 30))
    #expect(raster[raster.width - 1, 0] == Color(red: 40, green: 50, blue: 60))
  }

  @Test func cellsArePrintedInAnInkThatIsRead() {
    let figure = Examples.confusion().scene()
    let cells = figure.texts.filter { if case .color = $0.paint.kind { true } else { false } }
    #expect(cells.count == 100)
    #expect(Set(cells.map(\.paint)) == [.color(.white), .color(Color(0x16181D))])
  }

  @Test func aBitmapThatIsTooLargeIsRefusedWithAdvice() throws {
    let error = #expect(throws: RenderError.self) { try Examples.gallery().png(scale: 200) }
    #expect(error?.code == .tooLarge)
    #expect(error?.reason.contains("smaller scale") == true)
  }

  @Test func theDiagramsBlocksAreToScale() {
    let layers = [
      LayerDiagram.Layer(name: "a", channels: 16, height: 32, width: 32),
      LayerDiagram.Layer(name: "b", channels: 64, height: 8, width: 8, operation: "pool"),
    ]
    let fragment = LayerDiagram(layers: layers).layout(Proposal(width: 500))
    let blocks = Scene(size: fragment.size, elements: fragment.elements).flattened.compactMap {
      element -> Rect? in
      if case .rectangle(let rect, .some, .some, _) = element { rect } else { nil }
    }
    #expect(blocks.count == 2)
    #expect(abs(blocks[1].width / blocks[0].width - 4) < 1e-9)
    #expect(abs(blocks[0].height / blocks[1].height - 4) < 1e-9)
  }
}

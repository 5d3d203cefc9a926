import Render
import Testing

@Suite struct ColorTests {
  @Test func viridisRunsFromItsDarkPurpleToItsYellow() {
    // The first, middle and last of the 256 published colours.
    #expect(ColorMap.viridis.color(at: 0) == Color(0x440154))
    #expect(ColorMap.viridis.color(at: 128.0 / 255) == Color(0x21918C))
    #expect(ColorMap.viridis.color(at: 1) == Color(0xFDE725))
    #expect(ColorMap.viridis.stops.count == 256)
  }

  @Test(arguments: [ColorMap.blueRed, .purpleOrange])
  func theMiddleOfADivergingMapIsExactlyWhite(map: ColorMap) {
    #expect(map.color(at: 0.5) == .white)
    #expect(map.stops.count % 2 == 1)
  }

  @Test func negativeIsBlueAndPositiveIsRed() {
    let scale = ColorScale.diverging(limit: 2)
    #expect(scale.color(of: -2) == Color(0x053061))
    #expect(scale.color(of: 0) == .white)
    #expect(scale.color(of: 2) == Color(0x67001F))
    #expect(scale.color(of: 5) == scale.color(of: 2))
  }

  @Test func lightnessOfViridisNeverFalls() {
    // Up to the rounding of its colours to eight bits.
    let lights = ColorMap.viridis.stops.map(\.luminance)
    #expect(zip(lights, lights.dropFirst()).allSatisfy { $0 <= $1 + 0.001 })
  }

  @Test func aNumberThatIsNoneHasAColourOfItsOwn() {
    #expect(ColorScale.sequential(limit: 1).color(of: .nan) == .notANumber)
    for map in [ColorMap.viridis, .blueRed, .purpleOrange, .grey] {
      #expect(!map.stops.contains(.notANumber))
    }
  }

  @Test func theLimitIsThePercentileByNearestRankAndTheClippedShareIsExact() {
    let values = (1...1000).map { Float($0) * ($0 % 2 == 0 ? -1 : 1) }
    let scale = ColorScale.diverging(of: values, percentile: 99.5, symbol: "w")
    #expect(scale.upper == 995)
    #expect(scale.lower == -995)
    #expect(scale.clippedShare == 0.005)
    #expect(scale.note == "±995, 99.5\u{202F}% of |w| in this layer, 0.5\u{202F}% clipped")
  }

  @Test func aLayerOfZerosAndOneValueIsNotClippedToNothing() {
    let scale = ColorScale.sequential(of: [Float](repeating: 0, count: 999) + [3])
    #expect(scale.upper == 3)
    #expect(scale.clippedShare == 0)
  }

  @Test func valuesThatAreNotFiniteDoNotMoveTheLimit() {
    #expect(ColorScale.diverging(of: [1, -2, .nan, .infinity], percentile: 100).upper == 2)
    #expect(ColorScale.diverging(of: [1, .nan]).note.hasSuffix("none clipped, 1 not a number (magenta)"))
  }

  @Test func anAllZeroLayerIsDrawnWhite() {
    let scale = ColorScale.diverging(of: [Float](repeating: 0, count: 9))
    #expect(scale.color(of: 0) == .white)
    #expect(scale.upper > scale.lower)
  }

  @Test func aConstantTileIsNotStretchedByItsOwnScale() {
    let shared = ColorScale.sequential(limit: 10, mode: .tile)
    #expect(shared.fitted(to: [2, 2, 2, 2]) == shared)
    #expect(shared.fitted(to: [2, 2.000001, 2]) == shared)
    #expect(shared.fitted(to: [0, 1, 2]).upper == 2)
  }

  @Test func onlyTheTileModeFitsTiles() {
    let shared = ColorScale.diverging(limit: 10, mode: .layer)
    #expect(shared.fitted(to: [0, 1, 2]) == shared)
  }

  @Test(arguments: Theme.allCases) func textIsReadableInEveryTheme(theme: Theme) {
    let paper = theme.color(of: .paper)
    for role in Paint.Role.allCases where role != .paper && role != .faint {
      #expect(theme.textColor(of: role).contrast(with: paper) >= 4.5, "\(role) in \(theme)")
    }
  }

  @Test func coloursOfTheHouseAreThoseOfTheStyle() {
    #expect(Theme.light.color(of: .ink) == Color(0x16181D))
    #expect(Theme.light.color(of: .secondary) == Color(0x5B6270))
    #expect(Theme.light.color(of: .faint) == Color(0xC9CED6))
    #expect(Theme.dark.color(of: .paper) == Color(0x14161A))
    #expect(Theme.dark.color(of: .ink) == Color(0xE8EAED))
    #expect(Theme.light.color(of: .real).description == "#0072B2")
    #expect(Theme.light.color(of: .fake).description == "#D55E00")
  }
}

import Inspect
import Testing

@Suite struct ClassRegionsTests {
  /// A large region with another class inside, and one class in two pieces that touch at a corner only.
  private let classes = [
    0, 0, 0, 0, 0,
    0, 7, 7, 0, 3,
    0, 7, 7, 0, 3,
    0, 0, 0, 3, 0,
  ]

  @Test func cellsThatTouchAtASideBelongTogether() {
    let regions = ClassRegions(classes, columns: 5).regions
    #expect(regions.map(\.label) == [0, 7, 3, 3, 0])
    #expect(regions.map(\.cells.count) == [12, 4, 2, 1, 1])
    #expect(regions[1].cells == [6, 7, 11, 12])
  }

  @Test func bordersAreWhereRegionsMeet() {
    let borders = ClassRegions([1, 1, 2, 1, 2, 2], columns: 3).borders
    #expect(borders.right == [1, 3])
    #expect(borders.below == [1])
  }

  @Test func theNameStandsInsideItsRegionAsFarFromOthersAsCanBe() {
    let map = ClassRegions(classes, columns: 5)
    #expect(map.room(in: map.regions[1], rows: 2, columns: 2) == 6)
    #expect(map.room(in: map.regions[1], rows: 1, columns: 3) == nil)
    #expect(map.room(in: map.regions[0], rows: 1, columns: 5) == 0)
    let wide = ClassRegions([Int](repeating: 4, count: 35), columns: 7)
    #expect(wide.room(in: wide.regions[0], rows: 1, columns: 1) == 17, "the middle of five rows of seven")
  }
}

import Core
import TestSupport
import Testing

@Suite struct PlaneTransformTests {
  /// SciPy's `affine_transform` (order 1), which PyTorch's `grid_sample` agrees with: `Fixtures/Transforms/make_transforms.py`.
  @Test(arguments: ["constant", "edge"])
  func picturesAreTransformedAsSciPyDoes(surroundings: String) throws {
    let fixture = numberFixture("Transforms/transforms.npz")
    let table = try #require(fixture["transforms"])
    let transforms = (0..<table.shape[0]).map { index in
      let row = table[index].elements.map(Double.init)
      return PlaneTransform(right: row[0], down: row[1], scale: row[2], degrees: row[3])
    }
    let found = try #require(fixture["pictures"]).transformed(
      by: transforms, surroundings: surroundings == "edge" ? .edge : .constant([-0.5]))
    expectClose(found, try #require(fixture[surroundings]), absolute: 2e-6)
  }

  private let picture = Tensor([1, 1, 3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9])

  @Test func nothingIsBlendedWhereNothingMoves() {
    let found = picture.transformed(
      by: [PlaneTransform(), .turned(360), .turned(-720), .scaled(1), .down(0)], surroundings: .constant([0]))
    for index in 0..<5 { #expect(found[index].elements == picture.elements) }
  }

  @Test func aQuarterTurnAgainstTheClockBringsTheRightSideUp() {
    let found = picture.transformed(by: [.turned(90), .turned(180), .turned(270)], surroundings: .edge)
    #expect(found[0].elements == [3, 6, 9, 2, 5, 8, 1, 4, 7])
    #expect(found[1].elements == picture.elements.reversed())
    #expect(found[2].elements == [7, 4, 1, 8, 5, 2, 9, 6, 3])
  }

  @Test func whatMovesInComesFromTheSurroundings() {
    #expect(
      picture.transformed(by: [.down(1)], surroundings: .constant([-1])).elements
        == [-1, -1, -1, 1, 2, 3, 4, 5, 6])
    #expect(
      picture.transformed(by: [.down(-1)], surroundings: .edge).elements == [4, 5, 6, 7, 8, 9, 7, 8, 9])
    // Half a pixel: the mean of two.
    #expect(
      picture.transformed(by: [PlaneTransform(right: 0.5)], surroundings: .constant([0])).elements
        == [0.5, 1.5, 2.5, 2, 4.5, 5.5, 3.5, 7.5, 8.5])
  }

  @Test func everyChannelHasSurroundingsOfItsOwn() {
    let found = Tensor([1, 2, 1, 1], [5, 6]).transformed(by: [.down(9)], surroundings: .constant([1, 2]))
    #expect(found.elements == [1, 2])
  }

  @Test func aPicturesTransformsFollowOneAnother() {
    let two = Tensor([2, 1, 1, 1], [3, 4])
    let found = two.transformed(by: [.down(0), .down(5)], surroundings: .constant([0]))
    #expect(found.shape == [4, 1, 1, 1])
    #expect(found.elements == [3, 0, 4, 0])
  }
}

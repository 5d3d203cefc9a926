import Core
import Inspect
import TestSupport
import Testing

@Suite struct PictureMomentsTests {
  private let fixture = numberFixture("Latent/edits.npz")
  private func array(_ name: String) throws -> Tensor { try #require(fixture[name]) }

  @Test func momentsAreNumPys() throws {
    for (pictures, expected) in [("pictures", "moments"), ("colours", "colour_moments")] {
      let (pictures, expected) = (try array(pictures), try array(expected))
      for index in 0..<pictures.shape[0] {
        let found = PictureMoments(pictures[index], isDark: pictures.shape[1] == 1 && index == 6)
        let values = [found.area, found.slant, found.thickness, found.width]
        for (value, reference) in zip(values, expected[index].elements) {
          #expect(
            abs(value - Double(reference)) < 1e-5 * max(abs(Double(reference)), 0.1), "picture \(index)")
        }
      }
    }
  }

  @Test func slantIsPositiveToTheRightAndTheTangentOfTheAngle() throws {
    // The second stroke of the fixture leans by 0.4 to the right: tan 0.4 = 0.4228, less what the stroke's own width adds to μ₀₂.
    let right = PictureMoments(try array("pictures")[1])
    #expect(right.slant > 0.40 && right.slant < 0.4228)
    #expect(PictureMoments(try array("pictures")[2]).slant < -0.5)
  }

  @Test func thicknessIsAreaOverHalfThePerimeterWhateverTheDirection() {
    // Through the whole picture: 3 wide and 20 high, so area 60, perimeter 46.
    let upright = Tensor([1, 20, 20], (0..<400).map { (8...10).contains($0 % 20) ? 1 : 0 })
    #expect(abs(PictureMoments(upright).thickness - 120 / (46 - 4 * (1 - 0.5.squareRoot()))) < 1e-6)
    let level = Tensor([1, 20, 20], (0..<400).map { (8...10).contains($0 / 20) ? 1 : 0 })
    #expect(abs(PictureMoments(level).thickness - PictureMoments(upright).thickness) < 1e-9)
    // A soft edge has the same perimeter: half as bright rims, twice as wide.
    let soft = Tensor(
      [1, 20, 20], (0..<400).map { [7, 10].contains($0 % 20) ? 0.5 : [8, 9].contains($0 % 20) ? 1 : 0 })
    #expect(abs(PictureMoments(soft).thickness - PictureMoments(upright).thickness) < 0.06)
  }

  @Test func anEmptyPictureHasNoStroke() {
    let none = PictureMoments(Tensor([1, 5, 5], repeating: 0.05))
    #expect(none.area == 0 && none.slant == 0 && none.thickness == 0 && none.width == 0)
  }

  @Test func groundIsTakenForGroundWhicheverBrightnessItHas() throws {
    #expect(PictureMoments.areDark(try array("pictures")[6..<7]))
    #expect(!PictureMoments.areDark(try array("pictures")[0..<3]))
  }

  @Test func similarityIsThatOfScikitImage() throws {
    for (pictures, expected) in [("pictures", "ssim"), ("colours", "colour_ssim")] {
      let (pictures, expected) = (try array(pictures), try array(expected))
      for first in 0..<pictures.shape[0] {
        for second in 0..<pictures.shape[0] {
          let found = PictureFidelity.ssim(pictures[first], pictures[second])
          #expect(abs(found - Double(expected[first].elements[second])) < 1e-6)
        }
      }
    }
  }

  @Test func similarityAgreesWithTheOneOfAttributions() throws {
    let pictures = try array("pictures")
    for (first, second) in [(0, 1), (2, 7), (5, 9), (8, 8)] {
      let slow = MapSimilarity.structural(
        pictures[first].elements, pictures[second].elements, height: 28, width: 28)
      #expect(abs(PictureFidelity.ssim(pictures[first], pictures[second]) - slow) < 1e-9)
    }
  }

  @Test func picturesSmallerThanAWindowAreOneWindow() {
    let (first, second) = (Tensor([1, 2, 2], [0, 1, 0.5, 0.2]), Tensor([1, 2, 2], [0.1, 0.9, 0.5, 0.3]))
    let slow = MapSimilarity.structural(first.elements, second.elements, height: 2, width: 2)
    #expect(abs(PictureFidelity.ssim(first, second) - slow) < 1e-12)
    #expect(PictureFidelity.ssim(first, first) > 1 - 1e-12)
  }

  @Test func theSignalToNoiseRatioIsInDecibels() throws {
    let (pictures, expected) = (try array("pictures"), try array("psnr"))
    for (first, second) in [(0, 1), (3, 7), (6, 8)] {
      let found = PictureFidelity.psnr(pictures[first], pictures[second])
      #expect(abs(found - Double(expected[first].elements[second])) < 1e-4)
    }
    #expect(PictureFidelity.psnr(pictures[0], pictures[0]) == .infinity)
  }
}

import Core
import TestSupport
import Testing

@Suite struct PictureTransformTests {
  private func grey(_ width: Int, _ height: Int, _ samples: [UInt8]) -> Picture {
    Picture(width: width, height: height, channels: 1, samples: samples)
  }

  @Test func luminanceWeighsGreenMost() {
    let picture = Picture(
      width: 5, height: 1, channels: 3,
      samples: [255, 0, 0, 255, 100] + [0, 255, 0, 255, 150] + [0, 0, 255, 255, 200])
    // 0.299 · 255 = 76.2, 0.587 · 255 = 149.7, 0.114 · 255 = 29.1; 29.9 + 88.05 + 22.8 = 140.75
    #expect(picture.greyscale() == grey(5, 1, [76, 150, 29, 255, 141]))
  }

  @Test func greyIsGreyInOneChannelAndInThree() {
    #expect(grey(1, 1, [7]).isGrey)
    #expect(grey(2, 1, [7, 9]).colour().isGrey)
    #expect(grey(2, 1, [7, 9]).colour().greyscale() == grey(2, 1, [7, 9]))
    #expect(!Picture(width: 1, height: 1, channels: 3, samples: [7, 7, 8]).isGrey)
  }

  @Test func cropsAreCutAboutTheCentre() {
    let picture = grey(4, 3, Array(0..<12))
    #expect(picture.centreCropped(width: 2, height: 1) == grey(2, 1, [5, 6]))
    #expect(picture.centreCropped(width: 3, height: 2) == grey(3, 2, [0, 1, 2, 4, 5, 6]))
    #expect(picture.centreCropped(width: 9, height: 9) == picture)
    let colour = Picture(width: 3, height: 1, channels: 3, samples: Array(0..<9))
    #expect(colour.centreCropped(width: 1, height: 1).samples == [1, 4, 7])
  }

  @Test func shrinkingAveragesAreas() {
    #expect(
      grey(4, 2, [0, 10, 20, 30, 40, 50, 60, 70]).resized(width: 2, height: 1) == grey(2, 1, [25, 45]))
    // 3 → 2: each new column covers one and a half old ones: (0 + ½ 90) / 1.5 = 30, (½ 90 + 210) / 1.5 = 170.
    #expect(grey(3, 1, [0, 90, 210]).resized(width: 2, height: 1) == grey(2, 1, [30, 170]))
    #expect(grey(3, 1, [0, 90, 210]).resized(width: 1, height: 1) == grey(1, 1, [100]))
  }

  @Test func growingIsBilinear() {
    // Centres of the new columns at −¼, ¼, ¾, 1¼ of the old: 0, 25, 75, 100.
    #expect(grey(2, 1, [0, 100]).resized(width: 4, height: 1) == grey(4, 1, [0, 25, 75, 100]))
    #expect(grey(1, 1, [9]).resized(width: 2, height: 3) == grey(2, 3, [9, 9, 9, 9, 9, 9]))
  }

  @Test func oneAxisMayGrowWhileTheOtherShrinks() {
    #expect(grey(2, 2, [0, 100, 20, 120]).resized(width: 4, height: 1) == grey(4, 1, [10, 35, 85, 110]))
  }

  @Test func aFlatPictureStaysFlatInEverySize() {
    for value: UInt8 in [0, 1, 127, 254, 255] {
      let flat = grey(7, 5, [UInt8](repeating: value, count: 35))
      for width in 1...15 {
        #expect(flat.resized(width: width, height: 16 - width).samples.allSatisfy { $0 == value })
      }
    }
  }

  @Test func fittingKeepsProportions() {
    // 6 × 2 into a square: the middle 2 × 2.
    let picture = grey(6, 2, [0, 0, 10, 20, 0, 0, 0, 0, 30, 40, 0, 0])
    #expect(picture.fitted(to: PictureSize(width: 1, height: 1)) == grey(1, 1, [25]))
    #expect(picture.fitted(to: PictureSize(width: 2, height: 2)) == grey(2, 2, [10, 20, 30, 40]))
    #expect(
      grey(1, 9, Array(0..<9)).fitted(to: PictureSize(width: 3, height: 3)).samples
        == [UInt8](repeating: 4, count: 9))
  }

  @Test func reducingAPhotographEightfoldAveragesItsBlocks() throws {
    guard let path = RealData.path("photos/camera.png") else { return }
    // NumPy: (samples.reshape(64, 8, 64, 8).sum((1, 3)) + 32) // 64
    let picture = try Picture(contentsOf: path).resized(width: 64, height: 64)
    #expect(
      SHA256.hexDigest(of: picture.samples)
        == "75358d3d97a6ffa855554c125e453b88bd114853d05107293da2abb89ce19d95")
  }
}

import Core
import Foundation
import TestSupport
import Testing
import Train

@Suite struct NormalisationTests {
  private let pictures = LabelledPictures(
    shape: [3, 1, 2],
    pixels: [0, 255, 10, 10, 0, 51] + [255, 0, 10, 10, 102, 153], labels: [0, 1])

  @Test func meanAndDeviationAreThoseOfEachChannel() {
    let normalisation = Normalisation(of: pictures)
    // Blue: 0, 0.2, 0.4, 0.6, whose variance is (9 + 1 + 1 + 9) / 4 / 100. Green does not vary.
    expectClose(Tensor([3], normalisation.mean), Tensor([3], [0.5, 10 / 255, 0.3]), absolute: 1e-7)
    expectClose(Tensor([3], normalisation.deviation), Tensor([3], [0.5, 1, 0.223_606_8]), absolute: 1e-7)
  }

  @Test func normalisedDataHaveMeanZeroAndDeviationOne() {
    let tensor = Normalisation(of: pictures).tensor(of: pictures)
    #expect(tensor.shape == [2, 3, 1, 2])
    let blue = [4, 5, 10, 11].map { tensor.elements[$0] }
    #expect(abs(blue.reduce(0, +)) < 1e-6)
    #expect(abs(blue.map { $0 * $0 }.reduce(0, +) / 4 - 1) < 1e-6)
    #expect(Normalisation(of: pictures).tensor(of: pictures, 1..<2).elements == Array(tensor.elements[6...]))
  }

  @Test func tanhsRangeIsMetExactly() {
    let symmetric = Normalisation.symmetric
    #expect(symmetric.value(of: 0, channel: 0) == -1)
    #expect(symmetric.value(of: 255, channel: 0) == 1)
    #expect(symmetric.samples(of: Tensor([1, 1, 1, 5], [-1, 0, 1, -7, 7])) == [0, 128, 255, 0, 255])
  }

  @Test func everySampleComesBack() {
    let all = LabelledPictures(
      shape: [3, 16, 16], pixels: (0..<768).map { UInt8($0 % 256) }, labels: [0])
    for normalisation in [
      Normalisation(of: all), .symmetric,
      Normalisation(mean: [0.1307, 0.9, 0], deviation: [0.3081, 0.01, 3]),
    ] {
      #expect(normalisation.samples(of: normalisation.tensor(of: all)) == all.pixels)
    }
  }

  @Test func whatIsNoNumberBecomesBlack() {
    let values: [Float] = [.nan, .infinity, -.infinity]
    #expect(Normalisation.symmetric.samples(of: Tensor([1, 1, 1, 3], values)) == [0, 255, 0])
  }

  @Test func itIsStoredAndReadBackWhole() throws {
    let normalisation = Normalisation(mean: [0.1307], deviation: [0.3081])
    let stored = try JSONEncoder().encode(normalisation)
    #expect(try JSONDecoder().decode(Normalisation.self, from: stored) == normalisation)
    for bad in [
      #"{"mean":[0.1],"deviation":[0]}"#, #"{"mean":[0.1],"deviation":[1,1]}"#,
      #"{"mean":[],"deviation":[]}"#,
    ] {
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(Normalisation.self, from: Data(bad.utf8))
      }
    }
  }
}

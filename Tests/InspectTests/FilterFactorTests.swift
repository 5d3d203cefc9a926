import Core
import Foundation
import Inspect
import Render
import TestSupport
import Testing

/// A matrix of `Fixtures/nmf.json` with the error that scikit-learn leaves.
private struct FactorCase: Decodable, CustomTestStringConvertible {
  let title: String
  let columns: Int
  let factors: Int
  let matrix: [Double]
  /// ‖V − WH‖² / ‖V‖² of the best of eight factorisations.
  let error: Double
  var testDescription: String { title }

  static let all = Result {
    let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try JSONDecoder().decode(
      [FactorCase].self, from: Data(contentsOf: checkout.appending(path: "Fixtures/nmf.json")))
  }
}

@Suite struct NonNegativeFactorTests {
  private func product(_ found: NonNegativeFactors, row: Int, column: Int) -> Double {
    zip(found.loadings, found.factors).reduce(0) { $0 + $1.0[row] * $1.1[column] }
  }

  @Test(arguments: 0..<5) func theErrorNeverRises(seed: UInt64) {
    var random = RandomStream(seed: 40 + seed)
    let matrix = (0..<30 * 14).map { _ in max(0, Double(random.uniform(in: -1...1))) }
    let found = NonNegativeFactors(
      of: matrix, columns: 14, count: 4, iterations: 60, tolerance: -1)
    #expect(found.errors.count == 60)
    // The error is a difference of sums: it is right to rounding.
    for (before, after) in zip(found.errors, found.errors.dropFirst()) { #expect(after <= before + 1e-14) }
    #expect(found.errors[59] < 0.9 * found.errors[0])
    #expect(found.loadings.joined().allSatisfy { $0 >= 0 } && found.factors.joined().allSatisfy { $0 >= 0 })
  }

  @Test func theErrorIsThatOfTheProduct() {
    var random = RandomStream(seed: 3)
    let matrix = (0..<12 * 7).map { _ in Double(random.uniform()) }
    // One that has not converged, so that the last step's numbers must be the last step's.
    let found = NonNegativeFactors(of: matrix, columns: 7, count: 2, iterations: 3)
    let left = matrix.enumerated().reduce(0) { sum, entry in
      let difference = entry.element - product(found, row: entry.offset / 7, column: entry.offset % 7)
      return sum + difference * difference
    }
    let energy = matrix.reduce(0) { $0 + $1 * $1 }
    #expect(abs(found.errors[2] - left / energy) < 1e-12)
    #expect(abs(found.explained - (1 - left / energy)) < 1e-12)
  }

  @Test func aMatrixThatIsASumOfProductsIsFoundAgain() {
    // Each factor has a column and a row of its own, which makes the answer unique.
    let loadings: [[Double]] = [[5, 0, 0, 1, 2, 4], [0, 3, 0, 2, 1, 0], [0, 0, 1, 1, 0, 2]]
    let factors: [[Double]] = [[1, 0, 0, 0.5, 0.25], [0, 1, 0, 0.5, 1], [0, 0, 1, 2, 0.5]]
    let matrix = (0..<6).flatMap { row in
      (0..<5).map { column in (0..<3).reduce(0) { $0 + loadings[$1][row] * factors[$1][column] } }
    }
    let found = NonNegativeFactors(of: matrix, columns: 5, count: 3, iterations: 20_000, tolerance: 0)
    #expect(found.explained > 1 - 1e-9)
    for row in 0..<6 {
      for column in 0..<5 {
        #expect(abs(product(found, row: row, column: column) - matrix[row * 5 + column]) < 1e-3)
      }
    }
    // The first holds the most: 46 · 1.3125, against 14 · 2.25 and 6 · 5.25.
    let lengths = [46 * 1.3125, 14 * 2.25, 6 * 5.25].map { $0.squareRoot() }
    let found0 = found.loadings[0].reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(abs(found0 - lengths[0]) < 1e-2)
    for factor in found.factors { #expect(abs(factor.reduce(0) { $0 + $1 * $1 } - 1) < 1e-12) }
  }

  @Test func whatIsLeftIsWhatScikitLearnLeaves() throws {
    for reference in try FactorCase.all.get() {
      let found = NonNegativeFactors(
        of: reference.matrix, columns: reference.columns, count: reference.factors)
      let error = try #require(found.errors.last)
      #expect(abs(error / reference.error - 1) < 1e-3, "\(reference.title): \(error), not \(reference.error)")
    }
  }

  @Test func nothingIsFactoredIntoNothing() {
    let found = NonNegativeFactors(of: [0, 0, 0, 0], columns: 2, count: 3)
    #expect(found.loadings.joined().allSatisfy { $0 == 0 } && found.explained == 1)
  }
}

@Suite struct FilterFactorTests {
  /// Three filters of one weight each, that read a map each: 3, −2 and 1.
  private func apart(_ weights: [Float] = [3, 0, 0, 0, 0, -2, 0, 0, 0, 0, 1, 0]) throws -> Specimen {
    Specimen(
      try convolutionModel(
        Conv2d(inputChannels: 4, outputChannels: 3, kernelSize: 1, hasBias: false), input: [4, 2, 2],
        weights: weights))
  }

  @Test func theStrongestGroupIsRedTheNextGreen() throws {
    let figure = try Filters(showsFactors: true).figure(of: apart())
    let gallery = try #require(figure.scene().galleries.first)
    let step = gallery.rect.width / 3
    #expect(color(of: gallery, x: 2, y: 2) == Color(red: 255, green: 0, blue: 0))
    #expect(color(of: gallery, x: step + 4, y: 2) == Color(red: 0, green: 170, blue: 0))
    #expect(color(of: gallery, x: 2 * step + 4, y: 2) == Color(red: 0, green: 0, blue: 85))
    #expect(figure.facts.contains("hold 100"))
    let isScaleSaid = figure.scene().says("0 … 3, 99.5")
    #expect(isScaleSaid)
    #expect(figure.option("nmf") == true && figure.option("layer") == "conv1")
  }

  @Test func excitedAndInhibitedMapsAreToldApart() throws {
    let figure = try FilterFactors().figure(of: apart())
    let rows = try figure.table("maps").rows.map { $0.map { Double($0)!.rounded() } }
    #expect(
      try figure.table("maps").columns.prefix(4) == ["map", "red excited", "red inhibited", "green excited"])
    #expect(
      rows == [
        [0, 1, 0, 0, 0, 0, 0], [1, 0, 0, 0, 1, 0, 0], [2, 0, 0, 0, 0, 1, 0], [3, 0, 0, 0, 0, 0, 0],
      ])
    let words = figure.scene().words
    #expect(words.contains("excited most by 0") && words.contains("inhibited most by 1"))
    #expect(
      figure.description.contains("Green, strongest in filter 1: excited most by none, inhibited most by 1."))
  }

  @Test func aTapIsARowWithItsSignsApart() throws {
    // Two filters of 1 × 2 over two maps, as they are stored: output, input, row, column.
    let model = try convolutionModel(
      Conv2d(inputChannels: 2, outputChannels: 2, kernelSize: Extent(height: 1, width: 2), hasBias: false),
      input: [2, 2, 2],
      weights: [1, -2, 2, -1, -6, 3, -3, 6])
    let figure = try FilterFactors().figure(of: Specimen(model))
    let taps = try figure.table("taps").rows
    #expect(
      taps.map { Array($0.prefix(3)) } == [
        ["0", "0", "0"], ["0", "0", "1"], ["1", "0", "0"], ["1", "0", "1"],
      ])
    // What excites is all of one kind, and what inhibits: two groups hold everything, and multiplied out they are the
    // weights again, a row for each tap: maps 0 and 1 excited, maps 0 and 1 inhibited.
    let expected: [[Double]] = [[1, 2, 0, 0], [0, 0, 2, 1], [0, 0, 6, 3], [3, 6, 0, 0]]
    let maps = try figure.table("maps").rows.map { $0.dropFirst().map { Double($0)! } }
    for (tap, weights) in zip(taps, expected) {
      let parts = tap.dropFirst(3).map { Double($0)! }
      for (column, weight) in weights.enumerated() {
        let (map, sign) = (column % 2, column / 2)
        let found = parts.indices.reduce(0) { $0 + parts[$1] * maps[map][2 * $1 + sign] }
        #expect(abs(found - weight) < 1e-6)
      }
    }
  }

  @Test func layersWithoutCommonMapsSaySo() throws {
    let gallery = #expect(throws: InspectError.self) {
      try Filters(layer: "conv1", showsFactors: true).figure(of: Handmade.specimen())
    }
    #expect(
      gallery?.description
        == "classifier/conv1: each of its filters fits one tile, nothing is to be grouped; leave out --nmf")
    let grouped = Specimen(
      try convolutionModel(
        Conv2d(inputChannels: 4, outputChannels: 4, kernelSize: 1, groups: 2, hasBias: false),
        input: [4, 2, 2],
        weights: [1, 2, 3, 4, 5, 6, 7, 8]))
    let separate = #expect(throws: InspectError.self) { try FilterFactors().figure(of: grouped) }
    #expect(separate?.reason.contains("2 separate groups of maps") == true)
    let broken = #expect(throws: InspectError.self) {
      try FilterFactors().figure(of: apart([3, .nan, 0, 0, 0, -2, 0, 0, 0, 0, 1, 0]))
    }
    #expect(broken?.reason.contains("no numbers") == true)
  }
}

import Core
import Inspect
import Render
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct EmbeddingTests {
  private static let reference = Result { try UnitTrials.fixture("Embedding/embedding.npz") }
  private func reference(_ name: String) throws -> Tensor { try #require(try Self.reference.get()[name]) }

  @Test func eigenvaluesAreNumPysAndVectorsSolveTheEquation() throws {
    // Two of the values are alike and one is zero.
    let matrix = try reference("symmetric").elements.map(Double.init)
    let expected = try reference("eigenvalues").elements.map(Double.init)
    let size = expected.count
    let eigen = SymmetricEigen(matrix, size: size)
    for (found, value) in zip(eigen.values, expected) { #expect(abs(found - value) < 3e-6) }
    for (value, vector) in zip(eigen.values, eigen.vectors) {
      for row in 0..<size {
        let product = (0..<size).reduce(0) { $0 + matrix[row * size + $1] * vector[$1] }
        #expect(abs(product - value * vector[row]) < 1e-12 * Double(size))
      }
    }
    for one in 0..<size {
      for other in 0..<size {
        let product = zip(eigen.vectors[one], eigen.vectors[other]).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(product - (one == other ? 1 : 0)) < 1e-12)
      }
    }
  }

  @Test(arguments: [1, 2, 3]) func smallMatricesAreDecomposedToo(size: Int) {
    let matrix = (0..<size * size).map { $0 % (size + 1) == 0 ? Double($0 + 1) : 0 }
    #expect(SymmetricEigen(matrix, size: size).values == matrix.filter { $0 != 0 }.reversed())
    let zeros = SymmetricEigen([Double](repeating: 0, count: size * size), size: size)
    #expect(zeros.values.allSatisfy { $0 == 0 } && zeros.vectors.joined().allSatisfy(\.isFinite))
  }

  @Test func principalComponentsAreScikitLearns() throws {
    let components = try #require(PrincipalComponents(of: reference("points"), count: 2))
    let expected = try reference("components")
    let limit = Double(expected.maximumMagnitude)
    for (index, value) in expected.elements.enumerated() {
      #expect(abs(components.coordinates[index] - Double(value)) < 1e-5 * limit)
    }
    for (share, ratio) in zip(components.varianceShares, try reference("variance_ratios").elements) {
      #expect(abs(share - Double(ratio)) < 1e-6)
    }
    #expect(abs(components.varianceShares.reduce(0, +) - 1) < 1e-12)
  }

  @Test func fewPointsOfManyNumbersHaveTheSameComponents() throws {
    // As columns the numbers are more than the points: the other way through the decomposition.
    let points = try reference("points")[0..<20]
    let wide = try #require(PrincipalComponents(of: points, count: 2))
    let padded = Tensor([20, 24], points.elements)
    // The same points, each three times: their covariance is decomposed, and directions are the same.
    let thrice = Tensor([60, 24], padded.elements + padded.elements + padded.elements)
    let tall = try #require(PrincipalComponents(of: thrice, count: 2))
    for index in 0..<40 { #expect(abs(wide.coordinates[index] - tall.coordinates[index]) < 1e-9) }
  }

  @Test func trustworthinessIsScikitLearns() throws {
    for (places, expected) in [("components", "pca_trustworthiness"), ("layout", "tsne_trustworthiness")] {
      let found = try Trustworthiness.measure(
        reference(places).elements.map(Double.init), of: reference("points"))
      #expect(abs(try #require(found) - Double(try reference(expected).elements[0])) < 1e-5)
    }
    #expect(try Trustworthiness.measure([0, 0, 1, 1, 2, 2], of: reference("points")[0..<3]) == nil)
  }

  @Test func theLayoutIsAsTrustworthyAsScikitLearns() throws {
    let points = try reference("points")
    let start = try reference("components").elements.map(Double.init)
    let layout = try TSNE().layout(points, from: start)
    let trust = try #require(try Trustworthiness.measure(layout.places, of: points))
    #expect(abs(trust - Double(try reference("tsne_trustworthiness").elements[0])) < 0.01)
    #expect(layout.divergence < 1.05 * Double(try reference("tsne_divergence").elements[0]))
    let again = try TSNE().layout(points, from: start)
    #expect(again.places == layout.places, "the same seed is the same layout")
  }

  @Test func pointsThatCoincideAndFewPointsAreLaidOut() throws {
    for count in [4, 5, 30] {
      let layout = try TSNE().layout(
        Tensor([count, 3], repeating: 1), from: [Double](repeating: 0, count: 2 * count))
      #expect(layout.places.allSatisfy(\.isFinite) && layout.places.count == 2 * count)
    }
  }

  @Test(arguments: [false, true]) func aTurnedOrMirroredPictureIsTurnedBack(isMirrored: Bool) {
    var random = RandomStream(seed: 5)
    let target = (0..<40).map { _ in Double(random.uniform()) }
    let (cosine, sine) = (cos(2.1), sin(2.1))
    var turned = target
    for index in stride(from: 0, to: 40, by: 2) {
      let (x, y) = (target[index], isMirrored ? -target[index + 1] : target[index + 1])
      turned[index] = cosine * x - sine * y + 7
      turned[index + 1] = sine * x + cosine * y - 3
    }
    let aligned = Procrustes.aligned(turned, to: target)
    for (found, wanted) in zip(aligned, target) { #expect(abs(found - wanted) < 1e-12) }
    // The size stays: what grows through training is seen to grow.
    let large = Procrustes.aligned(turned.map { 3 * $0 }, to: target)
    #expect(abs((large[2] - large[0]) - 3 * (target[2] - target[0])) < 1e-12)
  }

  @Test func theLastFeaturesAreWhatTheLogitsAreComputedFrom() throws {
    let specimen = try UnitTrials.residual()
    let embedding = try PictureEmbedding(of: specimen, by: .pca)
    #expect(embedding.layer == "pool" && embedding.numbers == 64)
    #expect(try PictureEmbedding(of: specimen, by: .pca, layer: "conv1").numbers == 256)
    let dropped = try PictureEmbedding(of: bigHandmade(), by: .pca)
    #expect(dropped.layer == "pool1", "dropout and flattening are looked through")
  }

  private func bigHandmade() throws -> Specimen {
    try Specimen(Handmade.model()).tried(
      on: UnitTrials.probe(30, shape: [1, 4, 4], classes: 2), named: "noise")
  }

  @Test func bothLayoutsStandSideBySideWithTheirMeasures() throws {
    let specimen = try bigHandmade()
    let figure = try EmbeddingFigure(showsThumbnails: true).figure(of: specimen)
    let scene = figure.scene()
    #expect(scene.says("PCA") && scene.says("t-SNE") && scene.says("T(12)") && scene.says("of the variance"))
    let rows = try figure.table("places").rows
    #expect(rows.count == 30 && rows[1][1] == "1")
    #expect(try figure.table("variance").rows.count == 12)
    #expect(scene.images.count == 1, "the pictures at their places are one image")
    let error = #expect(throws: InspectError.self) {
      try EmbeddingFigure(layer: "conv9").figure(of: specimen)
    }
    #expect(error?.code == .unknownName)
    #expect(throws: InspectError.self) { try EmbeddingFigure().figure(of: Handmade.specimen()) }
  }

  @Test func panelsOfSeveralStepsShareOneScale() throws {
    let specimens = try [-0.5, 0.5, 1].map { factor in
      try Specimen(Handmade.model(factor: Float(factor))).tried(
        on: UnitTrials.probe(30, shape: [1, 4, 4], classes: 2), named: "noise")
    }
    let figure = try EmbeddingFigure(method: .pca).figure(of: specimens, asked: 3)
    #expect(figure.scene().texts.count { $0.string == "step 0" } == 3, "models without a run have no step")
    // Half the weights, half the size: the second panel's points reach half as far as the third's.
    let table = try figure.table("places")
    func reach(_ column: Int) -> Double { table.rows.map { abs(Double($0[column]) ?? 0) }.max() ?? 0 }
    #expect(abs(reach(5) / reach(7) - 0.5) < 0.05)
  }

  @Test func stepsAreTheFirstTheLastAndSomeBetween() throws {
    let run = try Handmade.archive()
    #expect(EmbeddingFigure.chosen(2, of: run) == [0, 8])
    #expect(EmbeddingFigure.chosen(3, of: run) == [0, 4, 8])
    #expect(EmbeddingFigure.chosen(8, of: run) == [0, 4, 8], "no more than there are")
  }

  @Test func theExampleInTheDocumentationRuns() throws {
    let specimen = try bigHandmade()
    let embedding = try PictureEmbedding(of: specimen, by: .tsne)
    #expect(try #require(embedding.trustworthiness) > 0.5)
    #expect(try #require(embedding.neighbourAccuracy) >= 0)
  }
}

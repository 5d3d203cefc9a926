import Core
import Foundation
import Testing
import Train

@Suite struct PresetTests {
  struct Count: Sendable, CustomTestStringConvertible {
    let preset: Preset
    let picture: Shape
    /// Of the classifier, or of the generator and the discriminator.
    let parameters: [Int]
    var testDescription: String { "\(preset.rawValue) for \(picture)" }
  }

  private func networks(_ preset: Preset, _ picture: Shape) throws -> [Network] {
    guard preset.task == .generate else { return [try preset.classifier(picture: picture, classes: 10)] }
    let adversaries = try preset.adversaries(picture: picture)
    return [adversaries.generator, adversaries.discriminator]
  }

  /// Worked by hand from the published tables: LeNet-5 as taught today, TensorFlow's and PyTorch's DCGAN tutorials.
  @Test(arguments: [
    Count(preset: .cnn, picture: [1, 28, 28], parameters: [421_642]),
    Count(preset: .strided, picture: [1, 28, 28], parameters: [421_642]),
    Count(preset: .lenet5, picture: [1, 28, 28], parameters: [61_706]),
    Count(preset: .lenet5, picture: [1, 32, 32], parameters: [61_706]),
    Count(preset: .dcgan, picture: [1, 28, 28], parameters: [565_985, 79_441]),
    Count(preset: .dcganPlain, picture: [1, 28, 28], parameters: [234_177, 36_577]),
    Count(preset: .dcganTF, picture: [1, 28, 28], parameters: [2_305_472, 212_865]),
    Count(preset: .dcgan64, picture: [1, 64, 64], parameters: [3_574_656, 2_763_520]),
    Count(preset: .dcgan64, picture: [3, 64, 64], parameters: [3_576_704, 2_765_568]),
  ])
  func parameterCountsAreThePublishedOnes(_ expected: Count) throws {
    let networks = try networks(expected.preset, expected.picture)
    #expect(networks.map(\.trainableParameterCount) == expected.parameters)
  }

  @Test func theMovingStatisticsOfTheTensorFlowGeneratorCountAsStored() throws {
    let summary = try Preset.dcganTF.adversaries(picture: [1, 28, 28]).generator.summary()
    #expect(summary.reduce(0) { $0 + $1.trainableParameters + $1.storedParameters } == 2_330_944)
  }

  @Test(
    arguments: [Preset.cnn, .lenet5, .strided],
    [Shape([1, 28, 28]), [3, 32, 32], [1, 64, 64], [1, 12, 12], [2, 13, 30]])
  func aClassifierScoresEveryClassOfAnyPicture(_ preset: Preset, _ picture: Shape) throws {
    for classes in [2, 10] {
      let network = try preset.classifier(picture: picture, classes: classes)
      #expect(network.inputs[0].shape == picture)
      #expect(try network.shapes(batch: 3)[network.output] == [3, classes])
    }
  }

  @Test(
    arguments: [
      (.dcgan, [1, 28, 28]), (.dcganPlain, [1, 28, 28]), (.dcgan, [3, 32, 32]), (.dcgan, [1, 8, 12]),
      (.dcganTF, [1, 28, 28]),
      (.dcganTF, [3, 28, 28]), (.dcgan64, [1, 64, 64]), (.dcgan64, [3, 64, 64]),
    ] as [(Preset, Shape)])
  func aGeneratorMakesPicturesThatItsDiscriminatorScores(_ preset: Preset, _ picture: Shape) throws {
    let adversaries = try preset.adversaries(picture: picture)
    let (generator, discriminator) = (adversaries.generator, adversaries.discriminator)
    #expect(try generator.shapes(batch: 2)[generator.output] == picture.batched(2))
    #expect(discriminator.inputs[0].shape == picture)
    #expect(try discriminator.shapes(batch: 2)[discriminator.output] == [2, 1])
    #expect(try generator.node(named: generator.output).operation is Tanh)
  }

  @Test(
    arguments: [
      (
        Preset.dcgan, Shape([1, 30, 28]),
        "makes pictures of at least 8 × 8, sides divisible by 4, found 30 × 28"
      ),
      (.dcgan, [1, 4, 4], "makes pictures of at least 8 × 8, sides divisible by 4, found 4 × 4"),
      (.dcganTF, [3, 32, 32], "makes pictures of 28 × 28, found 32 × 32"),
      (.dcgan64, [1, 28, 28], "makes pictures of 64 × 64, found 28 × 28"),
      (.dcgan64, [1, 64, 32], "makes pictures of 64 × 64, found 64 × 32"),
      (.cnn, [1, 3, 28], "takes pictures of at least 4 × 4, found 3 × 28"),
      (.lenet5, [1, 28, 11], "takes pictures of at least 12 × 12, found 28 × 11"),
      (.lenet5, [1, 1, 1], "takes pictures of at least 12 × 12, found 1 × 1"),
      (.lenet5, [1, 40, 12], "takes pictures of at least 16 × 16, found 40 × 12"),
    ] as [(Preset, Shape, String)])
  func aPictureOfAWrongSizeIsNamedWithThePresetAndBothSizes(
    _ preset: Preset, _ picture: Shape, _ reason: String
  ) throws {
    let error = #expect(throws: NetworkError.self) { try networks(preset, picture) }
    #expect(error?.code == .shape)
    #expect(error?.description == "preset \(preset.rawValue): \(reason); bring them there with --size")
  }

  @Test(
    arguments: [
      (.cnn, [1, 4, 4]), (.strided, [1, 1, 1]), (.lenet5, [1, 12, 12]), (.lenet5, [1, 32, 16]),
    ] as [(Preset, Shape)])
  func thePictureMayBeAsSmallAsTheMessageSays(_ preset: Preset, _ picture: Shape) throws {
    let network = try preset.classifier(picture: picture, classes: 2)
    #expect(try network.shapes()[network.output] == [1, 2])
  }

  /// ln 2 for the real ones, ln 2 for the fakes.
  @Test(arguments: [(Preset.dcgan, 28), (.dcganTF, 28), (.dcgan64, 64)])
  func aDiscriminatorThatKnowsNothingLosesTwiceTheLogarithmOfTwo(_ preset: Preset, _ side: Int) throws {
    let discriminator = try preset.adversaries(picture: [1, side, side]).discriminator
    var random = RandomStream(seed: 3)
    var parameters = Parameters(
      initialising: discriminator, by: Recipe(preset: preset).initialisation, from: &random)
    let last = try #require(discriminator.nodes.last { !$0.operation.parameters.isEmpty })
    for declaration in last.operation.parameters {
      parameters[last.name, declaration.name] = Tensor(declaration.shape)
    }
    let executor = try makeTrainableExecutor(for: discriminator, batch: 2)
    try executor.load(parameters)
    try executor.forward(random.normal([2, 1, side, side]))
    let losses = executor.withValue(of: discriminator.output) { logits in
      [Float(1), 0].map { BinaryCrossEntropy.score(logits, target: $0).loss }
    }
    #expect(losses[0] + losses[1] == 2 * log(2))
  }
}

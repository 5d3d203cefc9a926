import Core
import Foundation
import TestSupport
import Testing
import Train

@Suite struct TrainingRefusalTests {
  private let scratch: ScratchFolder
  init() throws { scratch = try ScratchFolder() }

  private var path: String { scratch.path + "/run.h5" }

  /// What a recipe on some data is refused with; nothing may have been written by then.
  private func refusal(
    _ recipe: Recipe, _ data: DataSet = Stripes.data(), sourceLocation: SourceLocation = #_sourceLocation
  ) -> String? {
    let error = #expect(throws: (any Error).self, sourceLocation: sourceLocation) {
      try Trainer(recipe, data).train(recordingTo: path)
    }
    #expect(!FileManager.default.fileExists(atPath: path), sourceLocation: sourceLocation)
    return error.map { "\($0)" }
  }

  private func recipe(_ preset: Preset = .cnn, _ change: (inout Recipe) -> Void) -> Recipe {
    var recipe = Stripes.recipe(preset)
    change(&recipe)
    return recipe
  }

  @Test(arguments: [Preset.cnn, .dcgan])
  func settingsThatMakeNoSenseAreNamedWithBothValues(_ preset: Preset) {
    #expect(refusal(recipe(preset) { $0.steps = 0 }) == "steps: expected at least 1, found 0")
    #expect(refusal(recipe(preset) { $0.epochs = 0 }) == "epochs: expected at least 1, found 0")
    #expect(refusal(recipe(preset) { $0.steps = -3 }) == "steps: expected at least 1, found -3")
    #expect(
      refusal(recipe(preset) { $0.epochs = .max }) == "epochs: \(Int.max) are too many to count their steps")
    #expect(refusal(recipe(preset) { $0.batch = 0 }) == "batch: expected at least 1, found 0")
    let pictures = preset == .cnn ? 52 : 57
    #expect(
      refusal(recipe(preset) { $0.batch = pictures + 1 })
        == "batch: a batch of \(pictures + 1) is larger than the training data: \(pictures) pictures")
    for rate in [Float(0), -0.1, .infinity, .nan] {
      #expect(
        refusal(recipe(preset) { $0.optimiser.rate = rate })
          == "rate: expected a number above 0, found \(rate)")
    }
  }

  @Test func momentsThatNeverSettleAreRefused() {
    #expect(
      refusal(recipe { $0.optimiser = .adam(rate: 1, beta1: 1) })
        == "beta1: expected at least 0 and less than 1, found 1.0")
    #expect(
      refusal(recipe { $0.optimiser = .adam(rate: 1, beta2: .nan) })
        == "beta2: expected at least 0 and less than 1, found nan")
    #expect(
      refusal(recipe { $0.optimiser = .adam(rate: 1, epsilon: 0) })
        == "epsilon: expected a number above 0, found 0.0")
    #expect(
      refusal(recipe { $0.optimiser = .sgd(rate: 1, momentum: -0.5) })
        == "momentum: expected at least 0 and less than 1, found -0.5")
    #expect(refusal(recipe { $0.rateDecay = 0 }) == "rate decay: expected a number above 0, found 0.0")
  }

  @Test func aTaskThatIsNotThePresetsIsRefused() {
    #expect(
      refusal(recipe { $0.task = .generate }) == "task: preset cnn is made to classify, not to generate")
    #expect(
      refusal(recipe(.dcgan) { $0.task = .classify })
        == "task: preset dcgan is made to generate, not to classify")
  }

  @Test func aClassifierNeedsTwoClasses() {
    let stripes = Stripes.data().train
    let one = LabelledPictures(
      shape: stripes.shape, pixels: stripes.pixels, labels: stripes.labels.map { _ in 0 })
    let data = DataSet(name: "photos", classNames: ["all"], train: one, test: one, origin: "drawn for tests")
    #expect(refusal(recipe { _ in }, data) == "photos: a classifier needs at least two classes, found 1")
  }

  /// A GAN looks at no class.
  @Test func aGANLearnsFromOneClass() throws {
    let stripes = Stripes.data().train
    let one = LabelledPictures(
      shape: stripes.shape, pixels: stripes.pixels, labels: stripes.labels.map { _ in 0 })
    let data = DataSet(name: "photos", classNames: ["all"], train: one, test: one, origin: "drawn for tests")
    let summary = try Trainer(recipe(.dcgan) { $0.steps = 1 }, data).train(recordingTo: path)
    #expect(summary.steps == 1)
  }

  @Test func moreValidationThanThereIsTakesATenth() throws {
    try Trainer(recipe { ($0.validationCount, $0.steps) = (5_000, 1) }, Stripes.data()).train(
      recordingTo: path)
    let stored = try Recipe(json: RunArchive(opening: path).recipe)
    #expect(stored.validationCount == 5 && stored.data?.trainCount == 52)
  }

  @Test func lessThanNoValidationIsRefused() {
    #expect(
      refusal(recipe { $0.validationCount = -1 })
        == "validation: cannot hold out -1 of 57 pictures: at least one must be left to train on")
  }

  @Test func picturesThatDoNotFitThePresetAreNamed() {
    #expect(
      refusal(recipe(.dcganTF) { _ in })
        == "preset dcgan-tf: makes pictures of 28 × 28, found 8 × 8; bring them there with --size")
    #expect(
      refusal(recipe(.lenet5) { _ in })
        == "preset lenet5: takes pictures of at least 12 × 12, found 8 × 8; bring them there with --size")
  }

  @Test func aBatchOfOneHasNoVarianceToNormaliseBy() {
    let data = Stripes.data(side: 28)
    let refusal = refusal(recipe(.dcganTF) { $0.batch = 1 }, data)
    #expect(
      refusal
        == "bn1 (BatchNorm1d): training needs more than one number a channel to take a variance of, found [1, 12544]"
    )
  }

  @Test func aRunThatIsThereIsNotOverwritten() throws {
    try scratch.write(Array("mine".utf8), "run.h5")
    let error = #expect(throws: ArchiveError.self) {
      try Trainer(Stripes.recipe(.cnn), Stripes.data()).train(recordingTo: path)
    }
    #expect(error?.code == .exists)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
  }

  /// Sizes are for every kind of data, as the message above promises.
  @Test func digitsAreBroughtToTheSizeAskedFor() throws {
    let options = DataSet.Options(trainCount: 20, testCount: 10, size: PictureSize(width: 64, height: 64))
    let data = try DataSet.open("digits", options: options)
    #expect(data.pictureShape == [1, 64, 64] && data.test.shape == [1, 64, 64])
    #expect(data.train.count == 20 && data.test.count == 10 && data.name == "digits")
    let plain = try DataSet.open("digits", options: DataSet.Options(trainCount: 20, testCount: 10))
    #expect(
      data.train.picture(at: 7)
        == plain.train.picture(at: 7).fitted(to: PictureSize(width: 64, height: 64)))
    #expect(data.train.labels == plain.train.labels && data.sha256 != plain.sha256)
    let error = #expect(throws: DataError.self) {
      try DataSet.open("digits", options: DataSet.Options(size: PictureSize(width: 0, height: 9)))
    }
    #expect(error?.subject == "size")
  }
}

@Suite struct TrainingDivergenceTests {
  private let scratch: ScratchFolder
  init() throws { scratch = try ScratchFolder() }

  struct Case: Sendable, CustomTestStringConvertible {
    let preset: Preset
    /// The step at which it shows, what shows it, and where it began.
    let step: Int
    let sign: String
    let place: String
    var testDescription: String { preset.rawValue }
  }

  /// One step of such a rate throws the weights to where their products are beyond what floats hold.
  @Test(arguments: [
    // oneDNN's rectifier makes 0 of what is no number, so that the loss is a number still; the plain one does not.
    Case(preset: .cnn, step: 2, sign: "the gradient's norm", place: "layer conv2 of the classifier"),
    Case(preset: .strided, step: 2, sign: "the gradient's norm", place: "layer conv2 of the classifier"),
    // Seen when G asks the D that has just learnt.
    Case(preset: .dcgan, step: 1, sign: "loss_G", place: "layer conv2 of the discriminator"),
  ])
  func numbersThatAreNoneEndTrainingAtTheirStepAndLayer(_ expected: Case) throws {
    var recipe = Stripes.recipe(expected.preset)
    recipe.optimiser = .sgd(rate: 1e30)
    let path = scratch.path + "/run.h5"
    let journal = Journal()
    let error = #expect(throws: TrainingError.self) {
      try Trainer(recipe, Stripes.data()).train(recordingTo: path, observer: journal.note)
    }
    #expect(error?.code == .diverged && error?.subject == "step \(expected.step)")
    let reason = error?.reason ?? ""
    #expect(
      [expected.sign, "loss"].flatMap { sign in ["nan", "-nan", "inf"].map { "\(sign) is \($0)" } }.contains {
        seen in
        reason
          == "\(seen), which began in \(expected.place); training stopped, the run keeps "
          + "the steps before. A smaller learning rate may help (--rate)"
      }, "\(reason)")

    let run = try RunArchive(opening: path)
    #expect(run.state == .endedEarly && !run.isBeingTrained)
    #expect(run.recordedSteps == expected.step - 1 && journal.steps.count == expected.step - 1)
    #expect(run.snapshots.map(\.step) == Array(0..<expected.step))
    for name in run.metricNames { #expect(try run.metric(name).values.allSatisfy { $0.isFinite }) }
  }

  /// A rate that grows tenfold a step, from one that does no harm: what was recorded and kept by then stays, and going
  /// on comes to the same end.
  @Test func aRunThatDivergesLateKeepsAllStepsBefore() throws {
    let path = scratch.path + "/run.h5"
    var recipe = Stripes.recipe(.cnn, epochs: 10)
    recipe.optimiser = .adam(rate: 1e-6)
    recipe.rateDecay = 1e6
    let first = try #require(
      #expect(throws: TrainingError.self) { try Trainer(recipe, Stripes.data()).train(recordingTo: path) })
    let step = try #require(Int(first.subject.dropFirst("step ".count)))
    #expect(first.code == .diverged && step > 7)
    func check() throws {
      let run = try RunArchive(opening: path)
      #expect(run.state == .endedEarly && run.recordedSteps == step - 1)
      #expect(try run.metric("loss").values.allSatisfy { $0.isFinite })
      #expect(try run.resumeState().step == (step - 1) / 6 * 6)
    }
    try check()
    let second = #expect(throws: TrainingError.self) { try Trainer(recipe, Stripes.data()).resume(path) }
    #expect(second == first)
    try check()
  }
}

import Core
import Foundation
import TestSupport
import Testing
import Train

@Suite struct TrainingRunTests {
  private let scratch: ScratchFolder
  init() throws { scratch = try ScratchFolder() }

  /// 300 digits to train on, 33 for validation, and 251 to test with: one more than are tried at a time.
  @Test func aClassifiersRunIsRecordedWhole() throws {
    let data = try DataSet.open("digits", options: .init(seed: 4, trainCount: 333, testCount: 251))
    var recipe = Recipe(preset: .cnn, seed: 4)
    (recipe.batch, recipe.epochs) = (50, 2)
    let path = scratch.path + "/run.h5"
    let journal = Journal()
    let summary = try Trainer(recipe, data).train(recordingTo: path, observer: journal.note)
    let run = try RunArchive(opening: path)
    let (rest, held) = try data.train.holdingOut(33, seed: 4)

    #expect(run.state == .complete && run.seed == 4)
    let stored = try Recipe(json: run.recipe)
    #expect(try stored.json() == run.recipe)
    #expect(stored.preset == .cnn && stored.batch == 50 && stored.epochs == 2 && stored.seed == 4)
    #expect(stored.optimiser == recipe.optimiser && stored.initialisation == recipe.initialisation)
    let description = try #require(stored.data)
    #expect(description.sha256 == data.sha256 && description.source == "digits")
    #expect(
      description.trainCount == 300 && description.validationCount == 33 && description.testCount == 251)
    #expect(description.pictureShape == [1, 28, 28] && description.classNames == data.classNames)
    #expect(run.networks.map(\.name) == ["classifier"] && run.networks.map(\.role) == [.classifier])
    #expect(try run.networks[0].network == Preset.cnn.classifier(picture: [1, 28, 28], classes: 10))

    // Normalised by what is trained on alone: neither validation nor test may be looked at.
    let (probe, normalisation) = (try run.probe(), Normalisation(of: rest))
    #expect(probe.normalisation.mean == normalisation.mean)
    #expect(probe.normalisation.deviation == normalisation.deviation)
    #expect(probe.normalisation.mean != Normalisation(of: data.train).mean)
    #expect(stored.normalisation == probe.normalisation)

    #expect(Set(run.metricNames) == ["loss", "accuracy"])
    for name in run.metricNames {
      let series = try run.metric(name)
      #expect(series.steps == Array(1...12))
      #expect(series.values == journal.steps.map { $0.metrics[name] })
      #expect(series.values.allSatisfy { $0.isFinite })
    }
    #expect(run.snapshots.map(\.step) == [0, 1, 2, 4, 6, 12] && journal.stored == [0, 1, 2, 4, 6, 12])
    #expect(run.snapshots.map(\.epoch) == [0, 1, 2, 4, 6, 12].map { Double($0) / 6 })
    #expect(run.snapshots.map(\.seconds) == run.snapshots.map(\.seconds).sorted())
    #expect(try run.resumeState().step == 12)

    try expectEvaluations(of: run, data.test, held, normalisation)
    try expectActivations(of: run, probe, data.test)
    #expect(summary.steps == 12 && summary.state == .complete)
    #expect(journal.evaluations.map(\.step) == [0, 1, 2, 4, 6, 12])
    #expect(summary.evaluation == journal.evaluations.last?.values)
    #expect(try summary.evaluation["test_accuracy"] == run.evaluation("test_accuracy").values.last)
  }

  /// Tries the last snapshot on all pictures at once, in plain code.
  private func expectEvaluations(
    of run: RunArchive, _ test: LabelledPictures, _ held: LabelledPictures, _ normalisation: Normalisation
  ) throws {
    let model = try run.model(of: "classifier", at: run.snapshot(.last))
    for (part, pictures) in [("test", test), ("validation", held)] {
      let executor = try makeExecutor(for: model.network, batch: pictures.count, mode: .inference)
      try executor.load(model.parameters)
      try executor.forward(normalisation.tensor(of: pictures))
      let logits = try executor.output()
      var (loss, confusion) = (0.0, [Int](repeating: 0, count: 100))
      for (index, label) in pictures.labels.enumerated() {
        let row = logits[index].elements.map(Double.init)
        let highest = row.max()!
        loss += highest + log(row.reduce(0) { $0 + exp($1 - highest) }) - row[Int(label)]
        confusion[Int(label) * 10 + row.firstIndex(of: highest)!] += 1
      }
      let correct = (0..<10).reduce(0) { $0 + confusion[$1 * 11] }
      let losses = try run.evaluation("\(part)_loss")
      #expect(losses.steps == [0, 1, 2, 4, 6, 12])
      #expect(isClose(losses.values[5], loss / Double(pictures.count), relative: 1e-5))
      let accuracies = try run.evaluation("\(part)_accuracy").values
      #expect(accuracies[5] == Double(correct) / Double(pictures.count))
      // The test is taken at the ends of epochs alone, validation at every snapshot.
      let taken =
        part == "test" ? [false, false, false, false, true, true] : [Bool](repeating: true, count: 6)
      #expect(losses.values.map { !$0.isNaN } == taken && accuracies.map { !$0.isNaN } == taken)
      guard part == "test" else { continue }
      let matrices = try run.confusionMatrices()
      #expect(matrices.map(\.step) == [6, 12])
      #expect(matrices.allSatisfy { $0.counts.reduce(0, +) == 251 })
      #expect(matrices[1].counts == confusion)
      #expect(
        (0..<10).map { row in (0..<10).reduce(0) { $0 + matrices[0][row, $1] } } == test.classCounts(10))
    }
  }

  /// What is stored of the probe pictures is what the stored parameters compute, at every snapshot.
  private func expectActivations(of run: RunArchive, _ probe: Probe, _ test: LabelledPictures) throws {
    #expect(probe.count == 251 && probe.activationCount == 10)
    // The first of each class in front, then the others as they come; picture i shows the digit i mod 10.
    let chosen = test.selecting(0..<251)
    #expect(probe.pictures == chosen.pixels && probe.labels == chosen.labels.map(Int.init))
    let network = run.networks[0]
    #expect(
      network.recordedActivations
        == ["conv1", "relu1", "pool1", "conv2", "relu2", "pool2", "fc1", "relu3", "fc2"])
    let executor = try makeExecutor(for: network.network, batch: 10, mode: .inference)
    for snapshot in run.snapshots {
      try executor.load(run.model(of: "classifier", at: snapshot).parameters)
      try executor.forward(probe.inputs(0..<10))
      for node in network.recordedActivations {
        expectClose(
          try run.activations(of: node, in: "classifier", at: snapshot), try executor.value(of: node),
          because: "\(node) at step \(snapshot.step)")
      }
    }
  }

  @Test func aGANsRunIsRecordedWhole() throws {
    let data = Stripes.data(channels: 3)
    let path = scratch.path + "/run.h5"
    let summary = try Trainer(Stripes.recipe(.dcgan), data).train(recordingTo: path)
    let run = try RunArchive(opening: path)
    #expect(summary.steps == 14 && run.state == .complete)
    #expect(run.snapshots.map(\.step) == [0, 1, 2, 4, 7, 14])
    #expect(run.evaluationNames == [] && run.confusionClasses == nil)
    #expect(Set(run.networks.map(\.role)) == [.generator, .discriminator])
    let adversaries = try Preset.dcgan.adversaries(picture: [3, 8, 8])
    #expect(try run.network(named: "generator").network == adversaries.generator)
    #expect(try run.network(named: "discriminator").network == adversaries.discriminator)
    for name in run.metricNames {
      let series = try run.metric(name)
      #expect(series.steps == Array(1...14) && series.values.allSatisfy { $0.isFinite }, "\(name)")
    }

    let probe = try run.probe()
    #expect(probe.normalisation == .symmetric)
    #expect(run.sampleShape == [64, 8, 8, 3])
    let latents = try #require(probe.latents)
    #expect(latents.shape == [64, 64])
    let G = try makeExecutor(for: adversaries.generator, batch: 64, mode: .inference)
    let D = try makeExecutor(for: adversaries.discriminator, batch: probe.activationCount, mode: .inference)
    for snapshot in run.snapshots {
      try G.load(run.model(of: "generator", at: snapshot).parameters)
      try G.forward(latents)
      let images = try G.output()
      let samples = try run.samples(at: snapshot)
      // [count, channels, height, width] against [count, height, width, channels].
      for (index, byte) in samples.enumerated() {
        let (image, row, column, channel) = (index / 192, index / 24 % 8, index / 3 % 8, index % 3)
        let value = (images.elements[((image * 3 + channel) * 8 + row) * 8 + column] + 1) / 2 * 255
        guard abs(Float(byte) - value) <= 0.501 else {
          Issue.record("sample \(index) at step \(snapshot.step) is \(byte), expected \(value)")
          break
        }
      }
      for node in try run.network(named: "generator").recordedActivations {
        expectClose(
          try run.activations(of: node, in: "generator", at: snapshot),
          try G.value(of: node)[0..<probe.activationCount], because: "\(node) at step \(snapshot.step)")
      }
      try D.load(run.model(of: "discriminator", at: snapshot).parameters)
      try D.forward(probe.inputs(0..<probe.activationCount))
      for node in try run.network(named: "discriminator").recordedActivations {
        expectClose(
          try run.activations(of: node, in: "discriminator", at: snapshot), try D.value(of: node),
          because: "\(node) at step \(snapshot.step)")
      }
    }
    // A generator that learns makes other pictures of the same latents.
    #expect(try run.samples(at: run.snapshot(.first)) != run.samples(at: run.snapshot(.last)))
  }

  @Test(arguments: [Preset.cnn, .dcgan])
  func theSameRecipeGivesTheSameBitsAndAnotherSeedOthers(_ preset: Preset) throws {
    let data = Stripes.data()
    func numbers(_ name: String, seed: UInt64) throws -> [String: [UInt64]] {
      let path = scratch.path + "/\(name).h5"
      try Trainer(Stripes.recipe(preset, epochs: 1, seed: seed), data).train(recordingTo: path)
      return try everyNumber(of: RunArchive(opening: path))
    }
    let (first, second, other) = (
      try numbers("first", seed: 7), try numbers("second", seed: 7), try numbers("other", seed: 8)
    )
    expectSameNumbers(second, first)
    let loss = preset == .cnn ? "loss" : "loss_G"
    #expect(other[loss] != first[loss])
    for name in first.keys where name.contains(".weight of") && name.contains(" at 0 ") {
      #expect(other[name] != first[name], "\(name) begins the same whatever the seed")
    }
  }

  @Test func aTrainerUsedTwiceBeginsAnew() throws {
    let trainer = try Trainer(Stripes.recipe(.cnn, epochs: 1), Stripes.data())
    for name in ["first", "second"] { try trainer.train(recordingTo: scratch.path + "/\(name).h5") }
    expectSameNumbers(
      try everyNumber(of: RunArchive(opening: scratch.path + "/second.h5")),
      try everyNumber(of: RunArchive(opening: scratch.path + "/first.h5")))
  }

  @Test func digitsAreLearnt() throws {
    let data = try DataSet.open("digits", options: .init(seed: 2, trainCount: 3000, testCount: 500))
    var recipe = Recipe(preset: .lenet5, seed: 2)
    (recipe.batch, recipe.epochs) = (50, 5)
    recipe.optimiser.rate = 2e-3
    let path = scratch.path + "/run.h5"
    let summary = try Trainer(recipe, data).train(recordingTo: path)
    let accuracy = try #require(summary.evaluation["test_accuracy"])
    #expect(accuracy > 0.9)
    let losses = try RunArchive(opening: path).metric("loss").values
    #expect(losses.suffix(20).reduce(0, +) / 20 < 0.4)
    #expect(losses[0] > 2)
    print(
      "lenet5 on \(data.train.count) digits: \(accuracy) after \(summary.steps) steps, \(summary.seconds) s")
  }

  @Test func eventsComeInTheirOrderAndSayWhatIsDone() throws {
    let journal = Journal()
    let summary = try Trainer(Stripes.recipe(.cnn, epochs: 1), Stripes.data())
      .train(recordingTo: scratch.path + "/run.h5", observer: journal.note)
    let told = journal.events.map { event in
      switch event {
      case .began: "began"
      case .step(let report): "step \(report.step)/\(report.totalSteps)"
      case .evaluated(let report): "evaluated \(report.step)"
      case .stored(let step): "stored \(step)"
      case .ended: "ended"
      }
    }
    #expect(
      told == [
        "began", "evaluated 0", "stored 0", "step 1/6", "evaluated 1", "stored 1", "step 2/6", "evaluated 2",
        "stored 2", "step 3/6", "step 4/6", "evaluated 4", "stored 4", "step 5/6", "step 6/6", "evaluated 6",
        "stored 6", "ended",
      ])
    guard case .began(let outline) = journal.events.first, case .ended(let last) = journal.events.last else {
      Issue.record("no outline, or no summary")
      return
    }
    #expect(outline.firstStep == 0 && outline.totalSteps == 6 && outline.stepsPerEpoch == 6)
    #expect(outline.batch == 8)
    let network = try Preset.cnn.classifier(picture: [1, 8, 8], classes: 3)
    #expect(outline.parameterCounts == ["classifier": network.trainableParameterCount])
    #expect(last == summary)
    #expect(journal.steps.allSatisfy { $0.imagesPerSecond > 0 && $0.secondsLeft >= 0 })
    #expect(journal.steps.last?.secondsLeft == 0)
  }

  @Test func theSummaryDividesTheTimeThatWasSpent() throws {
    let summary = try Trainer(Stripes.recipe(.cnn), Stripes.data()).train(
      recordingTo: scratch.path + "/run.h5")
    #expect(summary.recordingSeconds > 0 && summary.evaluationSeconds > 0)
    #expect(summary.recordingSeconds + summary.evaluationSeconds <= summary.seconds)
  }

  @Test func withoutTestPicturesTheProbeIsOfTheTrainingOnes() throws {
    let path = scratch.path + "/run.h5"
    try Trainer(Stripes.recipe(.cnn, epochs: 1), Stripes.data(test: 0)).train(recordingTo: path)
    let run = try RunArchive(opening: path)
    #expect(try run.probe().count == 52 && run.probe().activationCount == 3)
    #expect(try run.evaluation("test_accuracy").values.allSatisfy { $0.isNaN })
    #expect(try run.evaluation("validation_accuracy").values.allSatisfy { !$0.isNaN })
    #expect(try run.confusionMatrices() == [])
  }
}

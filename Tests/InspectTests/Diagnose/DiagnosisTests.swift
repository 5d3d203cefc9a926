import Core
import Foundation
import Inspect
import Render
import TestSupport
import Testing

extension Diagnosis {
  /// What was found that is not as it should be: `warning dead-units classifier/conv1`.
  fileprivate var complaints: [String] {
    findings.filter { $0.severity != .good }.map { finding in
      let place = [finding.network, finding.layer].compactMap { $0 }.joined(separator: "/")
      return "\(finding.severity.rawValue) \(finding.rule)" + (place.isEmpty ? "" : " \(place)")
    }
  }
}

/// A power with a whole exponent.
private func power(_ base: Double, _ exponent: Int) -> Double {
  (0..<exponent).reduce(1) { power, _ in power * base }
}

/// Each fault is planted into a run that is healthy otherwise, and must be all that is found.
@Suite struct ClassifierDiagnosisTests {
  private func diagnosis(
    _ course: Patient.Course = .init(), change: (inout Parameters) -> Void = { _ in }
  ) throws -> Diagnosis {
    let patient = try Patient.classifier(course, change: change)
    defer { withExtendedLifetime(patient.folder) {} }
    return try Diagnosis(of: patient.run)
  }

  @Test func aHealthyRunHasNothingWrong() throws {
    let diagnosis = try diagnosis()
    #expect(diagnosis.complaints == [])
    #expect(diagnosis.exitStatus() == 0 && diagnosis.exitStatus(strict: true) == 0)
    let good = Set(diagnosis.findings.map(\.rule))
    for rule in [
      "not-a-number", "run-state", "no-better-than-guessing", "over-fitting", "still-learning",
      "confused-classes",
      "class-never-said", "exploding-gradients", "vanishing-gradients", "dead-units", "zero-filters",
      "duplicate-filters",
    ] { #expect(good.contains(rule), "\(rule)") }
    // 60 pictures are too few for bins, and the made-up run has no optimiser.
    #expect(Set(diagnosis.untold.map(\.rule)) == ["calibration", "update-size"])
    #expect(diagnosis.text.contains("nothing wrong was found in 12 checks"))
  }

  @Test func aFilterOfZerosIsADeadUnit() throws {
    let found = try diagnosis { parameters in
      for place in 27..<36 { parameters["conv1.weight"]!.elements[place] = 0 }
      parameters["conv1.bias"]!.elements[3] = 0
    }
    #expect(found.complaints == ["warning dead-units classifier/conv1"])
    #expect(found.findings[0].evidence.contains("1 of 8 units of conv1 (13"))
    #expect(found.findings[0].evidence.contains("number 3"))
    #expect(found.findings[0].command?.hasSuffix("patient.h5 --layer conv1") == true)
    #expect(found.exitStatus() == 0 && found.exitStatus(strict: true) == 2)
  }

  @Test func aFilterOfZerosWithABiasIsNamedByItsWeights() throws {
    // It answers the same to everything, which is not silence.
    let found = try diagnosis { parameters in
      for place in 27..<36 { parameters["conv1.weight"]!.elements[place] = 0 }
      parameters["conv1.bias"]!.elements[3] = 0.5
    }
    #expect(found.complaints == ["warning zero-filters classifier/conv1"])
  }

  @Test func aLayerOfDeadUnitsIsAFault() throws {
    let found = try diagnosis { parameters in
      parameters["conv2.bias"] = Tensor([6], repeating: -100)
    }
    #expect(found.complaints == ["fault dead-units classifier/conv2"])
    #expect(found.exitStatus() == 2)
  }

  @Test func aCopiedFilterIsADuplicateWhateverItsLength() throws {
    let found = try diagnosis { parameters in
      for place in 0..<9 {
        parameters["conv1.weight"]!.elements[45 + place] = 2 * parameters["conv1.weight"]!.elements[9 + place]
      }
    }
    #expect(found.complaints == ["warning duplicate-filters classifier/conv1"])
    #expect(found.findings[0].evidence.contains("2 of 8 filters of conv1"))
    #expect(found.findings[0].evidence.contains("numbers 1, 5"))
  }

  @Test func learningByHeartIsSeenFromTheEpochOn() throws {
    var course = Patient.Course()
    course.validationLoss = [0.5, 0.3, 0.35, 0.45, 0.6]
    course.validationAccuracy = [0.8, 0.94, 0.93, 0.93, 0.92]
    let found = try diagnosis(course)
    #expect(found.complaints == ["warning over-fitting classifier"])
    #expect(found.findings[0].evidence.contains("lowest after epoch 2 (0.3) and is 0.6 after epoch 5"))
    #expect(found.findings[0].measures.first { $0.name == "best_step" }?.value == 80)
    #expect(found.findings[0].command?.hasPrefix("vitrine curves ") == true)
  }

  @Test func aWideGapOfAccuraciesIsOverFittingEvenWhereTheLossDoesNotRise() throws {
    var course = Patient.Course()
    course.accuracy = { _ in 0.99 }
    course.validationAccuracy = [0.8, 0.82, 0.83, 0.83, 0.83]
    let found = try diagnosis(course)
    #expect(found.complaints == ["warning over-fitting classifier"])
    #expect(found.findings[0].evidence.contains("only 83.0"))
  }

  @Test func aLossThatStillFallsAsksForMoreTraining() throws {
    var course = Patient.Course()
    course.validationLoss = [0.9, 0.7, 0.5, 0.4, 0.3]
    let found = try diagnosis(course)
    #expect(found.complaints == ["note still-learning classifier"])
    #expect(found.findings[0].evidence.contains("25\u{202F}% less in the last epoch"))
  }

  @Test func aLossOfOneWhoGuessesIsAFault() throws {
    var course = Patient.Course()
    course.loss = { _ in 1.09 }
    let found = try diagnosis(course)
    #expect(found.complaints == ["fault no-better-than-guessing classifier"])
    #expect(found.findings[0].evidence.contains("ln 3 = 1.1"))
  }

  @Test func theMostConfusedClassesAreNamedWithTheirCounts() throws {
    var course = Patient.Course()
    course.confusion = [95, 1, 1, 1, 82, 14, 1, 3, 97]
    let found = try diagnosis(course)
    #expect(found.complaints == ["warning confused-classes classifier"])
    #expect(
      found.findings[0].evidence.hasPrefix(
        "“b” is taken for “c” 14 times, 14.4\u{202F}% of all “b” (and “c” for “b” 3 times)"))
    #expect(found.findings[0].command?.hasPrefix("vitrine confusion ") == true)
  }

  @Test func aClassThatIsNeverTheAnswerIsAFault() throws {
    var course = Patient.Course()
    course.confusion = [97, 0, 1, 4, 0, 93, 1, 0, 98]
    let found = try diagnosis(course)
    #expect(found.complaints == ["fault class-never-said classifier", "warning confused-classes classifier"])
    #expect(found.findings[0].evidence.hasSuffix("never the answer: “b”."))
  }

  @Test func gradientsThatGrowAreAFault() throws {
    var course = Patient.Course()
    course.gradients = { step in [0.2, 0.4, 0.3].map { $0 * power(1.05, step) } }
    let found = try diagnosis(course)
    #expect(found.complaints == ["fault exploding-gradients classifier"])
  }

  @Test func oneJumpOfTheGradientIsAWarning() throws {
    var course = Patient.Course()
    course.gradients = { step in step == 77 ? [300, 400, 1_200] : [0.2, 0.4, 0.3] }
    let found = try diagnosis(course)
    #expect(found.complaints == ["warning exploding-gradients classifier"])
    #expect(found.findings[0].evidence.contains("at step 77"))
  }

  @Test func gradientsThatDoNotReachTheFirstLayerAreSeen() throws {
    var course = Patient.Course()
    course.gradients = { _ in [1e-5, 0.01, 0.4] }
    #expect(try diagnosis(course).complaints == ["warning vanishing-gradients classifier/conv1"])
    course.gradients = { _ in [0, 0.4, 0.4] }
    let found = try diagnosis(course)
    #expect(found.complaints == ["fault vanishing-gradients classifier/conv1"])
    #expect(found.findings[0].evidence.hasPrefix("No gradient reached conv1"))
  }

  @Test func aWeightThatIsNoNumberIsAFault() throws {
    let found = try diagnosis { $0["fc.weight"]!.elements[5] = .nan }
    #expect(found.complaints == ["fault not-a-number classifier/fc.weight"])
    #expect(found.findings[0].evidence.hasPrefix("1 of 288 numbers in fc.weight"))
  }

  @Test func stepsTooLargeForTheirWeightsAreSeenInWhatTheOptimiserKept() throws {
    var course = Patient.Course()
    course.recipe =
      #"{"optimiser": {"adam": {"rate": 0.1, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}}, "rateDecay": 1}"#
    // m̂ / √v̂ = 1 nearly: every weight moves by the rate, 0.1, where Kaiming's bound for conv2 is 1 / √72.
    let bias = (1 - power(0.9, 200), 1 - power(0.999, 200))
    course.moments = (Float(bias.0), Float(bias.1))
    let found = try diagnosis(course)
    #expect(found.complaints == ["warning update-size classifier"])
    let ratio = try #require(found.findings[0].measures.first { $0.name == "ratio" }?.value)
    let weights = Patient.parameters(of: try Patient.classifier())
    let expected = ["conv1", "conv2", "fc"].map { name in
      let all = weights[name, "weight"]!.elements
      return 0.1 * Double(all.count).squareRoot()
        / all.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    }.sorted()[1]
    #expect(abs(ratio / expected - 1) < 1e-4, "\(ratio) and \(expected)")
    course.recipe = course.recipe.replacingOccurrences(of: "0.1,", with: "0.001,")
    #expect(try diagnosis(course).complaints == [])
  }

  @Test func aRunThatWasEndedEarlySaysSo() throws {
    var course = Patient.Course()
    course.state = .endedEarly
    #expect(try diagnosis(course).complaints == ["note run-state"])
  }

  @Test func theJSONSaysWhatTheDiagnosisSays() throws {
    struct Page: Decodable {
      struct Finding: Decodable {
        let rule: String
        let severity: String
        let network: String?
        let layer: String?
        let evidence: String
        let advice: String
        let command: String?
        let numbers: [String: Double]
      }
      struct Untold: Decodable {
        let rule: String
        let reason: String
      }
      let format: String
      let version: Int
      let kind: String
      let file: String
      let strict: Bool
      let exitStatus: Int
      let counts: [String: Int]
      let findings: [Finding]
      let untold: [Untold]
    }
    var course = Patient.Course()
    course.validationLoss = [0.5, 0.3, 0.35, 0.45, 0.6]
    course.validationAccuracy = [0.8, 0.94, 0.93, 0.93, 0.92]
    let diagnosis = try diagnosis(course)
    let page = try JSONDecoder().decode(Page.self, from: Data(diagnosis.json(strict: true).utf8))
    #expect(page.format == "vitrine-diagnosis" && page.version == 1 && page.kind == "run" && page.strict)
    #expect(page.exitStatus == 2 && page.file == diagnosis.path)
    #expect(page.counts == ["fault": 0, "warning": 1, "note": 0, "good": diagnosis.count(.good)])
    #expect(page.findings.map(\.rule) == diagnosis.findings.map(\.rule))
    #expect(page.findings[0].evidence == diagnosis.findings[0].evidence)
    #expect(page.findings[0].numbers["best_epoch"] == 2 && page.findings[0].network == "classifier")
    #expect(page.untold.map(\.rule) == diagnosis.untold.map(\.rule))
    let plain = try JSONDecoder().decode(Page.self, from: Data(diagnosis.json().utf8))
    #expect(plain.exitStatus == 0 && !plain.strict)
  }

  @Test func theFigureHasEveryFindingAndNoFolder() throws {
    let diagnosis = try diagnosis { $0["conv2.bias"] = Tensor([6], repeating: -100) }
    let figure = DiagnosisFigure().figure(of: diagnosis)
    let scene = figure.scene()
    #expect(scene.words.contains("fault") && scene.words.contains("dead-units · conv2"))
    #expect(scene.words.contains("vitrine units patient.h5 --layer conv2"))
    #expect(
      !scene.words.contains { $0.contains("vitrine-test-") }, "where the file lies is nobody's business")
    #expect(figure.recipe.verb == "diagnose" && figure.facts.hasPrefix("patient.h5 · 1 fault"))
    #expect(try figure.table("findings").rows.count == diagnosis.findings.count)
  }

  @Test func theSchemaNamesEveryRule() throws {
    let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let page = try String(contentsOf: checkout.appending(path: "docs/diagnose.md"), encoding: .utf8)
    for rule in Diagnosis.ruleNames { #expect(page.contains("`\(rule)`"), "\(rule)") }
  }
}

/// Deviations from the guidelines, each alone in a GAN that follows the others.
@Suite struct AdversaryDiagnosisTests {
  private func complaints(_ duel: Patient.Duel) throws -> [String] {
    let patient = try Patient.gan(duel)
    defer { withExtendedLifetime(patient.folder) {} }
    return try Diagnosis(of: patient.run).complaints
  }

  /// A network with a node put in behind another, which the readers of that then read.
  private func adding(_ node: (String, any Core.Operation), behind: String) -> (Network) throws -> Network {
    { network in
      try Network(
        name: network.name, inputs: network.inputs,
        nodes: network.nodes.flatMap { each -> [Network.Node] in
          let moved = Network.Node(each.name, each.operation, each.inputs.map { $0 == behind ? node.0 : $0 })
          return each.name == behind ? [each, .init(node.0, node.1, [behind])] : [moved]
        })
    }
  }

  /// A network with a node left out, or another operation in its place.
  private func replacing(_ name: String, by operation: (any Core.Operation)?) -> (Network) throws -> Network {
    { network in
      let gone = network.nodes.first { $0.name == name }!
      return try Network(
        name: network.name, inputs: network.inputs,
        nodes: network.nodes.compactMap { each in
          if each.name == name { return operation.map { .init(name, $0, each.inputs) } }
          guard operation == nil else { return each }
          return .init(each.name, each.operation, each.inputs.map { $0 == name ? gone.inputs[0] : $0 })
        })
    }
  }

  @Test func aHealthyGANHasNothingWrong() throws {
    #expect(try complaints(.init()) == [])
  }

  @Test func poolingIsADeviation() throws {
    var duel = Patient.Duel()
    duel.discriminator = adding(("pool", MaxPool2d(kernelSize: 1)), behind: "lrelu1")
    #expect(try complaints(duel) == ["warning gan-pooling discriminator/pool"])
  }

  @Test func missingAndMisplacedNormsAreDeviations() throws {
    var duel = Patient.Duel()
    duel.generator = replacing("bn2", by: nil)
    #expect(try complaints(duel) == ["note gan-batch-norm generator/deconv1"])
    duel.generator = { try self.replacing("bn1", by: nil)(self.replacing("bn2", by: nil)($0)) }
    #expect(try complaints(duel) == ["warning gan-batch-norm generator"])
    duel = .init()
    duel.generator = adding(("bn3", BatchNorm2d(channels: 1)), behind: "deconv2")
    #expect(try complaints(duel) == ["warning gan-batch-norm generator/bn3"])
    duel = .init()
    duel.discriminator = adding(("bn1", BatchNorm2d(channels: 5)), behind: "conv1")
    #expect(try complaints(duel) == ["warning gan-batch-norm discriminator/bn1"])
    duel.discriminator = replacing("bn2", by: nil)
    #expect(try complaints(duel) == ["warning gan-batch-norm discriminator/conv2"])
  }

  @Test func otherActivationsAreDeviations() throws {
    var duel = Patient.Duel()
    duel.discriminator = replacing("lrelu2", by: ReLU())
    #expect(try complaints(duel) == ["warning gan-activations discriminator"])
    duel = .init()
    duel.generator = replacing("relu2", by: LeakyReLU(slope: 0.3))
    #expect(try complaints(duel) == ["note gan-activations generator"])
    duel.generator = replacing("end", by: Identity())
    #expect(try complaints(duel) == ["warning gan-activations generator/end"])
  }

  @Test func picturesThatCannotBeAsDarkAsRealOnesAreAFault() throws {
    var duel = Patient.Duel()
    duel.generator = replacing("end", by: Sigmoid())
    #expect(try complaints(duel) == ["fault gan-output-range generator/end"])
    duel.normalisation = .unit
    #expect(try complaints(duel) == [])
  }

  @Test func kernelsThatTheStrideDoesNotDivideAreADeviation() throws {
    var duel = Patient.Duel()
    duel.generator = { _ in
      try Patient.generator(kernel: 5, padding: .init(top: 1, left: 1, bottom: 2, right: 2))
    }
    #expect(try complaints(duel) == ["warning checkerboard generator/deconv2"])
  }

  @Test func aDiscriminatorThatHasWonIsAFault() throws {
    var duel = Patient.Duel()
    duel.metrics = [0.02, 6, 0.99, 0.005]
    #expect(try complaints(duel) == ["fault discriminator-wins discriminator"])
    duel.metrics = [0.2, 3, 0.93, 0.08]
    #expect(try complaints(duel) == ["warning discriminator-wins discriminator"])
    duel.metrics = [1.386, 0.693, 0.5, 0.5]
    #expect(try complaints(duel) == ["note discriminator-wins discriminator"])
  }

  @Test func samplesThatAreAllAlikeAreACollapse() throws {
    var duel = Patient.Duel()
    duel.isCollapsed = true
    #expect(try complaints(duel) == ["fault mode-collapse generator"])
  }
}

@Suite struct ModelDiagnosisTests {
  private func complaints(
    _ network: Network, path: String = "m.onnx", change: (inout Parameters) -> Void = { _ in }
  )
    throws -> [String]
  {
    var parameters = Patient.parameters(of: network)
    change(&parameters)
    return try Diagnosis(of: Specimen(Model(network, parameters)), path: path).complaints
  }

  @Test func aClassifierNeedsNoRunToHaveItsWeightsLookedAt() throws {
    #expect(try complaints(Patient.classifier()) == [])
    #expect(
      try complaints(Patient.classifier()) { parameters in
        for place in 0..<9 { parameters["conv1.weight"]!.elements[place] = 0 }
      } == ["warning zero-filters classifier/conv1"])
    #expect(
      try complaints(Patient.classifier()) { $0["conv1.bias"]!.elements[0] = .infinity }
        == ["fault not-a-number classifier/conv1.bias"])
  }

  @Test func withPicturesWhatItDoesIsLookedAtToo() throws {
    let network = try Patient.classifier()
    var parameters = Patient.parameters(of: network)
    parameters["conv2.bias"] = Tensor([6], repeating: -100)
    let specimen = try Specimen(Model(network, parameters)).tried(
      on: Patient.pictures(60, normalisation: .unit), named: "mine")
    let diagnosis = try Diagnosis(of: specimen, path: "my model.onnx")
    #expect(diagnosis.complaints.contains("fault dead-units classifier/conv2"))
    // A network of which nothing passes says one class whatever it is shown.
    #expect(diagnosis.complaints.contains("fault class-never-said classifier"))
    #expect(diagnosis.complaints.contains("fault no-better-than-guessing classifier"))
    #expect(
      diagnosis.findings.contains {
        $0.command == "vitrine units 'my model.onnx' --layer conv2 --data mine"
      })
  }

  @Test func whatOnlyLooksLikeAGANsPartIsNoWorseThanANote() throws {
    // A decoder without batch norm ends in nothing: both deviations, if it were a generator.
    let network = try Network.sequential(
      "decoder", input: .init("z", [6]),
      [
        "fc": Linear(inputFeatures: 6, outputFeatures: 80), "fold": Reshape(shape: [20, 2, 2]),
        "relu": ReLU(),
        "up": ConvTranspose2d(inputChannels: 20, outputChannels: 1, kernelSize: 4, stride: 2, padding: 1),
      ])
    #expect(try complaints(network) == ["note gan-batch-norm decoder/fc", "note gan-activations decoder/up"])
  }

  @Test func aNetworkOfOneNumberIsNoDiscriminatorUnlessItLooksLikeOne() throws {
    func steering(_ activation: any Core.Operation) throws -> Network {
      try Network(
        name: "net", inputs: [.init("image", [3, 8, 8])],
        nodes: Patient.chain(
          "image",
          [
            ("conv1", Conv2d(inputChannels: 3, outputChannels: 4, kernelSize: 3)), ("act", activation),
            ("pool", MaxPool2d(kernelSize: 2)), ("flatten", Flatten()),
            ("fc", Linear(inputFeatures: 36, outputFeatures: 1)),
          ]))
    }
    #expect(try complaints(steering(ReLU())) == [])
    #expect(
      try complaints(steering(ReLU()), path: "Discriminator.h5") == [
        "note gan-pooling net/pool", "note gan-activations net",
      ])
    #expect(try complaints(steering(LeakyReLU(slope: 0.2))) == ["note gan-pooling net/pool"])
  }
}

internal import Core
internal import Render

/// A discriminator so sure that the generator learns nothing from it, or one that knows nothing.
struct DiscriminatorWinsRule: DiagnosisRule {
  let id = "discriminator-wins"
  /// Steps below which a duel is too young to be judged.
  static let fewest = 200

  func verdict(on examination: Examination) throws -> Verdict {
    guard let run = examination.run, run.isOfAdversaries,
      Set(["loss_D", "loss_G", "D_real", "D_fake_before"]).isSubset(of: run.metricNames)
    else { return .notApplicable }
    guard run.recordedSteps >= Self.fewest else {
      return .untold("\(run.recordedSteps) steps are too few to judge a duel; \(Self.fewest) are needed")
    }
    guard let loss = try run.metric("loss_D").closingMean, let lossG = try run.metric("loss_G").closingMean,
      let real = try run.metric("D_real").closingMean, let fake = try run.metric("D_fake_before").closingMean
    else { return .notApplicable }
    func short(_ value: Double) -> String { Numbers.significant(value, digits: 2) }
    let words =
      "in the last tenth of the steps D takes real pictures for real with \(short(real)) and made ones with \(short(fake)), its loss is \(short(loss)), that of G \(short(lossG))"
    let measures: KeyValuePairs<String, Double> = [
      "loss_D": loss, "loss_G": lossG, "D_real": real, "D_fake": fake,
    ]
    let command = examination.command("curves")
    if real - fake < 0.02, loss > 1.3 {
      return .found([
        Finding(
          .note, network: "discriminator", "D cannot tell real pictures from made ones: \(words).",
          advice:
            "Look at the samples: either they are perfect, or D learns nothing. Then give it a larger learning rate.",
          command: examination.command("samples"), measures: measures)
      ])
    }
    guard loss < 0.25 || (real > 0.95 && fake < 0.05) else { return .well(words) }
    let isFault = loss < 0.1 && fake < 0.03
    return .found([
      Finding(
        isFault ? .fault : .warning, network: "discriminator",
        isFault
          ? "The discriminator has won: \(words), and there is nothing left for G to learn from."
          : "The discriminator is far ahead: \(words).",
        advice:
          "Make D weaker or G stronger: fewer filters or dropout in D, a smaller learning rate for D, labels of 0.9 in place of 1.",
        command: command, measures: measures)
    ])
  }
}

/// A generator that makes the same picture, or nearly, whatever it is given.
struct ModeCollapseRule: DiagnosisRule {
  let id = "mode-collapse"

  func verdict(on examination: Examination) throws -> Verdict {
    guard let run = examination.run, let shape = run.sampleShape, let last = run.snapshots.last,
      let probe = examination.specimens.first(where: { $0.role == .generator })?.probe, probe.count >= 2,
      shape.rank == 4, shape[0] >= 2,
      shape.perExample.elementCount == probe.pictureShape.perExample.elementCount
    else { return .notApplicable }
    guard run.recordedSteps >= DiscriminatorWinsRule.fewest else {
      return .untold(
        "\(run.recordedSteps) steps are too few: a generator that has not learnt makes one grey of everything"
      )
    }
    let size = shape.perExample.elementCount
    let made = Self.meanDistance(try run.samples(at: last), Array(0..<shape[0]), size)
    // As many real pictures as there are samples, from all over the probe, which may be sorted by class.
    let count = min(shape[0], probe.count)
    let real = Self.meanDistance(
      probe.pictures, (0..<count).map { $0 * probe.count / count }, size)
    guard real > 0 else { return .notApplicable }
    let ratio = made / real
    let words =
      "two of \(shape[0]) made pictures differ by \(Numbers.significant(made, digits: 3)) on average, two real ones by \(Numbers.significant(real, digits: 3)) (distance of pixels of 0 … 1), \(Numbers.percent(ratio, decimals: 0))"
    guard ratio < 0.6 else { return .well(words) }
    return .found([
      Finding(
        ratio < 0.3 ? .fault : .warning, network: "generator",
        "The generator makes \(ratio < 0.3 ? "nearly the same picture whatever it is given" : "too much of the same"): \(words).",
        advice:
          "Look when it began: go back to a snapshot before; a smaller learning rate, a larger batch or noise on D’s labels may help.",
        command: examination.command("growth"), measures: ["made": made, "real": real, "ratio": ratio])
    ])
  }

  /// The mean Euclidean distance of all pairs of some pictures, brightness 0 … 1.
  static func meanDistance(_ pixels: [UInt8], _ pictures: [Int], _ size: Int) -> Double {
    var sum = 0.0
    var pairs = 0
    for (place, first) in pictures.enumerated() {
      for second in pictures[(place + 1)...] {
        var square = 0
        for offset in 0..<size {
          let difference = Int(pixels[first * size + offset]) - Int(pixels[second * size + offset])
          square += difference * difference
        }
        sum += Double(square).squareRoot() / 255
        pairs += 1
      }
    }
    return pairs > 0 ? sum / Double(pairs) : 0
  }
}

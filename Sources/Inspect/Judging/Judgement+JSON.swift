internal import FoundationEssentials
internal import Render

extension Judgement {
  /// Everything as JSON, numbers that are not defined left out.
  /// - Throws: what the encoder throws.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(Record(self)), as: UTF8.self)
  }

  private struct Record: Encodable {
    struct Judge: Encodable {
      let name: String
      let accuracy: Double?
      let sha256: String
      let featureNode: String
      let features: Int
    }
    struct Class: Encodable {
      let name: String
      let count: Int
      let share: Double
      let dataShare: Double
    }
    struct Pair: Encodable {
      let generated: Double?
      let real: Double?
    }
    let generator: String
    let step: Int?
    let seed: UInt64
    let judge: Judge
    let data: String
    let pictures: [String: Int]
    let classes: [Class]
    let scores: [String: Pair]
    let copies: Bool

    init(_ judgement: Judgement) {
      generator = judgement.generator
      step = judgement.step
      seed = judgement.seed
      judge = Judge(
        name: judgement.judgeName, accuracy: judgement.accuracy, sha256: judgement.checksum,
        featureNode: judgement.featureNode, features: judgement.features)
      data = judgement.dataName
      let counts = judgement.counts
      pictures = [
        "generated": counts.fake, "test": counts.test, "train_sample": counts.train, "train": counts.allTrain,
        "copy_check": counts.copies, "neighbourhoods": judgement.likeness.neighbourhoodCount,
        "kid_subset": judgement.likeness.kernel.size, "kid_subsets": judgement.likeness.kernel.subsets,
      ]
      classes = judgement.classNames.indices.map { label in
        Class(
          name: judgement.classNames[label], count: judgement.histogram.counts[label],
          share: judgement.histogram.shares[label], dataShare: judgement.histogram.dataShares[label])
      }
      func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
      scores = Dictionary(
        uniqueKeysWithValues: judgement.groups.flatMap(\.scores).map {
          ($0.key, Pair(generated: finite($0.generated), real: finite($0.real)))
        })
      copies = judgement.copies.pixels.copies || judgement.copies.features.copies
    }
  }
}

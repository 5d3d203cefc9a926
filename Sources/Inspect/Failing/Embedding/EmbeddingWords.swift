internal import Render

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#endif

/// What a figure of an embedding says in words and tables.
struct EmbeddingWords {
  let embedding: PictureEmbedding

  init(_ embedding: PictureEmbedding) { self.embedding = embedding }

  func facts(_ moment: String?) -> String {
    [
      embedding.layer,
      "\(Numbers.grouped(embedding.numbers)) \(embedding.isMean ? "maps, the mean of each" : "numbers") of each picture",
      "\(Numbers.grouped(embedding.count)) pictures", moment ?? "",
    ].filter { !$0.isEmpty }.joined(separator: " · ")
  }

  private var mistakes: Int? {
    guard !embedding.labels.isEmpty, embedding.said.count == embedding.labels.count else { return nil }
    return embedding.mistakes.count
  }

  func reading(_ found: [PictureEmbedding]) -> String {
    var text =
      embedding.labels.isEmpty
      ? "Each mark is a picture, near those that the network makes much the same of."
      : "Each mark is a picture in its true class’s colour, near those that the network makes much the same of; names stand at the classes’ medians."
    if let mistakes, mistakes > 0, mistakes <= embedding.count / 10 {
      text += " Rings: the \(mistakes) that it names wrongly; most lie where classes meet."
    }
    let hasMap = found.contains { $0.method == .tsne }
    text +=
      " T(12), trustworthiness, is how much of the nearness seen is real, 1 at best"
      + (hasMap
        ? "; in t-SNE distances between groups, and their sizes, mean little." : ".")
    return text
  }

  /// `21 % + 17 % of the variance; T(12) 0.83; 78.1 % named rightly by 12 neighbours (91.0 % by those among all 128 numbers)`
  func caption(_ embedding: PictureEmbedding) -> String {
    var parts: [String] = []
    switch embedding.method {
    case .pca:
      let shares = embedding.varianceShares.prefix(2).map { Numbers.percent($0) }
      parts.append(
        "components 1 (across) and 2 (up): \(shares.joined(separator: " + ")) of the variance")
    case .tsne:
      parts.append(
        "perplexity \(Numbers.significant(min(30, Double(embedding.count - 1) / 3))), 1,000 steps from PCA"
          + (embedding.divergence.map { ", KL \(Numbers.fixed($0, decimals: 2)) nats" } ?? ""))
    }
    parts.append(contentsOf: measures(embedding))
    if let share = embedding.featureAccuracy {
      parts[parts.count - 1] +=
        " (by those among all \(Numbers.grouped(embedding.numbers)) numbers \(Numbers.percent(share)))"
    }
    return parts.joined(separator: "; ")
  }

  private func measures(_ embedding: PictureEmbedding) -> [String] {
    var parts: [String] = []
    if let trust = embedding.trustworthiness { parts.append("T(12) \(Numbers.fixed(trust, decimals: 3))") }
    if let share = embedding.neighbourAccuracy {
      parts.append("12 neighbours name \(Numbers.percent(share)) rightly")
    }
    return parts
  }

  func shortCaption(_ embedding: PictureEmbedding) -> String {
    var parts: [String] = []
    if embedding.method == .pca {
      parts.append(
        "\(Numbers.percent(embedding.varianceShares.prefix(2).reduce(0, +), decimals: 0)) of variance")
    }
    if let trust = embedding.trustworthiness { parts.append("T \(Numbers.fixed(trust, decimals: 2))") }
    if let share = embedding.neighbourAccuracy {
      parts.append("neighbours right \(Numbers.percent(share, decimals: 0))")
    }
    if !embedding.labels.isEmpty, embedding.said.count == embedding.labels.count {
      let right = 1 - Double(embedding.mistakes.count) / Double(max(embedding.count, 1))
      parts.append("network right \(Numbers.percent(right, decimals: 0))")
    }
    return parts.joined(separator: " · ")
  }

  func description(_ found: [PictureEmbedding]) -> String {
    var text = "\(Numbers.grouped(embedding.count)) pictures as points"
    if !embedding.labels.isEmpty { text += " of \(Set(embedding.labels).count) classes" }
    text += ". " + found.map { "\($0.method.title): \(caption($0))." }.joined(separator: " ")
    if let mistakes { text += " \(mistakes) are named wrongly." }
    return text
  }

  func description(_ found: [[PictureEmbedding]], _ titles: [String]) -> String {
    zip(titles, found).map { title, own in
      "\(title): " + own.map { "\($0.method.title) \(shortCaption($0))" }.joined(separator: ", ") + "."
    }.joined(separator: " ")
  }

  func places(_ found: [PictureEmbedding], _ steps: [String] = []) -> NumberTable {
    let count = embedding.count
    func name(_ label: Int) -> String {
      embedding.classNames.indices.contains(label) ? embedding.classNames[label] : String(label)
    }
    return NumberTable(
      columns: ["picture", "class", "said"]
        + found.indices.flatMap { index -> [String] in
          let title = found[index].method.title + (steps.isEmpty ? "" : " at \(steps[index])")
          return ["\(title) x", "\(title) y"]
        },
      rows: (0..<count).map { index in
        [
          String(index), embedding.labels.isEmpty ? "" : name(embedding.labels[index]),
          embedding.said.isEmpty ? "" : name(embedding.said[index]),
        ]
          + found.flatMap {
            [NumberTable.text($0.places[2 * index]), NumberTable.text($0.places[2 * index + 1])]
          }
      })
  }

  func measures(_ found: [PictureEmbedding], _ steps: [String] = []) -> NumberTable {
    func text(_ number: Double?) -> String { number.map(NumberTable.text) ?? "" }
    return NumberTable(
      columns: [
        "method", "step", "T(12)", "12 neighbours right", "12 neighbours right among all numbers", "KL, nats",
      ],
      rows: found.enumerated().map { index, embedding in
        [
          embedding.method.title, steps.isEmpty ? "" : steps[index], text(embedding.trustworthiness),
          text(embedding.neighbourAccuracy), text(embedding.featureAccuracy), text(embedding.divergence),
        ]
      })
  }

  var variance: NumberTable {
    var sum = 0.0
    return NumberTable(
      columns: ["component", "share of variance", "together"],
      rows: embedding.varianceShares.prefix(50).enumerated().map { index, share in
        sum += share
        return [String(index + 1), NumberTable.text(share), NumberTable.text(sum)]
      })
  }
}

/// The root that, taken so many times, gives a ratio.
func rootOfRatio(_ ratio: Double, _ count: Double) -> Double { count > 0 ? exp(log(ratio) / count) : 1 }

/// How far a step is from another, by ratio.
func distance(_ step: Int, _ ideal: Double) -> Double { abs(log(Double(max(step, 1))) - log(max(ideal, 1))) }

internal import Render

extension Judgement {
  /// Everything in lines, for a terminal.
  public var text: String {
    var lines = [
      "\(generatorFacts.facts): \(Numbers.grouped(counts.fake)) pictures of seed \(seed), \(prior)",
      "judge: \(judgeFacts)",
      "real: \(realFacts)", "",
    ]
    var rows = [["", "generated", "real", "ideal"]]
    for group in groups {
      rows.append([group.title, "", "", ""])
      for score in group.scores {
        rows.append(["  " + score.name, score.texts.generated, score.texts.real, score.ideal])
      }
    }
    // The last column is words, which begin at the left.
    let width = rows.map { $0[3].count }.max() ?? 0
    rows = rows.map { Array($0.prefix(3)) + [$0[3] + String(repeating: " ", count: width - $0[3].count)] }
    lines += rows.aligned(leftAligned: 1)
    lines += ["", "classes of the generated pictures, the data’s share behind:"]
    lines += classRows.map { [$0[0], $0[1], $0[2], $0[3]] }.aligned(leftAligned: 1)
    lines += ["", remark]
    return lines.joined(separator: "\n")
  }

  /// `classifier, names 99.2 % of 10,000 real test pictures rightly; 128 features of relu3; SHA-256 1a2b3c4d5e6f`
  var judgeFacts: String {
    let right =
      accuracy.map {
        "names \(Numbers.percent($0, decimals: 2)) of \(Numbers.grouped(counts.test)) real test pictures rightly"
      }
      ?? "nobody knows how often it is right on these pictures"
    return
      "\(judgeName), \(right); \(Numbers.grouped(features)) features of \(featureNode); SHA-256 \(checksum.prefix(12))"
  }

  var realFacts: String {
    "\(dataName), \(Numbers.grouped(counts.test)) test pictures; in the column “real” distances are those of "
      + "\(Numbers.grouped(counts.train)) of \(Numbers.grouped(counts.allTrain)) training pictures to these"
  }

  /// What limits the numbers, in words.
  var remark: String {
    var parts: [String] = []
    if likeness.frechet == nil {
      parts.append(
        "No Fréchet distance: \(Numbers.grouped(features)) features need more pictures than that, and at most \(Numbers.grouped(FrechetDistance.mostDimensions)) can be decomposed."
      )
    } else {
      parts.append(
        "The Fréchet distance depends on the judge and on n: compare it only with its floor, for the same of both."
      )
    }
    parts.append(
      "Neighbourhoods reach to the \(likeness.manifold.k)th neighbour among \(Numbers.grouped(likeness.neighbourhoodCount)) pictures of each kind; KID is the mean of \(likeness.kernel.subsets) \(likeness.kernel.subsets == 1 ? "subset" : "subsets") of \(Numbers.grouped(likeness.kernel.size)); copies were looked for with \(Numbers.grouped(counts.copies)) pictures among all training pictures."
    )
    if !labelsAreKnown {
      parts.append("The data’s shares of the classes are what the judge says of test pictures.")
    }
    if let accuracy, accuracy < 0.9 {
      parts.append("The judge is wrong too often for its word to count for much.")
    }
    return parts.joined(separator: " ")
  }

  /// Name, count, share and the data's share of each class.
  var classRows: [[String]] {
    classNames.indices.map { label in
      [
        classNames[label], Numbers.grouped(histogram.counts[label]), Numbers.percent(histogram.shares[label]),
        Numbers.percent(histogram.dataShares[label]),
      ]
    }
  }
}

internal import Core
internal import Render

/// Diversity at one moment: the distances of all pairs, and the pairs that are most alike.
struct DiversityMoment {
  private let fakePictures: Tensor
  private let realPictures: Tensor
  private let fakes: PairwiseDistances
  private let real: PairwiseDistances
  private let ratio: DiversityRatio

  private static let shownPairs = 8
  private static let bins = 32

  init(fakes: Tensor, real: Tensor) {
    (fakePictures, realPictures) = (fakes, real)
    (self.fakes, self.real) = (PairwiseDistances(fakes), PairwiseDistances(real))
    ratio = DiversityRatio(self.fakes, self.real)
  }

  var blocks: [any Block] {
    [
      HStack {
        histogram("Distance of two pictures", "‖x − x′‖, brightness", fakes.distances, real.distances)
        histogram("Dissimilarity of two pictures", "1 − SSIM", fakes.dissimilarities, real.dissimilarities)
      },
      HStack {
        pairs("The fakes that are most alike", fakePictures, fakes)
        pairs("The real pictures that are most alike", realPictures, real)
      },
    ]
  }

  /// The share of pairs in bins of even width, from nothing to the largest of both kinds.
  private func histogram(_ title: String, _ axis: String, _ fakes: [Double], _ real: [Double]) -> Chart {
    let finite = (fakes + real).filter(\.isFinite)
    let top = max(finite.max() ?? 1, 1e-9)
    func shares(_ values: [Double]) -> [Double] {
      var counts = [Double](repeating: 0, count: Self.bins)
      for value in values where value.isFinite {
        counts[min(max(Int(value / top * Double(Self.bins)), 0), Self.bins - 1)] += 1
      }
      return counts.map { $0 / Double(max(values.count, 1)) }
    }
    let middles = (0..<Self.bins).map { (Double($0) + 0.5) * top / Double(Self.bins) }
    return Chart(
      title, x: Axis(axis, domain: 0...top), y: Axis("share of pairs", includesZero: true), height: 120
    ) {
      LineMark(x: .values(axis, middles), y: .values("share", shares(real)), series: "real").color(.real)
      LineMark(x: .values(axis, middles), y: .values("share", shares(fakes)), series: "fakes").color(.fake)
    }.names(.legend)
  }

  private func pairs(_ title: String, _ pictures: Tensor, _ distances: PairwiseDistances) -> any Block {
    let nearest = distances.nearest(Self.shownPairs)
    let tiles = Sampling.tiles(pictures)
    let side = Double(tiles.width)
    return Panel(
      title,
      caption:
        "one above the other; the \(nearest.count) pairs with the highest SSIM of \(Numbers.grouped(distances.distances.count))"
    ) {
      ImageGrid(
        tiles.selected(nearest.map(\.first) + nearest.map(\.second)), columns: nearest.count,
        magnification: max(0.5, (2 * 36 / side).rounded(.down) / 2), gap: 3)
    }
  }

  // MARK: Words

  private var ratios: String {
    "the mean distance is \(Numbers.fixed(ratio.distance, decimals: 2)) of that of real pictures "
      + "(\(Numbers.significant(fakes.distance)) and \(Numbers.significant(real.distance))), the mean of 1 − SSIM "
      + "\(Numbers.fixed(ratio.dissimilarity, decimals: 2)) (\(Numbers.significant(fakes.dissimilarity)) and "
      + "\(Numbers.significant(real.dissimilarity)))"
  }

  var reading: String {
    let verdict =
      ratio.isCollapsed
      ? "That is less than \(Numbers.significant(DiversityRatio.collapse)): this generator repeats itself, or has not learnt yet."
      : "One would be as varied as real pictures, less than \(Numbers.significant(DiversityRatio.collapse)) would be flagged."
    return
      "Of two fakes \(ratios). \(verdict) A fake line far to the left of the blue one means pictures that are too much alike."
  }

  var description: String {
    "Over all pairs of \(fakes.count) fakes and \(real.count) real pictures: \(ratios)."
  }

  var numbers: [(name: String, table: NumberTable)] {
    func table(_ distances: PairwiseDistances) -> NumberTable {
      var rows: [[String]] = []
      var index = 0
      for first in 0..<distances.count {
        for second in first + 1..<distances.count {
          rows.append([
            String(first), String(second), NumberTable.text(distances.distances[index]),
            NumberTable.text(distances.dissimilarities[index]),
          ])
          index += 1
        }
      }
      return NumberTable(columns: ["first", "second", "distance", "1 - SSIM"], rows: rows)
    }
    return [("fakes", table(fakes)), ("real", table(real))]
  }
}

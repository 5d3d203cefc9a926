/// Numbers of one kind at several moments, counted in bins that are the same for all moments.
///
/// 128 bins of equal width between the 0.1 and the 99.9 percentile of *all* moments' numbers together, and one overflow bin on
/// each side: a distribution that wanders is seen to wander, and none is stretched.
package struct FixedBins: Hashable, Sendable {
  /// Bins between the edges.
  package static let count = 128
  /// Percentiles that are kept of every moment.
  package static let percentiles: [Double] = [0, 5, 25, 50, 75, 95, 100]

  /// The lower edge of the first bin.
  package let lower: Double
  /// The upper edge of the last bin.
  package let upper: Double
  /// Numbers of each moment, those that are not finite left out.
  package private(set) var totals: [Int] = []
  /// Numbers of each moment that are not finite.
  package private(set) var lost: [Int] = []
  /// For each moment the numbers below the lower edge, in each bin, and above the upper edge: 130 counts.
  package private(set) var counts: [[Int]] = []
  /// For each moment its `percentiles`, from the numbers themselves; NaN where there are none.
  package private(set) var percentiles: [[Double]] = []
  /// True if every number of every moment is the same.
  package let isConstant: Bool

  /// The width of a bin.
  package var width: Double { (upper - lower) / Double(Self.count) }
  /// The edge before a bin, 0 … 128; the last is the upper edge.
  package func edge(_ index: Int) -> Double { index == Self.count ? upper : lower + Double(index) * width }
  /// The middles of all bins, the overflow bins' half a width beyond the edges.
  package var centres: [Double] { (-1...Self.count).map { lower + (Double($0) + 0.5) * width } }
  /// For each moment the share of its numbers in every bin.
  package var densities: [[Double]] {
    zip(counts, totals).map { counts, total in counts.map { total > 0 ? Double($0) / Double(total) : .nan } }
  }

  /// Counts the numbers of moments, each list in any order.
  package init(of moments: [[Float]]) {
    let sorted = moments.map { SortedNumbers($0) }
    let all = MergedNumbers(sorted)
    isConstant = all.count == 0 || all.element(0) == all.element(all.count - 1)
    var (lower, upper) = (all.percentile(0.1), all.percentile(99.9))
    // All alike, or none: bins about them.
    if !(lower < upper) {
      let middle = lower.isFinite ? lower : 0
      (lower, upper) = (middle - 0.5, middle + 0.5)
    }
    (self.lower, self.upper) = (lower, upper)
    for numbers in sorted {
      totals.append(numbers.values.count)
      lost.append(numbers.lost)
      counts.append(counted(numbers.values))
      percentiles.append(Self.percentiles.map { numbers.percentile($0) })
    }
  }

  /// How many of sorted numbers lie in each bin `[edge, next edge)`, the last with its upper edge.
  private func counted(_ sorted: [Float]) -> [Int] {
    var places = (0...Self.count).map { index in sorted.firstPlace { Double($0) >= edge(index) } }
    places[Self.count] = sorted.firstPlace { Double($0) > upper }
    return [places[0]] + zip(places.dropFirst(), places).map { $0 - $1 } + [sorted.count - places[Self.count]]
  }
}

/// The finite numbers of a list in order.
struct SortedNumbers {
  let values: [Float]
  /// Numbers that are not finite, left out.
  let lost: Int

  init(_ numbers: [Float]) {
    values = numbers.filter(\.isFinite).sortedByDigits()
    lost = numbers.count - values.count
  }

  /// A percentile, straight between the two numbers beside it, as NumPy's usual one.
  func percentile(_ percent: Double) -> Double {
    Percentile.between(count: values.count, percent) { Double(values[$0]) }
  }
}

/// Sorted lists as one sorted list, without merging them.
struct MergedNumbers {
  private let lists: [SortedNumbers]
  let count: Int

  init(_ lists: [SortedNumbers]) {
    self.lists = lists
    count = lists.reduce(0) { $0 + $1.values.count }
  }

  func percentile(_ percent: Double) -> Double { Percentile.between(count: count, percent, element) }

  /// The number at a place: the smallest of which, with all below, there are more than that. Found bit by bit.
  func element(_ place: Int) -> Double {
    var (low, high) = (UInt32(0), UInt32.max)
    while low < high {
      let middle = low + (high - low) / 2
      let number = Float(orderedBits: middle)
      let upTo = lists.reduce(0) { $0 + $1.values.firstPlace { Float.isBelow(number, $0) } }
      if upTo > place { high = middle } else { low = middle + 1 }
    }
    return Double(Float(orderedBits: low))
  }
}

private enum Percentile {
  static func between(count: Int, _ percent: Double, _ element: (Int) -> Double) -> Double {
    guard count > 0 else { return .nan }
    let place = percent / 100 * Double(count - 1)
    let before = min(Int(place), count - 1)
    let share = place - Double(before)
    let low = element(before)
    return share > 0 ? low + share * (element(before + 1) - low) : low
  }
}

extension [Float] {
  /// The first place at which something holds that holds from there on; the count if nowhere.
  fileprivate func firstPlace(where holds: (Float) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// The finite numbers in order, sorted digit by digit of their bits (a radix sort): a layer through a whole run is millions of
  /// numbers, which by comparisons took seconds.
  fileprivate func sortedByDigits() -> [Float] {
    var keys = map(\.orderedBits)
    var other = keys
    for shift in [UInt32(0), 11, 22] {
      var starts = [Int](repeating: 0, count: 2049)
      for key in keys { starts[Int(key >> shift & 2047) + 1] += 1 }
      for digit in 0..<2048 { starts[digit + 1] += starts[digit] }
      for key in keys {
        let digit = Int(key >> shift & 2047)
        other[starts[digit]] = key
        starts[digit] += 1
      }
      swap(&keys, &other)
    }
    return keys.map { Float(orderedBits: $0) }
  }
}

extension Float {
  /// The bits as a number that is in order as the floats are: −∞ first, −0 just before 0.
  fileprivate var orderedBits: UInt32 {
    let bits = bitPattern
    return bits >> 31 == 1 ? ~bits : bits | 0x8000_0000
  }

  /// The float of such bits.
  fileprivate init(orderedBits bits: UInt32) {
    self.init(bitPattern: bits >> 31 == 1 ? bits & 0x7FFF_FFFF : ~bits)
  }

  /// Whether a number of ordered bits lies before another, −0 before 0.
  fileprivate static func isBelow(_ first: Float, _ second: Float) -> Bool {
    first.orderedBits < second.orderedBits
  }
}

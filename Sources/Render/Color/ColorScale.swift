/// How numbers become colours: a colour map between two limits, and where the limits come from.
///
/// Signed values: symmetric limits, zero exactly white. Values never negative: from zero. Pictures: black and
/// white fixed. Limits are explicit, and the share of values beyond them is counted, so that a figure can say so.
public struct ColorScale: Hashable, Sendable {
  /// What shares the limits.
  public enum Mode: Hashable, Sendable {
    /// Each tile has limits of its own: compare shapes, not strengths.
    case tile
    /// All tiles of a layer share them.
    case layer
    /// All tiles of the figure share them.
    case global
    /// They are fixed beforehand.
    case fixed

    var words: String {
      switch self {
      case .tile: "in each tile"
      case .layer: "in this layer"
      case .global: "in this figure"
      case .fixed: "fixed"
      }
    }
  }

  /// What the two ends mean.
  public enum Kind: Hashable, Sendable {
    /// Symmetric about zero, which is exactly white.
    case diverging
    /// From zero, or from a lower limit, upwards.
    case sequential
    /// Black and white at fixed values.
    case image
  }

  /// The colours.
  public var map: ColorMap
  /// The value at the lower end.
  public var lower: Double
  /// The value at the upper end; above `lower`.
  public var upper: Double
  /// What the two ends mean.
  public var kind: Kind
  /// What shares the limits.
  public var mode: Mode
  /// The symbol of what is shown, `w`, `activation`; for the note.
  public var symbol: String
  /// The percentile of the values that the limit is, if it was taken from values.
  public var percentile: Double?
  /// The share of the values beyond the limits, 0 … 1, if it was counted.
  public var clippedShare: Double?
  /// How many of the values were no numbers; those are drawn in a magenta of their own.
  public var notANumberCount = 0

  /// A scale from its parts. Equal limits are widened, so that constant data draws at its value.
  public init(
    map: ColorMap, lower: Double, upper: Double, kind: Kind, mode: Mode = .fixed, symbol: String = "value",
    percentile: Double? = nil, clippedShare: Double? = nil
  ) {
    self.map = map
    self.lower = lower
    self.upper = upper > lower ? upper : lower + 1
    self.kind = kind
    self.mode = mode
    self.symbol = symbol
    self.percentile = percentile
    self.clippedShare = clippedShare
  }

  /// Signed values within ±`limit`, zero white.
  public static func diverging(
    limit: Double, map: ColorMap = .blueRed, mode: Mode = .fixed, symbol: String = "value"
  ) -> ColorScale {
    let limit = limit > 0 && limit.isFinite ? limit : 1
    return ColorScale(map: map, lower: -limit, upper: limit, kind: .diverging, mode: mode, symbol: symbol)
  }

  /// Signed values, zero white; the limit is a percentile of their magnitudes, the share beyond it counted.
  public static func diverging(
    of values: some Sequence<Float>, percentile: Double = 99.5, map: ColorMap = .blueRed,
    mode: Mode = .layer, symbol: String = "value"
  ) -> ColorScale {
    let measured = limit(of: values, percentile: percentile)
    var scale = diverging(limit: measured.limit, map: map, mode: mode, symbol: symbol)
    scale.percentile = percentile
    scale.clippedShare = measured.clippedShare
    scale.notANumberCount = values.reduce(0) { $0 + ($1.isNaN ? 1 : 0) }
    return scale
  }

  /// Values from 0 to `limit`.
  public static func sequential(
    limit: Double, map: ColorMap = .viridis, mode: Mode = .fixed, symbol: String = "value"
  ) -> ColorScale {
    ColorScale(
      map: map, lower: 0, upper: limit > 0 && limit.isFinite ? limit : 1, kind: .sequential, mode: mode,
      symbol: symbol)
  }

  /// Values from 0 to a percentile of them, the share beyond it counted.
  public static func sequential(
    of values: some Sequence<Float>, percentile: Double = 99.5, map: ColorMap = .viridis,
    mode: Mode = .layer, symbol: String = "value"
  ) -> ColorScale {
    let measured = limit(of: values, percentile: percentile)
    var scale = sequential(limit: measured.limit, map: map, mode: mode, symbol: symbol)
    scale.percentile = percentile
    scale.clippedShare = measured.clippedShare
    scale.notANumberCount = values.reduce(0) { $0 + ($1.isNaN ? 1 : 0) }
    return scale
  }

  /// Values within fixed limits.
  public static func range(
    _ range: ClosedRange<Double>, map: ColorMap = .viridis, symbol: String = "value"
  ) -> ColorScale {
    ColorScale(
      map: map, lower: range.lowerBound, upper: range.upperBound, kind: .sequential, symbol: symbol)
  }

  /// Probabilities and shares: always 0 … 1.
  public static let probability = ColorScale(
    map: .viridis, lower: 0, upper: 1, kind: .sequential, symbol: "p")

  /// Pictures: 0 black, 1 white.
  public static let image = ColorScale(map: .grey, lower: 0, upper: 1, kind: .image, symbol: "brightness")

  /// Pictures with black and white at given values, −1 … 1 for a generator that ends in tanh.
  public static func image(_ range: ClosedRange<Double>) -> ColorScale {
    ColorScale(
      map: .grey, lower: range.lowerBound, upper: range.upperBound, kind: .image, symbol: "brightness")
  }

  /// The percentile (nearest rank) of the magnitudes, and the share of finite values beyond it.
  public static func limit(
    of values: some Sequence<Float>, percentile: Double
  ) -> (limit: Double, clippedShare: Double) {
    var magnitudes: [Float] = []
    for value in values where value.isFinite { magnitudes.append(abs(value)) }
    guard !magnitudes.isEmpty else { return (0, 0) }
    let rank = Int((percentile / 100 * Double(magnitudes.count)).rounded(.up))
    var limit = magnitudes.smallest(min(max(rank - 1, 0), magnitudes.count - 1))
    // Nearly all values are zero: a limit of zero would clip every other, so take the largest.
    if limit == 0 { limit = magnitudes.max()! }
    return (Double(limit), Double(magnitudes.count { $0 > limit }) / Double(magnitudes.count))
  }

  /// Where a value lies between the limits: 0 lower, 1 upper, not clipped; NaN stays NaN.
  public func fraction(of value: Double) -> Double { (value - lower) / (upper - lower) }

  /// The colour of a value.
  public func color(of value: Double) -> Color { map.color(at: fraction(of: value)) }

  /// In tile mode the same scale with limits of these values; otherwise, and for values that are all alike,
  /// unchanged, so that a constant tile is drawn at its value and never stretched.
  public func fitted(to values: some Collection<Float>) -> ColorScale {
    guard mode == .tile else { return self }
    var (low, high) = (Float.infinity, -Float.infinity)
    for value in values where value.isFinite {
      low = min(low, value)
      high = max(high, value)
    }
    let magnitude = max(abs(low), abs(high))
    guard magnitude.isFinite, high - low > 1e-6 * magnitude else { return self }
    var scale = self
    switch kind {
    case .diverging: (scale.lower, scale.upper) = (-Double(magnitude), Double(magnitude))
    case .sequential:
      (scale.lower, scale.upper) = (min(0, Double(low)), Double(max(high, .leastNormalMagnitude)))
    case .image: break
    }
    return scale
  }

  /// The limits and where they come from: `±0.31, 99.5 % of |w| in this layer, 0.5 % clipped`.
  public var note: String {
    if mode == .tile {
      return
        "each tile on a scale of its own, \(kind == .diverging ? "± its" : "0 … its") largest |\(symbol)|"
    }
    let limits =
      kind == .diverging
      ? "±\(Numbers.significant(upper))"
      : "\(Numbers.significant(lower)) … \(Numbers.significant(upper))"
    var parts = [limits]
    if let percentile {
      parts.append("\(Numbers.significant(percentile))\(Numbers.thinSpace)% of |\(symbol)| \(mode.words)")
    } else if kind == .image {
      parts = ["black \(Numbers.significant(lower)), white \(Numbers.significant(upper))"]
    } else {
      parts.append(mode == .fixed ? "fixed" : "one scale \(mode.words)")
    }
    if let clippedShare {
      parts.append(clippedShare == 0 ? "none clipped" : "\(Numbers.percentOfFew(clippedShare)) clipped")
    }
    if notANumberCount > 0 { parts.append("\(Numbers.grouped(notANumberCount)) not a number (magenta)") }
    return parts.joined(separator: ", ")
  }
}

extension Numbers {
  /// A small share in percent to two digits: `0.5 %`, `0.031 %`.
  static func percentOfFew(_ share: Double) -> String {
    significant(share * 100, digits: 2) + thinSpace + "%"
  }
}

extension [Float] {
  /// The element that would stand at an index if they were sorted; moves them about (Hoare's selection). A layer's maps may be
  /// millions of numbers, which to sort took seconds.
  fileprivate mutating func smallest(_ index: Int) -> Float {
    var (low, high) = (0, count - 1)
    while low < high {
      let pivot = self[low + (high - low) / 2]
      var (left, right) = (low, high)
      while left <= right {
        while self[left] < pivot { left += 1 }
        while self[right] > pivot { right -= 1 }
        guard left <= right else { break }
        swapAt(left, right)
        left += 1
        right -= 1
      }
      if index <= right {
        high = right
      } else if index >= left {
        low = left
      } else {
        break
      }
    }
    return self[index]
  }
}

/// Round numbers along an axis.
public enum Ticks {
  /// Multiples of 1, 2 or 5 times a power of ten within limits, about as many as asked for.
  public static func linear(_ lower: Double, _ upper: Double, about count: Int) -> [Double] {
    guard upper > lower, (upper - lower).isFinite, count > 0 else { return lower.isFinite ? [lower] : [] }
    let step = self.step(lower, upper, about: count)
    let first = (lower / step - 1e-9).rounded(.up)
    let last = (upper / step + 1e-9).rounded(.down)
    guard last >= first, last - first < 1000 else { return [] }
    // Whole multiples, not sums, so that 0.3 is 0.3.
    return (0...Int(last - first)).map { index in
      let multiple = first + Double(index)
      return step >= 1 ? multiple * step : multiple / (1 / step).rounded()
    }
  }

  /// The distance of such ticks.
  static func step(_ lower: Double, _ upper: Double, about count: Int) -> Double {
    let rough = (upper - lower) / Double(count)
    let magnitude = power(10, decimalLogarithm(rough).rounded(.down))
    let ratio = rough / magnitude
    // Halfway by ratio: √2, √10, √50.
    let factor = ratio >= 7.0711 ? 10.0 : ratio >= 3.1623 ? 5.0 : ratio >= 1.4142 ? 2.0 : 1.0
    return factor * magnitude
  }

  /// Powers of ten within limits; with few of them also their doubles and fivefolds, with many every second, third ….
  public static func logarithmic(_ lower: Double, _ upper: Double, about count: Int) -> [Double] {
    guard lower > 0, upper > lower, upper.isFinite else { return [] }
    let first = Int((decimalLogarithm(lower) - 1e-9).rounded(.up))
    let last = Int((decimalLogarithm(upper) + 1e-9).rounded(.down))
    let decades = last - first + 1
    if decades >= 3 {
      let step = max(1, (decades + count - 1) / count)
      return stride(from: first, through: last, by: step).map { power(10, Double($0)) }
    }
    var ticks: [Double] = []
    for exponent in (first - 1)...max(last + 1, first - 1) {
      for factor in [1.0, 2, 5] {
        let tick = factor * power(10, Double(exponent))
        if tick >= lower * (1 - 1e-9), tick <= upper * (1 + 1e-9) { ticks.append(tick) }
      }
    }
    return ticks.count >= 2 ? ticks : linear(lower, upper, about: count).filter { $0 > 0 }
  }

  /// What ticks say: all with as many decimals as tell neighbours apart, thousands separated, millions by letter.
  public static func labels(_ ticks: [Double], isLogarithmic: Bool = false) -> [String] {
    let largest = ticks.map(\.magnitude).max() ?? 0
    if isLogarithmic {
      return ticks.map { tick in
        tick >= 1e-3 && tick < 1e5
          ? Numbers.significant(tick, digits: 4) : Numbers.scientific(tick, digits: 2)
      }
    }
    if largest >= 1e6 { return ticks.map { Numbers.short($0, digits: 4) } }
    if largest > 0, largest < 1e-3 { return ticks.map { Numbers.significant($0, digits: 3) } }
    let decimals = (0...6).first { decimals in
      ticks.allSatisfy { tick in
        let scaled = tick * power(10, Double(decimals))
        return abs(scaled - scaled.rounded()) < 1e-6 * max(1, abs(scaled))
      }
    }
    return ticks.map { Numbers.fixed($0, decimals: decimals ?? 6) }
  }
}

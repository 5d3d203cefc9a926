/// Numbers as figures print them: thousands in groups, a true minus sign, no more digits than are meant.
public enum Numbers {
  /// The minus sign of typography.
  public static let minus = "−"
  /// A space as wide as belongs between a number and its unit; lines do not break at it.
  public static let thinSpace = "\u{202F}"

  /// A whole number with its thousands separated: `4,680`.
  public static func grouped(_ value: Int) -> String {
    (value < 0 ? minus : "") + grouped(digits: String(value.magnitude))
  }

  private static func grouped(digits: String) -> String {
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result.append(",") }
      result.append(digit)
    }
    return result
  }

  /// A number with a given count of decimals: `−1,234.50`.
  public static func fixed(_ value: Double, decimals: Int) -> String {
    if let special = special(value) { return special }
    let decimals = max(0, min(decimals, 12))
    let scale = power(10, Double(decimals))
    let scaled = (value.magnitude * scale).rounded(.toNearestOrAwayFromZero)
    // Beyond this an integer of the scaled value would lose digits: say it in powers of ten.
    guard scaled < 9e15 else { return scientific(value, digits: 4) }
    let whole = UInt64(scaled)
    let unit = UInt64(scale)
    var text = grouped(digits: String(whole / unit))
    if decimals > 0 {
      let fraction = String(whole % unit)
      text += "." + String(repeating: "0", count: decimals - fraction.count) + fraction
    }
    return (value < 0 && whole > 0 ? minus : "") + text
  }

  /// A number to a count of significant digits, without trailing zeros: `0.312`, `12.5`, `1.2×10⁻⁵`.
  public static func significant(_ value: Double, digits: Int = 3) -> String {
    if let special = special(value) { return special }
    if value == 0 { return "0" }
    let exponent = exponentOfTen(value, digits: digits)
    if exponent < -4 || exponent > 8 { return scientific(value, digits: digits) }
    return trimmed(fixed(value, decimals: max(0, digits - 1 - exponent)))
  }

  /// A number in powers of ten: `1.2×10⁻⁵`.
  public static func scientific(_ value: Double, digits: Int = 3) -> String {
    if let special = special(value) { return special }
    if value == 0 { return "0" }
    let exponent = exponentOfTen(value, digits: digits)
    let mantissa = value / power(10, Double(exponent))
    let text = trimmed(fixed(mantissa, decimals: max(0, digits - 1)))
    let base = "10" + superscript(exponent)
    if text == "1" { return base }
    if text == minus + "1" { return minus + base }
    return text + "×" + base
  }

  /// A large number with the letter of its thousands: `1.2k`, `3.4M`, `5.6G`; below a thousand as it is.
  public static func short(_ value: Double, digits: Int = 3) -> String {
    if let special = special(value) { return special }
    let steps: [(Double, String)] = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")]
    for (size, letter) in steps where value.magnitude >= size * (1 - 0.5 * power(10, -Double(digits))) {
      return significant(value / size, digits: digits) + letter
    }
    return significant(value, digits: digits)
  }

  /// A share in percent: `98.7 %`, with a thin space.
  public static func percent(_ share: Double, decimals: Int = 1) -> String {
    fixed(share * 100, decimals: decimals) + thinSpace + "%"
  }

  /// A shape with multiplication signs: `64 × 14 × 14`.
  public static func shape(_ extents: [Int]) -> String {
    extents.map { grouped($0) }.joined(separator: " × ")
  }

  /// Whole numbers above the line: `⁻⁵`.
  public static func superscript(_ value: Int) -> String {
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    return (value < 0 ? "⁻" : "") + String(String(value.magnitude).map { digits[$0.wholeNumberValue!] })
  }

  private static func special(_ value: Double) -> String? {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? minus + "∞" : "∞" }
    return nil
  }

  /// The exponent of ten after rounding to the digits, so that 9.999 to two digits is 1.0×10¹.
  private static func exponentOfTen(_ value: Double, digits: Int) -> Int {
    let exponent = Int(decimalLogarithm(value.magnitude).rounded(.down))
    let scaled = value.magnitude / power(10, Double(exponent))
    let rounding = power(10, Double(digits - 1))
    if (scaled * rounding).rounded(.toNearestOrAwayFromZero) >= 10 * rounding { return exponent + 1 }
    return scaled < 1 ? exponent - 1 : exponent
  }

  private static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var text = text
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }
}

/// A continuous run of colours that numbers are drawn in.
public struct ColorMap: Hashable, Sendable {
  /// The name that figures print.
  public let name: String
  /// Colours at equal distances from the lower end to the upper; at least two.
  public let stops: [Color]

  /// A colour map through colours at equal distances. Traps on fewer than two.
  public init(name: String, stops: [Color]) {
    precondition(stops.count >= 2, "a colour map has two colours or more")
    self.name = name
    self.stops = stops
  }

  /// The colour at a fraction: 0 the lower end, 1 the upper; outside is clipped, NaN gets its own colour.
  public func color(at fraction: Double) -> Color {
    guard !fraction.isNaN else { return .notANumber }
    let place = min(max(fraction, 0), 1) * Double(stops.count - 1)
    let index = min(Int(place), stops.count - 2)
    return stops[index].mixed(with: stops[index + 1], fraction: place - Double(index))
  }

  /// Dark blue to yellow, even to the eye and in grey print: for what is never negative.
  public static let viridis = ColorMap(name: "viridis", stops: viridisStops)

  /// Blue, white, red with white exactly in the middle: for signed activations and gradients.
  /// - Source: ColorBrewer's RdBu turned around, its middle made white.
  public static let blueRed = ColorMap(
    name: "RdBu",
    stops: [
      0x053061, 0x2166AC, 0x4393C3, 0x92C5DE, 0xD1E5F0, 0xFFFFFF, 0xFDDBC7, 0xF4A582, 0xD6604D, 0xB2182B,
      0x67001F,
    ].map { Color($0) })

  /// Purple, white, orange with white exactly in the middle: for weights.
  /// - Source: ColorBrewer's PuOr turned around, its middle made white.
  public static let purpleOrange = ColorMap(
    name: "PuOr",
    stops: [
      0x2D004B, 0x542788, 0x8073AC, 0xB2ABD2, 0xD8DAEB, 0xFFFFFF, 0xFEE0B6, 0xFDB863, 0xE08214, 0xB35806,
      0x7F3B08,
    ].map { Color($0) })

  /// Black to white: for pictures.
  public static let grey = ColorMap(name: "grey", stops: [.black, .white])
}

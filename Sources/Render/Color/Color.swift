/// A colour in sRGB, eight bits a channel.
public struct Color: Hashable, Sendable, CustomStringConvertible {
  /// The red channel.
  public var red: UInt8
  /// The green channel.
  public var green: UInt8
  /// The blue channel.
  public var blue: UInt8

  /// A colour of given channels.
  public init(red: UInt8, green: UInt8, blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// A colour by its hexadecimal number, `Color(0x0072B2)`.
  public init(_ hex: UInt32) {
    self.init(
      red: UInt8(truncatingIfNeeded: hex >> 16), green: UInt8(truncatingIfNeeded: hex >> 8),
      blue: UInt8(truncatingIfNeeded: hex))
  }

  /// A grey: 0 black, 1 white; values outside are clipped.
  public init(grey: Double) {
    let level = UInt8((min(max(grey, 0), 1) * 255).rounded())
    self.init(red: level, green: level, blue: level)
  }

  /// Black.
  public static let black = Color(0x000000)
  /// White.
  public static let white = Color(0xFFFFFF)
  /// What a value that is not a number is drawn in: a magenta that no colour map of ours contains.
  public static let notANumber = Color(0xFF00C8)

  /// The colour as web pages write it, `#0072B2`.
  public var description: String {
    let digits = Array("0123456789ABCDEF")
    return "#"
      + [red, green, blue].map { "\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }.joined()
  }

  /// A colour on the straight line to another, channel by channel; `fraction` 0 is this one, 1 the other.
  public func mixed(with other: Color, fraction: Double) -> Color {
    func mix(_ first: UInt8, _ second: UInt8) -> UInt8 {
      UInt8((Double(first) + (Double(second) - Double(first)) * min(max(fraction, 0), 1)).rounded())
    }
    return Color(
      red: mix(red, other.red), green: mix(green, other.green), blue: mix(blue, other.blue))
  }

  /// How light the colour is to the eye: relative luminance, 0 black to 1 white (WCAG 2).
  public var luminance: Double {
    func linear(_ channel: UInt8) -> Double {
      let value = Double(channel) / 255
      return value <= 0.04045 ? value / 12.92 : power((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }

  /// The contrast of two colours: 1 (the same) to 21 (black on white) (WCAG 2).
  public func contrast(with other: Color) -> Double {
    let (first, second) = (luminance, other.luminance)
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)
  }

  /// Black or white, whichever is read better on this colour.
  public var readableInk: Color {
    contrast(with: .white) >= contrast(with: Color(0x16181D)) ? .white : Color(0x16181D)
  }
}

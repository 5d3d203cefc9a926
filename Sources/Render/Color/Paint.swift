/// What something is drawn in: a part that a colour plays in every figure, or a colour of its own.
///
/// Parts are looked up in the figure's theme when it is drawn, so that one figure can be drawn light and dark;
/// in a page they become CSS custom properties.
public struct Paint: Hashable, Sendable {
  /// The part, or the colour.
  public enum Kind: Hashable, Sendable {
    /// A part that the theme decides.
    case role(Role)
    /// A colour that no theme changes: what a number means in a colour map.
    case color(Color)
  }

  /// The parts that colours play. The raw value is the CSS name behind `--vitrine-`.
  public enum Role: String, Hashable, Sendable, CaseIterable {
    /// Text and main lines.
    case ink
    /// Facts, ticks, notes.
    case secondary
    /// Grid lines, arrows.
    case faint
    /// The ground.
    case paper
    /// Real pictures and the discriminator.
    case real
    /// Generated pictures and the generator.
    case fake
    /// Training data.
    case training
    /// Validation data.
    case validation
    /// Test data.
    case test
    /// The ten classes, in order.
    case class0, class1, class2, class3, class4, class5, class6, class7, class8, class9

    /// Whether the part is a series of data, not of the page: text in it may need another shade.
    var isData: Bool {
      switch self {
      case .ink, .secondary, .faint, .paper, .training: false
      default: true
      }
    }
  }

  /// The part, or the colour.
  public var kind: Kind
  /// How much covers what is beneath: 0 nothing, 1 everything.
  public var opacity: Double

  /// A paint of a part or a colour.
  public init(_ kind: Kind, opacity: Double = 1) {
    self.kind = kind
    self.opacity = opacity
  }

  /// Text and main lines.
  public static let ink = Paint(.role(.ink))
  /// Facts, ticks, notes.
  public static let secondary = Paint(.role(.secondary))
  /// Grid lines and arrows.
  public static let faint = Paint(.role(.faint))
  /// The ground of the figure.
  public static let paper = Paint(.role(.paper))
  /// Real pictures and the discriminator: blue.
  public static let real = Paint(.role(.real))
  /// Generated pictures and the generator: vermilion.
  public static let fake = Paint(.role(.fake))
  /// Training: the ink.
  public static let training = Paint(.role(.training))
  /// Validation: orange.
  public static let validation = Paint(.role(.validation))
  /// Test: green.
  public static let test = Paint(.role(.test))
  /// The hairline around a picture whose border would be lost: 15 % grey.
  public static let frame = Paint(.role(.ink), opacity: 0.15)

  /// A colour that no theme changes.
  public static func color(_ color: Color) -> Paint { Paint(.color(color)) }

  /// The colour of a class; the ten colours repeat.
  public static func `class`(_ index: Int) -> Paint {
    let roles: [Role] = [
      .class0, .class1, .class2, .class3, .class4, .class5, .class6, .class7, .class8, .class9,
    ]
    return Paint(.role(roles[((index % 10) + 10) % 10]))
  }

  /// The same paint, covering less.
  public func opacity(_ opacity: Double) -> Paint { Paint(kind, opacity: self.opacity * opacity) }

  /// The colour that text in this paint has in a theme: darker or lighter where the paint itself is read badly.
  public func textColor(in theme: Theme) -> Color {
    switch kind {
    case .role(let role): theme.textColor(of: role)
    case .color(let color): color
    }
  }

  /// The colour that this paint has in a theme, before opacity.
  public func color(in theme: Theme) -> Color {
    switch kind {
    case .role(let role): theme.color(of: role)
    case .color(let color): color
    }
  }
}

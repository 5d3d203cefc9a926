/// The four sizes of text that figures have, and no others; pages have one more for what they are called.
public enum TextStyle: String, Hashable, Sendable, CaseIterable {
  /// What the figure shows: 15 points, semibold.
  case title
  /// Text and captions: 10.5 points.
  case text
  /// Ticks and tile labels: 9 points.
  case label
  /// Notes: 8.5 points.
  case note
  /// Panel headings: text's size, semibold.
  case heading
  /// What a document is called, on its first page: 22 points, semibold. Not for figures.
  case display

  /// The size in points.
  public var size: Double {
    switch self {
    case .display: 22
    case .title: 15
    case .text, .heading: 10.5
    case .label: 9
    case .note: 8.5
    }
  }

  /// Whether the strokes are semibold.
  public var isSemibold: Bool { self == .title || self == .heading || self == .display }

  /// From the baseline up to the top of ascenders, in points.
  public var ascent: Double { (size * 0.76 * 4).rounded() / 4 }
  /// From the baseline down to the bottom of descenders, in points.
  public var descent: Double { (size * 0.22 * 4).rounded() / 4 }
  /// The height of a capital, in points.
  public var capHeight: Double { size * 0.727 }
  /// From one baseline to the next, in points.
  public var lineHeight: Double { (size * 1.42 * 2).rounded() / 2 }
}

/// Which point of a text its position names.
public enum TextAnchor: Hashable, Sendable {
  /// The left end of the baseline.
  case start
  /// The middle of the baseline.
  case middle
  /// The right end of the baseline.
  case end
}

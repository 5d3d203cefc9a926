/// The colours of a figure's parts: light for pages and slides, dark for dark pages, print for grey printers.
public enum Theme: String, Hashable, Sendable, CaseIterable {
  /// Dark ink on white paper.
  case light
  /// Light ink on near-black paper.
  case dark
  /// The light theme with greys dark enough for a printer; series are told apart by dash and marker.
  case print

  /// The colour that plays a part in this theme.
  public func color(of role: Paint.Role) -> Color {
    switch (self, role) {
    case (.dark, .ink), (.dark, .training): Color(0xE8EAED)
    case (.dark, .secondary): Color(0xA3A9B5)
    case (.dark, .faint): Color(0x3A3F48)
    case (.dark, .paper): Color(0x14161A)
    // The same hues, lifted until small text in them is read on near-black (contrast at least 5).
    case (.dark, .real): Color(0x3FA0DC)
    case (.dark, .fake): Color(0xEE7A33)
    case (.dark, .test): Color(0x1FB98C)
    case (.print, .secondary): Color(0x3C424D)
    case (.print, .faint): Color(0xB4BAC4)
    case (_, .ink), (_, .training): Color(0x16181D)
    case (_, .secondary): Color(0x5B6270)
    case (_, .faint): Color(0xC9CED6)
    case (_, .paper): Color(0xFFFFFF)
    case (_, .real): Color(0x0072B2)
    case (_, .fake): Color(0xD55E00)
    case (_, .validation): Color(0xE69F00)
    case (_, .test): Color(0x009E73)
    case (_, .class0): Color(0x4477AA)
    case (_, .class1): Color(0xDD7733)
    case (_, .class2): Color(0x2E8B57)
    case (_, .class3): Color(0xCC4B5A)
    case (_, .class4): Color(0x8B6BB8)
    case (_, .class5): Color(0x94703F)
    case (_, .class6): Color(0xD16BA5)
    case (_, .class7): Color(0x7A8089)
    case (_, .class8): Color(0xA39A1E)
    case (_, .class9): Color(0x2A9DB0)
    }
  }

  /// The colour that text of a part has: the part's own, moved towards the ink until it is read on the paper
  /// (contrast at least 4.5, WCAG 2 level AA).
  public func textColor(of role: Paint.Role) -> Color {
    let own = color(of: role)
    guard role.isData else { return own }
    let (ink, paper) = (color(of: .ink), color(of: .paper))
    for step in 0...20 {
      let mixed = own.mixed(with: ink, fraction: Double(step) / 20)
      if mixed.contrast(with: paper) >= 4.5 { return mixed }
    }
    return ink
  }

  /// The theme as CSS custom properties, `--vitrine-ink: #16181D; …`, for one rule of a style sheet.
  public var customProperties: String {
    let colors = Paint.Role.allCases.map { "--vitrine-\($0.rawValue): \(color(of: $0));" }
    let texts = Paint.Role.allCases.filter(\.isData)
      .map { "--vitrine-\($0.rawValue)-text: \(textColor(of: $0));" }
    return (colors + texts).joined(separator: " ")
  }

  /// A style sheet for pages that embed figures with `Figure.inlineSVG`: light, dark by the reader's setting,
  /// and print. An element of class `light` or `dark` around figures decides for itself.
  public static var styleSheet: String {
    """
    :root, .light { \(Theme.light.customProperties) }
    @media (prefers-color-scheme: dark) { :root:not(.light) { \(Theme.dark.customProperties) } }
    .dark { \(Theme.dark.customProperties) }
    @media print { :root, .light, .dark { \(Theme.print.customProperties) } }
    """
  }
}

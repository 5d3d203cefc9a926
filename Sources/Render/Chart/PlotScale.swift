/// A value of x and where the blocks above a chart put it, in points from the plot's left edge.
struct XAnchor: Hashable, Sendable {
  let value: Double
  let place: Double
}

/// Where values lie along one side of a plot.
package struct PlotScale: Hashable, Sendable {
  /// How values become places.
  package enum Kind: Hashable, Sendable {
    case linear
    case logarithmic
    /// Categories, each with a band of its own.
    case band([String])
  }

  package let kind: Kind
  package let lower: Double
  package let upper: Double
  /// The extent in points.
  package let length: Double
  let anchors: [XAnchor]

  package init(_ kind: Kind, _ lower: Double, _ upper: Double, length: Double) {
    self.init(kind, lower, upper, length: length, anchors: [])
  }

  init(_ kind: Kind, _ lower: Double, _ upper: Double, length: Double, anchors: [XAnchor]) {
    self.kind = kind
    self.lower = lower
    self.upper = upper
    self.length = length
    self.anchors = anchors
  }

  /// The place of a number: 0 … `length` within the limits; not finite for numbers that have none.
  package func place(_ value: Double) -> Double {
    if !anchors.isEmpty { return anchored(value) }
    switch kind {
    case .linear, .band: return (value - lower) / (upper - lower) * length
    case .logarithmic:
      guard value > 0 else { return .nan }
      return naturalLogarithm(value / lower) / naturalLogarithm(upper / lower) * length
    }
  }

  /// The width of a category's band.
  package var bandWidth: Double {
    if case .band(let names) = kind { length / Double(max(names.count, 1)) } else { 0 }
  }

  /// The middle of a category's band.
  package func place(of category: String) -> Double {
    guard case .band(let names) = kind, let index = names.firstIndex(of: category) else { return .nan }
    return (Double(index) + 0.5) * bandWidth
  }

  /// Straight between given places, and on beyond the outermost two.
  private func anchored(_ value: Double) -> Double {
    guard anchors.count > 1 else { return anchors[0].place }
    let next = anchors.dropFirst().dropLast().firstIndex { value <= $0.value } ?? anchors.count - 1
    let (first, second) = (anchors[next - 1], anchors[next])
    guard second.value != first.value else { return first.place }
    let fraction = (value - first.value) / (second.value - first.value)
    return first.place + fraction * (second.place - first.place)
  }
}

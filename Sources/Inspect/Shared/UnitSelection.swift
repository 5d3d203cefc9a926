internal import Core

/// Which units of a layer are looked at.
public enum UnitSelection: Hashable, Sendable, ExpressibleByArrayLiteral {
  /// As many as a figure of this kind shows where nothing is said.
  case usual
  /// All of the layer.
  case all
  /// These, from 0.
  case list([Int])

  /// These units, from 0: `[3, 7]`. Traps if there are none.
  public init(arrayLiteral elements: Int...) {
    precondition(!elements.isEmpty, "a list of no units")
    self = .list(elements)
  }

  /// What was chosen as people type it: `0,3-5` or `all`. Nil for anything else, and for more than 100,000 numbers.
  public init?(_ text: String) {
    if text == "all" {
      self = .all
      return
    }
    var units: [Int] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard ends.count <= 2, let first = ends[0], let last = ends[ends.count - 1], first >= 0,
        last >= first, last - first < 100_000
      else { return nil }
      units += first...last
      if units.count > 100_000 { return nil }
    }
    var seen: Set<Int> = []
    self = .list(units.filter { seen.insert($0).inserted })
  }

  /// The selection as it would be typed; nil where nothing was said.
  public var text: String? {
    switch self {
    case .usual: nil
    case .all: "all"
    case .list(let units): units.map(String.init).joined(separator: ",")
    }
  }

  /// The units that are meant.
  /// - Parameter usual: those where nothing was said.
  /// - Throws: `InspectError` if the layer has no such unit.
  func units(of count: Int, _ subject: String, usual: () -> [Int]) throws(InspectError) -> [Int] {
    switch self {
    case .usual: return usual()
    case .all: return Array(0..<count)
    case .list(let units):
      for unit in units where !(0..<count).contains(unit) {
        throw InspectError(
          .unknownName, subject, "has no unit \(unit); there are \(count), 0 to \(count - 1)")
      }
      return units
    }
  }
}

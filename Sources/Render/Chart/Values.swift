/// Numbers or names with the name of what they are: what marks bind to the axes.
public struct Values: Hashable, Sendable {
  /// Numbers, or names of categories.
  public enum Content: Hashable, Sendable {
    /// Numbers; those that are not finite leave a gap.
    case numbers([Double])
    /// Names of categories, in order of appearance on a band scale.
    case categories([String])
  }

  /// What the values are, for tables and descriptions.
  public var name: String
  /// The values.
  public var content: Content

  /// Values of a name.
  public init(_ name: String, _ content: Content) {
    self.name = name
    self.content = content
  }

  /// Numbers.
  public static func values(_ name: String, _ numbers: [Double]) -> Values { Values(name, .numbers(numbers)) }
  /// Numbers.
  public static func values(_ name: String, _ numbers: [Float]) -> Values {
    Values(name, .numbers(numbers.map(Double.init)))
  }
  /// Whole numbers.
  public static func values(_ name: String, _ numbers: [Int]) -> Values {
    Values(name, .numbers(numbers.map(Double.init)))
  }
  /// Categories.
  public static func values(_ name: String, _ categories: [String]) -> Values {
    Values(name, .categories(categories))
  }

  /// How many there are.
  public var count: Int {
    switch content {
    case .numbers(let numbers): numbers.count
    case .categories(let names): names.count
    }
  }
}

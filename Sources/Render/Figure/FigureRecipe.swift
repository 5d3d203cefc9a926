/// How a figure was made: what to run again to draw it, in order.
///
/// ```swift
/// let recipe = FigureRecipe(verb: "filters", options: ["layer": "conv1"], step: 4680, seed: 7)
/// ```
public struct FigureRecipe: Hashable, Sendable {
  /// A value in a recipe.
  public indirect enum Value: Hashable, Sendable {
    /// Nothing.
    case null
    /// Yes or no.
    case boolean(Bool)
    /// A whole number.
    case integer(Int)
    /// Any other number.
    case number(Double)
    /// A text.
    case string(String)
    /// Values in order.
    case list([Value])
    /// Named values in order.
    case object([Entry])
  }

  /// A named value.
  public struct Entry: Hashable, Sendable {
    /// The name.
    public var key: String
    /// The value.
    public var value: Value

    /// A named value.
    public init(_ key: String, _ value: Value) {
      self.key = key
      self.value = value
    }
  }

  /// All entries, in order.
  public var entries: [Entry]

  /// A recipe of given entries.
  public init(entries: [Entry] = []) { self.entries = entries }

  /// A recipe in the usual order: verb, options, step, seed, tool version, hash of the data read.
  public init(
    verb: String, options: KeyValuePairs<String, Value> = [:], step: Int? = nil, seed: UInt64? = nil,
    toolVersion: String? = nil, dataHash: String? = nil
  ) {
    entries = [Entry("verb", .string(verb))]
    if !options.isEmpty { entries.append(Entry("options", .object(options.map { Entry($0.key, $0.value) }))) }
    if let step { entries.append(Entry("step", .integer(step))) }
    // Seeds use all 64 bits; as text they survive every reader.
    if let seed {
      entries.append(Entry("seed", Int(exactly: seed).map { .integer($0) } ?? .string(String(seed))))
    }
    if let toolVersion { entries.append(Entry("tool", .string(toolVersion))) }
    if let dataHash { entries.append(Entry("data", .string(dataHash))) }
  }

  /// The value of a name; setting adds it at the end where it is new, setting `nil` removes it.
  public subscript(key: String) -> Value? {
    get { entries.first { $0.key == key }?.value }
    set {
      let index = entries.firstIndex { $0.key == key }
      switch (index, newValue) {
      case (let index?, let value?): entries[index].value = value
      case (let index?, nil): entries.remove(at: index)
      case (nil, let value?): entries.append(Entry(key, value))
      case (nil, nil): break
      }
    }
  }
}

extension FigureRecipe.Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral
{
  /// A value written as a literal.
  public init(stringLiteral value: String) { self = .string(value) }
  /// A value written as a literal.
  public init(integerLiteral value: Int) { self = .integer(value) }
  /// A value written as a literal.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// A value written as a literal.
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
  /// A value written as a literal.
  public init(arrayLiteral elements: FigureRecipe.Value...) { self = .list(elements) }

  /// The text, if it is one.
  public var string: String? { if case .string(let value) = self { value } else { nil } }
  /// The whole number, if it is one.
  public var integer: Int? { if case .integer(let value) = self { value } else { nil } }
}

internal import Core

/// The options of a layer, checked as they are asked for.
struct KerasConfig: Sendable {
  /// The file and the layer, for errors.
  let subject: String
  var options: [String: JSON]

  subscript(key: String) -> JSON? { options[key].flatMap { $0.isNull ? nil : KerasConfig.unwrapped($0) } }

  /// The largest extent that is believed.
  static let largest = 1 << 28

  func error(_ reason: String) -> ImportError { ImportError(.malformed, subject, reason) }

  /// Tuples and small arrays that Keras 3 wraps into objects.
  static func unwrapped(_ value: JSON) -> JSON {
    switch value["class_name"]?.text {
    case "__tuple__": value["items"] ?? value
    case "__numpy__", "__tensor__": value["config"]?["value"] ?? value
    default: value
    }
  }

  func text(_ key: String) -> String? { self[key]?.text }

  func flag(_ key: String, _ usual: Bool) -> Bool { self[key]?.flag ?? usual }

  func number(_ key: String, _ usual: Float) throws(ImportError) -> Float {
    guard let value = self[key] else { return usual }
    guard let number = value.number ?? value.array?.first?.number else {
      throw error("\(key) is \(value.written), expected a number")
    }
    return Float(number)
  }

  /// A count: at least one.
  func count(_ key: String) throws(ImportError) -> Int {
    guard let count = self[key]?.whole, (1...KerasConfig.largest).contains(count) else {
      throw error("\(key) is \(self[key]?.written ?? "missing"), expected a whole number from 1 on")
    }
    return count
  }

  func count(_ key: String, _ usual: Int) throws(ImportError) -> Int {
    self[key] == nil ? usual : try count(key)
  }

  /// A height and a width; one number is both.
  func pair(
    _ key: String, _ usual: Extent? = nil, in range: ClosedRange<Int> = 1...4096
  ) throws(ImportError) -> Extent {
    guard let value = self[key] else {
      guard let usual else { throw error("\(key) is missing") }
      return usual
    }
    let numbers = value.whole.map { [$0, $0] } ?? value.array?.compactMap(\.whole) ?? []
    guard numbers.count == 2, numbers.allSatisfy(range.contains) else {
      throw error(
        "\(key) is \(value.written), expected two numbers from \(range.lowerBound) to \(range.upperBound)")
    }
    return Extent(height: numbers[0], width: numbers[1])
  }

  /// What is put around or cut off an image: one number, `[rows, columns]`, `[[top, bottom], [left, right]]`, Keras 1's four in a row.
  func margins(_ key: String, _ usual: Padding = 1) throws(ImportError) -> Padding {
    guard let value = self[key] else { return usual }
    let sides = value.array.map { $0.map(KerasConfig.unwrapped) } ?? []
    let numbers: [Int]
    if let whole = value.whole {
      numbers = [whole, whole, whole, whole]
    } else if sides.count == 2, let rows = sides[0].array, let columns = sides[1].array {
      numbers = (rows + columns).compactMap(\.whole)
    } else if sides.count == 2 {
      numbers = [sides[0], sides[0], sides[1], sides[1]].compactMap(\.whole)
    } else if value.object != nil {
      numbers = ["top_pad", "bottom_pad", "left_pad", "right_pad"].compactMap { value[$0]?.whole ?? 0 }
    } else {
      numbers = sides.compactMap(\.whole)
    }
    guard numbers.count == 4, numbers.allSatisfy((0...1 << 16).contains) else {
      throw error("\(key) is \(value.written), expected widths of [[top, bottom], [left, right]]")
    }
    return Padding(top: numbers[0], left: numbers[2], bottom: numbers[1], right: numbers[3])
  }

  /// A number or a list of them.
  func wholes(_ key: String) throws(ImportError) -> [Int]? {
    guard let value = self[key] else { return nil }
    if let whole = value.whole { return [whole] }
    guard let array = value.array else { throw error("\(key) is \(value.written), expected whole numbers") }
    var numbers: [Int] = []
    for element in array {
      guard let whole = element.whole, abs(whole) <= KerasConfig.largest else {
        throw error("\(key) is \(value.written), expected whole numbers")
      }
      numbers.append(whole)
    }
    return numbers
  }

  /// A shape with unknown extents as nil.
  static func shape(_ value: JSON?) -> [Int?]? {
    guard let value, let array = unwrapped(value).array else { return nil }
    return array.map { $0.whole.flatMap { $0 > 0 && $0 <= largest ? $0 : nil } }
  }
}

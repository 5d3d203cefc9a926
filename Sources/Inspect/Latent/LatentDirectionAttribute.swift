internal import Core
internal import Render

/// What is measured of a generator's pictures, to find the direction in which it grows.
public enum LatentAttribute: Hashable, Sendable {
  /// How far strokes lean to the right: sideways shift for each row upwards.
  case slant
  /// The width of the strokes, in pixels.
  case thickness
  /// The width of what is drawn, in pixels.
  case width
  /// How surely a judge takes a picture for one of a class: its name, or its number from 0.
  case classScore(String)

  /// Those that need no judge.
  static let measured: [LatentAttribute] = [.slant, .thickness, .width]

  /// The attribute as an option has it.
  var name: String {
    switch self {
    case .slant: "slant"
    case .thickness: "thickness"
    case .width: "width"
    case .classScore(let name): "class \(name)"
    }
  }

  /// What stands beside its axis.
  var axis: String {
    switch self {
    case .slant: "slant, sideways per row upwards"
    case .thickness: "thickness of the stroke, pixels"
    case .width: "width of the drawing, pixels"
    case .classScore(let name): "judge’s probability of “\(name)”"
    }
  }

  /// How it is measured, for the caption.
  var definition: String {
    switch self {
    case .slant:
      "slant is μ₁₁/μ₀₂ of the brightness above \(PictureMoments.ground), as in deskewing; positive leans to the right"
    case .thickness: "thickness is the area over half the perimeter of what is drawn"
    case .width: "width is √(12 μ₂₀/μ₀₀), that of an even bar spread as far"
    case .classScore: "pictures are ranked by the judge’s log odds, ln p − ln(1 − p)"
    }
  }

  func value(of moments: PictureMoments) -> Double {
    switch self {
    case .slant: moments.slant
    case .thickness: moments.thickness
    case .width: moments.width
    case .classScore: .nan
    }
  }
}

/// Attributes of some pictures, measured together.
package struct AttributeReadings {
  /// For each attribute that was asked for its value of every picture; of a class its probability.
  let values: [LatentAttribute: [Double]]
  /// What pictures are ranked by: the same, but log odds in place of a class's probability, so that there are no ties at 0 and 1.
  let ranked: [LatentAttribute: [Double]]

  /// Measures pictures `[count, channels, height, width]` in brightness 0 … 1.
  init(
    _ attributes: [LatentAttribute], of pictures: Tensor, isDark: Bool, judge: Judge?
  ) throws {
    let count = pictures.shape[0]
    let moments = (0..<count).map { PictureMoments(pictures[$0], isDark: isDark) }
    var values: [LatentAttribute: [Double]] = [:]
    var ranked: [LatentAttribute: [Double]] = [:]
    for attribute in attributes {
      guard case .classScore(let name) = attribute else {
        values[attribute] = moments.map(attribute.value)
        ranked[attribute] = values[attribute]
        continue
      }
      guard let judge else {
        throw InspectError(.input, "class \(name)", "is told by a classifier; give one with --with")
      }
      let number = try judge.number(ofClassCalled: name)
      let said = try judge.read(pictures).prediction
      values[attribute] = (0..<count).map { Double(said.probabilities[$0].elements[number]) }
      ranked[attribute] = (0..<count).map { Self.logOdds(said.logits[$0].elements.map(Double.init), number) }
    }
    (self.values, self.ranked) = (values, ranked)
  }

  /// `ln p − ln(1 − p)` of a class from the logits of all, exact where p rounds to 1.
  static func logOdds(_ logits: [Double], _ number: Int) -> Double {
    let others = logits.indices.filter { $0 != number }.map { logits[$0] }
    let largest = others.max() ?? 0
    let sum = others.reduce(0.0) { $0 + Mathematics.exponential($1 - largest) }
    return logits[number] - largest - Mathematics.logarithm(sum)
  }
}

extension Judge {
  /// The number of a class by its name, or else by its number from 0.
  func number(ofClassCalled name: String) throws(InspectError) -> Int {
    let names = classNames
    if let index = names.firstIndex(of: name) { return index }
    if let index = Int(name), names.indices.contains(index) { return index }
    throw InspectError(.input, "class \(name)", "'\(specimen.name)' knows \(names.listed)")
  }
}

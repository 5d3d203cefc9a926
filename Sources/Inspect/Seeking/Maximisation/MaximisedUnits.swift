public import Core

/// Pictures that excite units as much as gradient ascent could make them.
public struct MaximisedUnits: Hashable, Sendable {
  /// The node whose units they are.
  public let layer: String
  /// The units, from 0.
  public let units: [Int]
  /// What figures call them: `map 5`, `“7”`.
  public let names: [String]
  /// Pictures for each unit.
  public let starts: Int
  /// Brightness 0 … 1, `[units, starts, channels, height, width]`.
  public let pictures: Tensor
  /// What each picture reaches, not wobbled: the mean of the unit's map, or its middle, `[units, starts]`.
  public let reached: Tensor

  /// The most that a unit, by its place in the list, reaches.
  public func highest(_ index: Int) -> Float {
    reached.elements[index * starts..<(index + 1) * starts].max() ?? 0
  }

  /// The pictures of a unit, by its place in the list, best first.
  func ranking(_ index: Int) -> [Int] {
    let row = reached[index].elements
    return row.indices.sorted { (row[$0], $1) > (row[$1], $0) }
  }
}

package import Core

/// A rectangle of a network's input picture; it may reach beyond the borders, where a layer saw padding.
package struct InputRegion: Hashable, Sendable {
  /// Rows from the top, from 0.
  package var rows: Range<Int>
  /// Columns from the left, from 0.
  package var columns: Range<Int>

  /// A rectangle of rows and columns.
  package init(rows: Range<Int>, columns: Range<Int>) {
    self.rows = rows
    self.columns = columns
  }

  /// Every place there is: behind a layer that mixes all places.
  static let everything = InputRegion(rows: -1 << 40..<1 << 40, columns: -1 << 40..<1 << 40)

  func union(_ other: InputRegion) -> InputRegion {
    InputRegion(
      rows: min(rows.lowerBound, other.rows.lowerBound)..<max(rows.upperBound, other.rows.upperBound),
      columns: min(
        columns.lowerBound, other.columns.lowerBound)..<max(
          columns.upperBound, other.columns.upperBound))
  }

  /// As it is shown of a picture: along an axis on which it is as long as the picture or longer, the whole picture.
  func shown(height: Int, width: Int) -> InputRegion {
    InputRegion(
      rows: rows.count >= height ? 0..<height : rows,
      columns: columns.count >= width ? 0..<width : columns)
  }
}

extension Network {
  /// The rectangle of the input picture that one place of a node's value depends on, exactly, not clipped at the borders.
  ///
  /// From the place back to the input, each window from its first to its last tap; where paths meet, all that any of them
  /// sees. Features without places, and what lies behind layers that mix all places, depend on everything.
  /// - Parameter shapes: of every value, as `shapes()` gives them.
  package func inputRegion(
    of name: String, row: Int, column: Int, _ shapes: [String: Shape]
  ) -> InputRegion {
    guard shapes[name]?.rank == 4 else { return .everything }
    var regions = [name: InputRegion(rows: row..<row + 1, columns: column..<column + 1)]
    for node in nodes.reversed() {
      guard let region = regions[node.name] else { continue }
      for input in node.inputs {
        guard let before = shapes[input], let after = shapes[node.name] else { continue }
        let seen = node.operation.regionRead(for: region, before, after)
        regions[input] = regions[input].map { $0.union(seen) } ?? seen
      }
    }
    return inputs.compactMap { regions[$0.name] }.reduce(nil) { $0?.union($1) ?? $1 } ?? .everything
  }
}

extension Operation {
  /// What is read of an input of shape `before` for a region of the value of shape `after`.
  fileprivate func regionRead(for region: InputRegion, _ before: Shape, _ after: Shape) -> InputRegion {
    guard region != .everything, !mixesAllPlaces, before.rank == 4, after.rank == 4 else {
      return .everything
    }
    if let window {
      let (span, pad) = (window.span, window.padding)
      func read(_ range: Range<Int>, span: Int, stride: Int, padding: Int) -> Range<Int> {
        let last = range.upperBound - 1
        guard window.isTransposed else {
          return range.lowerBound * stride - padding..<last * stride - padding + span
        }
        // Value o is reached by inputs i with o = i · stride − padding + tap.
        let first = ceilingDivision(range.lowerBound + padding - (span - 1), stride)
        return first..<max(first, floorDivision(last + padding, stride)) + 1
      }
      return InputRegion(
        rows: read(region.rows, span: span.height, stride: window.stride.height, padding: pad.top),
        columns: read(region.columns, span: span.width, stride: window.stride.width, padding: pad.left))
    }
    switch self {
    case let pad as Pad where pad.before.count == 3:
      return region.moved(rows: -pad.before[1], columns: -pad.before[2])
    case let slice as Slice where slice.starts.count == 3:
      func read(_ range: Range<Int>, _ axis: Int) -> Range<Int> {
        let ends = [range.lowerBound, range.upperBound - 1].map {
          slice.starts[axis] + $0 * slice.steps[axis]
        }
        return min(ends[0], ends[1])..<max(ends[0], ends[1]) + 1
      }
      return InputRegion(rows: read(region.rows, 1), columns: read(region.columns, 2))
    case let resize as Resize:
      let reach = resize.mode == .nearest ? 0 : resize.mode == .linear ? 1 : 2
      func read(_ range: Range<Int>, _ from: Int, _ to: Int) -> Range<Int> {
        let ratio = Double(from) / Double(to)
        return Int((Double(range.lowerBound) * ratio).rounded(.down)) - reach..<Int(
          (Double(range.upperBound) * ratio).rounded(.up)) + reach
      }
      return InputRegion(
        rows: read(region.rows, before[2], after[2]), columns: read(region.columns, before[3], after[3]))
    case is Reshape, is Permute, is Gather, is Tile: return .everything
    default:
      // Place by place; what has one row for all is spread over them.
      return InputRegion(
        rows: before[2] == after[2] ? region.rows : 0..<before[2],
        columns: before[3] == after[3] ? region.columns : 0..<before[3])
    }
  }
}

extension InputRegion {
  fileprivate func moved(rows: Int, columns: Int) -> InputRegion {
    InputRegion(
      rows: self.rows.lowerBound + rows..<self.rows.upperBound + rows,
      columns: self.columns.lowerBound + columns..<self.columns.upperBound + columns)
  }
}

private func floorDivision(_ value: Int, _ divisor: Int) -> Int {
  value >= 0 ? value / divisor : -((divisor - 1 - value) / divisor)
}

private func ceilingDivision(_ value: Int, _ divisor: Int) -> Int { -floorDivision(-value, divisor) }

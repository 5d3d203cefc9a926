package import Core

/// Which part of the picture each place of each layer's maps sees: the receptive field not as an extent alone, but where it is.
///
/// `start = start − p·j`, `r = r + (span − 1)·j`, `j = j·stride` from the input onward, along each axis. Where paths meet, the field is
/// what both together see. Behind a layer that mixes all places, and behind one whose windows are not understood here (transposed
/// ones, resizing), it is the whole picture.
package struct FieldPlaces {
  /// Pixels `start ..< start + size` of one axis for place 0; for the next place `jump` further on.
  package struct Axis: Hashable {
    var start = 0
    var size = 1
    var jump = 1

    func range(_ place: Int) -> Range<Int> { start + place * jump..<start + place * jump + size }

    mutating func slide(_ kernel: Int, stride: Int, padding: Int) {
      start -= padding * jump
      size += (kernel - 1) * jump
      jump *= stride
    }

    func union(_ other: Axis) -> Axis? {
      guard jump == other.jump else { return nil }
      let first = min(start, other.start)
      return Axis(start: first, size: max(start + size, other.start + other.size) - first, jump: jump)
    }
  }

  private struct Field {
    var rows: Axis
    var columns: Axis
  }
  private var fields: [String: Field] = [:]
  package let height: Int
  package let width: Int

  /// The fields of a network that is given pictures `[channels, height, width]`.
  package init(_ network: Network) throws(NetworkError) {
    let shapes = try network.shapes()
    (height, width) = (network.inputs[0].shape[1], network.inputs[0].shape[2])
    for input in network.inputs where input.shape.rank == 3 {
      fields[input.name] = Field(rows: Axis(), columns: Axis())
    }
    for node in network.nodes {
      let given = node.inputs.map { fields[$0] }
      guard var field = given.first ?? nil, shapes[node.name]?.rank == 4, !node.operation.mixesAllPlaces
      else { continue }
      var isKnown = true
      for (name, other) in zip(node.inputs, given).dropFirst() {
        // Numbers that no picture leads to, constants, see nothing.
        guard shapes[name]?.rank == 4 else { continue }
        guard let other, let rows = field.rows.union(other.rows),
          let columns = field.columns.union(other.columns)
        else {
          isKnown = false
          break
        }
        field = Field(rows: rows, columns: columns)
      }
      if let window = node.operation.window {
        isKnown = isKnown && !window.isTransposed
        field.rows.slide(window.span.height, stride: window.stride.height, padding: window.padding.top)
        field.columns.slide(window.span.width, stride: window.stride.width, padding: window.padding.left)
      } else if let pad = node.operation as? Pad, pad.before.count == 3 {
        field.rows.slide(1, stride: 1, padding: pad.before[1])
        field.columns.slide(1, stride: 1, padding: pad.before[2])
      } else {
        let (before, after) = (shapes[node.inputs[0]]!, shapes[node.name]!)
        isKnown = isKnown && before.rank == 4 && before[2] == after[2] && before[3] == after[3]
      }
      if isKnown { fields[node.name] = field }
    }
  }

  /// Rows and columns of the picture that a place of a node's maps sees, where they lie beyond the picture too: there is padding.
  package func field(of node: String, row: Int, column: Int) -> (rows: Range<Int>, columns: Range<Int>) {
    guard let field = fields[node], field.rows.size < 4 * height, field.columns.size < 4 * width else {
      return (0..<height, 0..<width)
    }
    return (field.rows.range(row), field.columns.range(column))
  }

  /// True if a place of the node's maps sees a window whose place is known.
  package func isLocal(_ node: String) -> Bool {
    fields[node].map { $0.rows.size < 4 * height && $0.columns.size < 4 * width } ?? false
  }
}

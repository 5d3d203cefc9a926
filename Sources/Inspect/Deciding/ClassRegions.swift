/// The connected regions of a map of classes, and where in each there is room for its name.
package struct ClassRegions: Hashable, Sendable {
  /// One region.
  package struct Region: Hashable, Sendable {
    /// The class everywhere in it.
    package let label: Int
    /// Its cells, as indices into the map, from top to bottom.
    package internal(set) var cells: [Int]
  }

  /// The regions, in the order of their first cells.
  package private(set) var regions: [Region] = []
  private let columns: Int
  private var regionOfCell: [Int]

  /// Finds the regions of a map of classes, row by row; cells that touch at a side belong together.
  package init(_ classes: [Int], columns: Int) {
    self.columns = columns
    regionOfCell = [Int](repeating: -1, count: classes.count)
    for first in classes.indices where regionOfCell[first] < 0 {
      var cells = [first]
      regionOfCell[first] = regions.count
      var next = 0
      while next < cells.count {
        for cell in neighbours(of: cells[next])
        where regionOfCell[cell] < 0 && classes[cell] == classes[first] {
          regionOfCell[cell] = regions.count
          cells.append(cell)
        }
        next += 1
      }
      regions.append(Region(label: classes[first], cells: cells.sorted()))
    }
  }

  /// The sides between cells of different regions: from a cell to the right, and from a cell down.
  package var borders: (right: [Int], below: [Int]) {
    (
      regionOfCell.indices.filter {
        $0 % columns + 1 < columns && regionOfCell[$0] != regionOfCell[$0 + 1]
      },
      regionOfCell.indices.dropLast(columns).filter { regionOfCell[$0] != regionOfCell[$0 + columns] }
    )
  }

  /// The upper left cell of a rectangle of cells that lies in a region as far from what is around it as any; nil if none fits.
  package func room(in region: Region, rows: Int, columns wide: Int) -> Int? {
    let own = regionOfCell[region.cells[0]]
    let height = regionOfCell.count / columns
    func isInside(_ row: Int, _ column: Int) -> Bool {
      row >= 0 && row < height && column >= 0 && column < columns
        && regionOfCell[row * columns + column] == own
    }
    /// How many cells of the region are around the rectangle on all sides; −1 if it does not fit.
    func margin(_ cell: Int) -> Int {
      var margin = -1
      let (row, column) = (cell / columns, cell % columns)
      while (row - margin - 1..<row + rows + margin + 1).allSatisfy({ y in
        (column - margin - 1..<column + wide + margin + 1).allSatisfy { isInside(y, $0) }
      }) { margin += 1 }
      return margin
    }
    let middle = (
      row: region.cells.reduce(0) { $0 + $1 / columns } / region.cells.count,
      column: region.cells.reduce(0) { $0 + $1 % columns } / region.cells.count
    )
    // Of places that are as far from all borders the one nearest the region's middle.
    let best = region.cells.map { cell in
      let (row, column) = (cell / columns + (rows - 1) / 2, cell % columns + (wide - 1) / 2)
      return (cell: cell, margin: margin(cell), distance: abs(row - middle.row) + abs(column - middle.column))
    }.max { ($0.margin, $1.distance) < ($1.margin, $0.distance) }
    return best.flatMap { $0.margin >= 0 ? $0.cell : nil }
  }

  private func neighbours(of cell: Int) -> [Int] {
    let column = cell % columns
    return [
      column > 0 ? cell - 1 : nil, column + 1 < columns ? cell + 1 : nil,
      cell >= columns ? cell - columns : nil,
      cell + columns < regionOfCell.count ? cell + columns : nil,
    ].compactMap { $0 }
  }
}

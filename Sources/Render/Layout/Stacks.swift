/// Where blocks stand across the direction in which they are stacked.
public enum Alignment: Hashable, Sendable {
  /// At the left or at the top.
  case leading
  /// In the middle.
  case center
  /// At the right or at the bottom.
  case trailing

  func offset(of extent: Double, in room: Double) -> Double {
    switch self {
    case .leading: 0
    case .center: (room - extent) / 2
    case .trailing: room - extent
    }
  }
}

/// Blocks one beneath the other.
public struct VStack: Block {
  /// The blocks from top to bottom.
  public var blocks: [any Block]
  /// The distance between two, in points.
  public var spacing: Double
  /// Where narrower blocks stand.
  public var alignment: Alignment
  /// Whether the plots of charts get the same left and right edges.
  public var alignsPlots: Bool

  /// Blocks one beneath the other.
  public init(
    alignment: Alignment = .leading, spacing: Double = Spacing.panel, alignsPlots: Bool = true,
    @BlockBuilder _ blocks: () -> [any Block]
  ) {
    self.blocks = blocks()
    self.spacing = spacing
    self.alignment = alignment
    self.alignsPlots = alignsPlots
  }

  /// The room that the block's plot needs at its sides.
  public func plotInsets(_ proposal: Proposal) -> PlotInsets {
    alignsPlots ? blocks.reduce(PlotInsets()) { $0.union($1.plotInsets(proposal)) } : PlotInsets()
  }

  /// Lays the block out.
  public func layout(_ proposal: Proposal) -> Fragment {
    var proposal = proposal
    if alignsPlots { proposal.plotInsets = proposal.plotInsets.union(plotInsets(proposal)) }
    let fragments = blocks.map { $0.layout(proposal) }
    let width = fragments.map(\.size.width).max() ?? 0
    var result = Fragment(size: Size(width, 0))
    var y = 0.0
    for fragment in fragments {
      let x = alignment.offset(of: fragment.size.width, in: width)
      result.add(fragment, at: Point(x, y))
      if let plot = fragment.plot {
        let moved = plot.moved(x: x, y: y)
        result.plot = result.plot?.union(moved) ?? moved
      }
      y += fragment.size.height + (fragment.size.height > 0 ? spacing : 0)
    }
    return result
  }
}

/// Blocks side by side. Blocks that fill their width share it evenly, or by `weights`.
public struct HStack: Block {
  /// The blocks from left to right.
  public var blocks: [any Block]
  /// The distance between two, in points.
  public var spacing: Double
  /// Where lower blocks stand.
  public var alignment: Alignment
  /// The shares of the width, as many as there are blocks; empty for even shares.
  public var weights: [Double]

  /// Blocks side by side.
  public init(
    alignment: Alignment = .leading, spacing: Double = Spacing.panel, weights: [Double] = [],
    @BlockBuilder _ blocks: () -> [any Block]
  ) {
    self.blocks = blocks()
    self.spacing = spacing
    self.alignment = alignment
    self.weights = weights
  }

  /// Lays the block out.
  public func layout(_ proposal: Proposal) -> Fragment {
    guard !blocks.isEmpty else { return Fragment(size: .zero) }
    let room = proposal.width - spacing * Double(blocks.count - 1)
    let shares = weights.count == blocks.count ? weights : [Double](repeating: 1, count: blocks.count)
    let total = shares.reduce(0, +)
    let fragments = zip(blocks, shares).map { block, share in
      var inner = proposal
      inner.width = room * share / total
      inner.plotInsets = PlotInsets()
      return block.layout(inner)
    }
    let height = fragments.map(\.size.height).max() ?? 0
    var result = Fragment(size: .zero)
    var x = 0.0
    for fragment in fragments {
      result.add(fragment, at: Point(x, alignment.offset(of: fragment.size.height, in: height)))
      x += fragment.size.width + (fragment.size.width > 0 ? spacing : 0)
    }
    return result
  }
}

/// Blocks in rows and columns; a column is as wide as its widest block, a row as high as its highest.
public struct Grid: Block {
  /// The blocks in reading order.
  public var blocks: [any Block]
  /// How many stand side by side; at least one.
  public var columns: Int
  /// The distance between two, in points.
  public var spacing: Double

  /// Blocks in rows of `columns`.
  public init(columns: Int, spacing: Double = Spacing.panel, @BlockBuilder _ blocks: () -> [any Block]) {
    precondition(columns > 0, "a grid has a column or more")
    self.columns = columns
    self.spacing = spacing
    self.blocks = blocks()
  }

  /// Lays the block out.
  public func layout(_ proposal: Proposal) -> Fragment {
    var inner = proposal
    inner.width = (proposal.width - spacing * Double(columns - 1)) / Double(columns)
    inner.plotInsets = blocks.reduce(PlotInsets()) { $0.union($1.plotInsets(inner)) }
    let fragments = blocks.map { $0.layout(inner) }
    var widths = [Double](repeating: 0, count: columns)
    var heights = [Double](repeating: 0, count: (fragments.count + columns - 1) / columns)
    for (index, fragment) in fragments.enumerated() {
      widths[index % columns] = max(widths[index % columns], fragment.size.width)
      heights[index / columns] = max(heights[index / columns], fragment.size.height)
    }
    var result = Fragment(size: .zero)
    for (index, fragment) in fragments.enumerated() {
      let (row, column) = (index / columns, index % columns)
      let x = widths[..<column].reduce(0, +) + spacing * Double(column)
      let y = heights[..<row].reduce(0, +) + spacing * Double(row)
      result.add(fragment, at: Point(x, y))
    }
    return result
  }
}

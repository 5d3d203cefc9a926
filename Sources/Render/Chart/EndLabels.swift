/// Names at the right end of lines, moved apart where they would touch.
struct EndLabel: Hashable {
  var text: String
  var paint: Paint
  /// Where the line ends, in points from the plot's top.
  var wanted: Double
  /// Where the middle of the name comes to stand.
  var place: Double

  /// The smallest distance of two names, in points.
  static let distance = TextStyle.label.size + 2

  /// Moves names apart so that each is as near its line as the others let it, within 0 … `height`.
  static func spread(_ labels: [EndLabel], height: Double) -> [EndLabel] {
    // Names that touch form a block that stands where its members would be on average.
    struct Block {
      var members: [EndLabel]
      var center: Double
      func extent(_ distance: Double) -> Double { Double(members.count) * distance }
    }
    var blocks: [Block] = []
    for label in labels.sorted(by: { $0.wanted < $1.wanted }) {
      var block = Block(members: [label], center: label.wanted)
      func settle(_ block: inout Block) {
        let mean = block.members.map(\.wanted).reduce(0, +) / Double(block.members.count)
        let half = block.extent(distance) / 2
        let slack = distance / 2
        block.center = min(max(mean, half - slack), max(height - half + slack, half - slack))
      }
      settle(&block)
      while let before = blocks.last,
        before.center + before.extent(distance) / 2 > block.center - block.extent(distance) / 2
      {
        blocks.removeLast()
        block.members = before.members + block.members
        settle(&block)
      }
      blocks.append(block)
    }
    return blocks.flatMap { block in
      block.members.enumerated().map { index, label in
        var label = label
        label.place = block.center + (Double(index) - Double(block.members.count - 1) / 2) * distance
        return label
      }
    }
  }
}

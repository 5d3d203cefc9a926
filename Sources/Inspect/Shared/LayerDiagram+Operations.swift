internal import Render

extension LayerDiagram {
  /// The same blocks with their operations in rows beneath, where they need no room between the blocks.
  func listingOperations(width: Double = 70) -> LayerDiagram {
    var diagram = self
    let words = layers.map { TextStyle.label.lines(of: $0.operation.unbrokenSizes, width: width) }
    let lines = words.map(\.count).max() ?? 0
    for index in layers.indices {
      let padding = [String](repeating: "", count: lines - words[index].count)
      diagram.layers[index].facts = words[index] + padding + layers[index].facts
      diagram.layers[index].operation = ""
    }
    diagram.factNames = ["operation"] + [String](repeating: "", count: max(lines - 1, 0)) + factNames
    return diagram
  }
}

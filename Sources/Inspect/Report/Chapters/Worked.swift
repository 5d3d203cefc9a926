package import Core
internal import Render

extension Report.Illustration {
  /// Numbers of the run's own network worked out: one of each of the first two convolutions, one of the first pooling.
  ///
  /// Empty for a run without pictures or without convolutions.
  package static func worked(of run: RunArchive) throws -> [Report.Illustration] {
    let specimen = try Specimen(run)
    guard specimen.probe.map({ $0.count > 0 }) == true, specimen.role != .generator else { return [] }
    let nodes = specimen.model.network.nodes
    let convolutions = nodes.filter { $0.operation is Conv2d }
    var illustrations: [Report.Illustration] = []
    if let first = convolutions.first {
      illustrations.append(
        .init(
          "worked-\(first.name)", try WorkedNumber(layer: first.name).figure(of: specimen),
          "A feature map is made number by number, and each number is made like this one: lay the window of weights upon the "
            + "picture, multiply what lies one upon the other, sum. <em>ReLU</em> then keeps the sum if it is above zero and "
            + "makes it 0 if not: what is negative is gone from the next layer. The next number is made by the same weights, "
            + "one step further."))
    }
    if convolutions.count > 1 {
      let second = convolutions[1]
      illustrations.append(
        .init(
          "worked-\(second.name)", try WorkedNumber(layer: second.name, channels: 4).figure(of: specimen),
          "Deeper in, the same happens to a stack of maps. Every map has its own window of weights, all are summed, "
            + "and only then is the <em>bias</em> added, a number that raises or lowers the threshold. Usually a few maps "
            + "decide; the sum of all others is on the list."))
    }
    if let pooling = nodes.first(where: { $0.operation is MaxPool2d || $0.operation is AvgPool2d }) {
      illustrations.append(
        .init(
          "worked-\(pooling.name)", try WorkedNumber(layer: pooling.name).figure(of: specimen),
          pooling.operation is MaxPool2d
            ? "Pooling has nothing to learn. Of each small window it keeps the strongest answer and forgets where in "
              + "the window it was, so a shift by a pixel changes little."
            : "Pooling has nothing to learn: of each small window it keeps the mean."))
    }
    return illustrations
  }

  /// A worksheet of the first convolution and its key, for the end of a report.
  ///
  /// Empty for a run without pictures or without convolutions.
  package static func worksheet(of run: RunArchive) throws -> [Report.Illustration] {
    let specimen = try Specimen(run)
    let network = specimen.model.network
    let convolutions = network.nodes.filter { $0.operation is Conv2d }
    guard specimen.probe.map({ $0.count > 0 }) == true, specimen.role != .generator, !convolutions.isEmpty
    else {
      return []
    }
    // The second convolution sums over maps: more to do, and the first is worked out in the text.
    let layer = convolutions[min(1, convolutions.count - 1)].name
    func sheet(_ kind: WorkedNumber.Sheet) throws -> Figure {
      try WorkedNumber(layer: layer, sheet: kind).figure(of: specimen)
    }
    return [
      .init(
        "worksheet", try sheet(.worksheet),
        "A page to print and fill in: the numbers are this network’s own. The boxes stand where something is to be worked out."
      ),
      .init(
        "worksheet-key", try sheet(.key),
        "The same page with its results. A last digit may differ: the network sums exact numbers, on paper there are two decimals."
      ),
    ]
  }
}

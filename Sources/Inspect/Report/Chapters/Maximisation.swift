internal import Core

extension Report.Illustration {
  /// What deeper units look for: kernels composed to pixels, and pictures painted for units and classes beside the real
  /// ones that excite them. Few units and steps, so that a report does not wait; nothing for networks that are given no picture.
  static func maximisation(of specimen: Specimen) throws -> [Report.Illustration] {
    let network = specimen.model.network
    let convolutions = network.nodes.filter { $0.operation is Conv2d }.map(\.name)
    guard network.inputs.count == 1, let input = network.inputs.first?.shape, input.rank == 3,
      input[0] == 1 || input[0] == 3, specimen.role != .generator
    else { return [] }
    var illustrations: [Report.Illustration] = []
    if convolutions.count > 1, let layer = convolutions.dropFirst().first,
      let expanded = try? ExpandedWeights(layer: layer).figure(of: specimen)
    {
      illustrations.append(
        .init(
          "expanded-\(layer)", expanded,
          "A filter of \(layer) does not weigh pixels but maps, and each of those maps comes from a filter of its own. If every layer "
            + "between were a plain sum, the two together would be one larger filter, and that can be computed: here it is, in pixels. "
            + "<em>r</em> says how well this alone foretells what the unit really answers. What is missing is the work of "
            + "<strong>ReLU</strong> and pooling: without them a deep network would be no more than one such layer."
        ))
    }
    guard let name = convolutions.last else { return illustrations }
    let layer = try UnitTarget(nil, .channel, of: specimen).layer
    illustrations.append(
      .init(
        "maximised-\(name)",
        try ActivationMaximisation(layer: layer, units: shown(layer, of: specimen), steps: 96, starts: 3)
          .figure(of: specimen),
        "Training changes the weights so that the picture gives the right answer. One can also hold the weights still and change "
          + "the <em>picture</em>, by the same gradients, until one unit answers as much as it can. What comes out is what the unit listens to, "
          + "drawn as large as it goes. It need not look like anything real, so beside it stand the pictures from the data that excite the "
          + "unit most: only what both show is what the unit found in the data."))
    if specimen.role == .classifier, let scores = try? network.logits(),
      let shape = try network.shapes()[scores]?.perExample, shape.elementCount > 1
    {
      illustrations.append(
        .init(
          "maximised-classes",
          try ActivationMaximisation(
            layer: scores,
            units: shape.elementCount > 10
              ? .list(Array(0..<4)) : .list(Array(0..<min(4, shape.elementCount))),
            steps: 96, starts: 3
          ).figure(of: specimen),
          "The same for whole classes: pictures that the network is surer of than of any real one. That they are hardly readable is "
            + "a lesson of its own. A classifier learns what <em>tells classes apart</em>, and that is much less than what makes a "
            + "good picture; nobody ever asked it to paint."))
    }
    return illustrations
  }

  /// A few units that answer to something: of a small figure none should be lost to a dead one.
  private static func shown(_ layer: String, of specimen: Specimen) throws -> UnitSelection {
    let target = try UnitTarget(layer, .channel, of: specimen)
    let drawn = try ActivationMaximisation(layer: layer).chosenUnits(of: target, specimen)
    return .list(Array(drawn.prefix(4)))
  }
}

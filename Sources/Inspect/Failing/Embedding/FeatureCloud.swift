internal import Core

/// Pictures as points: what one layer of a network makes of each.
struct FeatureCloud {
  /// The node whose value is looked at.
  let node: String
  /// The points, `[pictures, numbers]`.
  let points: Tensor
  /// True if maps were replaced by their means, since there were too many numbers.
  let isMean: Bool

  /// The numbers of a point beyond which maps are replaced by their means.
  private static let mostNumbers = 4096

  /// What a layer makes of pictures.
  /// - Parameter layer: a node; nil for the last features, which the logits are computed from.
  /// - Throws: `InspectError` if there are no pictures, or no such layer.
  init(of specimen: Specimen, layer: String?) throws {
    let network = specimen.model.network
    guard let probe = specimen.probe, probe.count > 0, network.inputs.count == 1,
      network.inputs[0].shape == probe.pictureShape.perExample
    else {
      throw InspectError(
        .notApplicable, specimen.name, "comes without pictures to lay out; give some with --data")
    }
    let node = try layer ?? network.lastFeatures(of: specimen.name)
    guard layer == nil || network.nodes.contains(where: { $0.name == layer }) else {
      throw InspectError(
        .unknownName, "\(specimen.name)/\(node)",
        "no such layer; there are \(network.nodes.map(\.name).listed)")
    }
    guard !network.constants.contains(node) else {
      throw InspectError(
        .notApplicable, "\(specimen.name)/\(node)", "is the same for every picture; name another --layer")
    }
    let shape = try network.shapes()[node]!.perExample
    let isMean = shape.rank == 3 && shape.elementCount > FeatureCloud.mostNumbers
    let numbers = isMean ? shape[0] : shape.elementCount
    let plane = shape.elementCount / max(numbers, 1)
    var elements: [Float] = []
    elements.reserveCapacity(probe.count * numbers)
    try Sweep(specimen.model, count: probe.count, batch: network.comfortableBatch).run({ probe.inputs($0) }) {
      range, executor in
      let value = try executor.value(of: node).elements.prefix(range.count * shape.elementCount)
      if isMean {
        for map in 0..<range.count * numbers {
          elements.append(value[map * plane..<(map + 1) * plane].reduce(0, +) / Float(plane))
        }
      } else {
        elements += value
      }
    }
    guard elements.allSatisfy(\.isFinite) else {
      throw InspectError(.notApplicable, "\(specimen.name)/\(node)", "has values that are not finite")
    }
    self.node = node
    self.isMean = isMean
    points = Tensor([probe.count, numbers], elements)
  }
}

extension Network {
  /// The node whose value the logits are computed from: what the last layer with weights reads, whatever only moves or drops
  /// numbers left out. The input's own name where there is one layer.
  func lastFeatures(of subject: String) throws -> String {
    guard var name = answeringNodes(from: try logits()).before else {
      throw InspectError(
        .notApplicable, subject, "has no last layer that weighs features; name one with --layer")
    }
    while let node = nodes.first(where: { $0.name == name }), node.inputs.count == 1,
      node.operation is Dropout || node.operation is Flatten || node.operation is Identity
    {
      name = node.inputs[0]
    }
    return name
  }
}

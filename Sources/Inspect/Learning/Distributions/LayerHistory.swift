package import Core
internal import Render

/// How the weights of some layers, and the gradients of the loss by them, are spread at every snapshot of a run.
package struct LayerHistory {
  /// One layer.
  package struct Layer: Hashable, Sendable {
    /// The node.
    package let name: String
    /// Weights, biases not counted.
    package let count: Int
    /// The weights through time.
    package let weights: FixedBins
    /// The gradients through time; nil where there is no loss to derive.
    package let gradients: FixedBins?
  }

  /// The network's name in the run.
  package let network: String
  /// The snapshots.
  package let snapshots: [Snapshot]
  /// The layers that were looked at.
  package let layers: [Layer]
  /// Layers that have weights.
  package let allLayers: [String]
  /// Pictures that the gradient is a mean over; 0 where there is none.
  package let pictures: Int
  /// Why there are no gradients; nil where there are some.
  package let refusal: String?

  /// Reads the weights of a network at every snapshot and computes the gradients.
  /// - Parameters:
  ///   - layer: the only layer; nil for as many as `most`, spread from the first to the last.
  ///   - pictures: how many labelled pictures the loss is a mean over, at most; 0 for no gradients.
  /// - Throws: `InspectError` listing the layers with weights if this one has none, `ArchiveError` if the run cannot be read.
  package init(
    of run: RunArchive, network name: String?, layer: String?, most: Int, pictures: Int,
    progress: (Double) -> Void = { _ in }
  ) throws {
    _ = try run.snapshot(.last)
    let entry = try name.map { try run.network(named: $0) } ?? run.networks[0]
    let graph = entry.network
    snapshots = run.snapshots
    network = entry.name
    allLayers = graph.nodes.filter { $0.hasMatrix }.map(\.name)
    let chosen = try Self.chosen(layer, most: most, of: graph, all: allLayers, named: entry.name)

    var loss: LossGradients?
    var refusal: String?
    do {
      if pictures > 0 {
        loss = try LossGradients(of: graph, role: entry.role, probe: run.probe(), most: pictures)
      } else {
        refusal = "no pictures were asked for"
      }
    } catch let error as InspectError { refusal = error.reason }
    self.refusal = refusal
    self.pictures = loss?.count ?? 0

    var gradients = [[[Float]]](repeating: [], count: chosen.count)
    if let loss {
      for (index, snapshot) in snapshots.enumerated() {
        let found = try loss.gradients(at: run.model(of: entry.name, at: snapshot).parameters).gradients
        for (place, layer) in chosen.enumerated() {
          gradients[place].append(found[layer, "weight"]?.elements ?? [])
        }
        progress(0.8 * Double(index + 1) / Double(snapshots.count))
      }
    }
    var layers: [Layer] = []
    for (place, layer) in chosen.enumerated() {
      let weights = try run.parameter(layer + ".weight", of: entry.name, over: snapshots)
      let size = weights.shape.perExample.elementCount
      layers.append(
        Layer(
          name: layer, count: size,
          weights: FixedBins(
            of: snapshots.indices.map { Array(weights.elements[$0 * size..<($0 + 1) * size]) }),
          gradients: loss == nil ? nil : FixedBins(of: gradients[place])))
      gradients[place] = []
      progress(0.8 + 0.2 * Double(place + 1) / Double(chosen.count))
    }
    self.layers = layers
  }

  /// The layers that are looked at.
  private static func chosen(
    _ layer: String?, most: Int, of network: Network, all: [String], named name: String
  ) throws -> [String] {
    guard let layer else {
      guard !all.isEmpty else { throw InspectError(.notApplicable, name, "has no layer with weights") }
      guard all.count > most else { return all }
      // The first, the last, and what lies evenly between.
      return (0..<most).map { all[most == 1 ? 0 : $0 * (all.count - 1) / (most - 1)] }
    }
    let known = network.nodes.filter { node in node.operation.parameters.contains { $0.name == "weight" } }
    guard known.contains(where: { $0.name == layer }) else {
      throw InspectError(
        .unknownName, "\(name)/\(layer)", "no layer with weights; there are \(known.map(\.name).listed)")
    }
    return [layer]
  }
}

extension Network.Node {
  /// True if the node has weights that mix what it reads: not only a factor for each map.
  fileprivate var hasMatrix: Bool {
    operation.parameters.contains { $0.name == "weight" && $0.shape.rank >= 2 && $0.shape.elementCount > 1 }
  }
}

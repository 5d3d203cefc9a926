internal import Core
internal import Render

extension Examination {
  /// The length of the gradient at every step, of a network as a whole and of each of its layers in order.
  func gradients(of specimen: Specimen) throws -> (
    whole: RunSeries, layers: [(node: String, series: RunSeries)]
  )? {
    guard let run, let recorded = run.networks.first(where: { $0.name == specimen.name }),
      recorded.statistics.contains("gradient_norm")
    else { return nil }
    let layers = try specimen.model.network.nodes.compactMap { node in
      recorded.statistics.contains(node.name + "/gradient_norm")
        ? (node.name, try run.statistic(node.name + "/gradient_norm", of: specimen.name)) : nil
    }
    return (try run.statistic("gradient_norm", of: specimen.name), layers)
  }
}

/// Gradients that grow without end, or jump.
struct ExplodingGradientRule: DiagnosisRule {
  let id = "exploding-gradients"

  func verdict(on examination: Examination) throws -> Verdict {
    var found: [Finding] = []
    var lengths: [String] = []
    for specimen in examination.specimens {
      guard let (whole, _) = try examination.gradients(of: specimen), whole.values.count >= fewestSteps,
        let last = whole.closingMedian
      else { continue }
      let sorted = whole.values.filter(\.isFinite).sorted()
      let median = sorted[sorted.count / 2]
      let start = whole.values.prefix(whole.values.count / 10).sorted()
      let first = start[start.count / 2]
      lengths.append("\(specimen.name) \(Numbers.significant(last, digits: 2))")
      let largest = sorted.last!
      let at = whole.steps[whole.values.firstIndex(of: largest) ?? 0]
      if last > 100, last > 10 * first {
        found.append(
          Finding(
            .fault, network: specimen.name,
            "The gradient of \(specimen.name) has grown from \(Numbers.significant(first, digits: 2)) to \(Numbers.significant(last, digits: 2)): every step throws the weights farther.",
            advice: "Use a smaller learning rate, batch norm, or cut long gradients.",
            command: examination.command("curves"), measures: ["first": first, "last": last]))
      } else if largest > 100, largest > 1_000 * max(median, 1e-12) {
        found.append(
          Finding(
            .warning, network: specimen.name,
            "The gradient of \(specimen.name) jumped to \(Numbers.significant(largest, digits: 2)) at step \(Numbers.grouped(at)), where it is \(Numbers.significant(median, digits: 2)) as a rule.",
            advice: "Use a smaller learning rate, or cut long gradients.",
            command: examination.command("curves"),
            measures: ["largest": largest, "median": median, "step": Double(at)]))
      }
    }
    if found.isEmpty, lengths.isEmpty { return .notApplicable }
    return .found(found, else: "gradients kept their size; length at the end: \(lengths.listed)")
  }
}

/// Gradients that do not reach the first layers, or none at all.
struct VanishingGradientRule: DiagnosisRule {
  let id = "vanishing-gradients"

  func verdict(on examination: Examination) throws -> Verdict {
    var found: [Finding] = []
    var ratios: [String] = []
    for specimen in examination.specimens {
      guard let (whole, layers) = try examination.gradients(of: specimen), whole.values.count >= fewestSteps
      else { continue }
      // Norms come without weights to carry the blame through.
      let weighted = layers.filter { layer in
        specimen.model.network.nodes.contains {
          $0.name == layer.node
            && ($0.operation is Conv2d || $0.operation is ConvTranspose2d || $0.operation is Linear)
        }
      }
      for layer in weighted where layer.series.closingMedian == 0 {
        found.append(
          Finding(
            .fault, network: specimen.name, layer: layer.node,
            "No gradient reached \(layer.node) in the last tenth of the training: it learns nothing any more.",
            advice: "All units behind it may be dead; use a smaller learning rate or a leaky rectifier.",
            command: examination.command("filters", network: specimen.name, "--layer", layer.node),
            measures: ["gradient": 0]))
      }
      guard weighted.count >= 2,
        let first = size(weighted[0], specimen), let last = size(weighted[weighted.count - 1], specimen),
        last > 0, first > 0
      else { continue }
      let ratio = first / last
      ratios.append("\(specimen.name) \(Numbers.significant(ratio, digits: 2))")
      guard ratio < 1e-3 else { continue }
      found.append(
        Finding(
          ratio < 1e-5 ? .fault : .warning, network: specimen.name, layer: weighted[0].node,
          "The gradient of a weight in the first layer, \(weighted[0].node), is \(Numbers.significant(1 / ratio, digits: 2)) times smaller than in the last, \(weighted[weighted.count - 1].node) (\(Numbers.significant(first, digits: 2)) and \(Numbers.significant(last, digits: 2))): the first layers hardly learn.",
          advice: "Use ReLU instead of sigmoid or tanh, batch norm, fewer layers or shortcuts around them.",
          command: examination.command("filters", network: specimen.name, "--since", "first"),
          measures: ["ratio": ratio, "first": first, "last": last]))
    }
    if found.isEmpty, ratios.isEmpty { return .notApplicable }
    return .found(
      found,
      else: "gradients reach the first layer (of a weight there, by one of the last layer: \(ratios.listed))")
  }

  /// The typical gradient of one weight of a layer at the end: the length, by the root of how many weights share it.
  private func size(_ layer: (node: String, series: RunSeries), _ specimen: Specimen) -> Double? {
    guard let length = layer.series.closingMedian,
      let node = specimen.model.network.nodes.first(where: { $0.name == layer.node })
    else { return nil }
    let count = node.operation.parameters.filter(\.isTrainable).reduce(0) { $0 + $1.shape.elementCount }
    return count > 0 ? length / Double(count).squareRoot() : nil
  }
}

internal import Core

extension Report.Illustration {
  /// How the filters and all weights of a classifier changed: its first filters through time, and how two layers' weights and
  /// gradients are spread.
  static func evolution(of run: RunArchive) throws -> [Report.Illustration] {
    var result: [Report.Illustration] = []
    let network = run.networks[0]
    if let layer = network.network.layersWithFilters.first {
      result.append(
        Report.Illustration(
          "evolution", try FilterEvolution(layer: layer, filters: 6).figure(of: run),
          "Here you watch filters being made. Each row is one filter of \(layer), from the random numbers it started with to "
            + "what it is now, all on <em>one</em> scale of colour: where a column looks pale, the weights really were small then. "
            + "The curves say how early each filter’s pattern was decided: at 1 it already points where it will end. Many are "
            + "decided after a few hundred steps, and training then only strengthens them."))
    }
    let layers = network.network.nodes.filter { $0.operation is Conv2d || $0.operation is Linear }.map(\.name)
    // The layer at which the loss begins its way back, and the first, where it arrives last.
    if !layers.isEmpty {
      result.append(
        Report.Illustration(
          "distributions",
          try Distributions(layers: min(2, layers.count), pictures: 50, ridges: 8).figure(of: run),
          "One filter is an example; this is all of them. At the left the weights of a layer: they begin within a narrow range and "
            + "spread as some connections turn out to matter. At the right the <em>gradients</em>, the amount of blame that "
            + "backpropagation brings to each weight. In a healthy training they arrive at the first layer as well as at the last, and "
            + "become small as there is less to correct. Were they zero in the first layer from the beginning, nothing could be learnt there; "
            + "were they growing from step to step, training would fly apart."))
    }
    return result
  }
}

public import Core
public import Render

/// How a run's weights, and the gradients that move them, are spread, from the first step to the last.
///
/// For each layer two panels: the weights, and the gradients of the loss by them. Each has a ridgeline, time from the back to the
/// front, over 128 bins that are the same at every step, and beneath a fan of percentiles of the numbers themselves. The run keeps
/// its weights; the gradients are computed anew at every snapshot, from the cross-entropy of its first labelled probe pictures.
///
/// ```swift
/// let figure = try Distributions(layer: "conv2", pictures: 50).figure(of: run)
/// ```
public struct Distributions: Hashable, Sendable {
  /// The network; nil for the run's first.
  public var network: String?
  /// The only layer; nil for all, or of many some from the first to the last.
  public var layer: String?
  /// How many layers are shown at most.
  public var layers: Int
  /// How many pictures the gradients are a mean over, at most; 0 for no gradients.
  public var pictures: Int
  /// How many ridges, the first and the last snapshot always among them, the others spread by ratio of steps.
  public var ridges: Int
  /// The colours' theme.
  public var theme: Theme

  /// Distributions of layers. Traps on fewer than one layer or two ridges.
  public init(
    network: String? = nil, layer: String? = nil, layers: Int = 4, pictures: Int = 200, ridges: Int = 12,
    theme: Theme = .light
  ) {
    precondition(layers > 0 && ridges > 1 && pictures >= 0, "\(layers) layers, \(ridges) ridges")
    self.network = network
    self.layer = layer
    self.layers = layers
    self.pictures = pictures
    self.ridges = ridges
    self.theme = theme
  }

  /// Draws the distributions of a run.
  /// - Parameter progress: is told the share that is done.
  /// - Throws: `InspectError` listing the layers with weights if this one has none, `ArchiveError` if the run has no snapshot or
  ///   cannot be read.
  public func figure(
    of run: RunArchive, progress: (Double) -> Void = { _ in }
  ) throws -> Figure {
    let run = run.tracingReads()
    let history = try LayerHistory(
      of: run, network: network, layer: layer, most: layers, pictures: pictures, progress: progress)
    let moments = GrowthFilm.spread(history.snapshots, over: ridges, offset: 1)
    let last = history.snapshots[history.snapshots.count - 1]

    var facts: [String] = []
    if history.network != "classifier" { facts.append(history.network) }
    if layer == nil {
      facts.append(
        history.layers.count == history.allLayers.count
          ? "all \(history.layers.count) layers with weights"
          : "\(history.layers.count) of \(history.allLayers.count) layers with weights")
    }
    facts += [
      "\(history.snapshots.count) snapshots up to step \(Numbers.grouped(last.step))",
      "\(moments.count == history.snapshots.count ? "all" : "\(moments.count)") as ridges",
      "weights without biases",
      history.refusal.map { "no gradients: \($0)" }
        ?? "gradients of the cross-entropy, mean over the first \(Numbers.grouped(history.pictures)) labelled probe pictures, without dropout",
    ]
    let recipe = Provenance(seed: run.seed, dataHash: run.dataHash).recipe(
      "distributions",
      entries: [
        .init("network", .string(history.network)), layer.map { .init("layer", .string($0)) },
        layers == 4 ? nil : .init("layers", .integer(layers)),
        pictures == 200 ? nil : .init("pictures", .integer(pictures)),
        ridges == 12 ? nil : .init("ridges", .integer(ridges)), .theme(theme),
      ])
    return Figure(
      "How weights and gradients spread", facts: facts.joined(separator: " · "), reading: reading(history),
      description: description(history), recipe: recipe, numbers: numbers(history), theme: theme, spacing: 24
    ) {
      for layer in history.layers {
        Panel("\(layer.name), \(Numbers.grouped(layer.count)) weights") {
          HStack(spacing: 28) {
            DistributionPanel(layer.weights, "weight", history.snapshots, moments, paint: .class(4))
            if let gradients = layer.gradients {
              DistributionPanel(
                gradients, "gradient of the loss by a weight", history.snapshots, moments, paint: .class(9))
            }
          }
        }
      }
    }
  }

  private func reading(_ history: LayerHistory) -> String {
    var text =
      "Above, each line is one snapshot, the first at the back and the last, filled, in front; all are counted in the same bins and drawn on one scale. "
      + "Beneath, the middle line is the median, the bands hold the middle half, nine tenths and all of the numbers. "
      + "As training goes on weights spread: some connections come to matter, others not."
    if history.refusal == nil {
      text +=
        " Gradients that shrink to a needle at zero mean that there is little left to correct, or that the blame no longer gets here; bands that explode mean that steps are too large."
    }
    return text
  }

  private func description(_ history: LayerHistory) -> String {
    history.layers.map { layer in
      func words(_ bins: FixedBins, _ what: String) -> String {
        guard let first = bins.percentiles.first, let last = bins.percentiles.last else { return "" }
        return
          "\(what): nine tenths between \(Numbers.significant(first[1])) and \(Numbers.significant(first[5])) at first, "
          + "between \(Numbers.significant(last[1])) and \(Numbers.significant(last[5])) at the end."
      }
      return words(layer.weights, "Weights of \(layer.name)")
        + (layer.gradients.map { " " + words($0, "Gradients of \(layer.name)") } ?? "")
    }.joined(separator: " ")
  }

  private func numbers(_ history: LayerHistory) -> [(name: String, table: NumberTable)] {
    history.layers.flatMap { layer -> [(name: String, table: NumberTable)] in
      [("weights", layer.weights)].map { ("\(layer.name)-\($0)", $1) }
        .appending(layer.gradients.map { ("\(layer.name)-gradients", $0) })
        .flatMap { name, bins in
          [
            (name: name + "-bins", table: bins.binTable(history.snapshots)),
            (name: name + "-percentiles", table: bins.percentileTable(history.snapshots)),
          ]
        }
    }
  }
}

extension Array {
  fileprivate func appending(_ element: Element?) -> [Element] { element.map { self + [$0] } ?? self }
}

extension FixedBins {
  fileprivate func binTable(_ snapshots: [Snapshot]) -> NumberTable {
    let shares = densities
    return NumberTable(
      columns: ["step", "from", "to", "count", "density"],
      rows: snapshots.indices.flatMap { moment in
        counts[moment].indices.map { bin in
          [
            String(snapshots[moment].step), bin == 0 ? "" : NumberTable.text(edge(bin - 1)),
            bin == Self.count + 1 ? "" : NumberTable.text(edge(bin)), String(counts[moment][bin]),
            NumberTable.text(shares[moment][bin]),
          ]
        }
      })
  }

  fileprivate func percentileTable(_ snapshots: [Snapshot]) -> NumberTable {
    NumberTable(
      columns: ["step"] + Self.percentiles.map { "\(Int($0)) %" } + ["not finite"],
      rows: snapshots.indices.map { moment in
        [String(snapshots[moment].step)] + percentiles[moment].map(NumberTable.text) + [String(lost[moment])]
      })
  }
}

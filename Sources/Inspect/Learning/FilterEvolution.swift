public import Core
public import Render

/// How some of a layer's filters became what they are: one row a filter, one column a moment, one scale for all.
///
/// Beneath, for the same filters, how like its last form each already was, cos(W_t, W_final), and how far it has gone from its
/// start, ‖W_t − W_0‖ / ‖W_0‖. Filters over colours are shown in colour. A filter of a deeper layer has a kernel for every map
/// that it reads: the one that is strongest at the end is drawn, the same at every step, and the curves are of all.
///
/// ```swift
/// let figure = try FilterEvolution(layer: "conv1").figure(of: run)
/// ```
public struct FilterEvolution: Hashable, Sendable {
  /// The network; nil for the run's first.
  public var network: String?
  /// The layer; nil for the first that has filters.
  public var layer: String?
  /// How many filters, drawn by the seed.
  public var filters: Int
  /// How many moments, the first and the last always among them, the others spread by ratio of steps.
  public var columns: Int
  /// What the choice of filters comes from.
  public var seed: UInt64
  /// The colours' theme.
  public var theme: Theme

  /// Filters through time. Traps on no filter or fewer than two moments.
  public init(
    network: String? = nil, layer: String? = nil, filters: Int = 8, columns: Int = 12, seed: UInt64 = 0,
    theme: Theme = .light
  ) {
    precondition(filters > 0 && columns > 1, "\(filters) filters at \(columns) moments")
    self.network = network
    self.layer = layer
    self.filters = filters
    self.columns = columns
    self.seed = seed
    self.theme = theme
  }

  /// Draws the filters of a run.
  /// - Throws: `InspectError` listing the layers with filters if this one has none, `ArchiveError` if the run has no snapshot
  ///   or cannot be read.
  public func figure(of run: RunArchive) throws -> Figure {
    let run = run.tracingReads()
    let history = try FilterHistory(of: run, network: network, layer: layer, most: filters, seed: seed)
    let moments = GrowthFilm.spread(history.snapshots, over: columns, offset: 1)
    let bank = history.bank
    let isColour = history.places[0].count == 3
    var scale = ColorScale.diverging(
      limit: history.limit.limit, map: isColour ? .grey : .purpleOrange, mode: .layer, symbol: "w")
    scale.percentile = 99.5
    scale.clippedShare = history.limit.clippedShare
    let side = Double(max(bank.width, bank.height))
    let last = history.snapshots[history.snapshots.count - 1]

    var facts = [
      history.layer,
      history.filters.count == history.count
        ? "all \(Numbers.grouped(history.count)) filters of \(bank.extent)"
        : "\(history.filters.count) of \(Numbers.grouped(history.count)) filters of \(bank.extent), drawn by seed \(seed)",
    ]
    if !bank.isGallery { facts.append("of each the strongest of \(Numbers.grouped(bank.inputs)) kernels") }
    facts += [
      "\(moments.count) of \(history.snapshots.count) snapshots up to step \(Numbers.grouped(last.step))",
      "one scale for all steps",
    ]
    let name = network ?? run.networks[0].name
    if name != "classifier" { facts.insert(name, at: 0) }
    let recipe = Provenance(seed: run.seed, dataHash: run.dataHash).recipe(
      "evolution",
      entries: [
        .init("network", .string(name)), .init("layer", .string(history.layer)),
        filters == 8 ? nil : .init("filters", .integer(filters)),
        columns == 12 ? nil : .init("columns", .integer(columns)),
        seed == 0 ? nil : .init("seed", .seed(seed)), .theme(theme),
      ])
    return Figure(
      "How \(history.layer) came to look for what it looks for", facts: facts.joined(separator: " · "),
      reading: reading(history, isColour: isColour), description: description(history), recipe: recipe,
      numbers: numbers(history, moments), theme: theme
    ) {
      Strip(
        history.filters.indices.map {
          Strip.Row(history.name(of: $0), tiles: history.tiles(of: $0, at: moments))
        },
        at: moments.map(FilterEvolution.place), axis: "step",
        positionLabels: moments.map { Numbers.grouped($0.step) }, scale: scale,
        magnification: side <= 40 ? (40 / side).rounded(.down) : nil,
        charts: moments.count > 1 ? charts(history) : [])
      ColorBar(scale, title: isColour ? "brightness of red, green and blue" : "weight")
    }
  }

  /// Where a snapshot stands over the columns: by ratio of steps, counted from 1, so that a line between two columns does not bend
  /// where a column is.
  private static func place(_ snapshot: Snapshot) -> Double {
    Mathematics.logarithm(Double(snapshot.step) + 1)
  }

  private func charts(_ history: FilterHistory) -> [Chart] {
    let steps = Values.values("step", history.snapshots.map(FilterEvolution.place))
    let hidden = Axis(isHidden: true)
    // Most filters keep their direction: the axis begins a little below the lowest, at a round number.
    let lowest = history.cosines.joined().filter(\.isFinite).min() ?? 0
    let floor = max(-1, min(0.9, ((lowest - 0.02) * 10).rounded(.down) / 10))
    let cosines = Chart(
      x: hidden, y: Axis("cos(W_t, W_final): 1 is the direction it ends in", domain: floor...1),
      height: 110
    ) {
      for (index, values) in history.cosines.enumerated() {
        LineMark(x: steps, y: .values("cosine", values), series: history.name(of: index)).color(.class(index))
      }
    }
    let drifts = Chart(
      x: hidden, y: Axis("‖W_t − W_0‖ / ‖W_0‖: the way gone from the start", includesZero: true), height: 90
    ) {
      for (index, values) in history.drifts.enumerated() {
        LineMark(x: steps, y: .values("drift", values), series: history.name(of: index)).color(.class(index))
      }
      LineMark(x: steps, y: .values("drift", history.layerDrift), series: "whole layer").color(.ink)
        .lineWidth(2)
    }
    return [cosines.names(.starts), drifts.names(.ends)]
  }

  private func reading(_ history: FilterHistory, isColour: Bool) -> String {
    var text = "Each row is one filter from the random start at the left to its last form at the right"
    if history.bank.paintsPictures {
      text += isColour ? ". " : ": orange paints, purple takes paint away. "
    } else if history.bank.readsInput {
      text += isColour ? ". " : ": orange wants light, purple dark. "
    } else {
      text +=
        ": orange answers to what a map found, purple objects to it. “\(history.name(of: 0))” is filter \(history.filters[0])'s window on map \(history.places[0][0].input), the strongest that it has at the end. "
    }
    text +=
      "Columns are spaced by ratio of steps. Where a curve reaches 1 early, the filter's pattern was settled early, and what came after only made it stronger or weaker."
    return text
  }

  private func description(_ history: FilterHistory) -> String {
    let start = history.cosines.map { $0[0] }
    var text = "\(history.filters.count) filters of \(history.layer) at \(history.snapshots.count) snapshots."
    if let most = start.indices.filter({ start[$0].isFinite }).min(by: { start[$0] < start[$1] }),
      let least = start.indices.filter({ start[$0].isFinite }).max(by: { start[$0] < start[$1] })
    {
      text +=
        " Filter \(history.filters[most]) turned the most: its start has a cosine of \(Numbers.fixed(start[most], decimals: 2)) to its last form; "
        + "filter \(history.filters[least]) the least, \(Numbers.fixed(start[least], decimals: 2))."
    }
    if let drift = history.layerDrift.last, drift.isFinite {
      text +=
        " The layer as a whole went \(Numbers.significant(drift)) times the length of its starting weights."
    }
    return text
  }

  private func numbers(
    _ history: FilterHistory, _ moments: [Snapshot]
  ) -> [(name: String, table: NumberTable)] {
    func table(_ values: [[Double]], _ more: [(String, [Double])] = []) -> NumberTable {
      NumberTable(
        columns: ["step"] + history.filters.map { "filter \($0)" } + more.map(\.0),
        rows: history.snapshots.indices.map { place in
          [String(history.snapshots[place].step)] + values.map { NumberTable.text($0[place]) }
            + more.map { NumberTable.text($0.1[place]) }
        })
    }
    let width = history.bank.width
    let weights = NumberTable(
      columns: ["step", "filter", "channel"]
        + (0..<history.bank.height * width).map { "w\($0 / width),\($0 % width)" },
      rows: moments.flatMap { moment in
        history.kernels(at: moment).map { kernel -> [String] in
          [String(moment.step), String(kernel.filter), String(kernel.channel)]
            + kernel.weights.map { "\($0)" }
        }
      })
    return [
      ("cosines", table(history.cosines)),
      ("drift", table(history.drifts, [("whole layer", history.layerDrift)])), ("weights", weights),
    ]
  }
}

extension FilterHistory {
  /// The drawn kernels of the chosen filters at a snapshot, with the channel that each reads (or paints).
  fileprivate func kernels(at moment: Snapshot) -> [(filter: Int, channel: Int, weights: ArraySlice<Float>)] {
    let size = bank.height * bank.width
    return filters.indices.flatMap { index in
      places[index].enumerated().map { place, kernel in
        (
          filters[index], bank.paintsPictures ? kernel.output : kernel.input,
          weights[moment.index][index][place * size..<(place + 1) * size]
        )
      }
    }
  }

  /// What a row is called: the filter, and of a deeper one the map that its drawn kernel reads.
  fileprivate func name(of index: Int) -> String {
    bank.isGallery
      ? "filter \(filters[index])"
      : "\(filters[index])\(Numbers.thinSpace)←\(Numbers.thinSpace)\(places[index][0].input)"
  }
}

internal import Core
internal import Render

/// One layer of a comparison as it is shown: which filters, in which order, with the words and tables that go with them.
struct DiffSheet {
  let diff: NetworkDiff
  let layer: NetworkDiff.Layer
  /// What the two are called.
  let names: [String]
  /// The filters of the first network that are drawn, in order.
  let units: [Int]
  /// The input channels of the first network that are drawn, in order; one for a layer that is shown as a gallery.
  let channels: [Int]
  let scale: ColorScale
  private let first: ComparedLayer
  private let partners: [[Float]]
  private let order: Diff.Order

  init(diff: NetworkDiff, index: Int, order: Diff.Order, names: [String]) {
    self.diff = diff
    self.names = names
    self.order = order
    layer = diff.layers[index]
    first = diff.before[index]
    let (layer, first, second) = (layer, first, diff.after[index])
    let all = layer.match.map { second.filter($0, inputOrder: layer.inputMatch) }
    partners = all

    let byTravel = layer.travel.indices.sorted { (layer.travel[$0], $1) > (layer.travel[$1], $0) }
    let most = layer.inputs == 1 ? 48 : 16
    let chosen = Array(byTravel.prefix(most))
    units = order == .travel ? chosen : chosen.sorted()

    // The channels whose kernels differ most over the filters that are shown.
    let plane = first.height * first.width
    var energy = [Double](repeating: 0, count: first.inputs)
    for unit in units {
      for place in 0..<first.size {
        let difference = Double(all[unit][place] - first.weights[unit * first.size + place])
        energy[place / plane] += difference * difference
      }
    }
    let columns = Self.columns(of: first)
    channels = Array(energy.indices.sorted { (energy[$0], $1) > (energy[$1], $0) }.prefix(columns)).sorted()

    // One scale for what was, what is and what was added.
    var values = first.weights
    values.reserveCapacity(3 * first.weights.count)
    for unit in 0..<first.units {
      values += all[unit]
      for (place, weight) in all[unit].enumerated() {
        values.append(weight - first.weights[unit * first.size + place])
      }
    }
    scale = .diverging(of: values, map: .purpleOrange, mode: .layer, symbol: "w")
  }

  private var isGallery: Bool { layer.inputs == 1 }

  /// Points for each weight in a matrix of kernels.
  private static func magnification(_ layer: ComparedLayer) -> Double {
    layer.isSpatial ? max(1, (13 / Double(max(layer.width, layer.height))).rounded()) : 8
  }

  private static func columns(of layer: ComparedLayer) -> Int {
    max(1, Int(200 / (Double(layer.width) * magnification(layer) + 2)))
  }

  // MARK: Pictures

  private enum Side: CaseIterable { case before, after, difference }

  /// The filters before, after, and what was added.
  var pictures: HStack {
    HStack(spacing: 16) {
      Side.allCases.map { side in
        Panel(heading(side), caption: caption(side)) { grid(side) }
      }
    }
  }

  private func heading(_ side: Side) -> String {
    switch side {
    case .before: names[0]
    case .after: names[1]
    case .difference: "difference"
    }
  }

  private func caption(_ side: Side) -> String {
    switch (side, isGallery) {
    case (.before, true): "beneath: the filter’s number"
    case (.after, true):
      layer.moved > 0 ? "its partner; beneath: that one’s number" : "the filter at the same place"
    case (.difference, true): "beneath: the cosine of the two"
    case (.before, false):
      "rows: filters; columns: "
        + (channels.count == layer.inputs
          ? "the \(layer.inputs) channels that they read"
          : "the \(channels.count) of \(Numbers.grouped(layer.inputs)) channels whose kernels differ most")
    case (.after, false):
      layer.inputSource.map { "their partners; columns as \($0) was paired" }
        ?? (layer.moved > 0 ? "their partners" : "the filters at the same places")
    case (.difference, false): "at the left: the cosine of the whole filters"
    }
  }

  private func grid(_ side: Side) -> ImageGrid {
    let plane = first.height * first.width
    var numbers: [Float] = []
    for unit in units {
      for channel in channels {
        for place in channel * plane..<(channel + 1) * plane {
          let (a, b) = (first.weights[unit * first.size + place], partners[unit][place])
          switch side {
          case .before: numbers.append(a)
          case .after: numbers.append(b)
          case .difference: numbers.append(b - a)
          }
        }
      }
    }
    let words = units.map { unit in
      switch side {
      case .before: "\(unit)"
      case .after: "\(layer.match[unit])"
      case .difference: Numbers.fixed(layer.cosines[unit], decimals: 2)
      }
    }
    let tiles = ImageTiles(
      numbers: numbers, count: units.count * channels.count, height: first.height, width: first.width)
    if isGallery {
      let perRow = units.count <= 12 ? 4 : units.count <= 30 ? 6 : 8
      return ImageGrid(tiles, scale: scale, columns: perRow, labels: .captions(words), hairlines: true)
    }
    return ImageGrid(
      tiles, scale: scale, columns: channels.count, magnification: Self.magnification(first), gap: 2,
      rowHeaders: words, hairlines: first.isSpatial)
  }

  /// Bars for how far each filter went, and lines from each to its partner's place.
  var travelPlot: TravelPlot {
    let shown = layer.units <= 64 ? (order == .travel ? units + rest : Array(0..<layer.units)) : units
    return TravelPlot(
      units: shown, partners: shown.map { layer.match[$0] }, cosines: shown.map { layer.cosines[$0] },
      travel: shown.map { layer.travel[$0] }, names: names, chance: layer.chance,
      showsLines: layer.moved > 0)
  }

  private var rest: [Int] {
    let shown = Set(units)
    return layer.travel.indices.filter { !shown.contains($0) }.sorted {
      (layer.travel[$0], $1) > (layer.travel[$1], $0)
    }
  }

  // MARK: Words

  func facts(_ before: Specimen) -> [String] {
    var facts = before.name == "classifier" ? [layer.name] : [before.name, layer.name]
    let extent = first.isSpatial ? " of \(first.height) × \(first.width)" : ""
    facts.append(
      "\(Numbers.grouped(layer.units)) filters"
        + (layer.inputs == 1 ? extent : " × \(Numbers.grouped(layer.inputs)) channels\(extent)"))
    if units.count < layer.units { facts.append("the \(units.count) that differ most are shown") }
    facts.append("mean cosine \(Numbers.fixed(layer.meanCosine, decimals: 2))")
    switch layer.pairing {
    case .similarity:
      facts.append("paired by similarity, \(layer.moved) of \(layer.units) with one at another place")
    case .place:
      facts.append("each beside itself")
      if let kept = layer.kept { facts.append("similarity alone would find \(kept) of \(layer.units)") }
    case .inherited(let name): facts.append("paired as \(name) was")
    }
    return facts
  }

  var travelCaption: String {
    layer.moved > 0
      ? "lines: from a filter’s place in \(names[0]) to its partner’s in \(names[1]), the stronger the more alike"
      : ""
  }

  var tableCaption: String {
    var parts = ["Change is ‖B − A‖ / ‖A‖ over a layer’s weights."]
    if diff.layers.contains(where: { $0.chance != nil }) {
      parts.append(
        diff.layers.contains { $0.pairing == .similarity }
          ? "By chance: the mean cosine that pairing by similarity reaches with weights shuffled within each filter; of other layers, the mean of all pairs."
          : "By chance: the mean cosine of all pairs.")
    }
    if diff.layers.contains(where: { $0.inputSource != nil }) {
      parts.append("Channels that a layer reads were put into the order found for the layer before it.")
    }
    for (name, only) in zip(names, [diff.onlyBefore, diff.onlyAfter]) where !only.isEmpty {
      parts.append("Only in \(name), not compared: \(only.listed).")
    }
    return parts.joined(separator: " ")
  }

  var description: String {
    if layer.isSame { return "\(layer.name) is the same in \(names[0]) and \(names[1])." }
    let farthest = layer.travel.indices.max { layer.travel[$0] < layer.travel[$1] } ?? 0
    return
      "\(layer.units) filters of \(layer.name) in \(names[0]) and \(names[1]): mean cosine \(Numbers.fixed(layer.meanCosine, decimals: 2)), "
      + "\(layer.moved) paired with another place, largest difference of two weights \(Numbers.significant(layer.largestDifference)). "
      + "Filter \(farthest) went farthest, \(Numbers.significant(layer.travel[farthest], digits: 2)) times its own length."
  }
}

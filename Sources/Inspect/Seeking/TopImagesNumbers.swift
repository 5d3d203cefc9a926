package import Core
internal import Render

/// A unit's strongest pictures, the pieces of them that it saw, and what was carried back.
package struct UnitTop: Sendable {
  /// The unit.
  package let unit: Int
  /// Its strongest answers, one a picture, the strongest first.
  package let answers: [UnitResponses.Answer]
  /// True if no picture gets it above zero.
  package let isDead: Bool
  /// What excited it, carried back to the pixels, cut to its receptive field: one for each answer, none if it is dead.
  package internal(set) var reconstructions: [Patch]
  /// The same pieces of the pictures.
  package internal(set) var patches: [Patch]
}

/// The tops of some units of a layer.
package struct LayerTops: Sendable {
  /// The layer.
  package let layer: UnitLayer
  /// The units in order.
  package internal(set) var tops: [UnitTop]
  /// How tall and wide a piece is.
  package let extent: Extent

  /// Finds the tops of the units that are asked for.
  package static func measure(
    _ options: TopImages, of specimen: Specimen, on trial: TrialPictures,
    progress: (Double) -> Void = { _ in }
  ) throws -> [LayerTops] {
    let network = specimen.model.network
    let layers: [UnitLayer]
    if options.layers.isEmpty {
      layers = try UnitLayer.usual(in: network, of: specimen.name)
    } else {
      layers = try options.layers.map { try UnitLayer($0, in: network, of: specimen.name) }
    }
    for layer in layers {
      for unit in options.chosenUnits where unit < 0 || unit >= layer.units {
        throw InspectError(
          .unknownName, "\(specimen.name)/\(layer.name)",
          "no unit \(unit); there are \(layer.units), 0 to \(layer.units - 1)")
      }
    }
    let sweep = try UnitSweep(network, upTo: layers, pictures: trial.count)
    let responses = try sweep.responses(of: specimen.model.parameters, to: trial) { progress(0.6 * $0) }
    let results = try responses.enumerated().map { index, responses in
      defer { progress(0.6 + 0.4 * Double(index + 1) / Double(layers.count)) }
      let units =
        options.chosenUnits.isEmpty
        ? responses.layer.drawn(options.units, seed: options.seed) : options.chosenUnits
      return try LayerTops(units, of: responses, in: specimen.model, on: trial)
    }
    return results
  }

  /// The tops of units, and what is carried back from them.
  init(_ units: [Int], of responses: UnitResponses, in model: Model, on trial: TrialPictures, most: Int = 9)
    throws
  {
    layer = responses.layer
    let view = try LayerView(responses.layer, in: model.network, trial)
    extent = view.extent
    var tops = units.map { unit in
      UnitTop(
        unit: unit, answers: responses.strongest(of: unit, most), isDead: responses.isDead(unit),
        reconstructions: [], patches: [])
    }
    let requests = tops.indices.filter { !tops[$0].isDead }.flatMap { top in
      tops[top].answers.map { (top: top, request: UnitProjections.Request(unit: tops[top].unit, answer: $0)) }
    }
    if !requests.isEmpty {
      try UnitProjections(model.network, from: layer, requests: requests.count).run(
        requests.map(\.request), of: model.parameters, on: trial
      ) { index, projection in
        let (top, request) = requests[index]
        let region = view.region(of: request.answer.place)
        tops[top].reconstructions.append(
          Patch(
            projection.elements, channels: trial.channels, height: trial.height, width: trial.width, region))
        tops[top].patches.append(trial.patch(of: request.answer.picture, region))
      }
    }
    self.tops = tops
  }
}

/// What the places of a layer's units see of a picture: rectangles of one size.
package struct LayerView {
  private let layer: UnitLayer
  private let network: Network
  private let shapes: [String: Shape]
  private let picture: Extent
  /// How tall and wide the rectangles are.
  package let extent: Extent

  /// The view of a layer on pictures.
  package init(_ layer: UnitLayer, in network: Network, _ trial: TrialPictures) throws(NetworkError) {
    self.layer = layer
    self.network = network
    shapes = network.knownShapes()
    picture = Extent(height: trial.height, width: trial.width)
    guard layer.hasPlaces else {
      extent = picture
      return
    }
    // Places between the steps of a transposed convolution see more or less; the largest decides.
    var most = Extent(1)
    for step in 0..<min(8, max(layer.shape[1], layer.shape[2])) {
      let region = network.inputRegion(
        of: layer.node, row: min(step, layer.shape[1] - 1), column: min(step, layer.shape[2] - 1), shapes)
      most.height = max(most.height, region.rows.count)
      most.width = max(most.width, region.columns.count)
    }
    extent = Extent(height: min(most.height, picture.height), width: min(most.width, picture.width))
  }

  /// What a place sees, perhaps beyond the borders; the whole picture along an axis along which that is as much.
  package func region(of place: Int) -> InputRegion {
    let whole = InputRegion(rows: 0..<picture.height, columns: 0..<picture.width)
    guard layer.hasPlaces else { return whole }
    let width = layer.shape[2]
    let seen = network.inputRegion(of: layer.node, row: place / width, column: place % width, shapes)
      .shown(height: picture.height, width: picture.width)
    return InputRegion(
      rows: extent.height == picture.height
        ? whole.rows : seen.rows.lowerBound..<seen.rows.lowerBound + extent.height,
      columns: extent.width == picture.width
        ? whole.columns : seen.columns.lowerBound..<seen.columns.lowerBound + extent.width)
  }
}

extension LayerTops {
  /// The lowest and the highest of a unit's nine limits: `±0.12 … 0.31`.
  static func limits(of top: UnitTop) -> String {
    let limits = top.reconstructions.map { ColorScale.limit(of: $0.insideValues, percentile: 99.5).limit }
    guard let low = limits.min(), let high = limits.max(), high > 0 else { return "nothing came back" }
    let (first, last) = (Numbers.significant(low, digits: 2), Numbers.significant(high, digits: 2))
    return first == last ? "±\(first)" : "±\(first) … \(last)"
  }

  func rows(_ probe: Probe) -> [[String]] {
    tops.flatMap { top in
      top.answers.enumerated().map { rank, answer in
        let width = layer.hasPlaces ? layer.shape[2] : 1
        let limit =
          top.isDead
          ? ""
          : NumberTable.text(
            ColorScale.limit(of: top.reconstructions[rank].insideValues, percentile: 99.5).limit)
        return [
          layer.name, "\(top.unit)", "\(rank + 1)", "\(answer.picture)", probe.className(of: answer.picture),
          "\(answer.value)", layer.hasPlaces ? "\(answer.place / width)" : "",
          layer.hasPlaces ? "\(answer.place % width)" : "", limit,
        ]
      }
    }
  }

  /// What the layer's tops are, in a sentence or two.
  func description(_ names: [String], _ labels: [Int]) -> String {
    let living = tops.filter { !$0.isDead && !$0.answers.isEmpty }
    var text =
      "\(layer.name): \(tops.count) of \(layer.units) units, each sees \(extent.height) × \(extent.width) pixels."
    if let strongest = living.max(by: { $0.answers[0].value < $1.answers[0].value }) {
      text +=
        " Unit \(strongest.unit) answers most strongly, \(Numbers.significant(Double(strongest.answers[0].value)))."
    }
    let pure = living.filter { top in
      let classes = Set(
        top.answers.compactMap { labels.indices.contains($0.picture) ? labels[$0.picture] : nil })
      return classes.count == 1 && top.answers.count > 1
    }
    if !labels.isEmpty, let first = pure.first, let label = first.answers.first.map({ labels[$0.picture] }) {
      let name = names.indices.contains(label) ? names[label] : String(label)
      text += " \(pure.count) see nine pictures of one class: unit \(first.unit) of “\(name)”."
    }
    if living.count < tops.count { text += " \(tops.count - living.count) are dead." }
    return text
  }
}

extension Probe {
  /// The name of a picture's class; empty if it has none.
  func className(of picture: Int) -> String {
    guard labels.indices.contains(picture) else { return "" }
    let label = labels[picture]
    return classNames.indices.contains(label) ? classNames[label] : String(label)
  }
}

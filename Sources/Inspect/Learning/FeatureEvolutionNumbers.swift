package import Core
internal import Render

/// Units of a layer through training: who leads at each moment, and what was carried back from there.
package struct FeatureHistory: Sendable {
  /// One unit at one moment.
  package struct Cell: Sendable {
    /// Its strongest answer.
    package let answer: UnitResponses.Answer
    /// True if no picture gets it above zero.
    package let isDead: Bool
    /// What was carried back to the pixels; nil if it is dead.
    package internal(set) var reconstruction: Patch?
  }

  /// The layer.
  package let layer: UnitLayer
  /// The units in order.
  package let units: [Int]
  /// How tall and wide what a place sees is.
  package let extent: Extent
  /// Unit by unit, moment by moment.
  package internal(set) var cells: [[Cell]] = []
  /// For each unit the piece of the picture that leads at the last moment; nil if it is dead then.
  package internal(set) var lastPatches: [Patch?] = []

  /// Finds who leads at every moment.
  package static func measure(
    _ options: FeatureEvolution, of specimen: Specimen, in run: RunArchive, on trial: TrialPictures,
    at moments: [Snapshot], progress: (Double) -> Void = { _ in }
  ) throws -> [FeatureHistory] {
    let network = specimen.model.network
    let layers: [UnitLayer]
    if options.layers.isEmpty {
      layers = try UnitLayer.usual(in: network, of: specimen.name)
    } else {
      layers = try options.layers.map { try UnitLayer($0, in: network, of: specimen.name) }
    }
    let views = try layers.map { try LayerView($0, in: network, trial) }
    var histories = try zip(layers, views).map { layer, view in
      for unit in options.chosenUnits where unit < 0 || unit >= layer.units {
        throw InspectError(
          .unknownName, "\(specimen.name)/\(layer.name)",
          "no unit \(unit); there are \(layer.units), 0 to \(layer.units - 1)")
      }
      return FeatureHistory(
        layer: layer,
        units: options.chosenUnits.isEmpty
          ? layer.drawn(options.units, seed: options.seed) : options.chosenUnits, extent: view.extent)
    }
    for index in histories.indices {
      histories[index].cells = [[Cell]](repeating: [], count: histories[index].units.count)
    }
    // Compiled once; every snapshot only brings other weights.
    let sweep = try UnitSweep(network, upTo: layers, pictures: trial.count)
    let projections = try histories.map {
      try UnitProjections(network, from: $0.layer, requests: $0.units.count)
    }
    for (column, moment) in moments.enumerated() {
      let parameters = try run.model(of: specimen.name, at: moment).parameters
      let responses = try sweep.responses(of: parameters, to: trial) {
        progress((Double(column) + $0) / Double(moments.count))
      }
      for index in histories.indices {
        let isLast = column == moments.count - 1
        try histories[index].add(
          responses[index], parameters, projections[index], views[index], trial, isLast: isLast)
      }
    }
    return histories
  }

  private mutating func add(
    _ responses: UnitResponses, _ parameters: Parameters, _ projections: UnitProjections, _ view: LayerView,
    _ trial: TrialPictures, isLast: Bool
  ) throws {
    var requests: [(row: Int, request: UnitProjections.Request)] = []
    for (row, unit) in units.enumerated() {
      let answer = responses.strongest(of: unit, 1)[0]
      let isDead = responses.isDead(unit)
      cells[row].append(Cell(answer: answer, isDead: isDead, reconstruction: nil))
      if !isDead { requests.append((row, .init(unit: unit, answer: answer))) }
      if isLast {
        lastPatches.append(
          isDead ? nil : trial.patch(of: answer.picture, view.region(of: answer.place)))
      }
    }
    guard !requests.isEmpty else { return }
    var cells = cells
    try projections.run(requests.map(\.request), of: parameters, on: trial) { index, projection in
      let (row, request) = requests[index]
      cells[row][cells[row].count - 1].reconstruction = Patch(
        projection.elements, channels: trial.channels, height: trial.height, width: trial.width,
        view.region(of: request.answer.place))
    }
    self.cells = cells
  }

  /// True if another picture leads than at the moment before.
  package func jumped(_ row: Int, _ column: Int) -> Bool {
    column > 0 && !cells[row][column].isDead
      && cells[row][column].answer.picture != cells[row][column - 1].answer.picture
  }

  func rows(_ moments: [Snapshot]) -> [[String]] {
    units.indices.flatMap { row in
      moments.indices.map { column in
        let cell = cells[row][column]
        let limit = cell.reconstruction.map {
          NumberTable.text(ColorScale.limit(of: $0.insideValues, percentile: 99.5).limit)
        }
        return [
          layer.name, "\(units[row])", "\(moments[column].step)", NumberTable.text(moments[column].epoch),
          "\(cell.answer.picture)", "\(cell.answer.value)", limit ?? "",
          jumped(row, column) ? "yes" : "no",
        ]
      }
    }
  }

  /// The layer's history in a sentence or two.
  func description(_ moments: [Snapshot]) -> String {
    let last = moments.indices.last ?? 0
    // The last moment at which another picture took the lead.
    let settled = units.indices.map { row in (0...last).last { jumped(row, $0) } ?? 0 }
    let latest = settled.max() ?? 0
    var text = "\(layer.name): \(units.count) of \(layer.units) units at \(moments.count) moments."
    let jumps = units.indices.reduce(0) { sum, row in sum + (0...last).count { jumped(row, $0) } }
    text += " The leading picture changed \(jumps) times"
    text += jumps > 0 ? ", the last time at step \(Numbers.grouped(moments[latest].step))." : "."
    let dead = cells.count { $0[last].isDead }
    if dead > 0 { text += " \(dead) are dead at the end." }
    return text
  }
}

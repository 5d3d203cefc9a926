internal import Core
internal import Render

/// What a filter's sheet shows, as numbers.
struct SheetNumbers {
  let layer: UnitLayer
  let unit: Int
  let trial: TrialPictures
  let filter: UnitFilter
  let spectrum: KernelSpectrum?
  let histogram: UnitHistogram
  let top: [UnitResponses.Answer]
  let bottom: [UnitResponses.Answer]
  let isDead: Bool
  let ablation: UnitAblation?
  let classNames: [String]
  let view: LayerView
  let operationWords: String
  let sourceName: String

  init(_ sheet: FilterSheet, of specimen: Specimen, progress: (Double) -> Void) throws {
    let network = specimen.model.network
    let name =
      try sheet.layer ?? UnitLayer.usual(in: network, of: specimen.name, most: Int.max).first!.name
    layer = try UnitLayer(name, in: network, of: specimen.name)
    unit = sheet.unit
    guard unit >= 0, unit < layer.units else {
      throw InspectError(
        .unknownName, "\(specimen.name)/\(name)",
        "no unit \(unit); there are \(layer.units), 0 to \(layer.units - 1)")
    }
    filter = try UnitFilter(unit, of: name, in: specimen)
    spectrum = filter.spectrum
    operationWords = try network.node(named: name).operation.words
    sourceName = specimen.sourceName(of: name)
    trial = try TrialPictures(of: specimen, most: sheet.pictures)
    view = try LayerView(layer, in: network, trial)

    let sweep = try UnitSweep(network, upTo: [layer], pictures: trial.count)
    let parameters = specimen.model.parameters
    let responses = try sweep.responses(of: parameters, to: trial, progress: { progress(0.25 * $0) })[0]
    top = responses.strongest(of: unit)
    bottom = responses.weakest(of: unit)
    isDead = responses.isDead(unit)
    var histogram = UnitHistogram(responses.range(of: unit))
    let (units, plane, unit, node) = (layer.units, layer.plane, unit, layer.node)
    _ = try sweep.responses(of: parameters, to: trial, progress: { progress(0.25 + 0.25 * $0) }) {
      range, executor in
      let value = try executor.value(of: node)
      for example in 0..<range.count {
        let start = (example * units + unit) * plane
        histogram.add(value.elements[start..<start + plane])
      }
    }
    self.histogram = histogram
    ablation = try UnitAblation(unit, of: name, in: specimen, on: trial)
    classNames = specimen.probe?.classNames ?? []
    progress(1)
  }

  func className(_ label: Int) -> String {
    classNames.indices.contains(label) ? classNames[label] : "\(label)"
  }

  /// The title of the pictures with the lowest values.
  var bottomTitle: String {
    bottom.first.map { $0.value >= 0 } ?? false
      ? "Pictures that leave it cold (of equals the first)" : "The pictures that hold it down most"
  }

  /// Direction and frequency in words.
  var waveWords: [String] {
    guard let spectrum else { return ["kernels of one weight have no direction"] }
    guard spectrum.frequency > 0 else { return ["a constant kernel: no direction"] }
    let frequency =
      "\(Numbers.fixed(spectrum.frequency, decimals: 3)) cycles a pixel, \(Numbers.significant(1 / spectrum.frequency, digits: 2)) pixels a wave"
    guard spectrum.selectivity >= 0.2 else {
      return [
        "no clear direction (selectivity \(Numbers.fixed(spectrum.selectivity, decimals: 2)))", frequency,
      ]
    }
    return [
      "bars at \(Numbers.fixed(spectrum.orientation, decimals: 0))°, selectivity \(Numbers.fixed(spectrum.selectivity, decimals: 2))",
      frequency,
    ]
  }

  var description: String {
    var text =
      "Unit \(unit) of \(layer.name), norm \(Numbers.significant(filter.norm)), number \(filter.rank + 1) of \(layer.units) by norm; \(waveWords.joined(separator: ", "))."
    text +=
      " Values from \(Numbers.significant(histogram.range.lowerBound)) to \(Numbers.significant(histogram.range.upperBound)), \(Numbers.percent(zeroShare)) not above zero."
    if let nearest = filter.nearest {
      text += " Most like it is unit \(nearest.unit), cosine \(Numbers.fixed(nearest.cosine, decimals: 3))."
    }
    if let ablation {
      text +=
        " Without it the accuracy changes by \(Numbers.fixed(100 * ablation.change, decimals: 2)) points, \(ablation.changed) pictures are named otherwise."
    }
    return text
  }

  /// The share of values that are not above zero.
  var zeroShare: Double { Double(histogram.zeros) / Double(max(1, histogram.total)) }

  var tables: [(name: String, table: NumberTable)] {
    var tables: [(name: String, table: NumberTable)] = [
      (
        "facts",
        NumberTable(
          columns: ["what", "value"],
          rows: [
            ["norm", NumberTable.text(filter.norm)], ["rank by norm", "\(filter.rank + 1)"],
            ["nearest unit", filter.nearest.map { "\($0.unit)" } ?? ""],
            ["cosine", filter.nearest.map { NumberTable.text($0.cosine) } ?? ""],
            ["frequency", spectrum.map { NumberTable.text($0.frequency) } ?? ""],
            ["orientation", spectrum.map { NumberTable.text($0.orientation) } ?? ""],
            ["selectivity", spectrum.map { NumberTable.text($0.selectivity) } ?? ""],
            ["share not above zero", NumberTable.text(zeroShare)],
          ])
      ),
      (
        "responses",
        NumberTable(
          columns: ["bin centre", "values"],
          rows: zip(histogram.centers, histogram.counts).map { [NumberTable.text($0), "\($1)"] })
      ),
      (
        "pictures",
        NumberTable(
          columns: ["end", "rank", "probe picture", "class", "answer", "place"],
          rows: [("highest", top), ("lowest", bottom)].flatMap { end, answers in
            answers.enumerated().map { rank, answer in
              [
                end, "\(rank + 1)", "\(answer.picture)", trial.probe.className(of: answer.picture),
                "\(answer.value)", "\(answer.place)",
              ]
            }
          })
      ),
    ]
    if let ablation {
      tables.append(
        (
          "ablation",
          NumberTable(
            columns: ["class", "pictures", "right", "right without it"],
            rows: ablation.pictures.indices.map {
              [
                className($0), "\(ablation.pictures[$0])", "\(ablation.before[$0])", "\(ablation.after[$0])",
              ]
            })
        ))
    }
    return tables
  }
}

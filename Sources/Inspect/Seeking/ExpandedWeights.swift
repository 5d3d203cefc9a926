internal import Core
public import Render

extension ColorScale {
  /// Weights on a scale of each tile's own, ± its largest: purple to orange; three colours about mid grey.
  static func ownWeights(channels: Int) -> ColorScale {
    ColorScale(
      map: channels == 1 ? .purpleOrange : .grey, lower: -1, upper: 1, kind: .diverging, mode: .tile,
      symbol: "w")
  }
}

/// The kernels that several layers make together, in pixels: what a deeper unit would weigh the picture with if nothing between
/// were not linear.
///
/// Convolutions are composed one behind the other; ReLU lets everything pass, max pooling counts as the mean of its window, biases
/// are dropped, batch norm's factor is kept. How far that is from the truth is measured on the pictures: r, the correlation of the
/// kernel's answer with the unit's own.
///
/// ```swift
/// let figure = try ExpandedWeights(layer: "conv2").figure(of: specimen)
/// try figure.write(to: "conv2-expanded.svg")
/// ```
public struct ExpandedWeights: Hashable, Sendable {
  /// The layer; nil for the second convolution, or the first where there is no other.
  public var layer: String?
  /// The units; if nothing is said the first of the layer, up to 64.
  public var units: UnitSelection
  /// The colours' theme.
  public var theme: Theme

  /// Expanded weights of a layer.
  public init(layer: String? = nil, units: UnitSelection = .usual, theme: Theme = .light) {
    self.layer = layer
    self.units = units
    self.theme = theme
  }

  /// The most units that are shown where none are named.
  public static let usualUnits = 64

  /// Composes the kernels.
  /// - Throws: `InspectError` if the network is given no picture, has no such layer or unit, or is no chain of linear parts.
  public func kernels(of specimen: Specimen) throws -> ExpandedKernels {
    try kernels(of: specimen, try target(of: specimen))
  }

  private func kernels(of specimen: Specimen, _ target: UnitTarget) throws -> ExpandedKernels {
    let units = try units.units(of: target.units, "\(specimen.name)/\(target.node)") {
      Array(0..<min(target.units, Self.usualUnits))
    }
    return try ExpandedKernels(
      of: units, target, head: try specimen.model.leading(to: target.node), in: specimen)
  }

  private func target(of specimen: Specimen) throws -> UnitTarget {
    let convolutions = specimen.model.network.nodes.filter { $0.operation is Conv2d }
    return try UnitTarget(
      layer ?? (convolutions.count > 1 ? convolutions[1] : convolutions.first)?.name, .neuron, of: specimen)
  }

  /// Draws the kernels.
  /// - Throws: as `kernels(of:)` does.
  public func figure(of specimen: Specimen) throws -> Figure {
    let target = try target(of: specimen)
    let result = try kernels(of: specimen, target)
    let extent = Extent(height: result.kernels.shape[2], width: result.kernels.shape[3])
    let count = result.units.count
    let agreement = result.agreement.map { $0.filter { !$0.isNaN }.sorted() } ?? []
    let middle = agreement.isEmpty ? nil : agreement[agreement.count / 2]

    let unit = target.isMaps ? "filters" : "units"
    var facts = [
      target.node,
      count == target.units
        ? "all \(Numbers.grouped(count)) \(unit)"
        : "\(Numbers.grouped(count)) of \(Numbers.grouped(target.units)) \(unit)",
      "\(extent) pixels\(result.isCut ? ", cut at the picture’s border" : !target.isMaps ? ", the whole picture" : "")",
    ]
    if let moment = specimen.moment { facts.append(moment.facts) }
    if specimen.name != "classifier" { facts.insert(specimen.name, at: 0) }
    facts.append("linear parts only: no ReLU, no bias, max pooling as a mean")
    if let middle {
      facts.append(
        "r with the true answer \(Numbers.fixed(middle, decimals: 2)) in the middle, \(Numbers.fixed(agreement[0], decimals: 2)) to \(Numbers.fixed(agreement[agreement.count - 1], decimals: 2)), over \(Numbers.grouped(result.pictureCount)) pictures"
      )
    }
    let scale = ColorScale.ownWeights(channels: result.kernels.shape[1])
    let side = max(extent.height, extent.width)
    let magnification = max(1, (Double(side <= 12 ? 56 : 64) / Double(side)).rounded(.down))
    let recipe = specimen.provenance.recipe(
      "expanded",
      entries: specimen.options + [
        layer.map { .init("layer", .string($0)) },
        units.text.map { .init("units", .string($0)) }, .theme(theme),
      ])
    return Figure(
      "What \(target.node) weighs pixels with", facts: facts.joined(separator: " · "),
      reading:
        "Every tile is one unit’s window on the picture: "
        + (result.kernels.shape[1] == 1
          ? "orange pixels speak for it, purple ones against it. "
          : "a colour that is brighter than grey speaks for it, a darker one against it. ")
        + "Under it stand the unit’s number and the largest weight, "
        + "which is the tile’s limit. Only the linear parts are in it; "
        + (middle == nil
          ? "what ReLU and pooling do is not."
          : "r says how far they alone foretell the unit’s answer (1 would be all)."),
      description: description(result, target),
      recipe: recipe, numbers: numbers(result), theme: theme
    ) {
      ImageGrid(
        tiles(result, magnification), scale: scale, columns: columns(count, extent, magnification),
        magnification: magnification, gap: 8,
        labels: .captions(
          result.units.indices.map { index in
            "\(target.names.isEmpty ? String(result.units[index]) : target.name(of: result.units[index])) ±\(Numbers.significant(Double(result.limit(index)), digits: 2))"
          }))
      ColorBar(scale, title: "weight")
    }
  }

  private func tiles(_ result: ExpandedKernels, _ magnification: Double) -> ImageTiles {
    let shape = result.kernels.shape
    return ImageTiles(
      numbers: result.kernels.elements, count: shape[0], channels: shape[1], height: shape[2],
      width: shape[3])
  }

  /// Eight or ten to a row where they fit: captions need 56 points.
  private func columns(_ count: Int, _ extent: Extent, _ magnification: Double) -> Int {
    let pitch = max(Double(extent.width) * magnification, 52) + 8
    let fitting = max(1, Int((Figure.standardWidth - 2 * Spacing.margin + 8) / pitch))
    if count <= fitting { return count }
    return fitting >= 8 && count.isMultiple(of: 8) ? 8 : fitting
  }

  private func description(_ result: ExpandedKernels, _ target: UnitTarget) -> String {
    let limits = result.units.indices.map { Double(result.limit($0)) }
    let strongest = limits.indices.max { limits[$0] < limits[$1] } ?? 0
    var text =
      "\(result.units.count) kernels of \(result.kernels.shape[2]) by \(result.kernels.shape[3]) pixels, composed of the linear layers up to \(target.node). "
      + "The largest weight is \(Numbers.significant(limits[strongest])), of \(target.name(of: result.units[strongest]))."
    if let agreement = result.agreement,
      let best = agreement.indices.filter({ !agreement[$0].isNaN }).max(by: { agreement[$0] < agreement[$1] })
    {
      text +=
        " \(target.name(of: result.units[best])) follows its kernel best, r = \(Numbers.fixed(agreement[best], decimals: 2))."
    }
    return text
  }

  private func numbers(_ result: ExpandedKernels) -> [(name: String, table: NumberTable)] {
    let plane = result.kernels.shape.elementCount / max(result.units.count, 1)
    let (height, width) = (result.kernels.shape[2], result.kernels.shape[3])
    var weights: [[String]] = []
    var units: [[String]] = []
    for (index, unit) in result.units.enumerated() {
      for place in 0..<plane {
        let (channel, row, column) = (place / (height * width), place / width % height, place % width)
        weights.append([
          String(unit), String(channel), String(row), String(column),
          "\(result.kernels.elements[index * plane + place])",
        ])
      }
      let agreement = result.agreement.map { NumberTable.text($0[index]) } ?? ""
      units.append([String(unit), "\(result.limit(index))", agreement])
    }
    return [
      (
        "kernels",
        NumberTable(columns: ["unit", "channel", "row", "column", "weight"], rows: weights)
      ),
      ("units", NumberTable(columns: ["unit", "largest weight", "r with the true answer"], rows: units)),
    ]
  }
}

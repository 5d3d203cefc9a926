internal import Core
public import Render

/// The network in perspective: all that one picture becomes, layer behind layer, as sheets seen at a slant, and the paths along
/// which the answer came about.
///
/// ```swift
/// let figure = try Perspective(example: .probe(3)).figure(of: specimen)
/// try figure.write(to: "perspective.svg")
/// ```
public struct Perspective: Hashable, Sendable {
  /// What goes through the network; nil for the first probe picture.
  public var example: Example.Choice?
  /// The class that paths are followed back from; nil for the one that the network says.
  public var label: Int?
  /// Sheets of each layer that are drawn at most.
  public var sheets: Int
  /// Maps of each layer that paths are followed through.
  public var paths: Int
  /// The colours' theme.
  public var theme: Theme

  /// As many sheets of a layer as are told apart at a glance.
  public static let usualSheets = 10
  /// As many paths as do not become a tangle.
  public static let usualPaths = 3

  /// A network in perspective. Traps on no sheets or paths.
  public init(
    example: Example.Choice? = nil, label: Int? = nil, sheets: Int = Perspective.usualSheets,
    paths: Int = Perspective.usualPaths, theme: Theme = .light
  ) {
    precondition(sheets > 0 && paths > 0, "\(sheets) sheets and \(paths) paths")
    self.example = example
    self.label = label
    self.sheets = sheets
    self.paths = paths
    self.theme = theme
  }

  /// Towers that fit side by side, input and scores included.
  static let mostLayers = 7

  /// Draws the network.
  /// - Throws: `InspectError` if it is given no picture or says no class, or the example does not fit; `NetworkError` if it cannot be run.
  public func figure(of specimen: Specimen) throws -> Figure {
    let network = specimen.model.network
    _ = try network.logits()
    let example = try Example(self.example, for: specimen)
    guard example.isPicture else {
      throw InspectError(
        .notApplicable, specimen.name, "takes \(example.input.shape.perExample), which is no picture")
    }
    let prediction = try Prediction(of: example.input, by: specimen)
    if let label, !(0..<prediction.classes).contains(label) {
      throw InspectError(
        .input, "label \(label)", "'\(specimen.name)' knows classes 0 to \(prediction.classes - 1)")
    }
    let followed = label ?? prediction.top(0).class
    var values: [String: Tensor] = [:]
    let paths = try PerspectivePaths(
      of: specimen, example, label: followed, width: self.paths, mostLayers: Self.mostLayers
    ) { values[$0] = $1 }
    let inner = paths.layers[1..<max(paths.layers.count - 1, 1)]
    let habits = try LayerHabits(of: inner.map { ($0.node, $0.shape) }, in: specimen)
    var scene = PerspectiveScene(
      example, prediction, paths, values, habits, sheets: max(sheets, self.paths), paint: .class(followed))
    scene.label = followed

    let name = "“\(prediction.classNames[followed])”"
    let said = prediction.top(0)
    var facts = [example.named(specimen.probe?.classNames ?? [])]
    facts.append(specimen.moment.map { "\(specimen.name) at \($0.facts)" } ?? specimen.name)
    facts.append(
      paths.layers.count == paths.layerCount + 1
        ? "all \(paths.layerCount) layers" : "\(paths.layers.count - 1) of \(paths.layerCount) layers")
    facts.append("up to \(scene.mostSheets) sheets of each")
    facts.append(
      "paths to \(name) through the \(self.paths == 1 ? "strongest map" : "\(self.paths) strongest maps") of each layer"
    )
    if habits.count > 0 { facts.append("limits over \(Numbers.grouped(habits.count)) probe pictures") }
    let recipe = specimen.provenance.adding(example.fingerprint).recipe(
      "perspective",
      entries: specimen.options + [
        example.option, label.map { .init("class", .integer($0)) },
        sheets == Self.usualSheets ? nil : .init("sheets", .integer(sheets)),
        self.paths == Self.usualPaths ? nil : .init("paths", .integer(self.paths)), .theme(theme),
      ])
    return Figure(
      "One picture’s way through the network", facts: facts.joined(separator: " · "),
      reading:
        "Left to right the picture becomes maps, features and scores; every sheet is what one map answers to this picture. "
        + "Coloured lines are what spoke most for \(name): a line’s width is its share between two layers, the map’s activation times the weights that lead from it "
        + "to the score through the map at the line’s other end (activation × gradient, summed over all places; only what speaks for the class).",
      description: description(paths, prediction, example, specimen, said),
      recipe: recipe, numbers: numbers(paths, values, prediction), theme: theme
    ) {
      scene
      HStack(spacing: Spacing.panel) { legend(scene) as [any Block] }
    }
  }

  private func legend(_ scene: PerspectiveScene) -> [any Block] {
    var bars: [any Block] = []
    if scene.kinds.contains(.sequential) {
      bars.append(
        ColorBar(
          .range(0...1, map: .viridis), title: "maps, as a share of the limit under each layer", length: 96,
          showsNote: false))
    }
    if scene.kinds.contains(.diverging) {
      bars.append(
        ColorBar(
          .range(-1...1, map: .blueRed), title: "values with signs, as a share of the limit", length: 96,
          showsNote: false))
    }
    return bars
  }

  private func description(
    _ paths: PerspectivePaths, _ prediction: Prediction, _ example: Example, _ specimen: Specimen,
    _ said: (class: Int, probability: Double)
  ) -> String {
    var text =
      "\(example.named(specimen.probe?.classNames ?? [])) in \(specimen.name), taken for “\(prediction.classNames[said.class])” with probability "
      + "\(Numbers.fixed(said.probability, decimals: 3)). "
    text += paths.layers.dropFirst().map { layer in
      "\(layer.node) (\(layer.shape.timesDescription)): strongest \(layer.shape.rank == 3 ? "maps" : "units") "
        + layer.chosen.map(String.init).joined(separator: ", ")
    }.joined(separator: "; ")
    return text + "."
  }

  private func numbers(
    _ paths: PerspectivePaths, _ values: [String: Tensor], _ prediction: Prediction
  ) -> [(name: String, table: NumberTable)] {
    var units: [[String]] = []
    for layer in paths.layers.dropFirst() {
      guard let value = values[layer.node] else { continue }
      let plane = layer.shape.elementCount / layer.shape[0]
      for unit in 0..<layer.shape[0] {
        let map = value.elements[unit * plane..<(unit + 1) * plane]
        let mean = map.reduce(0) { $0 + Double($1) } / Double(plane)
        units.append([
          layer.node, String(unit), NumberTable.text(mean), "\(map.max() ?? 0)",
          NumberTable.text(layer.contributions[unit]),
        ])
      }
    }
    var links: [[String]] = []
    for (index, gap) in paths.links.enumerated() {
      for link in gap {
        links.append([
          paths.layers[index].node, String(link.from), paths.layers[index + 1].node, String(link.to),
          NumberTable.text(link.contribution),
        ])
      }
    }
    return [
      (
        "units",
        NumberTable(columns: ["layer", "unit", "mean", "highest", "activation × gradient"], rows: units)
      ),
      ("paths", NumberTable(columns: ["from", "unit", "to", "unit", "contribution"], rows: links)),
    ]
  }
}

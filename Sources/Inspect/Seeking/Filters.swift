public import Core
public import Render

/// The filters of any layer: as a gallery where each can be seen whole, as a matrix of kernels in deeper layers, or those
/// by their factors.
///
/// ```swift
/// let figure = try Filters(layer: "conv2").figure(of: specimen)
/// ```
public struct Filters: Hashable, Sendable {
  /// The layer's name; nil for the first that has filters.
  public var layer: String?
  /// True for a deeper layer's filters by three factors of their kernels.
  public var showsFactors: Bool
  /// The colours' theme.
  public var theme: Theme

  /// Filters of a layer.
  public init(layer: String? = nil, showsFactors: Bool = false, theme: Theme = .light) {
    self.layer = layer
    self.showsFactors = showsFactors
    self.theme = theme
  }

  /// Draws them, by `FirstLayerFilters`, by `LayerFilters` or by `FilterFactors`.
  /// - Parameter earlier: the same network earlier in its training, for comparison; only galleries show it.
  /// - Throws: `InspectError` listing the layers with filters if this one has none, or if the two networks differ.
  public func figure(of specimen: Specimen, since earlier: Specimen? = nil) throws -> Figure {
    if showsFactors { return try FilterFactors(layer: layer, theme: theme).figure(of: specimen) }
    let bank = try FilterBank(layer: layer, of: specimen)
    return bank.isGallery
      ? try FirstLayerFilters(layer: bank.node, theme: theme).figure(of: specimen, since: earlier)
      : try LayerFilters(layer: bank.node, theme: theme).figure(of: specimen)
  }
}

extension FilterBank {
  /// The filters of a specimen's layer; nil means its first.
  /// - Throws: `InspectError` listing the layers with filters, if this one has none.
  init(layer: String?, of specimen: Specimen) throws {
    let model = specimen.model
    let name = try model.network.layerWithFilters(layer, of: specimen.name)
    let node = try model.network.node(named: name)
    guard let bank = FilterBank(node, in: model) ?? FilterBank(overPictures: node, in: model) else {
      throw InspectError(.notApplicable, "\(specimen.name)/\(name)", "its weights were not read")
    }
    self = bank
  }

  /// The filters of all layers that have some and whose weights are there.
  static func all(of model: Model) -> [FilterBank] {
    model.network.nodes.compactMap { FilterBank($0, in: model) ?? FilterBank(overPictures: $0, in: model) }
  }

  /// The filters of a linear layer that reads the network's input picture, flattened; nil for any other.
  private init?(overPictures node: Network.Node, in model: Model) {
    guard let shape = model.network.pictureReadFlattened(by: node) else { return nil }
    self.init(node, overPictures: shape, in: model)
  }

  /// True if every filter can be shown as one tile, grey or in colour.
  var isGallery: Bool { inputs == 1 || (inputs == 3 && readsInput) || paintsPictures }

  /// True for a transposed convolution that makes pictures: every input channel has a patch that it paints.
  var paintsPictures: Bool { isTransposed && groups == 1 && (outputs == 1 || outputs == 3) && inputs != 1 }

  /// The filters as tiles of one or three channels, and the places that each is made of.
  var gallery: [[Place]] {
    if paintsPictures {
      return (0..<inputs).map { input in (0..<outputs).map { Place(output: $0, input: input) } }
    }
    return (0..<outputs).map { output in (0..<inputs).map { Place(output: output, input: $0) } }
  }

  /// `3 × 3`.
  var extent: String { "\(height) × \(width)" }

  /// Every weight of kernels, one row a kernel.
  func table(_ places: [Place]) -> NumberTable {
    let weights = (0..<height).flatMap { row in (0..<width).map { "w\(row),\($0)" } }
    return NumberTable(
      columns: ["output", "input", "norm"] + weights,
      rows: places.map { place in
        [String(place.output), String(place.input), NumberTable.text(norm(place))]
          + kernel(place).map { "\($0)" }
      })
  }
}

extension Network {
  /// The layers whose filters can be drawn, in order.
  public var layersWithFilters: [String] {
    nodes.filter {
      $0.operation is Conv2d || $0.operation is ConvTranspose2d || pictureReadFlattened(by: $0) != nil
    }.map(\.name)
  }

  /// The layer whose filters are meant: one by name, or the first.
  /// - Parameter subject: what errors call the network.
  /// - Throws: `InspectError` listing the layers with filters, if this one has none.
  public func layerWithFilters(_ layer: String?, of subject: String) throws(InspectError) -> String {
    let names = layersWithFilters
    guard let first = names.first else {
      throw InspectError(
        .notApplicable, subject,
        "has no layer with filters: no convolution, and no linear layer that reads pictures")
    }
    guard let layer, !names.contains(layer) else { return layer ?? first }
    guard let node = nodes.first(where: { $0.name == layer }) else {
      throw InspectError(
        .unknownName, "\(subject)/\(layer)", "no such layer; layers with filters are \(names.listed)")
    }
    throw InspectError(
      .notApplicable, "\(subject)/\(layer)",
      "a layer of kind \(node.operation.name) has no filters to show here; layers with filters are \(names.listed)"
    )
  }

  /// The shape of the network's input picture, if a linear layer reads that flattened; nil for any other.
  fileprivate func pictureReadFlattened(by node: Node) -> Shape? {
    guard node.operation is Linear, let flatten = nodes.first(where: { $0.name == node.inputs[0] }),
      flatten.operation is Flatten, let input = inputs.first(where: { $0.name == flatten.inputs[0] }),
      input.shape.rank == 3, input.shape[0] == 1 || input.shape[0] == 3
    else { return nil }
    return input.shape
  }
}

/// A network from left to right: blocks whose width grows with channels and whose height grows with the map.
///
/// ```swift
/// LayerDiagram(layers: [
///   .init(name: "input", channels: 1, height: 28, width: 28),
///   .init(name: "conv1", channels: 32, height: 26, width: 26, operation: "3×3 conv", facts: ["320", "216k", "3"]),
/// ], factNames: ["parameters", "multiply–adds", "receptive field"])
/// ```
public struct LayerDiagram: Block {
  /// A block of the diagram: the output of an operation.
  public struct Layer: Hashable, Sendable {
    /// The name above.
    public var name: String
    /// Channels or features of the output.
    public var channels: Int
    /// Rows of each map; 1 for features without a place.
    public var height: Int
    /// Columns of each map; 1 for features without a place.
    public var width: Int
    /// What leads here, on the arrow: `3×3 conv, stride 2`; none if empty.
    public var operation: String
    /// Rows of facts beneath, as many as the diagram has names for them.
    public var facts: [String]
    /// What the block is drawn in.
    public var paint: Paint
    /// How strong the arrow that leads here is: 0 … 1, or nothing for a plain one.
    public var weight: Double?
    /// Maps shown in a column under the block; none if there are none.
    public var thumbnails: ImageTiles?
    /// How the thumbnails' numbers become colours.
    public var thumbnailScale: ColorScale
    /// How the output's shape is written; `channels × height × width` where none is given.
    public var shape: String?

    /// A block of the diagram.
    public init(
      name: String, channels: Int, height: Int = 1, width: Int = 1, operation: String = "",
      facts: [String] = [], paint: Paint = .real, weight: Double? = nil, thumbnails: ImageTiles? = nil,
      thumbnailScale: ColorScale = .image, shape: String? = nil
    ) {
      self.name = name
      self.channels = channels
      self.height = height
      self.width = width
      self.operation = operation
      self.facts = facts
      self.paint = paint
      self.weight = weight
      self.thumbnails = thumbnails
      self.thumbnailScale = thumbnailScale
      self.shape = shape
    }
  }

  /// A connection past the blocks between, drawn as an arc.
  public struct Skip: Hashable, Sendable {
    /// The index of the layer it leaves.
    public var from: Int
    /// The index of the layer it enters; above `from`.
    public var to: Int
    /// What joins there, `Add` or `Concatenate`; none if empty.
    public var label: String

    /// A connection past the blocks between.
    public init(from: Int, to: Int, label: String = "") {
      self.from = from
      self.to = to
      self.label = label
    }
  }

  /// The blocks from left to right.
  public var layers: [Layer]
  /// Connections that are not from one block to the next.
  public var skips: [Skip]
  /// The names of the rows of facts.
  public var factNames: [String]
  /// The height of the highest map, in points.
  public var height: Double
  /// The size at which thumbnails are shown, about, in points.
  public var thumbnailSize: Double

  /// A diagram of blocks from left to right.
  public init(
    layers: [Layer], skips: [Skip] = [], factNames: [String] = [], height: Double = 84,
    thumbnailSize: Double = 28
  ) {
    self.layers = layers
    self.skips = skips
    self.factNames = factNames
    self.height = height
    self.thumbnailSize = thumbnailSize
  }

  /// Lays the block out.
  public func layout(_ proposal: Proposal) -> Fragment {
    guard !layers.isEmpty else { return Fragment(size: .zero) }
    return DiagramPlan(self, width: proposal.width).fragment()
  }
}

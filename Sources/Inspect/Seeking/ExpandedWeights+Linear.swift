public import Core

extension Network {
  /// The network as a linear map: activations let everything pass, max pooling takes the mean of its window, norms that depend
  /// on the picture are left out. What it adds no longer matters to a gradient; batch norm keeps its factor.
  /// - Parameter shape: what it is given, if that is to be other than it was.
  /// - Throws: `InspectError` if two things that depend on the picture are multiplied.
  func linearised(given shape: Shape? = nil) throws -> Network {
    var moving = Set(inputs.map(\.name))
    var result: [Node] = []
    for node in nodes {
      var node = node
      let sources = node.inputs.filter(moving.contains)
      if !sources.isEmpty { moving.insert(node.name) }
      switch node.operation {
      case let pool as MaxPool2d:
        node.operation = AvgPool2d(
          kernelSize: pool.kernelSize, stride: pool.stride, padding: pool.padding, roundsUp: pool.roundsUp,
          dilation: pool.dilation)
      case let pool as GlobalMaxPool2d: node.operation = GlobalAvgPool2d(keepsPlaces: pool.keepsPlaces)
      case is any Elementwise, is Dropout, is Softmax, is LogSoftmax, is LocalResponseNorm, is LayerNorm,
        is InstanceNorm2d, is GroupNorm:
        node.operation = Identity()
        node.inputs = Array(node.inputs.prefix(1))
      case is Multiply, is Divide, is MatMul, is Maximum, is Minimum, is Embedding:
        guard sources.count < 2, !(node.operation is Embedding) else {
          throw InspectError(
            .notApplicable, "\(name)/\(node.name)",
            "is a \(node.operation.words) of two things that depend on the picture: there is no one kernel that it computes"
          )
        }
      default: break
      }
      result.append(node)
    }
    return try Network(
      name: name, inputs: shape.map { [Input(inputs[0].name, $0)] } ?? inputs, nodes: result, output: output)
  }
}

/// What a layer's units weigh pixels with, if all layers up to it are taken as one linear map.
public struct ExpandedKernels: Hashable, Sendable {
  /// The node whose units they are.
  public let layer: String
  /// The units, from 0.
  public let units: [Int]
  /// `[units, channels, height, width]`: as large as the receptive field, or as the picture where that is smaller.
  public let kernels: Tensor
  /// How well the kernel foretells what the unit really answers: Pearson's correlation over the pictures, each at the middle
  /// of the map; nil for a model without pictures. NaN for a unit that always answers the same.
  public let agreement: [Double]?
  /// Pictures that this was measured on.
  public let pictureCount: Int
  /// True if the kernels end at the picture's border, not at the receptive field's.
  public let isCut: Bool

  /// The largest magnitude of a unit's weights, by its place in the list.
  public func limit(_ index: Int) -> Float { kernels[index].maximumMagnitude }
}

extension ExpandedKernels {
  /// Composes the layers up to a target: the gradient of each unit at one place by the pixels, in the linear network.
  init(of units: [Int], _ target: UnitTarget, head: Model, in specimen: Specimen) throws {
    let given = head.network.inputs[0]
    let linear = try head.network.linearised()
    let place = Place(target, linear, scale: 1) ?? Place(target, linear, scale: 2)
    let network = place?.network ?? linear
    let (row, column) = place.map { ($0.row, $0.column) } ?? (target.height / 2, target.width / 2)
    let (rows, columns) = place.map { ($0.rows, $0.columns) } ?? (0..<given.shape[1], 0..<given.shape[2])
    isCut = place == nil && target.isMaps
    let shape = network.inputs[0].shape
    let size = try network.shapes()[target.node]!.perExample
    // Never more numbers at once than a batch of small pictures has.
    let batch = min(units.count, max(1, 64 * 64 * 64 / (shape[1] * shape[2])))
    let model = try Model(network, head.parameters)
    let executor = try makeExecutor(for: network, batch: batch, mode: .inference)
    try executor.load(model.parameters)
    try executor.forward(Tensor(shape.batched(batch)))
    let plane = size.rank == 3 ? size[1] * size[2] : 1
    let at = size.rank == 3 ? row * size[2] + column : 0
    var kernels: [Float] = []
    for start in stride(from: 0, to: units.count, by: batch) {
      let chunk = units[start..<min(start + batch, units.count)]
      var seed = Tensor(size.batched(batch))
      for (index, unit) in chunk.enumerated() { seed.elements[(index * size[0] + unit) * plane + at] = 1 }
      try executor.backward(from: target.node, gradient: seed, rule: .plain, into: .inputs)
      let gradient = try executor.gradient(of: given.name).elements
      for index in chunk.indices.map({ $0 - start }) {
        for channel in 0..<shape[0] {
          for y in rows {
            let line = ((index * shape[0] + channel) * shape[1] + y) * shape[2]
            kernels += gradient[line + columns.lowerBound..<line + columns.upperBound]
          }
        }
      }
    }
    layer = target.node
    self.units = units
    self.kernels = Tensor([units.count, shape[0], rows.count, columns.count], kernels)
    let measured = try Self.agreement(of: self.kernels, units, target, head, specimen)
    agreement = measured?.correlations
    pictureCount = measured?.count ?? 0
  }

  /// A place of a layer's maps whose field lies wholly inside the picture, so that no padding cuts into it.
  private struct Place {
    let network: Network
    let row: Int
    let column: Int
    let rows: Range<Int>
    let columns: Range<Int>

    /// The place nearest to the middle; nil if there is none, in a picture `scale` times as large.
    init?(_ target: UnitTarget, _ linear: Network, scale: Int) {
      let shape = linear.inputs[0].shape
      let larger: Shape = [shape[0], shape[1] * scale, shape[2] * scale]
      guard target.isMaps,
        let network = scale == 1 ? linear : try? linear.linearised(given: larger),
        let places = try? FieldPlaces(network), places.isLocal(target.node),
        let size = (try? network.shapes())?[target.node], size.rank == 4
      else { return nil }
      let field = places.field(of: target.node, row: 0, column: 0)
      // What sees more than the picture has is shown as far as the picture goes.
      guard field.rows.count <= shape[1], field.columns.count <= shape[2] else { return nil }
      func inside(_ count: Int, _ extent: Int, _ range: (Int) -> Range<Int>) -> Int? {
        (0..<count).filter { range($0).lowerBound >= 0 && range($0).upperBound <= extent }
          .min { abs(2 * $0 - count) < abs(2 * $1 - count) }
      }
      guard
        let row = inside(size[2], larger[1], { places.field(of: target.node, row: $0, column: 0).rows }),
        let column = inside(
          size[3], larger[2], { places.field(of: target.node, row: 0, column: $0).columns })
      else { return nil }
      (self.network, self.row, self.column) = (network, row, column)
      (rows, columns) = places.field(of: target.node, row: row, column: column)
    }
  }

  /// The kernels' answers beside the units' own, over all pictures, at the middle of the map.
  private static func agreement(
    of kernels: Tensor, _ units: [Int], _ target: UnitTarget, _ head: Model, _ specimen: Specimen
  ) throws -> (correlations: [Double], count: Int)? {
    guard let probe = specimen.probe, probe.count > 1,
      probe.pictureShape.perExample == head.network.inputs[0].shape
    else { return nil }
    let (row, column) = (target.height / 2, target.width / 2)
    let field = try FieldPlaces(head.network).field(of: target.node, row: row, column: column)
    let (channels, height, width) = (kernels.shape[1], kernels.shape[2], kernels.shape[3])
    let (tall, wide) = (probe.pictureShape[2], probe.pictureShape[3])
    // A kernel cut at the picture's border begins there.
    let top = field.rows.count == height ? field.rows.lowerBound : 0
    let left = field.columns.count == width ? field.columns.lowerBound : 0
    let (rows, columns) = (max(top, 0)..<min(top + height, tall), max(left, 0)..<min(left + width, wide))
    guard !rows.isEmpty, !columns.isEmpty else { return nil }
    var sums = [Correlation](repeating: Correlation(), count: units.count)
    let plane = target.height * target.width
    try Sweep(head, count: probe.count).run({ probe.inputs($0) }) { range, executor in
      let value = try executor.value(of: target.node).elements
      let pictures = try executor.value(of: head.network.inputs[0].name).elements
      for (index, unit) in units.enumerated() {
        for example in 0..<range.count {
          var sum = 0.0
          for channel in 0..<channels {
            for y in rows {
              let picture = ((example * channels + channel) * tall + y) * wide
              let kernel = ((index * channels + channel) * height + y - top) * width - left
              for x in columns { sum += Double(pictures[picture + x] * kernels.elements[kernel + x]) }
            }
          }
          sums[index].add(sum, Double(value[(example * target.units + unit) * plane + target.centre]))
        }
      }
    }
    return (sums.map(\.value), probe.count)
  }
}

/// Pearson's correlation of pairs that come one by one.
private struct Correlation {
  private var count = 0.0
  private var mean = (0.0, 0.0)
  private var squares = (0.0, 0.0)
  private var products = 0.0

  mutating func add(_ first: Double, _ second: Double) {
    count += 1
    let before = (first - mean.0, second - mean.1)
    mean.0 += before.0 / count
    mean.1 += before.1 / count
    squares.0 += before.0 * (first - mean.0)
    squares.1 += before.1 * (second - mean.1)
    products += before.0 * (second - mean.1)
  }

  var value: Double { products / (squares.0 * squares.1).squareRoot() }
}

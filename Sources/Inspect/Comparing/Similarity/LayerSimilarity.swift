internal import Core

/// How alike layers are in what they make of the same pictures: centred kernel alignment of every layer of one network with every
/// layer of it or of another.
///
/// ```swift
/// let similarity = try LayerSimilarity(of: specimen, and: other)
/// print(similarity[0, 0])  // the first layers of the two
/// ```
public struct LayerSimilarity: Hashable, Sendable {
  /// The layers of the first network, in order.
  public let rows: [String]
  /// The layers of the other, or of the same.
  public let columns: [String]
  /// The alignments, row by row; NaN where a layer says the same of all pictures.
  public let values: [Double]
  /// Pictures that were looked at.
  public let count: Int
  /// True if what few pictures of many features add was taken off.
  public let isDebiased: Bool
  /// Numbers of a picture in each layer of the first network, and in each of the other.
  public let sizes: (rows: [Int], columns: [Int])

  /// The alignment of a layer of the first network with one of the other.
  public subscript(row: Int, column: Int) -> Double { values[row * columns.count + column] }

  /// The other network's layer that is most like each of the first; nil where nothing is known.
  public var best: [Int?] {
    rows.indices.map { row in
      columns.indices.filter { !self[row, $0].isNaN }.max { self[row, $0] < self[row, $1] }
    }
  }

  /// Pictures beyond which no more are looked at: memory grows with their square.
  public static let mostPictures = 5000

  /// Compares the layers of a network with each other, or with another's on the same pictures.
  /// - Parameters:
  ///   - other: tried on the first one's pictures, normalised as it was trained; nil for the network itself.
  ///   - pictures: how many are looked at, evenly spread over all; a thousand, or all if they are fewer.
  ///   - isDebiased: whether what few pictures add is taken off.
  ///   - progress: is told the share done.
  /// - Throws: `InspectError` if there are fewer than four pictures, or the other network takes others; `NetworkError` if one
  ///   cannot be run.
  public init(
    of specimen: Specimen, and other: Specimen? = nil, pictures: Int = 1000, isDebiased: Bool = true,
    progress: (Double) -> Void = { _ in }
  ) throws {
    guard let probe = specimen.probe, probe.count > 3, specimen.model.network.inputs.count == 1,
      specimen.model.network.inputs[0].shape == probe.pictureShape.perExample
    else {
      throw InspectError(
        .notApplicable, specimen.name, "comes without pictures to compare layers on; give some with --data")
    }
    let parts = other == nil ? 1.0 : 2.0
    let first = try LayerFeatures(of: specimen.model, on: probe, pictures) { progress($0 / parts * 0.9) }
    var second = first
    if let other {
      guard let input = other.model.network.inputs.first, other.model.network.inputs.count == 1,
        input.shape == probe.pictureShape.perExample
      else {
        throw InspectError(
          .input, other.name,
          "takes \(other.model.network.inputs.map { "\($0.shape)" }.listed); '\(specimen.name)' was tried on pictures of \(probe.pictureShape.perExample)"
        )
      }
      var own = probe
      own.normalisation = other.normalisation
      second = try LayerFeatures(of: other.model, on: own, pictures) { progress((1 + $0) / 2 * 0.9) }
    }
    rows = first.names
    columns = second.names
    sizes = (first.sizes, second.sizes)
    count = first.count
    self.isDebiased = isDebiased
    var values: [Double] = []
    for (index, own) in first.alignments.enumerated() {
      for (place, others) in second.alignments.enumerated() {
        // A matrix of one network is the same on both sides of its diagonal.
        if other == nil, place < index {
          values.append(values[place * first.names.count + index])
        } else {
          values.append(
            (isDebiased ? own.debiasedAlignment(with: others) : own.alignment(with: others)) ?? .nan)
        }
      }
      progress(0.9 + 0.1 * Double(index + 1) / Double(first.names.count))
    }
    self.values = values
  }

  /// Equal if all but the bits of what is not a number are.
  public static func == (left: Self, right: Self) -> Bool {
    left.rows == right.rows && left.columns == right.columns && left.values == right.values
      && left.count == right.count && left.isDebiased == right.isDebiased
  }

  /// Feeds what `==` compares.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(rows)
    hasher.combine(columns)
    hasher.combine(values)
  }
}

/// What every layer of a network makes of pictures, prepared for comparison one layer after the other.
private struct LayerFeatures {
  let names: [String]
  let sizes: [Int]
  let alignments: [CKA]
  let count: Int

  /// Numbers that are held at a time: 1 GB.
  private static let mostNumbers = 1 << 28
  /// Numbers of one layer beyond which maps are made smaller by means of squares.
  private static let mostOfLayer = 32_768

  private struct Layer {
    let name: String
    let node: String
    let shape: Shape
    /// Rows and columns that one number is the mean of.
    let shrinking: Int

    var size: Int {
      shape.rank == 3 ? shape[0] * (shape[1] / shrinking) * (shape[2] / shrinking) : shape.elementCount
    }
  }

  init(of model: Model, on probe: Probe, _ pictures: Int, _ progress: (Double) -> Void) throws {
    let network = model.network
    let shapes = try network.shapes()
    let logits = try? network.logits()
    let constants = network.constants
    let layers = network.stages.compactMap { stage -> Layer? in
      // Scores are compared before a softmax makes nearly all of them zero.
      let node = stage.nodes.contains { $0.name == logits } ? logits! : stage.shown
      guard let shape = shapes[node]?.perExample, shape.elementCount > 1, !constants.contains(node) else {
        return nil
      }
      var shrinking = 1
      if shape.rank == 3 {
        while shape.elementCount / (shrinking * shrinking) > Self.mostOfLayer,
          min(shape[1], shape[2]) >= 2 * shrinking
        { shrinking += 1 }
      }
      return Layer(name: stage.name, node: node, shape: shape, shrinking: shrinking)
    }
    guard !layers.isEmpty else {
      throw InspectError(.notApplicable, network.name, "has no layer with more than one number to compare")
    }
    let count = min(probe.count, max(4, min(pictures, LayerSimilarity.mostPictures)))
    let indices = (0..<count).map { $0 * probe.count / count }
    var alignments: [CKA] = []
    let sweep = try Sweep(model, count: count, batch: network.comfortableBatch)
    while alignments.count < layers.count {
      // As many layers at a time as memory holds: each stretch is a pass of its own.
      var stretch = alignments.count..<alignments.count + 1
      while stretch.upperBound < layers.count,
        layers[stretch.lowerBound...stretch.upperBound].reduce(0, { $0 + $1.size }) * count
          <= Self.mostNumbers
      {
        stretch = stretch.lowerBound..<stretch.upperBound + 1
      }
      var elements = stretch.map { _ in [Float]() }
      for (place, layer) in stretch.enumerated() {
        elements[place].reserveCapacity(count * layers[layer].size)
      }
      let done = Double(stretch.lowerBound) / Double(layers.count)
      let share = Double(stretch.count) / Double(layers.count)
      try sweep.run({ range in
        count == probe.count
          ? probe.inputs(range) : Tensor(stacking: range.map { probe.input(indices[$0])[0] })
      }) { range, executor in
        for (place, layer) in stretch.enumerated() {
          let layer = layers[layer]
          let value = try executor.value(of: layer.node)[0..<range.count]
          if layer.shrinking > 1 {
            let tiles = value.reshaped([range.count * layer.shape[0], layer.shape[1], layer.shape[2]])
            elements[place] += tiles.meansOfSquares(layer.shrinking)
          } else {
            elements[place] += value.elements
          }
        }
        progress(done + share * 0.5 * Double(range.upperBound) / Double(count))
      }
      for (place, layer) in stretch.enumerated() {
        alignments.append(try CKA(of: Tensor([count, layers[layer].size], elements[place])))
        elements[place] = []
        progress(done + share * (0.5 + 0.5 * Double(place + 1) / Double(stretch.count)))
      }
    }
    names = layers.map(\.name)
    sizes = layers.map(\.size)
    self.alignments = alignments
    self.count = count
  }
}

extension Tensor {
  /// The means of squares of `side` × `side` in planes `[planes, height, width]`; what fills no square is left out.
  fileprivate func meansOfSquares(_ side: Int) -> [Float] {
    let (planes, height, width) = (shape[0], shape[1], shape[2])
    let (rows, columns) = (height / side, width / side)
    var result: [Float] = []
    result.reserveCapacity(planes * rows * columns)
    for plane in 0..<planes {
      for row in 0..<rows {
        for column in 0..<columns {
          var sum: Float = 0
          for y in 0..<side {
            let start = (plane * height + row * side + y) * width + column * side
            for x in start..<start + side { sum += elements[x] }
          }
          result.append(sum / Float(side * side))
        }
      }
    }
    return result
  }
}

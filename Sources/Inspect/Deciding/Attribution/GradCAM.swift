public import Core

/// Where a layer's maps speak for a class: each map weighted by how much the class's logit depends on it.
///
/// `αₖ = mean over places of ∂y/∂Aᵏ`, and the answer is `ReLU(Σ αₖ Aᵏ)` (Selvaraju et al. 2016, arXiv:1610.02391, equations 1 and 2).
/// Grad-CAM++ sums the positive gradients of a map instead, each weighted by `g² / (2g² + g³ ΣA)` (Chattopadhay et al. 2017,
/// arXiv:1710.11063, equation 19).
public struct GradCAM: Hashable, Sendable {
  /// The layer whose maps they are.
  public let layer: String
  /// The weight of each map.
  public let weights: [Float]
  /// The maps, `[count, height, width]`, just as the layer has them.
  public let maps: Tensor
  /// The weighted sum of the maps before the last ReLU, `[height, width]`: below zero where they speak against the class.
  public let signed: Tensor

  /// Weighs a layer's maps.
  /// - Parameters:
  ///   - maps: the layer's value for one input, `[count, height, width]`.
  ///   - gradient: the derivative of the logit by it, in the same shape.
  package init(layer: String, maps: Tensor, gradient: Tensor, isPlusPlus: Bool = false) {
    precondition(
      maps.shape.rank == 3 && maps.shape == gradient.shape, "maps \(maps.shape), gradient \(gradient.shape)")
    self.layer = layer
    self.maps = maps
    let plane = maps.shape[1] * maps.shape[2]
    var weights: [Float] = []
    for map in 0..<maps.shape[0] {
      let range = map * plane..<(map + 1) * plane
      let slopes = gradient.elements[range]
      if isPlusPlus {
        let sum = maps.elements[range].reduce(0.0) { $0 + Double($1) }
        weights.append(
          Float(
            slopes.reduce(0.0) { total, slope in
              let slope = Double(slope)
              let square = slope * slope
              let below = 2 * square + sum * square * slope
              return slope > 0 && below != 0 ? total + square / below * slope : total
            }))
      } else {
        weights.append(Float(slopes.reduce(0.0) { $0 + Double($1) } / Double(max(plane, 1))))
      }
    }
    self.weights = weights
    signed = Tensor([maps.shape[1], maps.shape[2]]) { result in
      for place in 0..<plane {
        var sum = 0.0
        for (map, weight) in weights.enumerated() {
          sum += Double(weight) * Double(maps.elements[map * plane + place])
        }
        result[place] = Float(sum)
      }
    }
  }

  /// The map without what speaks against the class, `[height, width]`.
  public var rectified: Tensor { signed.map { max($0, 0) } }

  /// The maps with the largest weights by magnitude, the largest first.
  public func strongest(_ count: Int) -> [Int] {
    Array(weights.indices.sorted { (abs(weights[$0]), $1) > (abs(weights[$1]), $0) }.prefix(count))
  }
}

extension Tensor {
  /// A map `[height, width]` enlarged by straight lines between the middles of its pixels, as PyTorch does it with
  /// `align_corners=False`.
  package func bilinear(height: Int, width: Int) -> Tensor {
    precondition(shape.rank == 2 && height > 0 && width > 0, "\(shape) to \(height) × \(width)")
    func places(_ count: Int, of source: Int) -> [(low: Int, high: Int, share: Float)] {
      (0..<count).map { index in
        let place = max((Double(index) + 0.5) * Double(source) / Double(count) - 0.5, 0)
        let low = min(Int(place), source - 1)
        return (low, min(low + 1, source - 1), Float(place - Double(low)))
      }
    }
    let (rows, columns) = (places(height, of: shape[0]), places(width, of: shape[1]))
    let stride = shape[1]
    return Tensor([height, width]) { result in
      var index = 0
      for row in rows {
        for column in columns {
          let upper =
            elements[row.low * stride + column.low] * (1 - column.share)
            + elements[row.low * stride + column.high] * column.share
          let lower =
            elements[row.high * stride + column.low] * (1 - column.share)
            + elements[row.high * stride + column.high] * column.share
          result[index] = upper * (1 - row.share) + lower * row.share
          index += 1
        }
      }
    }
  }
}

extension Network {
  /// The layer whose maps Grad-CAM weighs.
  /// - Parameter name: a layer with maps; nil for the last convolution with maps of at least 7 × 7 (the last of all where none has),
  ///   after the normalisation, sum and ReLU behind it.
  /// - Throws: `InspectError` if there is no convolution, or listing the layers with maps if this is none.
  package func camLayer(_ name: String?) throws -> String {
    let shapes = try shapes()
    let logits = try logits()
    var upstream: Set<String> = [logits]
    for node in nodes.reversed() where upstream.contains(node.name) { upstream.formUnion(node.inputs) }
    let withMaps = nodes.filter { upstream.contains($0.name) && shapes[$0.name]!.perExample.rank == 3 }
    if let name {
      guard withMaps.contains(where: { $0.name == name }) else {
        throw InspectError(
          .unknownName, "\(self.name)/\(name)",
          withMaps.isEmpty
            ? "no layer of this network has maps"
            : "no layer with maps; there are \(withMaps.map(\.name).listed)")
      }
      return name
    }
    let convolutions = withMaps.filter { $0.operation is Conv2d || $0.operation is ConvTranspose2d }
    func side(_ node: Node) -> Int { min(shapes[node.name]!.perExample[1], shapes[node.name]!.perExample[2]) }
    guard let last = convolutions.last(where: { side($0) >= 7 }) ?? convolutions.last else {
      throw InspectError(
        .notApplicable, self.name, "has no convolution, and Grad-CAM weighs the maps of one")
    }
    var end = last
    while true {
      let readers = readers(of: end.name)
      guard readers.count == 1, upstream.contains(readers[0].name),
        shapes[readers[0].name] == shapes[end.name],
        readers[0].operation is any Elementwise || readers[0].operation.normalises
          || readers[0].operation is Add
          || readers[0].operation is Dropout
      else { return end.name }
      end = readers[0]
    }
  }
}

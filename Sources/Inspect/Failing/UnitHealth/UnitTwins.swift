internal import Core

/// For every unit of a layer the one whose filter is most like its own: which points most nearly where it does.
///
/// A filter is all weights of an output, over all input channels; biases take no part. Filters of different groups read
/// different channels and are not compared, nor those of fewer than four weights, which point alike by chance.
struct UnitTwins {
  /// The nearest of each unit; nil where there is nothing to compare it with.
  let nearest: [UnitHealth.Twin?]

  /// The most products of weights that are computed: some ten seconds of work.
  private static let mostProducts = 4e11

  /// The twins of a node's units; nil if the node has no filters or they are too many to compare.
  init?(of node: Network.Node, in model: Model) throws {
    guard let (filters, group) = UnitTwins.filters(of: node, in: model) else { return nil }
    let (count, length) = (filters.shape[0], filters.shape[1])
    guard length >= 4, group > 1, Double(count) * Double(count) * Double(length) < Self.mostProducts else {
      return nil
    }
    let rows = filters.rowsOfLengthOne
    var nearest = [UnitHealth.Twin?](repeating: nil, count: count)
    try RowProducts(with: rows).products(of: rows) { range, products in
      for unit in range {
        let first = unit / group * group
        let row = (unit - range.lowerBound) * count
        var best: (unit: Int, cosine: Float)?
        for other in first..<first + group where other != unit {
          let cosine = products.elements[row + other]
          if cosine > best?.cosine ?? -.infinity { best = (other, cosine) }
        }
        nearest[unit] = best.map { .init(unit: $0.unit, cosine: min(1, Double($0.cosine))) }
      }
    }
    self.nearest = nearest
  }

  /// The filters as rows `[outputs, weights]`, and how many outputs read the same channels.
  private static func filters(of node: Network.Node, in model: Model) -> (rows: Tensor, group: Int)? {
    if let bank = FilterBank(node, in: model) {
      let size = bank.inputs * bank.height * bank.width
      var elements: [Float] = []
      elements.reserveCapacity(bank.outputs * size)
      for output in 0..<bank.outputs {
        for input in 0..<bank.inputs { elements += bank.kernel(.init(output: output, input: input)) }
      }
      return (Tensor([bank.outputs, size], elements), bank.outputs / bank.groups)
    }
    guard let linear = node.operation as? Linear, let weight = model.parameters[node.name, "weight"],
      weight.shape == [linear.outputFeatures, linear.inputFeatures]
    else { return nil }
    return (weight, linear.outputFeatures)
  }
}

extension Tensor {
  /// The rows of a matrix, each scaled to length one; rows of zeros stay.
  var rowsOfLengthOne: Tensor {
    let length = shape[1]
    return Tensor(shape) { result in
      for row in 0..<shape[0] {
        let numbers = elements[row * length..<(row + 1) * length]
        let norm = numbers.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        let factor = norm > 0 && norm.isFinite ? 1 / norm : 0
        for (index, number) in numbers.enumerated() {
          result[row * length + index] = factor > 0 ? Float(Double(number) * factor) : 0
        }
      }
    }
  }
}

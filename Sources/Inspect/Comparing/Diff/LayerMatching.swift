internal import Core

/// Finds which filters of two layers of one shape belong together, and how far apart they are.
struct LayerMatching {
  private let first: ComparedLayer
  private let second: ComparedLayer
  /// Which layer of the network it is: where the chance's random numbers come from.
  private let index: UInt64

  init(_ first: ComparedLayer, _ second: ComparedLayer, index: UInt64) {
    precondition(first.shape == second.shape, "layers of one shape")
    (self.first, self.second, self.index) = (first, second, index)
  }

  /// More filters than this are not paired by similarity: their table of cosines would not fit into memory.
  static let mostUnits = 2_048

  /// Compares the layers.
  /// - Parameters:
  ///   - reason: why filters go with those at their own place; nil to pair them by similarity.
  ///   - carried: the layer before, whose pairing says in which order input channels are read.
  func layer(byPlace reason: String?, carried: NetworkDiff.Layer?) throws -> NetworkDiff.Layer {
    let units = first.units
    let isTooMany = units > Self.mostUnits
    let place = Array(0..<units)
    var inputMatch: [Int]?
    var pairing = NetworkDiff.Pairing.similarity
    var match = place
    if let carried, first.unitsAreInputs, carried.units == units {
      pairing = .inherited(carried.name)
      match = carried.match
    } else if let carried, !first.unitsAreInputs, carried.units == first.inputs {
      inputMatch = carried.match
    }
    let (mine, myNorms) = directions(of: first, inputOrder: nil)
    let (theirs, theirNorms) = directions(of: second, inputOrder: inputMatch)
    var (kept, chance): (Int?, Double?) = (nil, nil)
    if !isTooMany {
      let found = try Self.pairs(mine, theirs, units, first.size)
      kept = place.count { found.match[$0] == $0 }
      if reason == nil, pairing == .similarity { match = found.match }
      if units > 1 { chance = found.meanOfAll }
    }
    if let reason {
      pairing = .place(reason)
      match = place
    } else if pairing == .similarity {
      if isTooMany {
        pairing = .place("more than \(Self.mostUnits) filters")
      } else {
        chance = try Self.pairs(mine, shuffled(theirs), units, first.size).meanCosine
      }
    }

    let size = first.size
    var cosines: [Double] = []
    var travel: [Double] = []
    var (largest, sum) = (0.0, 0.0)
    for unit in place {
      let partner = match[unit]
      let b = second.filter(partner, inputOrder: inputMatch)
      var (square, dot) = (0.0, 0.0)
      for (offset, other) in b.enumerated() {
        let own = Double(first.weights[unit * size + offset])
        let difference = Double(other) - own
        square += difference * difference
        dot += own * Double(other)
        largest = max(largest, abs(difference))
      }
      sum += square
      let (a, norm) = (myNorms[unit], theirNorms[partner])
      cosines.append(a > 0 && norm > 0 ? min(max(dot / (a * norm), -1), 1) : 0)
      travel.append(a > 0 ? square.squareRoot() / a : norm > 0 ? .infinity : 0)
    }
    let energy = myNorms.reduce(0) { $0 + $1 * $1 }
    var biasDifference: Double?
    if let a = first.bias, let b = second.bias, a.count == units, b.count == units {
      biasDifference = place.map { abs(Double(b[match[$0]]) - Double(a[$0])) }.max()
    }
    return NetworkDiff.Layer(
      name: first.name, otherName: second.name, kind: first.kind, inputs: first.inputs, height: first.height,
      width: first.width, pairing: pairing, match: match, inputMatch: inputMatch,
      inputSource: inputMatch == nil ? nil : carried?.name, cosines: cosines, travel: travel,
      largestDifference: largest, largestBiasDifference: biasDifference,
      change: energy > 0 ? (sum / energy).squareRoot() : sum > 0 ? .infinity : 0, kept: kept, chance: chance)
  }

  /// The filters brought to length 1, and their lengths; a filter of zeros, or with a number that is none, stays zero.
  private func directions(of layer: ComparedLayer, inputOrder: [Int]?) -> ([Float], [Double]) {
    var result: [Float] = []
    result.reserveCapacity(layer.weights.count)
    var norms: [Double] = []
    for unit in 0..<layer.units {
      let filter = layer.filter(unit, inputOrder: inputOrder)
      let norm = filter.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      let isUsable = norm > 0 && norm.isFinite
      norms.append(isUsable ? norm : 0)
      result += isUsable ? filter.map { Float(Double($0) / norm) } : [Float](repeating: 0, count: layer.size)
    }
    return (result, norms)
  }

  /// The same weights in each filter, in an order of chance (Fisher and Yates).
  private func shuffled(_ directions: [Float]) -> [Float] {
    var random = RandomStream(seed: 0, stream: index)
    var result = directions
    for unit in 0..<first.units {
      let start = unit * first.size
      for place in stride(from: first.size - 1, to: 0, by: -1) {
        result.swapAt(start + place, start + Int.random(in: 0...place, using: &random))
      }
    }
    return result
  }

  /// The pairing with the largest sum of cosines.
  private static func pairs(_ first: [Float], _ second: [Float], _ units: Int, _ size: Int) throws -> (
    match: [Int], meanCosine: Double, meanOfAll: Double
  ) {
    let cosines = try products(first, second, units, size)
    let match = OptimalAssignment.minimising(cosines.map { -$0 }, rows: units, columns: units).map { $0! }
    let sum = match.indices.reduce(0.0) { $0 + cosines[$1 * units + match[$1]] }
    return (match, sum / Double(max(units, 1)), cosines.reduce(0, +) / Double(max(cosines.count, 1)))
  }

  /// Every filter of the first by every filter of the second.
  private static func products(
    _ first: [Float], _ second: [Float], _ units: Int, _ size: Int
  ) throws -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(units * units)
    let shape: Shape = [units, size]
    try RowProducts(with: Tensor(shape, second)).products(of: Tensor(shape, first)) { range, products in
      result += products.elements.prefix(range.count * units).lazy.map(Double.init)
    }
    return result
  }
}

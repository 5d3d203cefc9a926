package import Core
internal import Render

/// Directions through a latent space along which to look for what changes.
package struct LatentDirections: Sendable {
  /// One direction.
  package struct Direction: Hashable, Sendable {
    /// What it is called: `z17`, `PC 3`, `SV 1`.
    package let name: String
    /// Its unit vector.
    package let vector: [Double]
    /// How much it does where it was found: the share of the variance of the first layer's numbers, or the Jacobian's singular
    /// value; nil for a coordinate.
    package let weight: Double?
  }

  /// The directions, as many as a latent has numbers.
  package let directions: [Direction]
  /// The layer whose numbers were analysed; nil where none was.
  package let layer: String?

  /// The numbers of the latent one by one.
  package init(coordinates dimensions: Int) {
    layer = nil
    directions = (0..<dimensions).map { index in
      Direction(
        name: "z\(index)", vector: (0..<dimensions).map { $0 == index ? 1 : 0 }, weight: nil)
    }
  }

  /// The directions along which the numbers behind the generator's first layer vary most, before any activation (GANSpace,
  /// Härkönen et al. 2020, section 2.1).
  ///
  /// A first layer is `y = W z + b`. For latents that vary evenly in all directions the principal components of y are the left
  /// singular vectors of W, and what makes them the right ones: exact, where the paper samples and regresses.
  /// - Throws: `InspectError` if there is no first layer, or it does more than weigh.
  package init(principalOf sampling: Sampling) throws {
    let first = try FirstLayer(of: sampling)
    layer = first.name
    let eigen = SymmetricEigen(first.products, size: sampling.dimensions)
    let values = eigen.values.map { max(0, $0) }
    let total = values.reduce(0, +)
    directions = eigen.vectors.enumerated().map { index, vector in
      Direction(name: "PC \(index + 1)", vector: vector.turned, weight: total > 0 ? values[index] / total : 0)
    }
  }

  /// The directions that move the picture most about one latent: the right singular vectors of the generator's Jacobian there.
  package init(jacobianOf sampling: Sampling, at latent: Tensor) throws {
    let d = sampling.dimensions
    layer = nil
    var columns = [[Float]](repeating: [], count: d)
    try GeneratorJacobian.differences(of: sampling, at: latent.reshaped(latent.shape.batched(1))) {
      _, number, column in
      columns[number] = Array(column)
    }
    let eigen = SymmetricEigen(FirstLayer.products(of: columns), size: d)
    directions = eigen.vectors.enumerated().map { index, vector in
      Direction(
        name: "SV \(index + 1)", vector: vector.turned, weight: max(0, eigen.values[index]).squareRoot())
    }
  }

  /// A latent with its component along a unit vector set to a value, everything else as it was.
  package static func moved(_ latent: Tensor, along vector: [Double], to value: Double) -> Tensor {
    var product = 0.0
    for (number, weight) in zip(latent.elements, vector) { product += Double(number) * weight }
    return Tensor(latent.shape) { elements in
      for index in elements.indices {
        elements[index] = Float(Double(latent.elements[index]) + (value - product) * vector[index])
      }
    }
  }
}

extension [Double] {
  /// The same direction with its largest number positive: a direction has no sign.
  fileprivate var turned: [Double] {
    let largest = self.max { abs($0) < abs($1) } ?? 0
    return largest < 0 ? map { -$0 } : self
  }
}

/// The first layer that a latent meets, as a matrix.
struct FirstLayer {
  /// The layer's name.
  let name: String
  /// WᵀW, row by row.
  let products: [Double]

  init(of sampling: Sampling) throws {
    let network = sampling.model.network
    let d = sampling.dimensions
    var reached: Set<String> = [network.inputs[0].name]
    var found: Network.Node?
    for node in network.nodes where !reached.isDisjoint(with: node.inputs) {
      reached.insert(node.name)
      let operation = node.operation
      if operation is Linear || operation is MatMul || operation is Conv2d || operation is ConvTranspose2d {
        found = node
        break
      }
    }
    guard let found else {
      throw InspectError(
        .notApplicable, sampling.name,
        "has no first layer that weighs the latent, and so no principal directions; ask for coordinates or jacobian"
      )
    }
    name = found.name
    // The layer at 0, at each unit vector, and at some place more to see that it is straight.
    let trial = sampling.latents(seed: 0, count: 1).elements
    let count = d + 2
    let part = try network.part(computing: [found.name])
    let sweep = try Sweep(part, count: count, batch: min(count, 64))
    try sweep.load(sampling.model.parameters)
    var rows: [[Float]] = []
    try sweep.run { range in
      Tensor(sampling.latentShape.batched(range.count)) { latents in
        for (row, index) in range.enumerated() {
          for place in 0..<d {
            latents[row * d + place] = index == d + 1 ? trial[place] : index == place + 1 ? 1 : 0
          }
        }
      }
    } visit: { range, executor in
      let value = try executor.value(of: found.name)
      for row in 0..<range.count { rows.append(value[row].elements) }
    }
    let size = rows[0].count
    let columns = (1...d).map { index in (0..<size).map { rows[index][$0] - rows[0][$0] } }
    var (error, whole) = (0.0, 0.0)
    for place in 0..<size {
      var straight = 0.0
      for index in 0..<d { straight += Double(trial[index]) * Double(columns[index][place]) }
      let actual = Double(rows[d + 1][place]) - Double(rows[0][place])
      error += (actual - straight) * (actual - straight)
      whole += actual * actual
    }
    guard error <= 1e-6 * whole else {
      throw InspectError(
        .notApplicable, sampling.name,
        "does more than weigh before its first layer, \(found.name), has its numbers; ask for coordinates or jacobian"
      )
    }
    products = FirstLayer.products(of: columns)
  }

  /// The scalar products of columns with each other.
  static func products(of columns: [[Float]]) -> [Double] {
    let d = columns.count
    var result = [Double](repeating: 0, count: d * d)
    for row in 0..<d {
      columns[row].withUnsafeBufferPointer { first in
        for column in 0...row {
          columns[column].withUnsafeBufferPointer { second in
            var sums = SIMD4<Double>()
            var place = 0
            while place + 4 <= first.count {
              for lane in 0..<4 { sums[lane] += Double(first[place + lane]) * Double(second[place + lane]) }
              place += 4
            }
            var sum = sums.sum()
            while place < first.count {
              sum += Double(first[place]) * Double(second[place])
              place += 1
            }
            result[row * d + column] = sum
            result[column * d + row] = sum
          }
        }
      }
    }
    return result
  }
}

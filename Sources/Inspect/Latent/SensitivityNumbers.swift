package import Core
package import Render

/// How much each number of a latent moves the picture: the mean length of the columns of the generator's Jacobian.
package struct SensitivityNumbers: Sendable {
  /// How derivatives are had.
  package enum Method: String, Hashable, Sendable, CaseIterable {
    /// Central differences: two pictures for every number of a latent.
    case differences
    /// Backward passes, one for every number of a picture: exact.
    case gradients
  }

  /// A number that moves the picture by less than this share of what the strongest does is not used.
  package static let unusedShare = 0.01

  /// The mean over all latents of ‖∂G/∂zᵢ‖, brightness per unit of zᵢ.
  package let means: [Double]
  /// The standard deviation over the latents.
  package let deviations: [Double]
  /// Where in the picture: the mean of |∂G/∂zᵢ| over latents and channels, `[numbers, height, width]`.
  package let maps: Tensor
  /// Latents that were looked at.
  package let latents: Int

  /// Looks at some latents `[count, …]`.
  package init(
    of sampling: Sampling, at latents: Tensor, by method: Method, progress: (Double) -> Void = { _ in }
  ) throws {
    let (count, d) = (latents.shape[0], sampling.dimensions)
    let (channels, plane) = (sampling.pictureShape[0], sampling.pictureShape[1] * sampling.pictureShape[2])
    var squares = [Double](repeating: 0, count: count * d)
    var maps = [Float](repeating: 0, count: d * plane)
    let share = 1 / Float(count * channels)
    switch method {
    case .differences:
      try GeneratorJacobian.differences(of: sampling, at: latents, progress: progress) {
        latent, number, column in
        var sum = 0.0
        for value in column { sum += Double(value) * Double(value) }
        squares[latent * d + number] = sum
        maps.withUnsafeMutableBufferPointer { maps in
          let map = maps.baseAddress! + number * plane
          for channel in 0..<channels {
            for place in 0..<plane { map[place] += share * abs(column[channel * plane + place]) }
          }
        }
      }
    case .gradients:
      try GeneratorJacobian.gradients(of: sampling, at: latents, progress: progress) { place, rows in
        for index in 0..<count * d {
          squares[index] += Double(rows[index]) * Double(rows[index])
          maps[index % d * plane + place % plane] += share * abs(rows[index])
        }
      }
    }
    var means = [Double](repeating: 0, count: d)
    var deviations = means
    for number in 0..<d {
      let lengths = (0..<count).map { squares[$0 * d + number].squareRoot() }
      let mean = lengths.reduce(0, +) / Double(count)
      means[number] = mean
      let spread = lengths.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      deviations[number] = count > 1 ? (spread / Double(count - 1)).squareRoot() : 0
    }
    self.means = means
    self.deviations = deviations
    self.maps = Tensor([d, sampling.pictureShape[1], sampling.pictureShape[2]], maps)
    self.latents = count
  }

  /// The numbers of the latent, the strongest first.
  package var order: [Int] { means.indices.sorted { (means[$0], $1) > (means[$1], $0) } }

  /// The numbers of the latent that move the picture hardly or not at all.
  package var unused: [Int] {
    let strongest = means.max() ?? 0
    return means.indices.filter { means[$0] <= SensitivityNumbers.unusedShare * strongest }
  }

  /// A row for every number, the strongest first.
  package var table: NumberTable {
    let unused = Set(unused)
    return NumberTable(
      columns: ["number of z", "mean norm of its column", "standard deviation", "unused"],
      rows: order.map {
        [
          String($0), NumberTable.text(means[$0]), NumberTable.text(deviations[$0]),
          unused.contains($0) ? "1" : "0",
        ]
      })
  }
}

package import Core

/// A direction in numbers: the vector, how well it foretells its attribute, and other latents moved along it.
package struct LatentDirectionWalk {
  /// The direction, of length 1, `[dimensions]`.
  package let unit: Tensor
  /// The standard deviation of random latents along it.
  package let deviation: Double
  /// Random latents whose pictures had most of the attribute, and as many that had least.
  package let chosen: Int
  /// The attributes that are measured: the one that is meant first.
  package let attributes: [LatentAttribute]
  /// For each attribute the correlation of its value with the place of a latent along the direction, over other random latents
  /// than those the direction was computed from; 0 where the value is always the same.
  package let correlations: [Double]
  /// How many latents the correlation is over.
  package let tested: Int
  /// For each attribute the mean and the standard deviation of its value over the random latents.
  package let spreads: [(mean: Double, deviation: Double)]
  /// Places along the direction, in standard deviations.
  package let places: [Double]
  /// The moved latents' pictures, brightness 0 … 1, row by row, `[rows × places, channels, height, width]`.
  package let pictures: Tensor
  /// For each attribute its value of every one of these pictures.
  package let readings: [[Double]]
  /// For each attribute the mean change from the middle of the way at every place, in standard deviations over the random
  /// latents; of a class the change of its log odds, since its probability hardly moves near 0 and 1.
  package let changes: [[Double]]

  /// Finds the direction and moves latents along it.
  package init(_ options: LatentDirection, _ sampling: Sampling, _ judge: Judge?) throws {
    guard LatentDirection.sampleRange.contains(options.samples), options.share > 0, options.share <= 0.5,
      (1...20).contains(options.rows), (2...15).contains(options.columns), options.reach > 0,
      options.reach <= 10
    else {
      throw InspectError(
        .input, "direction",
        "\(options.samples) samples, a share of \(options.share), \(options.rows) rows of \(options.columns) to "
          + "±\(options.reach); expected \(LatentDirection.sampleRange.lowerBound) to \(LatentDirection.sampleRange.upperBound) "
          + "samples, a share to 0.5, 1 to 20 rows of 2 to 15, to ±10 at most")
    }
    attributes = [options.attribute] + LatentAttribute.measured.filter { $0 != options.attribute }
    let dimensions = sampling.dimensions
    tested = max(options.samples / 2, 50)
    // One draw for both: what the direction is computed from, and what it is tried on.
    let all = sampling.latents(seed: options.seed, count: options.samples + tested)
      .reshaped([options.samples + tested, dimensions])
    let pictures = try sampling.pictures(of: all)
    let isDark = PictureMoments.areDark(pictures)
    let readings = try AttributeReadings(attributes, of: pictures, isDark: isDark, judge: judge)
    let ranked = readings.ranked[options.attribute]!
    chosen = max(1, Int(Double(options.samples) * options.share))
    let arrow = try Self.direction(all, Array(ranked.prefix(options.samples)), chosen, options.attribute)
    let along = (0..<all.shape[0]).map { Self.place(of: $0, in: all, along: arrow) }
    let scale = Self.spread(along).deviation
    (unit, deviation) = (arrow, scale)
    let fresh = options.samples..<all.shape[0]
    let values = attributes.map { readings.values[$0]! }
    correlations = attributes.map { attribute in
      Self.correlation(Array(along[fresh]), Array(readings.ranked[attribute]![fresh]))
    }
    spreads = values.map(Self.spread)
    let places = (0..<options.columns).map {
      -options.reach + 2 * options.reach * Double($0) / Double(options.columns - 1)
    }
    self.places = places
    let starts = sampling.latents(seed: options.seed &+ 1, count: options.rows)
      .reshaped([options.rows, dimensions])
    let moved = (0..<options.rows).flatMap { row in
      places.map { place in
        Tensor(
          [dimensions],
          zip(starts[row].elements, arrow.elements).map { $0 + Float(place * scale) * $1 })
      }
    }
    self.pictures = try sampling.pictures(of: Tensor(stacking: moved))
    let measured = try AttributeReadings(attributes, of: self.pictures, isDark: isDark, judge: judge)
    self.readings = attributes.map { measured.values[$0]! }
    changes = attributes.map { attribute in
      Self.changes(
        Self.means(measured.ranked[attribute]!, over: places.count),
        deviation: Self.spread(readings.ranked[attribute]!).deviation)
    }
  }

  /// The mean latent of the pictures with most, minus that of those with least, of an attribute, made 1 long.
  package static func direction(
    _ latents: Tensor, _ values: [Double], _ count: Int, _ attribute: LatentAttribute
  ) throws(InspectError) -> Tensor {
    let order = values.indices.filter { values[$0].isFinite }
      .sorted { (values[$0], $0) < (values[$1], $1) }
    guard order.count >= 2 * count, values[order[0]] < values[order[order.count - 1]] else {
      throw InspectError(
        .notApplicable, attribute.name,
        "is the same in all \(values.count) random pictures; there is no direction in which it grows")
    }
    let most = Tensor(stacking: order.suffix(count).map { latents[$0] }).meanOfRows
    let least = Tensor(stacking: order.prefix(count).map { latents[$0] }).meanOfRows
    let difference = Tensor(most.shape, zip(most.elements, least.elements).map { $0 - $1 })
    return difference.scaled(toLength: 1)
  }

  /// The value of an attribute at each place, the mean over all rows.
  func means(_ attribute: Int) -> [Double] { Self.means(readings[attribute], over: places.count) }

  private static func means(_ values: [Double], over columns: Int) -> [Double] {
    let rows = values.count / columns
    return (0..<columns).map { column in
      (0..<rows).reduce(0.0) { $0 + values[$1 * columns + column] } / Double(rows)
    }
  }

  /// How far means lie from that in the middle; where no place stands in the middle, the two beside it do together.
  private static func changes(_ means: [Double], deviation: Double) -> [Double] {
    let half = (means.count - 1) / 2
    let middle = (means[half] + means[means.count - 1 - half]) / 2
    return means.map { deviation > 0 ? ($0 - middle) / deviation : 0 }
  }

  private static func place(of row: Int, in latents: Tensor, along unit: Tensor) -> Double {
    let size = unit.elements.count
    var sum = 0.0
    for place in 0..<size {
      sum += Double(latents.elements[row * size + place]) * Double(unit.elements[place])
    }
    return sum
  }

  /// The mean and the standard deviation.
  static func spread(_ values: [Double]) -> (mean: Double, deviation: Double) {
    let mean = values.reduce(0, +) / Double(max(values.count, 1))
    let square = values.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (square / Double(max(values.count - 1, 1))).squareRoot())
  }

  /// Pearson's correlation; 0 where one side is always the same.
  package static func correlation(_ first: [Double], _ second: [Double]) -> Double {
    let (a, b) = (spread(first), spread(second))
    guard a.deviation > 0, b.deviation > 0 else { return 0 }
    let product = zip(first, second).reduce(0.0) { $0 + ($1.0 - a.mean) * ($1.1 - b.mean) }
    return product / (Double(first.count - 1) * a.deviation * b.deviation)
  }
}

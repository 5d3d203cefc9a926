package import Core

/// For every unit of a layer its strongest and its weakest answer in each of many pictures, and where in the value that was.
package struct UnitResponses: Sendable {
  /// A unit's answer to a picture.
  package struct Answer: Hashable, Sendable {
    /// The picture, by its place in the probe.
    package var picture: Int
    /// The value.
    package var value: Float
    /// The place in the unit's map, row by row; 0 for a feature. The first of equals.
    package var place: Int
  }

  /// The layer.
  package let layer: UnitLayer
  /// The pictures, by their places in the probe.
  package let pictures: [Int]
  // Unit by unit, picture by picture.
  private var highest: [Float]
  private var highestPlaces: [Int32]
  private var lowest: [Float]
  private var lowestPlaces: [Int32]

  fileprivate init(_ layer: UnitLayer, _ pictures: [Int]) {
    self.layer = layer
    self.pictures = pictures
    let count = layer.units * pictures.count
    highest = [Float](repeating: -.infinity, count: count)
    lowest = [Float](repeating: .infinity, count: count)
    highestPlaces = [Int32](repeating: 0, count: count)
    lowestPlaces = highestPlaces
  }

  /// The pictures that excite a unit most, one answer for each picture, the strongest first; of equals the earlier picture.
  package func strongest(of unit: Int, _ count: Int = 9) -> [Answer] {
    let rows = unit * pictures.count..<(unit + 1) * pictures.count
    return rows.sorted { (highest[$0], $1) > (highest[$1], $0) }.prefix(count).map {
      Answer(picture: pictures[$0 - rows.lowerBound], value: highest[$0], place: Int(highestPlaces[$0]))
    }
  }

  /// The pictures with a unit's lowest values, one answer for each picture, the lowest first; of equals the earlier picture.
  package func weakest(of unit: Int, _ count: Int = 9) -> [Answer] {
    let rows = unit * pictures.count..<(unit + 1) * pictures.count
    return rows.sorted { (lowest[$0], $0) < (lowest[$1], $1) }.prefix(count).map {
      Answer(picture: pictures[$0 - rows.lowerBound], value: lowest[$0], place: Int(lowestPlaces[$0]))
    }
  }

  /// The lowest and highest value of a unit over all pictures and places.
  package func range(of unit: Int) -> ClosedRange<Float> {
    let rows = unit * pictures.count..<(unit + 1) * pictures.count
    let (low, high) = (lowest[rows].min() ?? 0, highest[rows].max() ?? 0)
    return min(low, high)...max(low, high)
  }

  /// True if no picture gets a unit above zero although only what is above zero counts.
  package func isDead(_ unit: Int) -> Bool { layer.isRectified && range(of: unit).upperBound <= 0 }

  /// Notes the values of some pictures.
  /// - Parameter value: `[batch, …]`, the pictures' first.
  fileprivate mutating func note(_ value: Tensor, of range: Range<Int>) {
    let (units, plane, all) = (layer.units, layer.plane, pictures.count)
    value.elements.withUnsafeBufferPointer { values in
      for example in 0..<range.count {
        for unit in 0..<units {
          let start = (example * units + unit) * plane
          var (high, low) = (-Float.infinity, Float.infinity)
          var (highPlace, lowPlace) = (0, 0)
          for place in 0..<plane {
            let value = values[start + place]
            if value > high { (high, highPlace) = (value, place) }
            if value < low { (low, lowPlace) = (value, place) }
          }
          let at = unit * all + range.lowerBound + example
          highest[at] = high
          lowest[at] = low
          highestPlaces[at] = Int32(truncatingIfNeeded: highPlace)
          lowestPlaces[at] = Int32(truncatingIfNeeded: lowPlace)
        }
      }
    }
  }
}

/// A network compiled to run many pictures up to some layers; its parameters may change between sweeps.
package struct UnitSweep {
  private let layers: [UnitLayer]
  private let sweep: Sweep

  /// Compiles what the layers depend on, for as many pictures at once as memory has room for.
  package init(_ network: Network, upTo layers: [UnitLayer], pictures: Int) throws(NetworkError) {
    self.layers = layers
    let part = try network.part(computing: layers.map(\.node))
    sweep = try Sweep(part, count: pictures, batch: part.batch(atMost: 100))
  }

  /// Tries parameters on pictures, as many as were announced: one sweep for all layers.
  /// - Parameter visit: is told which of the pictures were run, and may read the layers' values.
  package func responses(
    of parameters: Parameters, to pictures: TrialPictures, progress: (Double) -> Void = { _ in },
    visit: (Range<Int>, any Executor) throws -> Void = { _, _ in }
  ) throws -> [UnitResponses] {
    try sweep.load(parameters)
    var results = layers.map { UnitResponses($0, pictures.indices) }
    try sweep.run {
      pictures.inputs(of: pictures.indices[$0])
    } visit: { range, executor in
      for index in layers.indices {
        results[index].note(try executor.value(of: layers[index].node), of: range)
      }
      try visit(range, executor)
      progress(Double(range.upperBound) / Double(pictures.count))
    }
    return results
  }
}

extension Network {
  /// What some of the network's values depend on.
  func part(computing names: [String]) throws(NetworkError) -> Network {
    var needed = Set(names)
    for node in nodes.reversed() where needed.contains(node.name) { needed.formUnion(node.inputs) }
    return try Network(name: name, inputs: inputs, nodes: nodes.filter { needed.contains($0.name) })
  }

  /// Examples that are run at once: no more than need about 128 MB for their values.
  func batch(atMost most: Int) -> Int {
    let each = knownShapes().values.reduce(1) { $0 + $1.elementCount }
    return min(max(1, most), max(1, (1 << 25) / each))
  }
}

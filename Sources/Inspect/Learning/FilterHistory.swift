package import Core
internal import Render

/// What becomes of a layer's filters through a run: the weights of some at the moments that are shown, and in numbers how far
/// each had come at every snapshot.
package struct FilterHistory {
  /// The layer.
  package let layer: String
  /// The filters that were chosen, from the lowest.
  package let filters: [Int]
  /// Filters that the layer has.
  package let count: Int
  /// All snapshots.
  package let snapshots: [Snapshot]
  /// cos(W_t, W_final) of each chosen filter, all its channels, at each snapshot; NaN where a filter is all zero.
  package private(set) var cosines: [[Double]]
  /// ‖W_t − W_0‖ / ‖W_0‖ of each chosen filter at each snapshot; NaN where it was all zero at first.
  package private(set) var drifts: [[Double]]
  /// The same of the whole layer.
  package private(set) var layerDrift: [Double] = []
  /// The kernels of the chosen filters that are drawn, filter by filter: one a filter, or three of a colour.
  let places: [[FilterBank.Place]]
  /// Those kernels' weights at each snapshot, filter by filter.
  private(set) var weights: [[[Float]]] = []
  /// The layer at the last snapshot.
  let bank: FilterBank
  /// The 99.5th percentile of |w| in the layer over all snapshots, and the share beyond.
  package private(set) var limit: (limit: Double, clippedShare: Double) = (0, 0)

  /// Reads a layer's weights at every snapshot, one after the other.
  /// - Parameters:
  ///   - layer: the layer; nil for the first that has filters.
  ///   - most: how many filters are chosen, by a seed.
  /// - Throws: `InspectError` listing the layers with filters if this one has none, `ArchiveError` if the run cannot be read.
  package init(
    of run: RunArchive, network name: String?, layer: String?, most: Int, seed: UInt64
  ) throws {
    _ = try run.snapshot(.last)
    let entry = try name.map { try run.network(named: $0) } ?? run.networks[0]
    let node = try entry.network.layerWithFilters(layer, of: entry.name)
    func bank(_ snapshot: Snapshot) throws -> FilterBank {
      var parameters = Parameters()
      parameters[node, "weight"] = try run.parameter(node + ".weight", of: entry.name, at: snapshot)
      return try FilterBank(
        layer: node, of: Specimen(Model(entry.network, onlyWith: parameters), name: entry.name))
    }
    let snapshots = run.snapshots
    let (first, last) = (try bank(snapshots[0]), try bank(snapshots[snapshots.count - 1]))
    let filters = last.filters
    let chosen = SeededChoice.sorted(most, of: filters.count, seed: seed)
    self.layer = node
    self.filters = chosen
    self.snapshots = snapshots
    self.bank = last
    count = filters.count
    // A deeper filter has a kernel for every map that it reads. The one drawn is the strongest at the end, at every step.
    places = chosen.map { filter in
      last.isGallery ? filters[filter] : [last.strongestKernel(of: filter)]
    }
    cosines = chosen.map { _ in [] }
    drifts = chosen.map { _ in [] }
    var tally = PercentileTally()
    for snapshot in snapshots {
      let now = try bank(snapshot)
      tally.add(now.elements)
      layerDrift.append(Vectors.drift(from: first.elements, to: now.elements))
      for (index, filter) in chosen.enumerated() {
        let weights = now.weights(of: filters[filter])
        cosines[index].append(Vectors.cosine(weights, last.weights(of: filters[filter])))
        drifts[index].append(Vectors.drift(from: first.weights(of: filters[filter]), to: weights))
      }
      weights.append(places.map { now.weights(of: $0) })
    }
    limit = tally.limit(percentile: 99.5)
  }

  /// The drawn kernel of a filter at some snapshots, as tiles.
  func tiles(of filter: Int, at moments: [Snapshot]) -> ImageTiles {
    ImageTiles(
      numbers: moments.flatMap { weights[$0.index][filter] }, count: moments.count,
      channels: places[filter].count == 3 ? 3 : 1, height: bank.height, width: bank.width)
  }
}

extension FilterBank {
  /// The kernels of every filter: those of an output, or of an input where the layer paints.
  fileprivate var filters: [[Place]] {
    if isGallery { return gallery }
    return (0..<outputs).map { output in (0..<inputs).map { Place(output: output, input: $0) } }
  }

  fileprivate func weights(of places: [Place]) -> [Float] { places.flatMap { kernel($0) } }
}

/// Lists of numbers as vectors.
enum Vectors {
  /// How alike two directions are, −1 … 1: `a·b / (‖a‖ ‖b‖)`; NaN where one has no direction.
  static func cosine(_ first: [Float], _ second: [Float]) -> Double {
    var (product, a, b) = (0.0, 0.0, 0.0)
    for index in first.indices {
      let (x, y) = (Double(first[index]), Double(second[index]))
      product += x * y
      a += x * x
      b += y * y
    }
    return a > 0 && b > 0 ? product / (a * b).squareRoot() : .nan
  }

  /// How far numbers went, in lengths of what they were: `‖b − a‖ / ‖a‖`; NaN where they were all zero.
  static func drift(from first: [Float], to second: [Float]) -> Double {
    var (way, length) = (0.0, 0.0)
    for index in first.indices {
      let (x, y) = (Double(first[index]), Double(second[index]))
      way += (y - x) * (y - x)
      length += x * x
    }
    return length > 0 ? (way / length).squareRoot() : .nan
  }
}

public import Core

/// How two networks differ, layer by layer and filter by filter.
///
/// Two trainings learn the same filters in another order, so filters are paired before they are compared: by the cosine of
/// their weights, so that the sum over all pairs is the largest there is. A layer reads the maps of the layer before it: its
/// input channels are first put into the order that was found for that.
///
/// ```swift
/// let diff = try NetworkDiff(from: before.model, to: after.model)
/// diff.layers[0].match  // filter 0 of the first network is filter match[0] of the second
/// ```
public struct NetworkDiff: Hashable, Sendable {
  /// How a layer's filters were paired.
  public enum Pairing: Hashable, Sendable {
    /// By the cosine of their weights.
    case similarity
    /// Each with the one at the same place, for a reason.
    case place(String)
    /// As the maps that they read were paired, in the layer of this name.
    case inherited(String)
  }

  /// A layer of both networks.
  public struct Layer: Hashable, Sendable {
    /// The layer's name in the first network.
    public let name: String
    /// Its name in the second.
    public let otherName: String
    /// The kind of operation.
    public let kind: String
    /// Channels that each filter reads, a kernel each, and the kernel's size.
    public let inputs: Int, height: Int, width: Int
    /// How the filters were paired.
    public let pairing: Pairing
    /// For each filter of the first network the one of the second that it was paired with.
    public let match: [Int]
    /// The order in which the second network's input channels were read; nil where they were left as they are.
    public let inputMatch: [Int]?
    /// The layer whose pairing that order is.
    public let inputSource: String?
    /// For each filter of the first network its cosine with its partner; 0 where one of them is all zero.
    public let cosines: [Double]
    /// For each filter of the first network ‖b − a‖ / ‖a‖; infinite where a is all zero and b is not.
    public let travel: [Double]
    /// The largest difference of two weights.
    public let largestDifference: Double
    /// The largest difference of two biases; nil for a layer without one for each filter.
    public let largestBiasDifference: Double?
    /// ‖B − A‖ / ‖A‖ of all weights.
    public let change: Double
    /// How many filters similarity alone would pair with the one at their own place; nil where that was not looked for.
    public let kept: Int?
    /// What chance gives: of filters paired by similarity the mean cosine that this reaches with the second network's weights
    /// shuffled within each filter; else the mean over all pairs there could be. Nil of one filter, and of too many.
    public let chance: Double?

    /// How many filters.
    public var units: Int { match.count }
    /// The mean cosine of the pairs.
    public var meanCosine: Double { cosines.reduce(0, +) / Double(max(cosines.count, 1)) }
    /// How many filters were paired with one at another place.
    public var moved: Int { match.indices.count { match[$0] != $0 } }
    /// How far from alike to the bit: true if no weight and no bias differs.
    public var isSame: Bool { largestDifference == 0 && (largestBiasDifference ?? 0) == 0 }
  }

  /// The layers that both networks have, in the first one's order.
  public let layers: [Layer]
  /// Layers with weights that only the first network has, with their shapes.
  public let onlyBefore: [String]
  /// Layers with weights that only the second network has, with their shapes.
  public let onlyAfter: [String]

  let before: [ComparedLayer]
  let after: [ComparedLayer]

  /// Compares two networks. Layers belong together by name and shape; those that are left by kind and shape, in order.
  /// - Parameters:
  ///   - first: the one that is compared with.
  ///   - second: the other.
  ///   - byPlace: true to compare each filter with the one at its own place: in one training a filter stays where it is.
  ///   - carriesInputs: false to leave input channels as they are, whatever was found in the layer before.
  ///   - progress: is told the share done.
  /// - Throws: `InspectError` if no layer of one has the shape of a layer of the other.
  public init(
    from first: Model, to second: Model, byPlace: Bool = false, carriesInputs: Bool = true,
    progress: (Double) -> Void = { _ in }
  ) throws {
    let flow = ChannelFlow(first.network)
    let all = (Self.layers(of: first), Self.layers(of: second))
    let pairs = Self.pairs(all.0, all.1)
    guard !pairs.isEmpty else {
      throw InspectError(
        .notApplicable, second.network.name,
        "no layer has the shape of a layer of \(first.network.name): \(all.0.map(\.words).listed) and \(all.1.map(\.words).listed)"
      )
    }
    let fixed = flow.lastLayers
    var layers: [Layer] = []
    let work = pairs.map { Double($0.0.units * $0.0.units) * Double($0.0.size) }
    let total = max(work.reduce(0, +), 1)
    var done = 0.0
    for (index, (a, b)) in pairs.enumerated() {
      let source = first.network.nodes.first { $0.name == a.name }.flatMap { flow.source(of: $0.inputs[0]) }
      let carried = carriesInputs && !byPlace ? layers.first { $0.name == source } : nil
      let isPainted =
        carried.map { found in all.0.contains { $0.name == found.name && $0.unitsAreInputs } } ?? false
      layers.append(
        try LayerMatching(a, b, index: UInt64(index)).layer(
          byPlace: byPlace
            ? "one training: a filter stays where it is"
            : fixed.contains(a.name) && !a.unitsAreInputs ? "what it answers has its place" : nil,
          carried: isPainted || !a.readsAll ? nil : carried))
      done += work[index]
      progress(done / total)
    }
    self.layers = layers
    before = pairs.map(\.0)
    after = pairs.map(\.1)
    let (names, otherNames) = (Set(before.map(\.name)), Set(after.map(\.name)))
    onlyBefore = all.0.filter { !names.contains($0.name) }.map(\.words)
    onlyAfter = all.1.filter { !otherNames.contains($0.name) }.map(\.words)
  }

  /// The layers with weights of a kind that can be compared.
  private static func layers(of model: Model) -> [ComparedLayer] {
    let flow = ChannelFlow(model.network)
    return model.network.nodes.compactMap { ComparedLayer($0, in: model, flow) }
  }

  /// Which layers belong together.
  private static func pairs(_ first: [ComparedLayer], _ second: [ComparedLayer])
    -> [(ComparedLayer, ComparedLayer)]
  {
    var partner = [Int?](repeating: nil, count: first.count)
    var isTaken = [Bool](repeating: false, count: second.count)
    for isByName in [true, false] {
      for (index, layer) in first.enumerated() where partner[index] == nil {
        let found = second.indices.first {
          !isTaken[$0] && second[$0].kind == layer.kind && second[$0].shape == layer.shape
            && (!isByName || second[$0].name == layer.name)
        }
        guard let found else { continue }
        partner[index] = found
        isTaken[found] = true
      }
    }
    return first.indices.compactMap { index in partner[index].map { (first[index], second[$0]) } }
  }
}

extension ComparedLayer {
  /// `conv1 (32 × 1 × 3 × 3)`.
  var words: String {
    "\(name) (\(([units, inputs] + (isSpatial ? [height, width] : [])).map(String.init).joined(separator: " × ")))"
  }
}

/// Which layer reads which, as far as sizes, names and the order in the file tell.
struct LayerOrder {
  /// How a layer gets its input.
  struct Source: Hashable {
    /// The place, in `layers`, of the layer it reads; nil if it reads an input of its own.
    var layer: Int?
    var confidence: RebuiltNetwork.Confidence
    /// Why, apart from the sizes.
    var reason: String
  }

  /// The layers, each after the one it reads.
  let layers: [SettledLayer]
  /// How each gets its input.
  let sources: [Source]

  /// Long rows are not tried in other orders.
  private static let longestSearch = 400
  /// How far back a layer looks for one whose result fits.
  private static let reach = 64

  /// Finds an order.
  /// - Parameter isOrdered: true if the order of the file can be trusted, false if it is that of the alphabet.
  init(_ layers: [SettledLayer], isOrdered: Bool) {
    let indices = Array(layers.indices)
    let isChain = zip(indices, indices.dropFirst()).allSatisfy { layers[$0].fit(layers[$1]) != nil }
    if isChain {
      self.init(chain: layers, isKnown: true, isOrdered: isOrdered)
    } else if layers.count <= Self.longestSearch, let path = Self.path(through: layers) {
      self.init(chain: path.map { layers[$0] }, isKnown: false, isOrdered: isOrdered)
    } else {
      self.init(layers: layers, sources: indices.map { Self.source(of: $0, in: layers) })
    }
  }

  private init(layers: [SettledLayer], sources: [Source]) {
    self.layers = layers
    self.sources = sources
  }

  private init(chain layers: [SettledLayer], isKnown: Bool, isOrdered: Bool) {
    self.layers = layers
    sources = layers.indices.map { index in
      guard index > 0 else { return Source(layer: nil, confidence: .certain, reason: "") }
      let (before, layer) = (layers[index - 1], layers[index])
      let fit = before.fit(layer)
      let rivals =
        layers.indices.contains { $0 != index && $0 != index - 1 && before.fit(layers[$0]) == fit }
        || layers.indices.contains { $0 != index && $0 != index - 1 && layers[$0].fit(layer) == fit }
      let order =
        isKnown
        ? (isOrdered ? "the file's order" : "the order of the names")
        : "the only order found in which all fit"
      if layers.count > 2, rivals, fit == .exact {
        return Source(layer: index - 1, confidence: .likely, reason: "others would fit too; this is \(order)")
      }
      return Source(
        layer: index - 1, confidence: fit == .exact ? .certain : fit!.isSquare ? .likely : .guessed,
        reason: isKnown ? "" : order)
    }
  }

  /// An order in which each layer fits the next, nearest to the given one; nil if none was found soon.
  private static func path(through layers: [SettledLayer]) -> [Int]? {
    var budget = 20_000
    var path: [Int] = []
    var isUsed = [Bool](repeating: false, count: layers.count)
    func extend() -> Bool {
      if path.count == layers.count { return true }
      let last = path.last!
      let later = Array(last + 1..<layers.count) + Array(0..<last)
      let fitting = later.filter { !isUsed[$0] }.compactMap { index -> (index: Int, rank: Int)? in
        guard let fit = layers[last].fit(layers[index]) else { return nil }
        return (index, fit == .exact ? 0 : fit.isSquare ? 1 : 2)
      }
      for rank in 0...2 {
        for (index, own) in fitting where own == rank {
          budget -= 1
          guard budget > 0 else { return false }
          path.append(index)
          isUsed[index] = true
          if extend() { return true }
          path.removeLast()
          isUsed[index] = false
        }
      }
      return false
    }
    // What nobody's result fits can only come first; if something fits everywhere, the first of the file does.
    let starts = layers.indices.filter { index in
      !layers.indices.contains { $0 != index && layers[$0].fit(layers[index]) != nil }
    }
    guard starts.count <= 1 else { return nil }
    path = [starts.first ?? 0]
    isUsed[path[0]] = true
    return extend() ? path : nil
  }

  /// The nearest earlier layer whose result fits, for a network that is no chain.
  private static func source(of index: Int, in layers: [SettledLayer]) -> Source {
    let layer = layers[index]
    let earlier = (max(0, index - reach)..<index).reversed()
    let isAside = { (layer: SettledLayer) in
      ["downsample", "shortcut", "skip", "proj"].contains { layer.name.lowercased().contains($0) }
    }
    if index > 0, let fit = layers[index - 1].fit(layer), !isAside(layers[index - 1]) {
      return Source(
        layer: index - 1, confidence: fit == .exact ? .likely : .guessed,
        reason: "the layer before it in the file")
    }
    let reason = "the nearest layer before it that fits; the network is no plain chain"
    for wanted in [SettledLayer.Fit?.some(.exact), nil] {
      for before in earlier where !isAside(layers[before]) {
        guard let fit = layers[before].fit(layer), wanted == nil || fit == wanted, fit.isSquare else {
          continue
        }
        return Source(layer: before, confidence: .guessed, reason: reason)
      }
    }
    return Source(
      layer: nil, confidence: .guessed, reason: index == 0 ? "" : "not linked: no layer's result fits it")
  }
}

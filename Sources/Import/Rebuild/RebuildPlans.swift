internal import Core

/// Strides, padding and pooling for every layer over pictures, and the sizes of the pictures they begin with.
struct RebuildPlans {
  private(set) var plans: [Int: PicturePlan] = [:]
  /// The size of the pictures that a row of layers begins with, by its first layer.
  private(set) var inputs: [Int: Extent] = [:]
  /// In words, what was assumed for a layer that turns pictures into a vector.
  private(set) var words: [Int: String] = [:]
  /// Layers that average all places away before they sum.
  private(set) var averaging: Set<Int> = []

  init(_ order: LayerOrder) {
    for index in order.layers.indices where !order.layers[index].takesPictures {
      guard let source = order.sources[index].layer, order.layers[source].takesPictures else { continue }
      var row = [source]
      while let before = order.sources[row[0]].layer, order.layers[before].takesPictures {
        row.insert(before, at: 0)
      }
      // Another layer may have settled it.
      guard plans[row[0]] == nil else { continue }
      settle(row, before: index, in: order)
    }
    for index in order.layers.indices where order.layers[index].takesPictures && plans[index] == nil {
      let source = order.sources[index].layer
      let isStart = source.map { !order.layers[$0].takesPictures } ?? true
      let answer = PictureSizes.plain([order.layers[index]], from: isStart ? start(index, in: order) : 2)
      plans[index] = answer.plans[0]
      if isStart { inputs[index] = answer.input }
    }
  }

  /// The size of the pictures that a layer gets that nobody's pictures lead to.
  private func start(_ index: Int, in order: LayerOrder) -> Extent {
    let layer = order.layers[index]
    if let source = order.sources[index].layer {
      return Self.extent(order.layers[source].outputs / layer.inputs, layer)
    }
    if layer.layer.isFlat { return Extent(height: 1, width: 64) }
    // A latent vector that grows into a picture.
    if layer.form == .transposed && layer.inputs > 4 { return 1 }
    return Extent(layer.inputs == 1 ? 28 : layer.inputs == 3 ? 32 : 16)
  }

  private mutating func settle(_ row: [Int], before index: Int, in order: LayerOrder) {
    let layers = row.map { order.layers[$0] }
    let places = order.layers[index].inputs / layers.last!.outputs
    let isFed = order.sources[row[0]].layer != nil || (layers[0].form == .transposed && layers[0].inputs > 4)
    let given = isFed ? start(row[0], in: order) : nil
    var answer: PictureSizes.Answer?
    let lastKernel = layers.last!.layer.kernel
    if places > 1 || max(lastKernel.height, lastKernel.width) > 3 {
      answer = PictureSizes.solve(layers, from: given, places: places)
    }
    if answer == nil, places == 1 {
      averaging.insert(index)
      answer = PictureSizes.plain(layers, from: given ?? start(row[0], in: order))
      answer!.words = "the mean over all places"
    }
    if answer == nil, given == nil, layers.allSatisfy({ $0.form != .transposed }) {
      answer = PictureSizes.plain(layers, from: Self.extent(places, layers[0]))
    }
    guard let answer else { return }
    for (index, plan) in zip(row, answer.plans) { plans[index] = plan }
    inputs[row[0]] = answer.input
    let size =
      given == nil ? "assumes pictures of \(answer.input.height) × \(answer.input.width), " : "assumes "
    words[index] = size + answer.words
  }

  /// A picture of so many places, as square as may be.
  private static func extent(_ places: Int, _ layer: SettledLayer) -> Extent {
    if layer.layer.isFlat { return Extent(height: 1, width: places) }
    var height = max(1, Int(Double(places).squareRoot()))
    while height > 1, !places.isMultiple(of: height) { height -= 1 }
    return Extent(height: height, width: places / height)
  }
}

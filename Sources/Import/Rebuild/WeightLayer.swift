internal import Core

/// A layer with weights, and what it may be.
struct WeightLayer {
  /// What a kernel of some shape can be.
  enum Form: Hashable {
    case convolution, transposed, depthwise, linear
  }

  let name: String
  /// Of rank 2 or 4; kernels of one dimension are one row high.
  let weight: StoredTensor
  let bias: StoredTensor?
  /// What it may be, the likeliest first; never empty.
  let forms: [Form]
  /// True for kernels of one dimension.
  let isFlat: Bool
  /// True for a table of vectors: the linear layer of a one in its row and zeros else.
  let isTable: Bool

  /// A layer of a group; nil, with the reason, if it is none that can be built.
  init?(_ group: WeightGroup, refusing refusal: (String) -> Void) {
    guard let weight = group["weight"] else { return nil }
    let extents = weight.shape.extents
    let bias = group["bias"]
    guard (2...4).contains(extents.count) else {
      if extents.count > 4 { refusal("\(group.name): kernels of three dimensions and more are not run") }
      return nil
    }
    guard extents.allSatisfy({ (1...(1 << 24)).contains($0) }), weight.shape.checkedElementCount != nil,
      bias.map({ $0.shape.rank == 1 }) ?? true
    else {
      refusal("\(group.name): a weight of \(weight.shape) is no layer's")
      return nil
    }
    name = group.name
    isFlat = extents.count == 3
    let words = group.name.lowercased()
    isTable =
      extents.count == 2 && bias == nil
      && (group.kind == .embedding || group.kind == nil && words.contains("embed"))
    self.weight =
      isTable
      ? weight.permuted([1, 0]) : isFlat ? weight.reshaped([extents[0], extents[1], 1, extents[2]]) : weight
    var forms: [Form] = extents.count == 2 ? [.linear] : [.convolution, .transposed]
    if extents.count > 2, extents[1] == 1, extents[0] > 1 { forms.append(.depthwise) }
    switch group.kind {
    case .transposedConvolution where extents.count > 2: forms = [.transposed]
    case .convolution where extents.count > 2: forms = [.convolution]
    case .depthwiseConvolution where extents.count > 2:
      forms = forms.contains(.depthwise) ? [.depthwise] : [.convolution]
    default:
      let isTransposed = ["deconv", "convt", "transpose", "tconv", "conv_t"].contains { words.contains($0) }
      if isTransposed, extents.count > 2 { forms.swapAt(0, 1) }
    }
    // A bias has one number for each channel out: often this tells the two apart.
    if let bias {
      let fitting = forms.filter { Self.ends($0, extents).outputs == bias.shape[0] }
      if fitting.isEmpty {
        refusal("\(group.name).bias: \(bias.shape) does not fit a weight of \(weight.shape)")
        self.bias = nil
      } else {
        forms = fitting
        self.bias = bias
      }
    } else {
      self.bias = nil
    }
    self.forms = forms
  }

  private static func ends(_ form: Form, _ extents: [Int]) -> (inputs: Int, outputs: Int) {
    switch form {
    case .convolution, .linear: (extents[1], extents[0])
    case .transposed: (extents[0], extents[1])
    case .depthwise: (extents[0], extents[0])
    }
  }

  /// Channels or features in and out, if it is of a form.
  func ends(_ form: Form) -> (inputs: Int, outputs: Int) { Self.ends(form, weight.shape.extents) }

  /// The kernel's rows and columns.
  var kernel: Extent { Extent(height: weight.shape[2], width: weight.shape[3]) }
}

/// A layer whose form was settled.
struct SettledLayer {
  let layer: WeightLayer
  let form: WeightLayer.Form
  let inputs: Int
  let outputs: Int

  init(_ layer: WeightLayer, _ form: WeightLayer.Form) {
    self.layer = layer
    self.form = form
    (inputs, outputs) = layer.ends(form)
  }

  var name: String { layer.name }
  /// True if it takes pictures, false if it takes vectors.
  var takesPictures: Bool { form != .linear }

  /// How well this layer's result fits another's input.
  enum Fit: Hashable {
    /// As many channels, or as many features.
    case exact
    /// Pictures of a number of places become a vector, or a vector becomes pictures.
    case places(Int)
  }

  /// How the result fits the input of another; nil if it does not.
  func fit(_ next: SettledLayer) -> Fit? {
    // Nothing but a choice leads to a table.
    if next.layer.isTable { return nil }
    return switch (takesPictures, next.takesPictures) {
    case (true, true), (false, false): outputs == next.inputs ? .exact : nil
    case (true, false): next.inputs.isMultiple(of: outputs) ? .places(next.inputs / outputs) : nil
    case (false, true): outputs.isMultiple(of: next.inputs) ? .places(outputs / next.inputs) : nil
    }
  }

  /// Settles what each layer of a row is, so that as many neighbours as possible fit.
  static func settle(_ layers: [WeightLayer]) -> [SettledLayer] {
    guard !layers.isEmpty else { return [] }
    // The best score of a row that ends in a layer's form, and the form before.
    var scores: [[(score: Double, before: Int)]] = []
    for (index, layer) in layers.enumerated() {
      scores.append(
        layer.forms.enumerated().map { place, form in
          let own = Double(layer.forms.count - place) * 0.1
          guard index > 0 else { return (own, 0) }
          let settled = SettledLayer(layer, form)
          let before = layers[index - 1]
          let options = before.forms.enumerated().map { place, form -> (score: Double, before: Int) in
            let fit = SettledLayer(before, form).fit(settled)
            let gain = fit == .exact ? 1.0 : fit.map { $0.isSquare ? 0.8 : 0.2 } ?? 0
            return (scores[index - 1][place].score + gain, place)
          }
          let best = options.max { $0.score < $1.score }!
          return (best.score + own, best.before)
        })
    }
    var place = scores.last!.indices.max { scores.last![$0].score < scores.last![$1].score }!
    var settled: [SettledLayer] = []
    for index in layers.indices.reversed() {
      settled.append(SettledLayer(layers[index], layers[index].forms[place]))
      place = scores[index][place].before
    }
    return settled.reversed()
  }
}

extension SettledLayer.Fit {
  /// True if the places make a square picture.
  var isSquare: Bool {
    if case .places(let count) = self { count.squareSide != nil } else { true }
  }
}

extension Int {
  /// The side of a square of as many places; nil if they make none.
  var squareSide: Int? {
    guard self > 0 else { return nil }
    let side = Int(Double(self).squareRoot().rounded())
    return side * side == self ? side : nil
  }
}

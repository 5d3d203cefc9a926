package import Core

/// One number of a layer with everything that it is made of: which inputs, which weights, their products and their sum.
package struct WorkedPlace: Sendable {
  /// How the number is made.
  package enum Kind: Hashable, Sendable {
    /// Inputs under the kernel, weighed and summed.
    case convolution
    /// Inputs that spread as far as here, weighed and summed.
    case transposedConvolution
    /// All features, weighed and summed.
    case linear
    /// The largest of the window.
    case maximum
    /// The mean of the window.
    case mean
    /// One number, centred and scaled.
    case normalisation
  }

  /// What one channel, or one feature of a linear layer, adds.
  package struct Channel: Sendable {
    /// The channel or feature of the input, from 0.
    package let index: Int
    /// The extent of the patch.
    package let rows: Int
    package let columns: Int
    /// The inputs, row by row.
    package let values: [Float]
    /// Which of them lie beyond the map's edge.
    package let padding: Set<Int>
    /// The weights that meet them; empty where nothing is weighed.
    package let weights: [Float]
    /// Where the patch lies on the map: from the first place to the last, which may be beyond its edge.
    package let box: (columns: Range<Int>, rows: Range<Int>)

    /// Inputs times weights, exactly.
    package var products: [Double] { zip(values, weights).map { Double($0) * Double($1) } }
    /// The sum of the products, exactly.
    package var sum: Double { products.reduce(0, +) }
  }

  package let kind: Kind
  /// The channels or features, in order.
  package let channels: [Channel]
  /// What is added to the sum; nil where nothing is.
  package let bias: Float?
  /// What the sum is divided by, in a mean.
  package let count: Int
  /// What the layer says here.
  package let value: Double

  /// The channels from the one that adds most, by magnitude, to the least.
  package var ranking: [Channel] {
    channels.indices.sorted {
      (abs(channels[$1].sum), $0) < (abs(channels[$0].sum), $1)
    }.map { channels[$0] }
  }

  /// Works out one number.
  /// - Parameters:
  ///   - operation: the layer.
  ///   - input: what it is given, without the batch axis: `[channels, height, width]` or `[features]`.
  ///   - weight, bias: its parameters, where it has some.
  ///   - unit: the channel or feature of its value.
  ///   - place: where in the map; not used for features.
  /// - Returns: nil for an operation that makes no numbers of patches or lists.
  package init?(
    _ operation: any Operation, input: Tensor, weight: Tensor?, bias: Tensor?, unit: Int, at place: MapPlace
  ) {
    let patches = Patches(input: input, unit: unit, place: place)
    self.bias = bias.map { $0.elements[unit] }
    let offset = Double(self.bias ?? 0)
    switch operation {
    case let layer as Conv2d:
      guard let weight else { return nil }
      (kind, count) = (.convolution, 1)
      channels = patches.gathered(layer, weight)
      value = channels.reduce(0) { $0 + $1.sum } + offset
    case let layer as ConvTranspose2d:
      guard let weight else { return nil }
      (kind, count) = (.transposedConvolution, 1)
      channels = patches.spread(layer, weight)
      value = channels.reduce(0) { $0 + $1.sum } + offset
    case let layer as Linear:
      guard let weight else { return nil }
      (kind, count) = (.linear, 1)
      channels = (0..<layer.inputFeatures).map { feature in
        Channel(
          index: feature, rows: 1, columns: 1, values: [input.elements[feature]], padding: [],
          weights: [weight.elements[unit * layer.inputFeatures + feature]], box: (0..<1, 0..<1))
      }
      value = channels.reduce(0) { $0 + $1.sum } + offset
    case is MaxPool2d, is GlobalMaxPool2d:
      (kind, count) = (.maximum, 1)
      let window = patches.window(operation.window)
      channels = [window]
      let inside = window.values.indices.filter { !window.padding.contains($0) }.map { window.values[$0] }
      value = Double(inside.max() ?? -.infinity)
    case is AvgPool2d, is GlobalAvgPool2d:
      kind = .mean
      let window = patches.window(operation.window)
      channels = [window]
      count = patches.counted(operation as? AvgPool2d, window)
      let sum = window.values.reduce(0) { $0 + Double($1) }
      value = count > 0 ? sum / Double(count) : 0
    case is BatchNorm2d, is BatchNorm1d:
      (kind, count) = (.normalisation, 1)
      let single = patches.single
      channels = [single]
      value = Double(single.values[0])
    default: return nil
    }
  }
}

/// The patches of an input that make one number of a layer.
private struct Patches {
  let input: Tensor
  let unit: Int
  let place: MapPlace

  private var height: Int { input.shape.rank == 3 ? input.shape[1] : 1 }
  private var width: Int { input.shape.rank == 3 ? input.shape[2] : 1 }

  /// The input's number at a place of a channel; nil beyond the edge.
  private func number(_ channel: Int, _ row: Int, _ column: Int) -> Float? {
    guard row >= 0, row < height, column >= 0, column < width else { return nil }
    return input.elements[(channel * height + row) * width + column]
  }

  /// A patch by its rows and columns, and the weight that meets each.
  private func channel(
    _ index: Int, rows: [Int], columns: [Int], weight: ((_ row: Int, _ column: Int) -> Float)?
  ) -> WorkedPlace.Channel {
    var values: [Float] = []
    var padding: Set<Int> = []
    var weights: [Float] = []
    for (y, row) in rows.enumerated() {
      for (x, column) in columns.enumerated() {
        let number = number(index, row, column)
        if number == nil { padding.insert(values.count) }
        values.append(number ?? 0)
        if let weight { weights.append(weight(y, x)) }
      }
    }
    let isEmpty = rows.isEmpty || columns.isEmpty
    return WorkedPlace.Channel(
      index: index, rows: isEmpty ? 0 : rows.count, columns: isEmpty ? 0 : columns.count, values: values,
      padding: padding, weights: weights,
      box: isEmpty
        ? (0..<0, 0..<0) : (columns[0]..<columns[columns.count - 1] + 1, rows[0]..<rows[rows.count - 1] + 1))
  }

  /// `y·s + ky·d − p` for every tap.
  private func taps(_ place: Int, _ size: Int, _ stride: Int, _ dilation: Int, _ padding: Int) -> [Int] {
    (0..<size).map { place * stride + $0 * dilation - padding }
  }

  /// What a convolution gathers: one channel of the unit's group after the other.
  func gathered(_ layer: Conv2d, _ weight: Tensor) -> [WorkedPlace.Channel] {
    let perGroup = layer.inputChannels / layer.groups
    let group = unit / (layer.outputChannels / layer.groups)
    let size = layer.kernelSize
    let rows = taps(
      place.row, size.height, layer.stride.height, layer.dilation.height, layer.padding.top)
    let columns = taps(
      place.column, size.width, layer.stride.width, layer.dilation.width, layer.padding.left)
    return (0..<perGroup).map { channel in
      self.channel(group * perGroup + channel, rows: rows, columns: columns) { ky, kx in
        weight.elements[((unit * perGroup + channel) * size.height + ky) * size.width + kx]
      }
    }
  }

  /// What arrives here of a transposed convolution: input y spreads over outputs `y·s + ky·d − p`, so the inputs that
  /// reach a place are those for which that equation has a tap.
  func spread(_ layer: ConvTranspose2d, _ weight: Tensor) -> [WorkedPlace.Channel] {
    func reaching(
      _ place: Int, _ extent: Int, _ size: Int, _ stride: Int, _ dilation: Int, _ padding: Int
    ) -> [(source: Int, tap: Int)] {
      (0..<size).reversed().compactMap { tap in
        let distance = place + padding - tap * dilation
        guard distance >= 0, distance % stride == 0, distance / stride < extent else { return nil }
        return (distance / stride, tap)
      }
    }
    let size = layer.kernelSize
    let rows = reaching(
      place.row, height, size.height, layer.stride.height, layer.dilation.height, layer.padding.top)
    let columns = reaching(
      place.column, width, size.width, layer.stride.width, layer.dilation.width, layer.padding.left)
    let outputsPerGroup = layer.outputChannels / layer.groups
    let inputsPerGroup = layer.inputChannels / layer.groups
    let group = unit / outputsPerGroup
    return (0..<inputsPerGroup).map { channel in
      let source = group * inputsPerGroup + channel
      return self.channel(source, rows: rows.map(\.source), columns: columns.map(\.source)) { y, x in
        let output = source * outputsPerGroup + unit % outputsPerGroup
        return weight.elements[
          (output * size.height + rows[y].tap) * size.width + columns[x].tap]
      }
    }
  }

  /// The window of a pooling, or the whole map.
  func window(_ window: Window?) -> WorkedPlace.Channel {
    guard let window else {
      return channel(unit, rows: Array(0..<height), columns: Array(0..<width), weight: nil)
    }
    return channel(
      unit,
      rows: taps(
        place.row, window.kernelSize.height, window.stride.height, window.dilation.height, window.padding.top),
      columns: taps(
        place.column, window.kernelSize.width, window.stride.width, window.dilation.width,
        window.padding.left), weight: nil)
  }

  /// How many places a mean counts: all, all but padding, and never what lies beyond the padding.
  func counted(_ layer: AvgPool2d?, _ window: WorkedPlace.Channel) -> Int {
    guard let layer else { return window.values.count }
    guard layer.countsPadding else { return window.values.count - window.padding.count }
    let rows = taps(
      place.row, layer.kernelSize.height, layer.stride.height, layer.dilation.height, layer.padding.top)
    let columns = taps(
      place.column, layer.kernelSize.width, layer.stride.width, layer.dilation.width, layer.padding.left)
    return rows.count { $0 < height + layer.padding.bottom }
      * columns.count { $0 < width + layer.padding.right }
  }

  /// The one number of this unit at this place.
  var single: WorkedPlace.Channel {
    channel(unit, rows: [place.row], columns: [place.column], weight: nil)
  }
}

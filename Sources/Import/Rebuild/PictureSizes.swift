internal import Core

/// What is assumed of layers over pictures that weights do not tell: strides, padding, pooling.
struct PicturePlan {
  var stride: Extent = 1
  var padding: Padding = 0
  var outputPadding: Extent = 0
  /// The window of a max pooling behind the layer; 1 for none.
  var pooling: Extent = 1

  /// A convolution that keeps the size, or divides it by a stride.
  static func keeping(_ kernel: Extent, stride: Int = 1) -> PicturePlan {
    // Even kernels with a stride are padded alike on both sides, as PyTorch can.
    let cut = { (size: Int) in stride > 1 && size.isMultiple(of: 2) ? size - 2 : size - 1 }
    let (height, width) = (cut(kernel.height), cut(kernel.width))
    return PicturePlan(
      stride: Extent(height: kernel.height == 1 && kernel.width > 1 ? 1 : stride, width: stride),
      padding: Padding(
        top: height / 2, left: width / 2, bottom: height - height / 2, right: width - width / 2))
  }

  /// A transposed convolution that doubles the size; one of a single place keeps it.
  static func doubling(_ kernel: Extent) -> PicturePlan {
    func side(_ size: Int) -> (stride: Int, padding: Int, output: Int) {
      if size == 1 { return (1, 0, 0) }
      return size.isMultiple(of: 2) ? (2, (size - 2) / 2, 0) : (2, (size - 1) / 2, 1)
    }
    let (rows, columns) = (side(kernel.height), side(kernel.width))
    return PicturePlan(
      stride: Extent(height: rows.stride, width: columns.stride),
      padding: Padding(
        top: rows.padding, left: columns.padding, bottom: rows.padding, right: columns.padding),
      outputPadding: Extent(height: rows.output, width: columns.output))
  }

  /// The size of the result for a size of the input; nil if nothing is left.
  func size(of input: Extent, _ layer: SettledLayer) -> Extent? {
    let kernel = layer.layer.kernel
    func side(_ input: Int, _ kernel: Int, _ stride: Int, _ padding: Int, _ output: Int, _ pooling: Int)
      -> Int?
    {
      let size =
        layer.form == .transposed
        ? (input - 1) * stride - padding + kernel + output : (input + padding - kernel) / stride + 1
      let isThere = layer.form == .transposed || input + padding >= kernel
      return isThere && size >= pooling ? size / pooling : nil
    }
    guard
      let height = side(
        input.height, kernel.height, stride.height, padding.top + padding.bottom, outputPadding.height,
        pooling.height),
      let width = side(
        input.width, kernel.width, stride.width, padding.left + padding.right, outputPadding.width,
        pooling.width)
    else { return nil }
    return Extent(height: height, width: width)
  }
}

/// Finds sizes of pictures, strides and poolings under which a row of layers ends in a given number of places.
enum PictureSizes {
  /// One set of assumptions.
  struct Answer {
    var input: Extent
    var plans: [PicturePlan]
    /// In words: `no padding, a 2 × 2 pooling behind each`.
    var words: String
  }

  /// Sides of pictures: the usual ones, and others that occur.
  static func sides(channels: Int) -> [[Int]] {
    channels == 1
      ? [[28, 32, 64, 128], [48, 96, 224, 256, 16, 8, 14, 20, 24, 40, 50, 100]]
      : [[32, 64, 28, 224, 128, 96], [256, 299, 48, 84, 100, 150, 160, 200, 227, 512, 16, 8]]
  }

  /// Assumptions when nothing has to come out.
  static func plain(_ layers: [SettledLayer], from input: Extent) -> Answer {
    let plans = layers.enumerated().map { index, layer in
      guard layer.form == .transposed else { return PicturePlan.keeping(layer.layer.kernel) }
      // A vector that grows into a picture: the first kernel is the first picture.
      return index == 0 && input == 1 ? PicturePlan() : .doubling(layer.layer.kernel)
    }
    let grows = layers.contains { $0.form == .transposed }
    return Answer(
      input: input, plans: plans,
      words: grows ? "transposed convolutions double the size" : "padding that keeps the size")
  }

  /// Assumptions under which the last layer's result has `places` places.
  /// - Parameter input: the size of what the first layer reads; nil if it is a picture of unknown size.
  static func solve(_ layers: [SettledLayer], from input: Extent?, places: Int) -> Answer? {
    // Longer rows have no simple pattern.
    guard let first = layers.first, layers.count <= 100 else { return nil }
    let isFlat = layers.allSatisfy(\.layer.isFlat)
    func extent(_ side: Int) -> Extent { Extent(height: isFlat ? 1 : side, width: side) }
    let candidates = input.map { [[$0]] } ?? sides(channels: first.inputs).map { $0.map(extent) }
    let patterns = patterns(layers.count)
    for (pattern, starts) in candidates.flatMap({ starts in patterns.map { ($0, starts) } }) {
      for start in starts {
        for keeps in [false, true] {
          let plans = layers.enumerated().map { index, layer in
            pattern.plan(layer, at: index, of: layers.count, keeps: keeps, isFlat: isFlat)
          }
          var size: Extent? = start
          for (layer, plan) in zip(layers, plans) { size = size.flatMap { plan.size(of: $0, layer) } }
          guard let size, size.height * size.width == places,
            size.height == size.width || isFlat || input != nil
          else { continue }
          let padding = keeps ? "padding that keeps the size" : "no padding"
          return Answer(input: start, plans: plans, words: "\(padding), \(pattern.words)")
        }
      }
    }
    return nil
  }

  /// Where sizes shrink.
  private struct Pattern {
    var words: String
    /// The stride and the pooling of a layer at a place in a row of some length.
    var shrinks: (_ index: Int, _ count: Int) -> (stride: Int, pooling: Int)

    func plan(_ layer: SettledLayer, at index: Int, of count: Int, keeps: Bool, isFlat: Bool) -> PicturePlan {
      let kernel = layer.layer.kernel
      guard layer.form != .transposed else { return .doubling(kernel) }
      let (stride, pooling) = shrinks(index, count)
      let step = Extent(height: isFlat ? 1 : stride, width: stride)
      var plan = keeps ? PicturePlan.keeping(kernel, stride: stride) : PicturePlan(stride: step)
      plan.stride = step
      plan.pooling = Extent(height: isFlat ? 1 : pooling, width: pooling)
      return plan
    }
  }

  private static func patterns(_ count: Int) -> [Pattern] {
    var patterns = [
      Pattern(words: "no pooling") { _, _ in (1, 1) },
      Pattern(words: "a 2 × 2 pooling behind each") { _, _ in (1, 2) },
      Pattern(words: "a stride of 2 in each") { _, _ in (2, 1) },
    ]
    for poolings in 1..<max(count, 2) where count > 1 {
      patterns.append(
        Pattern(words: "a 2 × 2 pooling behind the last \(poolings)") { (1, $0 >= $1 - poolings ? 2 : 1) })
      patterns.append(
        Pattern(words: "a 2 × 2 pooling behind the first \(poolings)") { index, _ in
          (1, index < poolings ? 2 : 1)
        })
      patterns.append(
        Pattern(words: "a stride of 2 in the first \(poolings)") { index, _ in (index < poolings ? 2 : 1, 1) }
      )
      patterns.append(
        Pattern(words: "a stride of 2 in the last \(poolings)") { ($0 >= $1 - poolings ? 2 : 1, 1) })
      if poolings > 8 { break }
    }
    patterns += [
      Pattern(words: "a 2 × 2 pooling behind every second") { index, _ in (1, index % 2 == 1 ? 2 : 1) },
      Pattern(words: "a 4 × 4 pooling behind the last") { (1, $0 == $1 - 1 ? 4 : 1) },
      Pattern(words: "a stride of 2 and a 2 × 2 pooling in each") { _, _ in (2, 2) },
      Pattern(words: "a 3 × 3 pooling behind each") { _, _ in (1, 3) },
      Pattern(words: "a 4 × 4 pooling behind each") { _, _ in (1, 4) },
    ]
    // VGG's blocks: so many convolutions, then a pooling, five times.
    for blocks in [[2, 2, 3, 3, 3], [1, 1, 2, 2, 2], [2, 2, 4, 4, 4], [2, 2, 2], [2, 2]]
    where blocks.reduce(0, +) == count {
      let ends = Set(blocks.indices.map { blocks[...$0].reduce(0, +) - 1 })
      patterns.append(
        Pattern(words: "a 2 × 2 pooling behind \(blocks.map(String.init).joined(separator: ", ")) layers") {
          index, _ in
          (1, ends.contains(index) ? 2 : 1)
        })
    }
    return patterns
  }
}

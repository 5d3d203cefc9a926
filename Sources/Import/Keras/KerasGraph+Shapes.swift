internal import Core

extension KerasGraph {
  /// What lies behind a flattening of images is a vector whose numbers lie here with the channels first, in the file with
  /// the channels last: nothing is moved, the layers behind it have their rows in another order.
  mutating func flatten(_ site: KerasSite) throws -> KerasValue {
    let input = try site.input()
    let channelsFirst = site.config.text("data_format") == "channels_first"
    guard input.shape.rank == 3 else {
      let plain = try inFileOrder(input, site.name)
      return try add(Flatten(), site.name, [plain], layout: .same)
    }
    let images = try channelsFirst ? images(input, site, channelsFirst: true) : input
    // Since Keras 2.1 images with their channels first are turned before they are flattened.
    let isTurned = images.layout == .channelsLast || channelsFirst
    return try add(
      Flatten(), site.name, [images], layout: isTurned ? KerasGraph.flattened(images.shape) : .same)
  }

  /// The layout of a vector of images; plain where the order of axes makes no difference.
  static func flattened(_ image: Shape) -> ValueLayout {
    image[0] == 1 || image[1] * image[2] == 1 ? .same : .flattenedChannelsLast(image)
  }

  mutating func reshape(_ site: KerasSite) throws -> KerasValue {
    let input = try site.input()
    let target = try targetShape(site, input.shape.elementCount)
    let last: Shape = target.rank == 3 ? [target[2], target[0], target[1]] : target
    guard target.rank == 3, imageLayout == .channelsLast else {
      if target.rank == 1, input.layout == .channelsLast {
        return try add(Flatten(), site.name, [input], layout: KerasGraph.flattened(input.shape))
      }
      if target == input.fileShape { return try add(Identity(), site.name, [input]) }
      let plain = try inFileOrder(input, site.name)
      return try add(Reshape(shape: target), site.name, [plain], layout: .same)
    }
    let isPlain = input.layout == .same && KerasGraph.flattened(last) == .same
    if isPlain || input.layout == .flattenedChannelsLast(last) {
      return try add(Reshape(shape: last), site.name, [input], layout: .channelsLast)
    }
    if input.layout == .channelsLast, input.shape == last { return try add(Identity(), site.name, [input]) }
    let plain = try inFileOrder(input, site.name)
    // Where a dense layer made the vector, its rows are put in order at the end and these two become one.
    let images = try add(Reshape(shape: target), site.name + ".plain", [plain], layout: .same)
    return try add(Permute(axes: [3, 1, 2]), site.name, [images], layout: .channelsLast)
  }

  private func targetShape(_ site: KerasSite, _ count: Int) throws(ImportError) -> Shape {
    // Keras 1 named it after the dimensions of its result.
    let stated = [try site.config.wholes("target_shape"), try site.config.wholes("dims")]
    guard let wanted = stated.compactMap(\.self).first else {
      throw site.config.error("target_shape is missing")
    }
    let known = wanted.filter { $0 != -1 }
    guard known.count >= wanted.count - 1, known.allSatisfy({ $0 > 0 }),
      let product = Shape(known).checkedElementCount, count % product == 0,
      known.count < wanted.count || product == count
    else { throw site.config.error("\(count) numbers cannot become \(wanted)") }
    return Shape(wanted.map { $0 == -1 ? count / product : $0 })
  }

  mutating func permute(_ site: KerasSite) throws -> KerasValue {
    let input = try site.input()
    let rank = input.shape.rank
    guard let dims = try site.config.wholes("dims"), dims.sorted() == Array(1..<rank + 1) else {
      throw site.config.error(
        "dims is \(site.config["dims"]?.written ?? "missing"), expected each of 1 to \(rank) once")
    }
    // From here to the file, by the file's order, and back to here.
    var axes = dims
    if input.layout == .channelsLast { axes = axes.map { [2, 3, 1][$0 - 1] } }
    let layout: ValueLayout = rank == 3 ? imageLayout : .same
    if layout == .channelsLast { axes = [axes[2], axes[0], axes[1]] }
    if axes == Array(1..<rank + 1) { return try add(Identity(), site.name, [input], layout: layout) }
    return try add(Permute(axes: axes), site.name, [input], layout: layout)
  }

  mutating func repeatVector(_ site: KerasSite) throws -> KerasValue {
    let plain = try inFileOrder(try site.input(), site.name)
    guard plain.shape.rank == 1 else {
      throw site.config.error("a RepeatVector takes vectors, it is given \(plain.shape)")
    }
    let row = try add(Reshape(shape: [1, plain.shape[0]]), site.name + ".row", [plain])
    return try add(Expand(shape: [try site.config.count("n"), plain.shape[0]]), site.name, [row])
  }
}

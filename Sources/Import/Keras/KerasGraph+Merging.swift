internal import Core

extension KerasGraph {
  /// Values in one layout, and vectors beside images in the shape in which Keras spreads them.
  private mutating func aligned(_ values: [KerasValue], _ site: KerasSite) throws -> [KerasValue] {
    guard let rank = values.map(\.shape.rank).max() else {
      throw site.config.error("the layer is called on nothing")
    }
    var values = values
    let layouts = Set(values.filter { $0.shape.rank == rank }.map(\.layout))
    if layouts.count > 1 {
      for index in values.indices {
        values[index] = try inFileOrder(values[index], "\(site.name).\(index + 1)")
      }
      if rank == 3, imageLayout == .channelsLast {
        for index in values.indices where values[index].shape.rank == 3 {
          values[index] = try add(
            Permute(axes: [3, 1, 2]), "\(site.name).\(index + 1).images", [values[index]],
            layout: .channelsLast)
        }
      }
    }
    let layout = values.first { $0.shape.rank == rank }!.layout
    for index in values.indices where values[index].shape.rank < rank {
      let name = "\(site.name).\(index + 1)"
      let plain = try inFileOrder(values[index], name)
      // New axes come behind the batch axis.
      var shape = [Int](repeating: 1, count: rank - plain.shape.rank) + plain.shape.extents
      if layout == .channelsLast { shape = [shape[2], shape[0], shape[1]] }
      if plain.shape.rank == 2, layout == .channelsLast {
        throw KerasUnsupported(reason: "values of rank 3 and 4 together")
      }
      values[index] = try add(Reshape(shape: Shape(shape)), name + ".spread", [plain], layout: layout)
    }
    return values
  }

  mutating func combine(_ site: KerasSite, _ kind: String) throws -> KerasValue {
    if site.inputs.count != site.values.count { return try combineWithNumber(site, kind) }
    let values = try aligned(site.values, site)
    let operation: any Operation
    switch kind {
    case "Add": operation = Add()
    case "Multiply": operation = Multiply()
    case "Average": operation = Average()
    case "Maximum": operation = Maximum()
    case "Minimum": operation = Minimum()
    case "Subtract": operation = Subtract()
    default: operation = Divide()
    }
    return try add(operation, site.name, values)
  }

  /// `x + 2`, `1 − x`, as graphs of Keras 3 and tf.keras hold them.
  private mutating func combineWithNumber(_ site: KerasSite, _ kind: String) throws -> KerasValue {
    guard site.inputs.count == 2, let value = site.values.first else {
      throw KerasUnsupported(reason: "\(site.inputs.count) numbers and values together")
    }
    let operation: Rescale
    switch (kind, site.inputs[0], site.inputs[1]) {
    case ("Add", .number(let number), _), ("Add", _, .number(let number)):
      operation = Rescale(scale: [1], offset: [number])
    case ("Multiply", .number(let number), _), ("Multiply", _, .number(let number)):
      operation = Rescale(scale: [number], offset: [0])
    case ("Subtract", _, .number(let number)): operation = Rescale(scale: [1], offset: [-number])
    case ("Subtract", .number(let number), _): operation = Rescale(scale: [-1], offset: [number])
    case ("Divide", _, .number(let number)), ("TrueDivide", _, .number(let number)):
      operation = Rescale(scale: [1 / number], offset: [0])
    default: throw KerasUnsupported(reason: "a number and a value together")
    }
    return try add(operation, site.name, [value])
  }

  /// An operation of TensorFlow that tf.keras wrapped into a layer.
  mutating func operatorLayer(_ site: KerasSite) throws -> KerasValue {
    let function = site.config.text("function") ?? "unknown"
    let kinds = [
      "math.add": "Add", "__operators__.add": "Add", "math.multiply": "Multiply",
      "__operators__.mul": "Multiply",
      "math.subtract": "Subtract", "__operators__.sub": "Subtract", "math.truediv": "Divide",
      "math.divide": "Divide", "__operators__.truediv": "Divide", "math.maximum": "Maximum",
      "math.minimum": "Minimum",
    ]
    if let kind = kinds[function], site.inputs.count == 2 { return try combine(site, kind) }
    if function == "nn.relu" { return try add(ReLU(), site.name, [try site.input()]) }
    if function == "math.tanh" { return try add(Tanh(), site.name, [try site.input()]) }
    if function == "math.sigmoid" { return try add(Sigmoid(), site.name, [try site.input()]) }
    throw KerasUnsupported(reason: "TensorFlow's '\(function)' has no counterpart here")
  }

  mutating func concatenate(_ site: KerasSite) throws -> KerasValue {
    var values = site.values
    guard let first = values.first else { throw site.config.error("the layer is called on nothing") }
    guard values.allSatisfy({ $0.shape.rank == first.shape.rank }) else {
      throw site.config.error("cannot put together \(values.map(\.fileShape.description).listed)")
    }
    let fileAxis = try site.config.wholes("axis")?.first ?? -1
    // Vectors of images, one behind the other, have no order that a layer's rows could be put in.
    if first.shape.rank == 1, values.count > 1, values.contains(where: { $0.layout != .same }) {
      for index in values.indices {
        values[index] = try inFileOrder(values[index], "\(site.name).\(index + 1)")
      }
    }
    values = try aligned(values, site)
    return try add(Concatenate(axis: try axis(fileAxis, of: values[0], site)), site.name, values)
  }
}

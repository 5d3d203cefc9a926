internal import Core

extension KerasGraph {
  /// A dense layer works along the file's last axis: on vectors a `Linear`, on images a convolution of 1 × 1, else a product of matrices.
  mutating func dense(_ site: KerasSite) throws -> KerasValue {
    let units = try site.config.count("units")
    let hasBias = site.config.flag("use_bias", true)
    var input = try site.input()
    if let kernel = site.weights["kernel"], kernel.shape.rank == 2 {
      var wanted = input.shape
      if input.shape.rank > 0 {
        wanted[input.layout == .channelsLast ? 0 : input.shape.rank - 1] = kernel.shape[0]
      }
      input = try fitted(input, wanted, site)
    }
    guard input.shape.rank > 0 else {
      throw site.config.error("a Dense layer takes vectors, it is given single numbers")
    }
    let features = input.layout == .channelsLast ? input.shape[0] : input.shape[input.shape.rank - 1]
    let kernel = try site.array("kernel", [features, units])
    let bias = hasBias ? try site.array("bias", [units]) : nil
    var arrays = bias.map { ["bias": $0] } ?? [:]
    let linear: KerasValue
    if input.shape.rank == 1 {
      if case .flattenedChannelsLast(let image) = input.layout {
        arrays["weight"] = kernel.reshaped([image[1], image[2], image[0], units]).permuted([3, 2, 0, 1])
          .reshaped([units, features])
      } else {
        arrays["weight"] = kernel.permuted([1, 0])
      }
      let operation = Linear(inputFeatures: features, outputFeatures: units, hasBias: hasBias)
      linear = try add(operation, linearName(site), [input], layout: .same, arrays)
    } else if input.layout == .channelsLast {
      arrays["weight"] = kernel.permuted([1, 0]).reshaped([units, features, 1, 1])
      let operation = Conv2d(inputChannels: features, outputChannels: units, kernelSize: 1, hasBias: hasBias)
      linear = try add(operation, linearName(site), [input], arrays)
    } else {
      linear = try product(input, kernel, bias, linearName(site))
    }
    return try activated(linear, site)
  }

  private mutating func product(
    _ input: KerasValue, _ kernel: StoredTensor, _ bias: StoredTensor?, _ name: String
  ) throws(ImportError) -> KerasValue {
    let constant = try add(Constant(shape: kernel.shape), name + ".kernel", [], ["value": kernel])
    guard let bias else { return try add(MatMul(), name, [input, constant], layout: input.layout) }
    let product = try add(MatMul(), name + ".product", [input, constant], layout: input.layout)
    let offset = try add(Constant(shape: bias.shape), name + ".bias", [], ["value": bias])
    return try add(Add(), name, [product, offset], layout: input.layout)
  }
}

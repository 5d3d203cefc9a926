internal import Core

/// The arrays of a file without an architecture, layer by layer, in this project's layouts.
struct KerasWeightGroups {
  private(set) var groups: [WeightGroup] = []
  private(set) var remarks: [String] = []
  /// True if kernels lie as Theano's of Keras 1, whose images have their channels first.
  private(set) var hasChannelsFirst = false
  let version: String

  /// What the arrays of a layer are called here.
  private static let roles = [
    "kernel": "weight", "bias": "bias", "gamma": "weight", "beta": "bias", "moving_mean": "running_mean",
    "moving_variance": "running_var", "embeddings": "weight",
  ]

  // MARK: Under the names of layers

  /// The groups of a file as Keras wrote it until 3.
  init(_ stored: KerasLegacyWeights, version: KerasVersion) {
    self.version = version.name
    let names = stored.layers.flatMap(\.weights).compactMap(\.name.last)
    let isTheano =
      version.backend == "theano"
      || version.backend == nil && !names.isEmpty && !names.contains { $0.hasSuffix(":0") }
    for layer in stored.layers {
      // A nested model's arrays are in one list; what stands before the variable is the layer.
      var prefixes: [[String]] = []
      var members: [[String]: [KerasWeight]] = [:]
      for weight in layer.weights {
        let prefix = Array(weight.name.dropLast())
        if members[prefix] == nil { prefixes.append(prefix) }
        members[prefix, default: []].append(weight)
      }
      for prefix in prefixes {
        let name = prefixes.count == 1 ? layer.name : layer.name + "/" + (prefix.last ?? "")
        add(name, members[prefix]!, version, isTheano)
      }
    }
    if isTheano {
      remarks.append("the kernels are Theano's, of true convolutions: they are turned by half a turn")
    }
  }

  private mutating func add(
    _ name: String, _ weights: [KerasWeight], _ version: KerasVersion, _ isTheano: Bool
  ) {
    var arrays: [String: StoredTensor] = [:]
    for weight in weights {
      if let variable = weight.variable(of: name) { arrays[variable] = weight.tensor }
    }
    if let first = weights.first, first.name.last?.hasPrefix("param_") == true {
      arrays = ["kernel": first.tensor]
      if weights.count > 1 { arrays["bias"] = weights[1].tensor }
    }
    let bias = arrays["bias"]
    if let depthwise = arrays["depthwise_kernel"], depthwise.shape.rank == 4 {
      addDepthwise(name, depthwise, pointwise: arrays["pointwise_kernel"], bias)
      return
    }
    let words = name.lowercased()
    let isTransposed = words.contains("transpose") || words.contains("deconv")
    var parameters: [(role: String, tensor: StoredTensor)] = []
    var kind: WeightGroup.Kind?
    if let kernel = arrays["kernel"] {
      let isOld =
        version.major == 1 && kernel.shape.rank == 4 && KerasWeightGroups.isOld(kernel, bias, isTheano)
      if isOld { hasChannelsFirst = true }
      (kind, parameters) = KerasWeightGroups.kernel(
        kernel, bias, isTransposed, isOld: isOld, version, turns: isTheano)
    } else if let table = arrays["embeddings"] {
      (kind, parameters) = (.embedding, [("weight", table)])
    } else {
      kind = arrays["moving_mean"] == nil ? .otherNorm : .batchNorm
    }
    for (variable, array) in arrays.sorted(by: { $0.key < $1.key }) where variable != "kernel" {
      guard let role = KerasWeightGroups.roles[variable], !parameters.contains(where: { $0.role == role })
      else { continue }
      parameters.append((role, array))
    }
    if !parameters.isEmpty { groups.append(WeightGroup(name, parameters, kind: kind)) }
  }

  /// True if a kernel of Keras 1 has its outputs first, as the bias tells; where both fit, Theano's have.
  private static func isOld(_ kernel: StoredTensor, _ bias: StoredTensor?, _ isTheano: Bool) -> Bool {
    let (first, last) = (kernel.shape[0], kernel.shape[3])
    guard let count = bias?.shape.elementCount, first != last else { return isTheano }
    return count == first
  }

  private static func kernel(
    _ kernel: StoredTensor, _ bias: StoredTensor?, _ isTransposed: Bool, isOld: Bool, _ version: KerasVersion,
    turns: Bool
  ) -> (WeightGroup.Kind?, [(role: String, tensor: StoredTensor)]) {
    switch kernel.shape.rank {
    case 2: return (.linear, [("weight", kernel.permuted([1, 0]))])
    case 3:
      return (isTransposed ? .transposedConvolution : .convolution, [("weight", kernel.permuted([2, 1, 0]))])
    case 4:
      let plain: StoredTensor
      if version.major == 1, isTransposed {
        plain = isOld ? kernel.permuted([1, 0, 2, 3]) : kernel.permuted([2, 3, 0, 1])
      } else {
        plain = isOld ? kernel : kernel.permuted([3, 2, 0, 1])
      }
      return (
        isTransposed ? .transposedConvolution : .convolution,
        [("weight", turns ? KerasGraph.turned(plain) : plain)]
      )
    default: return (nil, [("weight", kernel)])
    }
  }

  private mutating func addDepthwise(
    _ name: String, _ kernel: StoredTensor, pointwise: StoredTensor?, _ bias: StoredTensor?
  ) {
    let (rows, columns) = (kernel.shape[0], kernel.shape[1])
    let count = kernel.shape[2] * kernel.shape[3]
    let spread = kernel.permuted([2, 3, 0, 1]).reshaped([count, 1, rows, columns])
    var own: [(role: String, tensor: StoredTensor)] = [("weight", spread)]
    guard let pointwise, pointwise.shape.rank == 4 else {
      if let bias { own.append(("bias", bias)) }
      groups.append(WeightGroup(name, own, kind: .depthwiseConvolution))
      return
    }
    groups.append(WeightGroup(name + ".depthwise", own, kind: .depthwiseConvolution))
    own = [("weight", pointwise.permuted([3, 2, 0, 1]))]
    if let bias { own.append(("bias", bias)) }
    groups.append(WeightGroup(name, own, kind: .convolution))
  }

  // MARK: Numbered

  /// The groups of a file as Keras 3 writes it: the groups' names are those of classes.
  init(_ file: ForeignHDF5) throws(ImportError) {
    version = "Keras 3"
    let reader = KerasNumberedWeights(file: file)
    var places: [String] = []
    for path in try file.datasetPaths(leavingOut: KerasWeightsOnly.asides) {
      let parts = path.split(separator: "/")
      guard parts.count >= 3, parts[parts.count - 2] == "vars" else { continue }
      let place = parts.dropLast(2).joined(separator: "/")
      if places.last != place { places.append(place) }
    }
    for place in places {
      let name = try file.text("name", at: place + "/vars")
      add(place, named: name, try reader.variables(at: place).map(\.tensor))
    }
  }

  private mutating func add(_ place: String, named known: String?, _ arrays: [StoredTensor]) {
    let parts = place.split(separator: "/").filter { !KerasNumberedWeights.containers.contains(String($0)) }
    let outer = parts.dropLast().joined(separator: "/")
    let own = known ?? String(parts.last ?? "layer")
    let name = outer.isEmpty ? own : outer + "/" + own
    let stem = String(parts.last ?? "").split(separator: "_").filter { Int($0) == nil }.joined(separator: "_")
    guard let first = arrays.first else { return }
    switch (stem, first.shape.rank, arrays.count) {
    case ("dense", 2, _): append(name, .linear, [first.permuted([1, 0])] + arrays.dropFirst())
    case ("conv2d", 4, _): append(name, .convolution, [first.permuted([3, 2, 0, 1])] + arrays.dropFirst())
    case ("conv2d_transpose", 4, _):
      append(name, .transposedConvolution, [first.permuted([3, 2, 0, 1])] + arrays.dropFirst())
    case ("conv1d", 3, _): append(name, .convolution, [first.permuted([2, 1, 0])] + arrays.dropFirst())
    case ("depthwise_conv2d", 4, _): addDepthwise(name, first, pointwise: nil, arrays.dropFirst().first)
    case ("separable_conv2d", 4, 2...):
      addDepthwise(name, first, pointwise: arrays[1], arrays.dropFirst(2).first)
    case ("embedding", 2, 1): append(name, .embedding, [first])
    case ("batch_normalization", 1, 2...4):
      let roles = [
        ["running_mean", "running_var"], ["bias", "running_mean", "running_var"],
        ["weight", "bias", "running_mean", "running_var"],
      ][arrays.count - 2]
      groups.append(WeightGroup(name, Array(zip(roles, arrays)).map { ($0, $1) }, kind: .batchNorm))
    case ("layer_normalization", _, 1...2), ("group_normalization", _, 1...2):
      append(name, .otherNorm, arrays)
    default: append(name, nil, arrays)
    }
  }

  private mutating func append(_ name: String, _ kind: WeightGroup.Kind?, _ arrays: [StoredTensor]) {
    let parameters = zip(["weight", "bias"], arrays).map { (role: $0, tensor: $1) }
    groups.append(WeightGroup(name, parameters, kind: kind))
  }
}

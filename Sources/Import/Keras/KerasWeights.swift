internal import Core

/// One array of a layer.
struct KerasWeight: Sendable {
  /// The parts of its name, `["conv2d", "kernel"]`; none where the file only numbers them.
  let name: [String]
  let tensor: StoredTensor

  /// The last part in the words of Keras 2: `kernel` for `conv2d_1_W:0`.
  func variable(of layer: String) -> String? {
    guard var last = name.last else { return nil }
    if let colon = last.lastIndex(of: ":") { last = String(last[..<colon]) }
    for (old, new) in KerasWeight.oldSuffixes where last.hasSuffix(old) { return new }
    return last
  }

  // Longer ones first: a bias ends as `_b` does.
  private static let oldSuffixes = [
    ("_depthwise_kernel", "depthwise_kernel"), ("_pointwise_kernel", "pointwise_kernel"),
    ("_running_mean", "moving_mean"), ("_running_std", "moving_variance"), ("_gamma", "gamma"),
    ("_beta", "beta"), ("_alphas", "alpha"), ("_W", "kernel"), ("_b", "bias"),
  ]
}

extension KerasLayer {
  /// The arrays a layer of this class has, in the order in which Keras keeps them; nil for classes unknown here.
  var weightNames: [String]? {
    let bias = config.flag("use_bias", true) ? ["bias"] : []
    switch className {
    case "Dense", "Conv1D", "Conv2D", "Conv3D", "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose":
      return ["kernel"] + bias
    case "DepthwiseConv1D", "DepthwiseConv2D": return ["depthwise_kernel"] + bias
    case "SeparableConv1D", "SeparableConv2D": return ["depthwise_kernel", "pointwise_kernel"] + bias
    case "BatchNormalization", "SyncBatchNormalization":
      return scaleAndOffset + ["moving_mean", "moving_variance"]
    case "LayerNormalization", "GroupNormalization", "InstanceNormalization",
      "Addons>InstanceNormalization":
      return scaleAndOffset
    case "PReLU": return ["alpha"]
    case "Embedding": return ["embeddings"]
    case "Normalization": return config["mean"] == nil ? ["mean", "variance"] : []
    default: return isWeightless ? [] : nil
    }
  }

  private var scaleAndOffset: [String] {
    (config.flag("scale", true) ? ["gamma"] : []) + (config.flag("center", true) ? ["beta"] : [])
  }

  private var isWeightless: Bool { KerasLayer.weightless.contains(className) || isOperation }

  private static let weightless: Set = [
    "InputLayer", "Activation", "LeakyReLU", "ReLU", "ELU", "ThresholdedReLU", "Softmax", "MaxPooling1D",
    "MaxPooling2D", "AveragePooling1D", "AveragePooling2D", "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling1D", "GlobalMaxPooling2D", "Flatten", "Reshape", "Permute", "RepeatVector", "Dropout",
    "SpatialDropout1D", "SpatialDropout2D", "GaussianNoise", "GaussianDropout", "AlphaDropout",
    "ActivityRegularization", "UpSampling1D", "UpSampling2D", "ZeroPadding1D", "ZeroPadding2D", "Cropping1D",
    "Cropping2D", "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Dot",
    "Merge",
    "Rescaling", "Resizing", "Lambda", "Masking", "Identity", "UnitNormalization", "TFOpLambda",
    "SlicingOpLambda",
  ]

  /// Its arrays by name.
  /// - Throws: `ImportError` if some are missing, or others are there.
  func bound(_ weights: [KerasWeight]) throws(ImportError) -> [String: StoredTensor] {
    let wanted = weightNames ?? []
    var named: [String: StoredTensor] = [:]
    for weight in weights {
      guard let variable = weight.variable(of: name) else { continue }
      // Keras 3 calls a depthwise kernel 'kernel', an embedding's of Keras 1 ends in W.
      named[wanted.contains(variable) || variable != "kernel" ? variable : wanted.first ?? variable] =
        weight.tensor
    }
    if wanted.allSatisfy({ named[$0] != nil }) { return named }
    guard weights.count == wanted.count || className == "Normalization" && weights.count > wanted.count else {
      let found = weights.isEmpty ? "none" : weights.map { $0.tensor.name }.listed
      throw config.error("expected its arrays \(wanted.listed), the file has \(found)")
    }
    return Dictionary(uniqueKeysWithValues: zip(wanted, weights.map(\.tensor)))
  }
}

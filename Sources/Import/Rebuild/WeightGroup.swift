internal import Core

/// The tensors of one layer, as far as names tell which belong together, in this project's layouts.
public struct WeightGroup: Sendable {
  /// What a layer is, where the file says so.
  public enum Kind: Hashable, Sendable {
    case convolution, transposedConvolution, depthwiseConvolution, linear, embedding
    case batchNorm, otherNorm

    /// The kind that a framework's name for a layer means; nil for a layer without weights, or one that is not known.
    public init?(framework name: String) {
      switch name {
      case "Conv1D", "Conv2D", "Convolution2D", "Conv1d", "Conv2d": self = .convolution
      case "Conv1DTranspose", "Conv2DTranspose", "Deconvolution2D", "ConvTranspose1d", "ConvTranspose2d":
        self = .transposedConvolution
      case "DepthwiseConv2D": self = .depthwiseConvolution
      case "Dense", "Linear": self = .linear
      case "Embedding": self = .embedding
      case "BatchNormalization", "BatchNorm1d", "BatchNorm2d": self = .batchNorm
      case "LayerNormalization", "GroupNormalization", "LayerNorm", "GroupNorm", "InstanceNorm2d":
        self = .otherNorm
      default: return nil
      }
    }
  }

  /// The layer's name.
  public var name: String
  /// Its tensors by what they are to it: `weight`, `bias`, `running_mean`, `running_var`.
  public var parameters: [(role: String, tensor: StoredTensor)]
  /// What the layer is, if the file says so.
  public var kind: Kind?

  /// A group of a name and its tensors.
  public init(_ name: String, _ parameters: [(role: String, tensor: StoredTensor)], kind: Kind? = nil) {
    self.name = name
    self.parameters = parameters
    self.kind = kind
  }

  /// The tensor of a role.
  public subscript(role: String) -> StoredTensor? { parameters.first { $0.role == role }?.tensor }
}

extension WeightGroup {
  private static let roles: [String: String] = [
    "weight": "weight", "weight_orig": "weight", "bias": "bias", "running_mean": "running_mean",
    "running_var": "running_var", "gamma": "weight", "beta": "bias", "moving_mean": "running_mean",
    "moving_variance": "running_var", "kernel": "kernel",
  ]

  /// Groups tensors by the part of their names before the last dot or slash, in the order in which they come.
  ///
  /// `kernel` is TensorFlow's word, and means its layouts: they are translated here.
  /// - Returns: the groups, and the tensors that are no layer's by their names.
  static func groups(of tensors: [StoredTensor]) -> (groups: [WeightGroup], others: [StoredTensor]) {
    var groups: [WeightGroup] = []
    var places: [String: Int] = [:]
    var others: [StoredTensor] = []
    for tensor in tensors {
      // TensorFlow numbers the outputs of what makes a variable: `conv/kernel:0`.
      let name = tensor.name.hasSuffix(":0") ? tensor.name.dropLast(2) : Substring(tensor.name)
      let cut = name.lastIndex { $0 == "." || $0 == "/" }
      let last = String(cut.map { name[name.index(after: $0)...] } ?? name)
      if last == "num_batches_tracked" { continue }
      guard var role = roles[last] else {
        others.append(tensor)
        continue
      }
      var stored = tensor
      if role == "kernel" {
        role = "weight"
        switch tensor.shape.rank {
        case 2: stored = tensor.permuted([1, 0])
        case 3: stored = tensor.permuted([2, 1, 0])
        case 4: stored = tensor.permuted([3, 2, 0, 1])
        default: break
        }
      }
      let group = cut.map { String(name[..<$0]) } ?? "layer"
      if let place = places[group] {
        if groups[place][role] == nil {
          groups[place].parameters.append((role, stored))
        } else {
          others.append(tensor)
        }
      } else {
        places[group] = groups.count
        groups.append(WeightGroup(group, [(role, stored)]))
      }
    }
    return (groups, others)
  }
}

/// A name cut into words and numbers, so that `conv2` comes before `conv10`.
struct NaturalKey: Comparable {
  private let parts: [(number: Int?, text: String)]

  init(_ name: String) {
    var parts: [(number: Int?, text: String)] = []
    var rest = Substring(name)
    while let first = rest.first {
      let isDigit = first.isASCII && first.isNumber
      let part = rest.prefix { ($0.isASCII && $0.isNumber) == isDigit }
      parts.append((isDigit ? Int(part) : nil, String(part)))
      rest = rest.dropFirst(part.count)
    }
    self.parts = parts
  }

  static func == (left: Self, right: Self) -> Bool { left.parts.map(\.text) == right.parts.map(\.text) }

  static func < (left: Self, right: Self) -> Bool {
    for (one, other) in zip(left.parts, right.parts) {
      if let number = one.number, let another = other.number, number != another { return number < another }
      if one.text != other.text { return one.text < other.text }
    }
    return left.parts.count < right.parts.count
  }
}

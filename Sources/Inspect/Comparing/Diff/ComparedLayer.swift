internal import Core

/// A layer's weights as filters that can be compared one by one, whatever the layer's kind.
///
/// Filters lie one after the other, each as `inputs` kernels of `height · width` weights. A linear layer that reads flattened
/// maps has a kernel as large as a map for each; one whose answer is folded into maps has a filter for each map.
struct ComparedLayer: Hashable {
  /// The node's name.
  let name: String
  /// The kind of operation, for a message and for telling which layers belong together.
  let kind: String
  /// How many filters.
  let units: Int
  /// How many channels each reads, a kernel each.
  let inputs: Int
  let height: Int
  let width: Int
  /// `[units, inputs, height, width]`.
  let weights: [Float]
  /// One number for each filter, if the layer has them and each filter has one.
  let bias: [Float]?
  /// True for a layer that paints pictures: its filters are what each *input* map adds to the picture.
  let unitsAreInputs: Bool
  /// False where each filter reads other channels than the next: groups.
  let readsAll: Bool

  /// Weights of a filter.
  var size: Int { inputs * height * width }

  /// What two layers must share to be compared.
  var shape: [Int] { [units, inputs, height, width, unitsAreInputs ? 1 : 0] }

  /// The layer of a node; nil if it has no weights of the kind.
  init?(_ node: Network.Node, in model: Model, _ flow: ChannelFlow) {
    guard let weight = model.parameters[node.name, "weight"] else { return nil }
    name = node.name
    kind = node.operation.name
    let stored = model.parameters[node.name, "bias"]?.elements
    switch node.operation {
    case let operation as Conv2d:
      (units, inputs) = (operation.outputChannels, operation.inputChannels / operation.groups)
      (height, width) = (operation.kernelSize.height, operation.kernelSize.width)
      (weights, bias) = (weight.elements, stored)
      (unitsAreInputs, readsAll) = (false, operation.groups == 1)
    case let operation as ConvTranspose2d:
      (height, width) = (operation.kernelSize.height, operation.kernelSize.width)
      let plane = height * width
      let perGroup = operation.outputChannels / operation.groups
      readsAll = operation.groups == 1
      // Stored [in, out / groups, h, w].
      unitsAreInputs = readsAll && (perGroup == 1 || perGroup == 3) && operation.inputChannels > perGroup
      if unitsAreInputs {
        (units, inputs, weights, bias) = (operation.inputChannels, perGroup, weight.elements, nil)
      } else {
        (units, inputs) = (operation.outputChannels, operation.inputChannels / operation.groups)
        bias = stored
        var turned: [Float] = []
        turned.reserveCapacity(weight.elements.count)
        for output in 0..<operation.outputChannels {
          let group = output / perGroup
          for input in 0..<inputs {
            let start = ((group * inputs + input) * perGroup + output % perGroup) * plane
            turned += weight.elements[start..<start + plane]
          }
        }
        weights = turned
      }
    case let operation as Linear:
      (unitsAreInputs, readsAll) = (false, true)
      let folded = flow.folded(from: node)
      let read = flow.flattened(into: node)
      if let folded {
        (units, inputs, height, width) = (folded[0], operation.inputFeatures, folded[1], folded[2])
        (weights, bias) = (Self.gathered(weight.elements, folded, operation.inputFeatures), nil)
      } else {
        (units, weights, bias) = (operation.outputFeatures, weight.elements, stored)
        (inputs, height, width) =
          read.map { ($0[0], $0[1], $0[2]) } ?? (operation.inputFeatures, 1, 1)
      }
    default: return nil
    }
    guard weights.count == units * inputs * height * width else { return nil }
  }

  /// A map's numbers are made by neighbouring rows: together they are the map's filter, with a kernel of a number for every
  /// place for each feature that is read.
  private static func gathered(_ rows: [Float], _ maps: Shape, _ features: Int) -> [Float] {
    let places = maps[1] * maps[2]
    guard rows.count == maps[0] * places * features else { return [] }
    var result: [Float] = []
    result.reserveCapacity(rows.count)
    for unit in 0..<maps[0] {
      for feature in 0..<features {
        for place in 0..<places { result.append(rows[(unit * places + place) * features + feature]) }
      }
    }
    return result
  }

  /// A filter's weights, its input channels in another order: place i gets the kernel that reads channel `inputOrder[i]`.
  func filter(_ unit: Int, inputOrder: [Int]?) -> [Float] {
    let start = unit * size
    guard let inputOrder else { return Array(weights[start..<start + size]) }
    let plane = height * width
    var result: [Float] = []
    result.reserveCapacity(size)
    for input in inputOrder { result += weights[start + input * plane..<start + (input + 1) * plane] }
    return result
  }

  /// False for kernels of one weight.
  var isSpatial: Bool { height * width > 1 }
}

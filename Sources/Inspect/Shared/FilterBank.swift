internal import Core
internal import Render

/// The kernels of one layer as a matrix: an output's filter is a row, an input channel a column.
///
/// A convolution stores `[out, in / groups, h, w]`, a transposed one `[in, out / groups, h, w]`; here both are asked for by
/// output and input. A linear layer over pictures is a bank whose kernels are as large as the picture.
struct FilterBank {
  /// A kernel's place: row and column of the matrix.
  struct Place: Hashable {
    var output: Int
    var input: Int
  }

  let node: String
  let outputs: Int
  /// Input channels that one output sees.
  let inputs: Int
  let height: Int
  let width: Int
  private let weight: Tensor
  let isTransposed: Bool
  let groups: Int
  /// True if the layer reads what the network is given.
  let readsInput: Bool

  /// The kernels of a node; nil if it has none.
  init?(_ node: Network.Node, in model: Model) {
    guard let weight = model.parameters[node.name, "weight"] else { return nil }
    switch node.operation {
    case let operation as Conv2d:
      (outputs, inputs) = (operation.outputChannels, operation.inputChannels / operation.groups)
      (groups, isTransposed) = (operation.groups, false)
    case let operation as ConvTranspose2d:
      (outputs, inputs) = (operation.outputChannels, operation.inputChannels / operation.groups)
      (groups, isTransposed) = (operation.groups, true)
    default: return nil
    }
    self.node = node.name
    readsInput = model.network.inputs.contains { $0.name == node.inputs[0] }
    (height, width) = (weight.shape[2], weight.shape[3])
    self.weight = weight
  }

  /// The kernels of a linear layer that reads pictures `[channels, height, width]` flattened; nil if the sizes do not fit.
  init?(_ node: Network.Node, overPictures shape: Shape, in model: Model) {
    guard let operation = node.operation as? Linear, shape.rank == 3,
      let weight = model.parameters[node.name, "weight"],
      operation.inputFeatures == shape.elementCount
    else { return nil }
    self.node = node.name
    (outputs, inputs, height, width) = (operation.outputFeatures, shape[0], shape[1], shape[2])
    (groups, isTransposed, readsInput) = (1, false, true)
    self.weight = weight.reshaped([operation.outputFeatures, shape[0], shape[1], shape[2]])
  }

  /// False for kernels of one weight, which show nothing.
  var isSpatial: Bool { height * width > 1 }

  /// The kernels in all.
  var count: Int { outputs * inputs }

  /// All weights.
  var elements: [Float] { weight.elements }

  /// One kernel, row by row.
  func kernel(_ place: Place) -> ArraySlice<Float> {
    let size = height * width
    let index: Int
    if isTransposed {
      // [in, out / groups, h, w]: an output's group decides which input channels it sees.
      let perGroup = outputs / groups
      let input = place.output / perGroup * inputs + place.input
      index = input * perGroup + place.output % perGroup
    } else {
      index = place.output * inputs + place.input
    }
    return weight.elements[index * size..<(index + 1) * size]
  }

  /// ‖W‖₂ of one kernel.
  func norm(_ place: Place) -> Double {
    kernel(place).reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  }

  /// ‖W‖₂ of all kernels of an output.
  func norm(output: Int) -> Double { total((0..<inputs).map { Place(output: output, input: $0) }) }

  /// ‖W‖₂ of all kernels that read an input channel.
  func norm(input: Int) -> Double { total((0..<outputs).map { Place(output: $0, input: input) }) }

  private func total(_ places: [Place]) -> Double {
    places.reduce(0) { sum, place in kernel(place).reduce(sum) { $0 + Double($1) * Double($1) } }.squareRoot()
  }

  /// The kernel of an output with the largest norm.
  func strongestKernel(of output: Int) -> Place {
    let input = (0..<inputs).map { norm(Place(output: output, input: $0)) }.enumerated().max {
      $0.element < $1.element
    }
    return Place(output: output, input: input?.offset ?? 0)
  }

  /// Kernels as tiles.
  func tiles(_ places: [Place]) -> ImageTiles {
    ImageTiles(numbers: places.flatMap { kernel($0) }, count: places.count, height: height, width: width)
  }

  /// Purple–white–orange, the limit the 99.5th percentile of |w| in the layer.
  var scale: ColorScale { .diverging(of: elements, map: .purpleOrange, mode: .layer, symbol: "w") }
}

extension ColorScale {
  /// The share beyond the limits in words: `0.5 % clipped`.
  var clipped: String {
    guard let share = clippedShare, share > 0 else { return "none clipped" }
    return Numbers.significant(share * 100, digits: 2) + Numbers.thinSpace + "% clipped"
  }
}

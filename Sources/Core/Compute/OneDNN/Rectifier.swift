#if canImport(COneDNN)
internal import COneDNN

/// A ReLU or LeakyReLU that is computed along with the layer whose only reader it is: the layer's own value is never
/// written to memory.
struct Rectifier {
  /// The rectifier's node.
  let name: String
  /// What negative numbers are multiplied by.
  let slope: Float

  /// The rectifiers that can be computed along with the layer they read, by the layer's name.
  static func along(with network: Network) -> [String: Rectifier] {
    var found: [String: Rectifier] = [:]
    for node in network.nodes where node.name != network.output {
      let readers = network.readers(of: node.name)
      guard readers.count == 1, let slope = slope(of: readers[0].operation) else { continue }
      let fits =
        switch node.operation {
        case is Conv2d, is ConvTranspose2d, is Linear, is BatchNorm2d, is BatchNorm1d: true
        default: false
        }
      if fits { found[node.name] = Rectifier(name: readers[0].name, slope: slope) }
    }
    return found
  }

  private static func slope(of operation: any Operation) -> Float? {
    switch operation {
    case is ReLU: 0
    // A negative slope would turn signs around, and the gradient is read off the sign of the result.
    case let operation as LeakyReLU where operation.slope >= 0: operation.slope
    default: nil
    }
  }
}

/// Computes a rectifier in place, for kernels that cannot do it along.
final class RectifierInPlace {
  private let primitive: Primitive

  init?(_ rectifier: Rectifier, at output: Value, scratch: Scratch) {
    let layout = output.data.layout.description
    guard
      let descriptor = PrimitiveDescriptor(
        onednn_eltwise(
          onednn_forward, OneDNNLibrary.engine, dnnl_eltwise_relu, layout, nil, rectifier.slope, nil))
    else { return nil }
    primitive = Primitive(
      descriptor, [(DNNL_ARG_SRC, output.data), (DNNL_ARG_DST, output.data)], scratch: scratch)
  }

  func run() { primitive.run() }
}

/// Turns the gradient at a rectifier's result into that at its input, in place. The result says as well as the input
/// where the input was positive.
final class RectifierGradient {
  private let primitive: Primitive

  init?(_ rectifier: Rectifier, at output: Value, scratch: Scratch) {
    let layout = output.data.layout.description
    guard
      let forward = PrimitiveDescriptor(
        onednn_eltwise(
          onednn_forward, OneDNNLibrary.engine, dnnl_eltwise_relu, layout, nil, rectifier.slope, nil)),
      let descriptor = PrimitiveDescriptor(
        onednn_eltwise(
          onednn_backward_data, OneDNNLibrary.engine, dnnl_eltwise_relu, layout, layout, rectifier.slope,
          forward.handle))
    else { return nil }
    primitive = Primitive(
      descriptor,
      [
        (DNNL_ARG_SRC, output.data), (DNNL_ARG_DIFF_DST, output.gradient),
        (DNNL_ARG_DIFF_SRC, output.gradient),
      ], scratch: scratch)
  }

  func run() { primitive.run() }
}
#endif

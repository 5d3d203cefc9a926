#if canImport(COneDNN)
internal import COneDNN

/// A ReLU or LeakyReLU that is computed along with the layer whose only reader it is: the layer's own value is never
/// written to memory.
struct Rectifier {
  /// The rectifier's node.
  let name: String
  /// What negative numbers are multiplied by.
  let slope: Float
  /// The max pooling of 2 × 2 windows side by side that is the rectifier's only reader: its node; nil if it has other readers.
  let pooling: String?

  /// The node whose value is written, in place of the layer's own.
  var result: String { pooling ?? name }

  var withoutPooling: Rectifier { Rectifier(name: name, slope: slope, pooling: nil) }

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
      if fits {
        let name = readers[0].name
        found[node.name] = Rectifier(name: name, slope: slope, pooling: pooling(of: name, in: network))
      }
    }
    return found
  }

  private static func pooling(of name: String, in network: Network) -> String? {
    let readers = network.readers(of: name)
    guard name != network.output, readers.count == 1, let pool = readers[0].operation as? MaxPool2d,
      let window = pool.window, window.kernelSize == 2, window.stride == 2, window.padding == 0,
      window.dilation == 1
    else { return nil }
    return readers[0].name
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

extension Rectifier {
  /// Computes it in place, for kernels that cannot do it along.
  func primitive(at output: Value, scratch: Scratch) -> Primitive {
    Primitive(
      forward(output), [(DNNL_ARG_SRC, output.data), (DNNL_ARG_DST, output.data)], scratch: scratch)
  }

  /// Turns the gradient at its result into that at its input, in place. The result says as well as the input where
  /// the input was positive.
  func gradientPrimitive(at output: Value, scratch: Scratch) -> Primitive {
    let layout = output.data.layout.description
    // A handle dies with its descriptor, which nobody else holds.
    let descriptor = withExtendedLifetime(forward(output)) { forward in
      PrimitiveDescriptor(
        onednn_eltwise(
          onednn_backward_data, OneDNNLibrary.engine, dnnl_eltwise_relu, layout, layout, slope, 0,
          forward.handle
        ))!
    }
    return Primitive(
      descriptor,
      [
        (DNNL_ARG_SRC, output.data), (DNNL_ARG_DIFF_DST, output.gradient),
        (DNNL_ARG_DIFF_SRC, output.gradient),
      ], scratch: scratch)
  }

  private func forward(_ output: Value) -> PrimitiveDescriptor {
    PrimitiveDescriptor(
      onednn_eltwise(
        onednn_forward, OneDNNLibrary.engine, dnnl_eltwise_relu, output.data.layout.description, nil, slope,
        0,
        nil))!
  }
}
#endif

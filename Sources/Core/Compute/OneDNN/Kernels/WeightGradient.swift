#if canImport(COneDNN)
internal import COneDNN

/// The gradients of a layer's weight and bias: one primitive, for convolutions and linear layers alike.
final class WeightGradient {
  private let primitive: Primitive
  private let readings: [Reading]
  private let writing: Writing
  private let weight: ParameterSlot

  /// - Parameters:
  ///   - descriptor: of the primitive.
  ///   - source: what the layer read.
  ///   - output: what it made.
  ///   - extents: the weight's.
  init(
    _ descriptor: PrimitiveDescriptor, reading source: Reading, _ output: Value, weight: ParameterSlot,
    bias: ParameterSlot?, extents: [Int], scratch: Scratch
  ) {
    let gradient = Reading(
      output.gradient, in: descriptor.layout(dnnl_query_diff_dst_md, output.shape.extents), scratch: scratch)
    self.weight = weight
    readings = [source, gradient]
    writing = Writing(descriptor.layout(dnnl_query_diff_weights_md, extents), scratch: scratch)
    primitive = Primitive(
      descriptor,
      [
        (DNNL_ARG_SRC, source.tensor), (DNNL_ARG_DIFF_DST, gradient.tensor),
        (DNNL_ARG_DIFF_WEIGHTS, weight.gradient), (DNNL_ARG_DIFF_BIAS, bias?.gradient),
      ], scratch: scratch)
  }

  func run() {
    for reading in readings { reading.update() }
    writing.into(weight.gradient) { target in
      primitive.bind(DNNL_ARG_DIFF_WEIGHTS, to: target)
      primitive.run()
    }
  }
}
#endif

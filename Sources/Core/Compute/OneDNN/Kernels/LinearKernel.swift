#if canImport(COneDNN)
internal import COneDNN

/// A fully connected layer. Behind a flattening it reads the images as they lie: the weight is laid out to match once,
/// instead of the activations every step. Where channels fill blocks that is a matrix product of two dimensions with
/// its columns in another order, for which oneDNN has better kernels than for images (measured: a fifth of the time).
final class LinearKernel: OneDNNKernel {
  let inputs: [Value]
  let output: Value
  private let descriptor: PrimitiveDescriptor
  private let weight: ParameterSlot
  private let bias: ParameterSlot?
  private let source: Reading
  private let forwardPrimitive: Primitive
  private let scratch: Scratch
  private let weightCopies: Scratch
  private let weightExtents: [Int]
  /// The input and its gradient as the primitives see them.
  private let views: Views

  convenience init?(_ operation: Linear, at site: KernelSite) {
    self.init(
      operation.parameters,
      order: Self.order(of: site.inputs[0].data.layout, outputs: operation.outputFeatures), at: site)
  }

  /// - Parameters:
  ///   - declarations: the weight, and the bias if there is one.
  ///   - order: how the primitive is to see the input, and the weight that goes with it.
  init?(
    _ declarations: [ParameterDeclaration], order: (input: Layout, weight: ParameterOrder),
    at site: KernelSite
  ) {
    let input = site.inputs[0]
    views = Views(order.input)
    let inputExtents = order.input.extents
    let outputExtents = site.shape.extents
    let result = Layout.plain(outputExtents)
    weightExtents = [outputExtents[1]] + inputExtents.dropFirst()
    let biasLayout = declarations.count > 1 ? Layout.plain([outputExtents[1]]) : nil
    let weights = Layout.any(weightExtents)
    guard
      let descriptor = Self.descriptor(
        onednn_forward, source: order.input, weights: weights, bias: biasLayout, result: result,
        rectifier: site.rectifier)
        ?? Self.descriptor(
          onednn_forward, source: .any(inputExtents), weights: weights, bias: biasLayout, result: result,
          rectifier: site.rectifier)
    else { return nil }
    self.descriptor = descriptor
    scratch = site.scratch
    weightCopies = site.weightCopies
    inputs = [input]
    output = site.value(in: result)
    output.rectifier = site.rectifier
    weight = site.parameters.add(
      site.name, declarations[0], layout: descriptor.layout(dnnl_query_weights_md, weightExtents),
      order: order.weight)
    bias = biasLayout.map { _ in site.parameters.addVector(site.name, declarations[1]) }
    source = Reading(
      views[input.data], in: descriptor.layout(dnnl_query_src_md, inputExtents), scratch: scratch)
    forwardPrimitive = Primitive(
      descriptor,
      [
        (DNNL_ARG_SRC, source.tensor), (DNNL_ARG_WEIGHTS, weight.value), (DNNL_ARG_BIAS, bias?.value),
        (DNNL_ARG_DST, output.data),
      ], scratch: scratch)
  }

  /// How the primitive is to see an input in a layout, and the weight that goes with it.
  private static func order(of layout: Layout, outputs: Int) -> (input: Layout, weight: ParameterOrder) {
    let extents = layout.extents
    guard let block = layout.channelBlock else {
      return (layout, ParameterOrder(.plain([outputs] + extents.dropFirst())))
    }
    let places = extents[2] * extents[3]
    let features = extents[1] * places
    // Channel block, row, column, channel within the block; PyTorch has channel, row, column.
    let torch = Layout.strided(
      [outputs, extents[1] / block, extents[2], extents[3], block],
      strides: [features, block * places, extents[3], 1, places])
    return (.plain([extents[0], features]), ParameterOrder(torch, flat: .plain([outputs, features])))
  }

  private static func descriptor(
    _ direction: onednn_direction, source: Layout, weights: Layout, bias: Layout?, result: Layout,
    rectifier: Rectifier? = nil, hint: PrimitiveDescriptor? = nil
  ) -> PrimitiveDescriptor? {
    // A description dies with its layout, which a caller may have made for this call alone.
    withExtendedLifetime((source, weights, bias, result, hint)) {
      PrimitiveDescriptor(
        onednn_inner_product(
          direction, OneDNNLibrary.engine, source.description, weights.description, bias?.description,
          result.description, rectifier?.slope ?? .nan, hint?.handle))
    }
  }

  func forward() {
    source.update()
    forwardPrimitive.run()
  }

  func backward(_ pass: BackwardPass) {
    rectifierGradient?.run()
    if pass.wantsParameters { weightGradient.run() }
    if pass.wants(inputs[0]) { inputs[0].receive(inputGradient.run) }
  }

  private lazy var rectifierGradient = output.rectifier?.gradientPrimitive(at: output, scratch: scratch)
  private lazy var weightGradient = makeWeightGradient()
  private lazy var inputGradient = InputGradient(self)

  private func makeWeightGradient() -> WeightGradient {
    let layout = source.tensor.layout
    let descriptor = LinearKernel.descriptor(
      onednn_backward_weights, source: layout, weights: .any(weightExtents),
      bias: bias?.value.layout, result: output.data.layout, hint: descriptor)!
    return WeightGradient(
      descriptor,
      reading: Reading(
        source.tensor, in: descriptor.layout(dnnl_query_src_md, layout.extents), scratch: scratch),
      output, weight: weight, bias: bias, extents: weightExtents, scratch: scratch)
  }

  private final class InputGradient {
    private let primitive: Primitive
    private let readings: [Reading]
    private let writing: Writing
    private let views: Views

    init(_ kernel: LinearKernel) {
      let (input, output, scratch) = (kernel.inputs[0], kernel.output, kernel.scratch)
      let sourceLayout = kernel.views.layout
      views = kernel.views
      let extents = sourceLayout.extents
      func find(_ source: Layout) -> PrimitiveDescriptor? {
        LinearKernel.descriptor(
          onednn_backward_data, source: source, weights: .any(kernel.weightExtents), bias: nil,
          result: output.data.layout, hint: kernel.descriptor)
      }
      let descriptor = (find(sourceLayout) ?? find(.any(extents)))!
      let weightReading = Reading(
        kernel.weight.value, in: descriptor.layout(dnnl_query_weights_md, kernel.weightExtents),
        scratch: scratch, copies: kernel.weightCopies)
      let gradientReading = Reading(
        output.gradient, in: descriptor.layout(dnnl_query_diff_dst_md, output.shape.extents), scratch: scratch
      )
      readings = [weightReading, gradientReading]
      writing = Writing(descriptor.layout(dnnl_query_diff_src_md, extents), scratch: scratch)
      primitive = Primitive(
        descriptor,
        [
          (DNNL_ARG_WEIGHTS, weightReading.tensor), (DNNL_ARG_DIFF_DST, gradientReading.tensor),
          (DNNL_ARG_DIFF_SRC, views[input.gradient]),
        ], scratch: scratch)
    }

    func run(into target: BlockedTensor) {
      for reading in readings { reading.update() }
      writing.into(views[target]) { target in
        primitive.bind(DNNL_ARG_DIFF_SRC, to: target)
        primitive.run()
      }
    }
  }
}
#endif

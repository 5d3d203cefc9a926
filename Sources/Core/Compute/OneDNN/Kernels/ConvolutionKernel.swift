#if canImport(COneDNN)
internal import COneDNN

/// What a convolution and a transposed convolution have in common, as oneDNN wants to hear it.
struct ConvolutionGeometry {
  let isTransposed: Bool
  let strides: [Int64]
  let dilations: [Int64]
  let paddingBefore: [Int64]
  let paddingAfter: [Int64]
  let weightExtents: [Int]
  let weightOrder: ParameterOrder
  let hasBias: Bool

  init(_ operation: Conv2d) {
    isTransposed = false
    strides = operation.stride.pair
    dilations = operation.dilation.pair.map { $0 - 1 }
    paddingBefore = [Int64(operation.padding.top), Int64(operation.padding.left)]
    paddingAfter = [Int64(operation.padding.bottom), Int64(operation.padding.right)]
    let kernel = [operation.kernelSize.height, operation.kernelSize.width]
    let groups = operation.groups
    let perGroup = [operation.outputChannels / groups, operation.inputChannels / groups] + kernel
    weightExtents = groups == 1 ? perGroup : [groups] + perGroup
    weightOrder = ParameterOrder(.plain(weightExtents))
    hasBias = operation.hasBias
  }

  init(_ operation: ConvTranspose2d) {
    isTransposed = true
    strides = operation.stride.pair
    dilations = operation.dilation.pair.map { $0 - 1 }
    paddingBefore = [Int64(operation.padding.top), Int64(operation.padding.left)]
    // Rows added at the end are rows not cut off there.
    paddingAfter = [
      Int64(operation.padding.bottom - operation.outputPadding.height),
      Int64(operation.padding.right - operation.outputPadding.width),
    ]
    // oneDNN names the axes of a deconvolution's weight out, in; PyTorch's memory has them in, out.
    let kernel = [operation.kernelSize.height, operation.kernelSize.width]
    let taps = kernel[0] * kernel[1]
    let groups = operation.groups
    let (outputs, inputs) = (operation.outputChannels / groups, operation.inputChannels / groups)
    let strides = [taps, outputs * taps, kernel[1], 1]
    weightExtents = (groups == 1 ? [] : [groups]) + [outputs, inputs] + kernel
    weightOrder = ParameterOrder(
      .strided(weightExtents, strides: (groups == 1 ? [] : [inputs * outputs * taps]) + strides))
    hasBias = operation.hasBias
  }

  /// A convolution of one tap.
  /// - Parameters:
  ///   - extents: outputs, inputs.
  ///   - torch: how the weight lies in PyTorch's memory, in five axes of which the first two are the outputs.
  init(pointwise extents: [Int], weightIn torch: Layout) {
    isTransposed = false
    strides = [1, 1]
    dilations = [0, 0]
    paddingBefore = [0, 0]
    paddingAfter = [0, 0]
    weightExtents = extents + [1, 1]
    weightOrder = ParameterOrder(torch, flat: .plain(weightExtents))
    hasBias = false
  }

  func descriptor(
    _ direction: onednn_direction, source: Layout, weights: Layout, bias: Layout?, result: Layout,
    rectifier: Rectifier? = nil, hint: PrimitiveDescriptor? = nil
  ) -> PrimitiveDescriptor? {
    // A description dies with its layout, which a caller may have made for this call alone.
    withExtendedLifetime((source, weights, bias, result, hint)) {
      PrimitiveDescriptor(
        onednn_convolution(
          direction, isTransposed ? 1 : 0, OneDNNLibrary.engine, source.description, weights.description,
          bias?.description, result.description, strides, dilations, paddingBefore, paddingAfter,
          rectifier?.slope ?? .nan, hint?.handle))
    }
  }
}

extension Extent {
  fileprivate var pair: [Int64] { [Int64(height), Int64(width)] }
}

/// Convolution and transposed convolution. Every tensor in the layout that the primitive prefers: in plain
/// NCHW the same kernels run at a third of the speed.
final class ConvolutionKernel: OneDNNKernel {
  let inputs: [Value]
  let output: Value
  let geometry: ConvolutionGeometry
  private let descriptor: PrimitiveDescriptor
  let weight: ParameterSlot
  let bias: ParameterSlot?
  private let source: Reading
  private let forwardPrimitive: Primitive
  let workspace: Workspace
  var scratch: Scratch { workspace.scratch }

  convenience init?(_ operation: Conv2d, at site: KernelSite) {
    self.init(ConvolutionGeometry(operation), operation.parameters, at: site)
  }

  convenience init?(_ operation: ConvTranspose2d, at site: KernelSite) {
    self.init(ConvolutionGeometry(operation), operation.parameters, at: site)
  }

  /// A convolution of one tap and no bias, whose weight is kept in another shape.
  convenience init?(
    pointwise extents: [Int], weight: ParameterDeclaration, in torch: Layout, at site: KernelSite
  ) {
    self.init(ConvolutionGeometry(pointwise: extents, weightIn: torch), [weight], at: site)
  }

  private init?(
    _ geometry: ConvolutionGeometry, _ declarations: [ParameterDeclaration], at site: KernelSite
  ) {
    let input = site.inputs[0]
    let inputExtents = input.shape.extents
    let outputExtents = site.shape.extents
    let biasLayout = geometry.hasBias ? Layout.plain([outputExtents[1]]) : nil
    guard
      let descriptor = geometry.descriptor(
        onednn_forward, source: .any(inputExtents), weights: .any(geometry.weightExtents), bias: biasLayout,
        result: .any(outputExtents), rectifier: site.rectifier)
    else { return nil }
    self.geometry = geometry
    self.descriptor = descriptor
    workspace = site.workspace
    let scratch = workspace.scratch
    inputs = [input]
    output = site.value(in: descriptor.layout(dnnl_query_dst_md, outputExtents))
    output.rectifier = site.rectifier
    weight = site.parameters.add(
      site.name, declarations[0], layout: descriptor.layout(dnnl_query_weights_md, geometry.weightExtents),
      order: geometry.weightOrder)
    bias = geometry.hasBias ? site.parameters.addVector(site.name, declarations[1]) : nil
    source = Reading(input.data, in: descriptor.layout(dnnl_query_src_md, inputExtents), scratch: scratch)
    forwardPrimitive = Primitive(
      descriptor,
      [
        (DNNL_ARG_SRC, source.tensor), (DNNL_ARG_WEIGHTS, weight.value), (DNNL_ARG_BIAS, bias?.value),
        (DNNL_ARG_DST, output.data),
      ], scratch: scratch)
  }

  func forward() {
    source.update()
    forwardPrimitive.run()
  }

  func backward(_ pass: BackwardPass) {
    rectifierGradient?.run()
    if pass.wantsParameters { writeWeightGradient() }
    if pass.wants(inputs[0]) { inputs[0].receive(writeInputGradient) }
  }

  // Compiled when first needed: an executor that is never differentiated pays nothing.
  private lazy var rectifierGradient = output.rectifier?.gradientPrimitive(at: output, scratch: scratch)
  private lazy var writeWeightGradient: () -> Void =
    ThinWeightGradient(self)?.run ?? makeWeightGradient().run
  private lazy var writeInputGradient: (BlockedTensor) -> Void =
    ThinInputGradient(self)?.run ?? InputGradient(self).run

  private func makeWeightGradient() -> WeightGradient {
    let (input, extents) = (inputs[0], geometry.weightExtents)
    let descriptor = geometry.descriptor(
      onednn_backward_weights, source: .any(input.shape.extents), weights: .any(extents),
      bias: bias?.value.layout, result: .any(output.shape.extents), hint: descriptor)!
    let layout = descriptor.layout(dnnl_query_src_md, input.shape.extents)
    // What the forward pass has brought into its layout need not be brought there again.
    let isThere = source.tensor.layout == layout
    return WeightGradient(
      descriptor, reading: Reading(isThere ? source.tensor : input.data, in: layout, scratch: scratch),
      output,
      weight: weight, bias: bias, extents: extents, scratch: scratch)
  }

  private final class InputGradient {
    private let primitive: Primitive
    private let readings: [Reading]
    private let writing: Writing

    init(_ kernel: ConvolutionKernel) {
      let (input, output, scratch) = (kernel.inputs[0], kernel.output, kernel.scratch)
      let weightExtents = kernel.geometry.weightExtents
      let descriptor = kernel.geometry.descriptor(
        onednn_backward_data, source: .any(input.shape.extents), weights: .any(weightExtents), bias: nil,
        result: .any(output.shape.extents), hint: kernel.descriptor)!
      let weightReading = Reading(
        kernel.weight.value, in: descriptor.layout(dnnl_query_weights_md, weightExtents), scratch: scratch,
        copies: kernel.workspace.weightCopies)
      let gradientReading = Reading(
        output.gradient, in: descriptor.layout(dnnl_query_diff_dst_md, output.shape.extents), scratch: scratch
      )
      readings = [weightReading, gradientReading]
      writing = Writing(descriptor.layout(dnnl_query_diff_src_md, input.shape.extents), scratch: scratch)
      primitive = Primitive(
        descriptor,
        [
          (DNNL_ARG_WEIGHTS, weightReading.tensor), (DNNL_ARG_DIFF_DST, gradientReading.tensor),
          (DNNL_ARG_DIFF_SRC, input.gradient),
        ], scratch: scratch)
    }

    func run(into target: BlockedTensor) {
      for reading in readings { reading.update() }
      writing.into(target) { target in
        primitive.bind(DNNL_ARG_DIFF_SRC, to: target)
        primitive.run()
      }
    }
  }
}
#endif

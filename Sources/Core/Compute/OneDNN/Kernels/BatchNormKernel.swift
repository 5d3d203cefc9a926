#if canImport(COneDNN)
internal import COneDNN

/// Batch norm over images or vectors.
final class BatchNormKernel: OneDNNKernel {
  let inputs: [Value]
  let output: Value
  private let input: BlockedTensor
  private let result: BlockedTensor
  private let epsilon: Float
  private let momentum: Float
  private let usesBatch: Bool
  private let flags: UInt32
  private let descriptor: PrimitiveDescriptor
  private let scale: ParameterSlot
  private let offset: ParameterSlot
  private let runningMean: ParameterSlot
  private let runningVariance: ParameterSlot
  /// The batch's statistics in training; in inference the running ones themselves.
  private let mean: BlockedTensor
  private let variance: BlockedTensor
  private let forwardPrimitive: Primitive
  private let scratch: Scratch
  /// Numbers that one channel's statistics are taken over.
  private let population: Float

  convenience init?(_ operation: BatchNorm2d, at site: KernelSite) {
    self.init(operation.parameters, operation.epsilon, operation.momentum, at: site)
  }

  convenience init?(_ operation: BatchNorm1d, at site: KernelSite) {
    self.init(operation.parameters, operation.epsilon, operation.momentum, at: site)
  }

  private init?(
    _ declarations: [ParameterDeclaration], _ epsilon: Float, _ momentum: Float, at site: KernelSite
  ) {
    let value = site.inputs[0]
    // A vector is an image of one pixel.
    let extents = value.shape.extents + (value.shape.rank == 2 ? [1, 1] : [])
    let layout = value.shape.rank == 2 ? Layout.plain(extents) : value.data.layout
    usesBatch = site.mode == .training
    let affine = dnnl_use_scale.rawValue | dnnl_use_shift.rawValue
    flags = usesBatch ? affine : affine | dnnl_use_global_stats.rawValue
    guard
      let descriptor = PrimitiveDescriptor(
        onednn_batch_norm(
          onednn_forward, OneDNNLibrary.engine, layout.description, nil, epsilon, flags, nil))
    else { return nil }
    self.descriptor = descriptor
    self.epsilon = epsilon
    self.momentum = momentum
    scratch = site.scratch
    population = Float(extents[0] * extents[2] * extents[3])
    inputs = [value]
    output = site.value(in: value.data.layout)
    input = value.shape.rank == 2 ? value.data.relabelled(layout) : value.data
    result = value.shape.rank == 2 ? output.data.relabelled(layout) : output.data
    let store = site.parameters
    scale = store.addVector(site.name, declarations[0])
    offset = store.addVector(site.name, declarations[1])
    runningMean = store.addVector(site.name, declarations[2])
    runningVariance = store.addVector(site.name, declarations[3])
    mean = usesBatch ? BlockedTensor(runningMean.value.layout) : runningMean.value
    variance = usesBatch ? BlockedTensor(runningVariance.value.layout) : runningVariance.value
    forwardPrimitive = Primitive(
      descriptor,
      [
        (DNNL_ARG_SRC, input), (DNNL_ARG_DST, result), (DNNL_ARG_MEAN, mean), (DNNL_ARG_VARIANCE, variance),
        (DNNL_ARG_SCALE, scale.value), (DNNL_ARG_SHIFT, offset.value),
      ], scratch: scratch)
  }

  func forward() {
    forwardPrimitive.run()
    guard usesBatch else { return }
    let unbiasing = population / (population - 1)
    for channel in 0..<mean.floats.count {
      move(&runningMean.value.floats[channel], towards: mean.floats[channel])
      move(&runningVariance.value.floats[channel], towards: variance.floats[channel] * unbiasing)
    }
  }

  private func move(_ running: inout Float, towards batch: Float) {
    running = (1 - momentum) * running + momentum * batch
  }

  func backward(_ pass: BackwardPass) {
    guard pass.wantsParameters || pass.wants(inputs[0]) else { return }
    let sink = pass.wantsParameters ? (scale.gradient, offset.gradient) : unused
    backwardPrimitive.bind(DNNL_ARG_DIFF_SCALE, to: sink.0)
    backwardPrimitive.bind(DNNL_ARG_DIFF_SHIFT, to: sink.1)
    // The primitive makes both gradients at once; one that nobody wants goes where it harms nothing.
    if pass.wants(inputs[0]) {
      inputs[0].receive(run)
    } else {
      run(into: inputs[0].gradient)
    }
  }

  private lazy var unused = (BlockedTensor(scale.value.layout), BlockedTensor(offset.value.layout))

  private func run(into target: BlockedTensor) {
    let relabelled = target.layout == input.layout ? target : target.relabelled(input.layout)
    backwardPrimitive.bind(DNNL_ARG_DIFF_SRC, to: relabelled)
    backwardPrimitive.run()
  }

  private lazy var backwardPrimitive: Primitive = {
    let layout = input.layout.description
    let descriptor = PrimitiveDescriptor(
      onednn_batch_norm(
        onednn_backward_both, OneDNNLibrary.engine, layout, layout, epsilon, flags, self.descriptor.handle))!
    let gradient = output.gradient
    return Primitive(
      descriptor,
      [
        (DNNL_ARG_SRC, input), (DNNL_ARG_MEAN, mean), (DNNL_ARG_VARIANCE, variance),
        (DNNL_ARG_DIFF_DST, gradient.layout == input.layout ? gradient : gradient.relabelled(input.layout)),
        (DNNL_ARG_SCALE, scale.value), (DNNL_ARG_SHIFT, offset.value), (DNNL_ARG_DIFF_SRC, input),
        (DNNL_ARG_DIFF_SCALE, scale.gradient), (DNNL_ARG_DIFF_SHIFT, offset.gradient),
      ], scratch: scratch)
  }()
}
#endif

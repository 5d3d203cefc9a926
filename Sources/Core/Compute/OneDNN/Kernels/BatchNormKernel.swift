#if canImport(COneDNN)
internal import COneDNN

/// Batch norm over images, vectors or sequences.
final class BatchNormKernel: OneDNNKernel {
  let inputs: [Value]
  let output: Value
  /// The input as the primitive sees it: an image of one pixel for a vector, in blocks of channels for what comes
  /// row-major, such as the reshaped answer of a linear layer (measured: a fifth of the time, and what follows
  /// stays in blocks).
  private let input: Reading
  private let inputViews: Views
  private let gradientViews: Views
  private let writing: Writing
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
  /// A LeakyReLU, done in place.
  private let leakyForward: Primitive?
  /// Where a rectifier that is computed along lets gradients through.
  private let workspace: BlockedTensor?
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
    // A vector is an image of one pixel, a sequence one of one column.
    let isImage = value.shape.rank == 4
    guard isImage || value.data.layout.isPlain else { return nil }
    let extents = value.shape.extents + Array(repeating: 1, count: 4 - value.shape.rank)
    let given = isImage ? value.data.layout : Layout.plain(extents)
    let blocks = isImage ? Layout.channelBlocks(extents, of: OneDNNLibrary.block) : nil
    let layout = given.isPlain ? blocks ?? given : given
    usesBatch = site.mode == .training
    let affine = dnnl_use_scale.rawValue | dnnl_use_shift.rawValue
    // oneDNN knows batch norm with ReLU; a LeakyReLU is done in place.
    let rectified = site.rectifier?.slope == 0 ? dnnl_fuse_norm_relu.rawValue : 0
    flags = affine | rectified | (usesBatch ? 0 : dnnl_use_global_stats.rawValue)
    guard
      let descriptor = PrimitiveDescriptor(
        onednn_batch_norm(
          onednn_forward, OneDNNLibrary.engine, layout.description, nil, epsilon, flags, nil))
    else { return nil }
    self.descriptor = descriptor
    self.epsilon = epsilon
    self.momentum = momentum
    scratch = site.scratch
    workspace = descriptor.privateTensor(dnnl_query_workspace_md)
    population = Float(extents[0] * extents[2] * extents[3])
    inputs = [value]
    output = site.value(in: isImage ? layout : value.data.layout)
    output.rectifier = site.rectifier?.slope == 0 ? nil : site.rectifier
    leakyForward = output.rectifier?.primitive(at: output, scratch: scratch)
    inputViews = Views(given)
    gradientViews = Views(layout)
    input = Reading(inputViews[value.data], in: layout, scratch: scratch)
    writing = Writing(layout, scratch: scratch)
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
        (DNNL_ARG_SRC, input.tensor), (DNNL_ARG_DST, gradientViews[output.data]), (DNNL_ARG_MEAN, mean),
        (DNNL_ARG_VARIANCE, variance),
        (DNNL_ARG_SCALE, scale.value), (DNNL_ARG_SHIFT, offset.value), (DNNL_ARG_WORKSPACE, workspace),
      ], scratch: scratch)
  }

  var takesGradientsInPlace: Bool { true }

  func forward() {
    input.update()
    forwardPrimitive.run()
    leakyForward?.run()
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
    rectifierGradient?.run()
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

  private lazy var rectifierGradient = output.rectifier?.gradientPrimitive(at: output, scratch: scratch)
  private lazy var unused = (BlockedTensor(scale.value.layout), BlockedTensor(offset.value.layout))

  private func run(into target: BlockedTensor) {
    writing.into(inputViews[target]) { target in
      backwardPrimitive.bind(DNNL_ARG_DIFF_SRC, to: target)
      backwardPrimitive.run()
    }
  }

  private lazy var backwardPrimitive: Primitive = {
    let layout = input.tensor.layout.description
    let descriptor = PrimitiveDescriptor(
      onednn_batch_norm(
        onednn_backward_both, OneDNNLibrary.engine, layout, layout, epsilon, flags, self.descriptor.handle))!
    return Primitive(
      descriptor,
      [
        (DNNL_ARG_SRC, input.tensor), (DNNL_ARG_MEAN, mean), (DNNL_ARG_VARIANCE, variance),
        (DNNL_ARG_DIFF_DST, gradientViews[output.gradient]), (DNNL_ARG_SCALE, scale.value),
        (DNNL_ARG_SHIFT, onednn_batch_norm_takes_shift_backward() == 0 ? nil : offset.value),
        (DNNL_ARG_WORKSPACE, workspace), (DNNL_ARG_DIFF_SRC, input.tensor),
        (DNNL_ARG_DIFF_SCALE, scale.gradient), (DNNL_ARG_DIFF_SHIFT, offset.gradient),
      ], scratch: scratch)
  }()
}
#endif

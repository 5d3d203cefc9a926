#if canImport(COneDNN)
internal import COneDNN

/// A function applied to every number: ReLU, LeakyReLU, Tanh, Sigmoid.
final class ActivationKernel: OneDNNKernel {
  let inputs: [Value]
  let output: Value
  private let kind: dnnl_alg_kind_t
  private let slope: Float
  private let isRectifier: Bool
  private let descriptor: PrimitiveDescriptor
  private let forwardPrimitive: Primitive
  private let scratch: Scratch

  convenience init?(_ operation: ReLU, at site: KernelSite) {
    self.init(dnnl_eltwise_relu, slope: 0, isRectifier: true, at: site)
  }
  convenience init?(_ operation: LeakyReLU, at site: KernelSite) {
    self.init(dnnl_eltwise_relu, slope: operation.slope, isRectifier: true, at: site)
  }
  convenience init?(_ operation: Tanh, at site: KernelSite) {
    self.init(dnnl_eltwise_tanh_use_dst_for_bwd, slope: 0, isRectifier: false, at: site)
  }
  convenience init?(_ operation: Sigmoid, at site: KernelSite) {
    self.init(dnnl_eltwise_logistic_use_dst_for_bwd, slope: 0, isRectifier: false, at: site)
  }

  private init?(_ kind: dnnl_alg_kind_t, slope: Float, isRectifier: Bool, at site: KernelSite) {
    let input = site.inputs[0]
    let layout = input.data.layout
    guard
      let descriptor = PrimitiveDescriptor(
        onednn_eltwise(
          onednn_forward, OneDNNLibrary.engine, kind, layout.description, nil, slope, nil))
    else { return nil }
    self.kind = kind
    self.slope = slope
    self.isRectifier = isRectifier
    self.descriptor = descriptor
    scratch = site.scratch
    inputs = [input]
    output = site.value(in: layout)
    forwardPrimitive = Primitive(
      descriptor, [(DNNL_ARG_SRC, input.data), (DNNL_ARG_DST, output.data)], scratch: scratch)
  }

  func forward() { forwardPrimitive.run() }

  func backward(_ pass: BackwardPass) {
    guard pass.wants(inputs[0]) else { return }
    inputs[0].receive { target in
      guard isRectifier, pass.rule != .plain else { return run(from: output.gradient, into: target) }
      // Guided and deconvnet let only positive gradients through; deconvnet does not look at the input.
      let positive = pass.rule == .deconvnet ? target : positivePart
      let count = positive.floats.count
      let source = output.gradient.floats.baseAddress!
      let result = positive.floats.baseAddress!
      for index in 0..<count { result[index] = max(source[index], 0) }
      if pass.rule == .guided { run(from: positive, into: target) }
    }
  }

  private lazy var positivePart = BlockedTensor(output.data.layout)

  private func run(from gradient: BlockedTensor, into target: BlockedTensor) {
    backwardPrimitive.bind(DNNL_ARG_DIFF_DST, to: gradient)
    backwardPrimitive.bind(DNNL_ARG_DIFF_SRC, to: target)
    backwardPrimitive.run()
  }

  private lazy var backwardPrimitive: Primitive = {
    let layout = output.data.layout.description
    let descriptor = PrimitiveDescriptor(
      onednn_eltwise(
        onednn_backward_data, OneDNNLibrary.engine, kind, layout, layout, slope, self.descriptor.handle))!
    // A rectifier's derivative is read off its input, the others' off their result.
    let data = isRectifier ? (DNNL_ARG_SRC, inputs[0].data) : (DNNL_ARG_DST, output.data)
    return Primitive(
      descriptor, [data, (DNNL_ARG_DIFF_DST, output.gradient), (DNNL_ARG_DIFF_SRC, inputs[0].gradient)],
      scratch: scratch)
  }()
}
#endif

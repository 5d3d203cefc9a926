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
      if isRectifier, pass.rule != .plain {
        rectifyGradient(into: target, lookingAtInput: pass.rule == .guided)
      } else {
        backwardPrimitive.bind(DNNL_ARG_DIFF_SRC, to: target)
        backwardPrimitive.run()
      }
    }
  }

  /// Guided and deconvnet let only positive gradients through; guided only where the input was positive as well.
  /// A LeakyReLU is treated as the ReLU that these rules were written for.
  private func rectifyGradient(into target: BlockedTensor, lookingAtInput: Bool) {
    let input = inputs[0].data.floats.baseAddress!
    let gradient = output.gradient.floats.baseAddress!
    let result = target.floats.baseAddress!
    for index in 0..<target.floats.count {
      let passes = !lookingAtInput || input[index] > 0
      result[index] = passes ? max(gradient[index], 0) : 0
    }
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

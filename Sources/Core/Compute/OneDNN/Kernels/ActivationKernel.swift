#if canImport(COneDNN)
internal import COneDNN

/// A function applied to every number, where oneDNN knows it.
final class ActivationKernel: OneDNNKernel {
  let inputs: [Value]
  let output: Value
  private let function: Function
  private let descriptor: PrimitiveDescriptor
  private let forwardPrimitive: Primitive
  private let scratch: Scratch

  /// A function by oneDNN's name, with its constants.
  private struct Function {
    let kind: dnnl_alg_kind_t
    var alpha: Float = 0
    var beta: Float = 0
    /// True if guided backpropagation and deconvnet concern it.
    var isRectifier = false
    /// True if its derivative is read off its result, not its input.
    var isReadOffResult = false
  }

  /// Nil for a function that oneDNN does not know, or not with these constants.
  init?(_ operation: any Elementwise, at site: KernelSite) {
    let input = site.inputs[0]
    let layout = input.data.layout
    guard let function = Self.function(of: operation),
      let descriptor = PrimitiveDescriptor(
        onednn_eltwise(
          onednn_forward, OneDNNLibrary.engine, function.kind, layout.description, nil, function.alpha,
          function.beta, nil))
    else { return nil }
    self.function = function
    self.descriptor = descriptor
    scratch = site.scratch
    inputs = [input]
    output = site.value(in: layout)
    forwardPrimitive = Primitive(
      descriptor, [(DNNL_ARG_SRC, input.data), (DNNL_ARG_DST, output.data)], scratch: scratch)
  }

  private static func function(of operation: any Elementwise) -> Function? {
    switch operation {
    case is ReLU: Function(kind: dnnl_eltwise_relu, isRectifier: true)
    case let it as LeakyReLU: Function(kind: dnnl_eltwise_relu, alpha: it.slope, isRectifier: true)
    case is Tanh: Function(kind: dnnl_eltwise_tanh_use_dst_for_bwd, isReadOffResult: true)
    case is Sigmoid: Function(kind: dnnl_eltwise_logistic_use_dst_for_bwd, isReadOffResult: true)
    case let it as ELU: Function(kind: dnnl_eltwise_elu, alpha: it.alpha)
    case let it as GELU: Function(kind: it.isApproximate ? dnnl_eltwise_gelu_tanh : dnnl_eltwise_gelu_erf)
    case let it as SiLU: Function(kind: dnnl_eltwise_swish, alpha: it.beta)
    case is Mish: Function(kind: dnnl_eltwise_mish)
    // oneDNN 3 asks for the constants that oneDNN 2 has built in.
    case is Softplus: Function(kind: dnnl_eltwise_soft_relu, alpha: 1)
    case is Hardswish: Function(kind: dnnl_eltwise_hardswish, alpha: 1 / 6, beta: 0.5)
    case let it as Hardtanh: clip(it.minimum, it.maximum)
    case let it as ClippedReLU where it.slope == 0 && it.threshold == 0: clip(0, it.maximum)
    case let it as Pointwise: kind(of: it.function).map { Function(kind: $0) }
    default: nil
    }
  }

  private static func clip(_ minimum: Float?, _ maximum: Float?) -> Function? {
    guard let minimum, let maximum, minimum <= maximum else { return nil }
    return Function(kind: dnnl_eltwise_clip_v2, alpha: minimum, beta: maximum)
  }

  private static func kind(of function: Pointwise.Function) -> dnnl_alg_kind_t? {
    switch function {
    case .absolute: dnnl_eltwise_abs
    case .exponential: dnnl_eltwise_exp
    case .logarithm: dnnl_eltwise_log
    case .square: dnnl_eltwise_square
    case .squareRoot: dnnl_eltwise_sqrt
    default: nil
    }
  }

  func forward() { forwardPrimitive.run() }

  func backward(_ pass: BackwardPass) {
    guard pass.wants(inputs[0]) else { return }
    inputs[0].receive { target in
      if function.isRectifier, pass.rule != .plain {
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
        onednn_backward_data, OneDNNLibrary.engine, function.kind, layout, layout, function.alpha,
        function.beta,
        self.descriptor.handle))!
    let data = function.isReadOffResult ? (DNNL_ARG_DST, output.data) : (DNNL_ARG_SRC, inputs[0].data)
    return Primitive(
      descriptor, [data, (DNNL_ARG_DIFF_DST, output.gradient), (DNNL_ARG_DIFF_SRC, inputs[0].gradient)],
      scratch: scratch)
  }()
}
#endif

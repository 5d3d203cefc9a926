#if canImport(COneDNN)
internal import COneDNN

/// Max and average pooling.
final class PoolingKernel: OneDNNKernel {
  let inputs: [Value]
  let output: Value
  private let kind: dnnl_alg_kind_t
  private let window: Window
  private let paddingAfter: [Int64]
  private let descriptor: PrimitiveDescriptor
  /// Which place of each window was largest.
  private let workspace: BlockedTensor?
  /// The rectifier of what is pooled, whose gradient is taken here, since there are fewer numbers to do it for. That is the
  /// same: a window's gradient goes to its largest number, which has the sign of the pooled one.
  private var pooledRectifier: Rectifier?
  private let forwardPrimitive: Primitive
  private let scratch: Scratch

  convenience init?(_ operation: MaxPool2d, at site: KernelSite) {
    self.init(dnnl_pooling_max, operation.window!, at: site)
    pooledRectifier = inputs[0].handOverRectifier()
  }

  convenience init?(_ operation: AvgPool2d, at site: KernelSite) {
    self.init(
      operation.countsPadding ? dnnl_pooling_avg_include_padding : dnnl_pooling_avg_exclude_padding,
      operation.window!, at: site)
  }

  private init?(_ kind: dnnl_alg_kind_t, _ window: Window, at site: KernelSite) {
    let input = site.inputs[0]
    guard window.dilation == 1 else { return nil }
    // Where the last window sticks out (rounding up) or does not reach the end, the padding behind says so.
    func after(_ axis: Int, _ kernel: Int, _ stride: Int, _ before: Int) -> Int64 {
      Int64((site.shape[axis] - 1) * stride + kernel - input.shape[axis] - before)
    }
    paddingAfter = [
      after(2, window.kernelSize.height, window.stride.height, window.padding.top),
      after(3, window.kernelSize.width, window.stride.width, window.padding.left),
    ]
    // What lies beyond the padding would count as well.
    if kind == dnnl_pooling_avg_include_padding,
      paddingAfter[0] > window.padding.bottom || paddingAfter[1] > window.padding.right
    {
      return nil
    }
    self.kind = kind
    self.window = window
    guard
      let descriptor = Self.descriptor(
        onednn_forward, kind, window, paddingAfter, input.data.layout, .any(site.shape.extents), nil)
    else { return nil }
    self.descriptor = descriptor
    scratch = site.scratch
    inputs = [input]
    output = site.value(in: descriptor.layout(dnnl_query_dst_md, site.shape.extents))
    workspace = descriptor.privateTensor(dnnl_query_workspace_md)
    forwardPrimitive = Primitive(
      descriptor,
      [(DNNL_ARG_SRC, input.data), (DNNL_ARG_DST, output.data), (DNNL_ARG_WORKSPACE, workspace)],
      scratch: scratch)
  }

  private static func descriptor(
    _ direction: onednn_direction, _ kind: dnnl_alg_kind_t, _ window: Window, _ paddingAfter: [Int64],
    _ source: Layout, _ result: Layout, _ hint: PrimitiveDescriptor?
  ) -> PrimitiveDescriptor? {
    // A description dies with its layout, which a caller may have made for this call alone.
    withExtendedLifetime((source, result, hint)) {
      PrimitiveDescriptor(
        onednn_pooling(
          direction, OneDNNLibrary.engine, kind, source.description, result.description,
          [Int64(window.stride.height), Int64(window.stride.width)],
          [Int64(window.kernelSize.height), Int64(window.kernelSize.width)],
          [Int64(window.padding.top), Int64(window.padding.left)], paddingAfter, hint?.handle))
    }
  }

  func forward() { forwardPrimitive.run() }

  func backward(_ pass: BackwardPass) {
    guard pass.wants(inputs[0]) else { return }
    rectifierGradient?.run()
    inputs[0].receive { target in
      backwardPrimitive.bind(DNNL_ARG_DIFF_SRC, to: target)
      backwardPrimitive.run()
    }
  }

  private lazy var rectifierGradient = pooledRectifier?.gradientPrimitive(at: output, scratch: scratch)
  private lazy var backwardPrimitive: Primitive = {
    let descriptor = Self.descriptor(
      onednn_backward_data, kind, window, paddingAfter, inputs[0].data.layout, output.data.layout,
      self.descriptor)!
    return Primitive(
      descriptor,
      [
        (DNNL_ARG_DIFF_DST, output.gradient), (DNNL_ARG_DIFF_SRC, inputs[0].gradient),
        (DNNL_ARG_WORKSPACE, workspace),
      ], scratch: scratch)
  }()
}
#endif

#if canImport(COneDNN)
internal import COneDNN

/// The gradient at a convolution's input of a few channels, such as the picture that a discriminator passes judgement on.
///
/// As in `ThinOutputKernel` a 1 × 1 convolution makes a channel for each tap, and these are added up where they belong
/// (measured for 1 and 3 channels, 4 × 4, stride 2: less than half of the primitive's time).
final class ThinInputGradient {
  private let patches: Patches
  /// The gradient at each tap.
  private let taps: BlockedTensor
  private let weightToRows: Reorder
  private let weight: Reading
  private let primitive: Primitive

  /// Nil where the primitive's own way is the better one.
  init?(_ kernel: ConvolutionKernel) {
    let (geometry, input, output) = (kernel.geometry, kernel.inputs[0], kernel.output)
    let extents = geometry.weightExtents
    let block = OneDNNLibrary.block
    guard !geometry.isTransposed, extents.count == 4, extents[1] <= 4, extents[0] >= block,
      input.data.layout.isPlain
    else { return nil }
    func offsets(_ axis: Int) -> [Int] {
      (0..<extents[2 + axis]).map {
        $0 * (Int(geometry.dilations[axis]) + 1) - Int(geometry.paddingBefore[axis])
      }
    }
    patches = Patches(
      image: input.shape.extents, grid: (output.shape[2], output.shape[3]),
      stride: (Int(geometry.strides[0]), Int(geometry.strides[1])), rows: offsets(0), columns: offsets(1),
      block: block)
    let rows = Layout.plain([extents[0], patches.channels, 1, 1])
    let pointwise = ConvolutionGeometry(pointwise: Array(rows.extents.prefix(2)), weightIn: rows)
    guard let tapLayout = Layout.filledBlocks(patches.extents, of: block),
      let forward = pointwise.descriptor(
        onednn_forward, source: tapLayout, weights: .any(rows.extents), bias: nil, result: output.data.layout),
      let descriptor = pointwise.descriptor(
        onednn_backward_data, source: tapLayout, weights: .any(rows.extents), bias: nil,
        result: output.data.layout, hint: forward)
    else { return nil }
    taps = kernel.workspace.between.tensor(in: tapLayout)
    let inRows = BlockedTensor(.plain(extents))
    weightToRows = Reorder(from: kernel.weight.value, to: inRows, scratch: kernel.scratch)
    weight = Reading(
      inRows.relabelled(rows), in: descriptor.layout(dnnl_query_weights_md, rows.extents),
      scratch: kernel.scratch,
      copies: kernel.workspace.weightCopies)
    primitive = Primitive(
      descriptor,
      [(DNNL_ARG_WEIGHTS, weight.tensor), (DNNL_ARG_DIFF_DST, output.gradient), (DNNL_ARG_DIFF_SRC, taps)],
      scratch: kernel.scratch)
  }

  func run(into target: BlockedTensor) {
    weightToRows.run()
    weight.update()
    primitive.run()
    patches.scatter(
      taps.floats.baseAddress!, into: target.floats.baseAddress!, startingFrom: nil)
  }
}
#endif

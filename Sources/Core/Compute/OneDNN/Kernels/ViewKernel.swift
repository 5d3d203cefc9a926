#if canImport(COneDNN)

/// Flatten and Reshape: the same numbers under other extents, without a copy where the layout allows it.
final class ViewKernel: OneDNNKernel {
  let inputs: [Value]
  let output: Value
  /// The input in row-major order, where a copy is needed to get there.
  private let plain: BlockedTensor?
  private let toPlain: Reorder?
  private let scratch: Scratch

  init(at site: KernelSite) {
    let input = site.inputs[0]
    inputs = [input]
    scratch = site.scratch
    let layout = Layout.plain(site.shape.extents)
    let onlyLinearReads = !site.readers.isEmpty && site.readers.allSatisfy { $0.operation is Linear }
    if input.data.layout.isPlain {
      output = site.value(holding: input.data.relabelled(layout))
      (plain, toPlain) = (nil, nil)
    } else if onlyLinearReads, site.shape.rank == 2 {
      // Linear reads images as they lie.
      output = site.value(holding: input.data)
      (plain, toPlain) = (nil, nil)
    } else {
      let copy = BlockedTensor(.plain(input.data.layout.extents))
      output = site.value(holding: copy.relabelled(layout))
      plain = copy
      toPlain = Reorder(from: input.data, to: copy, scratch: site.scratch)
    }
    if plain == nil, input.readerCount == 1 { input.gradientTwin = output }
  }

  func forward() { toPlain?.run() }

  func backward(_ pass: BackwardPass) {
    let input = inputs[0]
    guard pass.wants(input) else { return }
    if input.gradientTwin === output {
      input.hasGradient = true
    } else {
      input.receive { target in reorder(into: target).run() }
    }
  }

  private var reorders: [ObjectIdentifier: Reorder] = [:]

  private func reorder(into target: BlockedTensor) -> Reorder {
    let key = ObjectIdentifier(target)
    if let reorder = reorders[key] { return reorder }
    let source = output.gradient.relabelled(plain?.layout ?? target.layout)
    let reorder = Reorder(from: source, to: target, scratch: scratch)
    reorders[key] = reorder
    return reorder
  }
}
#endif

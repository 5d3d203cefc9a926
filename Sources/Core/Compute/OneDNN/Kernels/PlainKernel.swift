#if canImport(COneDNN)

/// Any operation that oneDNN has no primitive for here, by the reference executor's kernel on row-major copies.
final class PlainKernel: OneDNNKernel {
  let inputs: [Value]
  let output: Value
  private let kernel: any ReferenceKernel
  private let slots: [ParameterSlot]
  private let mode: ExecutionMode
  private let nodeIndex: Int
  private let scratch: Scratch
  private let seed: () -> DropoutSeed
  private let readings: [Reading]
  private var latest: NodePass<Float>?

  init(_ kernel: any ReferenceKernel, at site: KernelSite, seed: @escaping () -> DropoutSeed) {
    self.kernel = kernel
    self.seed = seed
    inputs = site.inputs
    output = site.value(in: .plain(site.shape.extents))
    slots = kernel.parameters.map { declaration in
      let layout = Layout.plain(declaration.shape.extents)
      return site.parameters.add(site.name, declaration, layout: layout, order: ParameterOrder(layout))
    }
    mode = site.mode
    nodeIndex = site.nodeIndex
    scratch = site.scratch
    readings = site.inputs.map {
      Reading($0.data, in: .plain($0.data.layout.extents), scratch: site.scratch)
    }
  }

  func forward() {
    for reading in readings { reading.update() }
    var pass = NodePass<Float>(
      inputs: zip(inputs, readings).map { Values($0.shape, Array($1.tensor.floats)) },
      parameters: slots.map { Values($0.declaration.shape, Array($0.value.floats)) },
      outputShape: output.shape, mode: mode, nodeIndex: nodeIndex)
    pass.dropout = seed()
    perform(.forward, of: kernel, &pass)
    _ = output.data.floats.update(fromContentsOf: pass.output!.elements)
    for (slot, values) in zip(slots, pass.parameters) {
      _ = slot.value.floats.update(fromContentsOf: values.elements)
    }
    latest = pass
  }

  func backward(_ wishes: BackwardPass) {
    guard var pass = latest else { return }
    pass.rule = wishes.rule
    pass.gradient = Values(output.shape, Array(output.gradient.floats))
    if wishes.wantsParameters, !slots.isEmpty {
      perform(.parameterGradients, of: kernel, &pass)
      for (slot, gradient) in zip(slots.filter(\.declaration.isTrainable), pass.parameterGradients) {
        _ = slot.gradient.floats.update(fromContentsOf: gradient.elements)
      }
    }
    guard inputs.contains(where: wishes.wants) else { return }
    perform(.inputGradients, of: kernel, &pass)
    for (input, gradient) in zip(inputs, pass.inputGradients) where wishes.wants(input) {
      let plain = BlockedTensor(.plain(input.data.layout.extents))
      _ = plain.floats.update(fromContentsOf: gradient.elements)
      input.receive { target in Reorder(from: plain, to: target, scratch: scratch).run() }
    }
  }
}
#endif

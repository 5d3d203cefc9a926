#if canImport(COneDNN)

/// Dropout in training; in inference it is a `PassThroughKernel`.
final class DropoutKernel: OneDNNKernel {
  let inputs: [Value]
  let output: Value
  private let rate: Float
  private let nodeIndex: Int
  /// 0 or 1/(1 − rate) for every element.
  private let mask: BlockedTensor
  // Read when a step runs: the trainer moves it on between steps.
  private let seed: () -> DropoutSeed

  /// The mask is drawn by row-major index, so the input must lie that way.
  init?(_ operation: Dropout, at site: KernelSite, seed: @escaping () -> DropoutSeed) {
    let input = site.inputs[0]
    guard input.data.layout.isPlain, input.data.layout.extents == site.shape.extents else { return nil }
    inputs = [input]
    output = site.value(in: input.data.layout)
    rate = operation.rate
    nodeIndex = site.nodeIndex
    mask = BlockedTensor(input.data.layout)
    self.seed = seed
  }

  func forward() {
    DropoutMask(rate: rate, seed: seed(), node: nodeIndex).fill(mask.floats, from: 0)
    multiply(inputs[0].data, into: output.data)
  }

  func backward(_ pass: BackwardPass) {
    guard pass.wants(inputs[0]) else { return }
    inputs[0].receive { target in multiply(output.gradient, into: target) }
  }

  private func multiply(_ source: BlockedTensor, into target: BlockedTensor) {
    let (source, factor, result) = (
      source.floats.baseAddress!, mask.floats.baseAddress!, target.floats.baseAddress!
    )
    for index in 0..<mask.floats.count { result[index] = source[index] * factor[index] }
  }
}
#endif

#if canImport(COneDNN)

/// An operation that changes nothing: dropout in inference.
final class PassThroughKernel: OneDNNKernel {
  let inputs: [Value]
  let output: Value

  init(at site: KernelSite) {
    let input = site.inputs[0]
    inputs = [input]
    output = site.value(holding: input.data)
    if input.readerCount == 1 { input.gradientTwin = output }
  }

  func forward() {}

  func backward(_ pass: BackwardPass) {
    let input = inputs[0]
    guard pass.wants(input) else { return }
    if input.gradientTwin === output {
      input.hasGradient = true
    } else {
      input.receive { target in _ = target.floats.update(fromContentsOf: output.gradient.floats) }
    }
  }
}
#endif

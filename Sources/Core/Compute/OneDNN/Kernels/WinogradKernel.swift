#if canImport(COneDNN)
internal import CKernels

/// Convolutions and transposed convolutions of 3 × 3 taps at stride 1 and 4 × 4 at stride 2, by fewer products than there
/// are: 25 for the 64 or 81 that 4 × 4 or 3 × 3 results take.
///
/// Stock primitives come near to what the processor can multiply, so nothing but another algorithm makes them faster
/// (measured: two thirds of the time of a DCGAN's step). The results differ from theirs by rounding: about 5e-6 of the
/// largest.
final class WinogradKernel: OneDNNKernel {
  let inputs: [Value]
  let output: Value
  private let geometry: WinogradGeometry
  private let isTransposed: Bool
  private let weight: ParameterSlot
  private let bias: ParameterSlot?
  private let source: Reading
  private let inputLayout: Layout
  private let slope: Float
  private let store: ParameterStore
  private let scratch: Scratch
  private let forwardPass: WinogradPass

  convenience init?(_ operation: Conv2d, at site: KernelSite) {
    guard let geometry = WinogradGeometry(operation, from: site.inputs[0].shape, to: site.shape) else {
      return nil
    }
    self.init(geometry, isTransposed: false, operation.parameters, at: site)
  }

  convenience init?(_ operation: ConvTranspose2d, at site: KernelSite) {
    guard let geometry = WinogradGeometry(operation, from: site.inputs[0].shape, to: site.shape) else {
      return nil
    }
    self.init(geometry, isTransposed: true, operation.parameters, at: site)
  }

  private init?(
    _ geometry: WinogradGeometry, isTransposed: Bool, _ declarations: [ParameterDeclaration],
    at site: KernelSite
  ) {
    let block = OneDNNLibrary.block
    let weightExtents = [geometry.small[1], geometry.big[1], geometry.kernel, geometry.kernel]
    guard let inputLayout = Layout.channelBlocks(site.inputs[0].shape.extents, of: block),
      let outputLayout = Layout.channelBlocks(site.shape.extents, of: block),
      let weightLayout = Layout.filterBlocks(weightExtents, of: block)
    else { return nil }
    self.geometry = geometry
    self.isTransposed = isTransposed
    self.inputLayout = inputLayout
    inputs = site.inputs
    output = site.value(in: outputLayout)
    output.rectifier = site.rectifier
    slope = site.rectifier?.slope ?? 1
    // PyTorch's order of a weight is that of the small picture's channels first, of convolutions of both kinds.
    weight = site.parameters.add(
      site.name, declarations[0], layout: weightLayout, order: ParameterOrder(.plain(weightExtents)))
    bias = declarations.count > 1 ? site.parameters.addVector(site.name, declarations[1]) : nil
    scratch = site.scratch
    store = site.parameters
    source = Reading(inputs[0].data, in: inputLayout, scratch: scratch)
    forwardPass = WinogradPass(
      geometry, gathers: !isTransposed, keepsFilters: site.mode == .inference, scratch: scratch)
  }

  func forward() {
    source.update()
    forwardPass.run(
      source.tensor, into: output.data, weight: weight.value, version: store.version, bias: bias?.value,
      slope: slope)
  }

  func backward(_ pass: BackwardPass) {
    rectifierGradient?.run()
    if pass.wantsParameters {
      let (big, small) = isTransposed ? (output.gradient, source.tensor) : (source.tensor, output.gradient)
      // A convolution's gradient lies in points already.
      weightGradient.run(
        big: big, small: small, into: weight.gradient, sums: isTransposed ? nil : bias?.gradient)
      if isTransposed, let bias { channelSums.run(output.gradient, into: bias.gradient) }
    }
    if pass.wants(inputs[0]) {
      inputs[0].receive { target in
        inputGradient.into(target) {
          backwardPass.run(output.gradient, into: $0, weight: weight.value, version: store.version)
        }
      }
    }
  }

  // Made when first needed: an executor that is never differentiated pays nothing.
  private lazy var rectifierGradient = output.rectifier?.gradientPrimitive(at: output, scratch: scratch)
  private lazy var weightGradient = WinogradWeightGradient(geometry, scratch: scratch)
  private lazy var channelSums = ChannelSums()
  private lazy var inputGradient = Writing(inputLayout, scratch: scratch)
  private lazy var backwardPass = WinogradPass(
    geometry, gathers: isTransposed, keepsFilters: false, scratch: scratch)
}

/// Sums of a gradient over all places: the gradient of what was added to each channel.
final class ChannelSums {
  private struct Job {
    let gradient: BlockedTensor
    let sums: UnsafeMutablePointer<Float>
  }

  private let loop = ParallelLoop<Job> { job, block in
    var image = job.gradient.image
    let loops = VectorLoops.table!
    loops.channel_sums(&image, job.gradient.layout.extents[0], block, job.sums + block * loops.width)
  }

  func run(_ gradient: BlockedTensor, into sums: BlockedTensor) {
    loop.run(
      gradient.layout.extents[1] / OneDNNLibrary.block,
      on: Job(gradient: gradient, sums: sums.floats.baseAddress!))
  }
}
#endif

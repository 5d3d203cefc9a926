#if canImport(COneDNN)
internal import CKernels

/// A network's first convolution with the rectifier and the max pooling after it, in a training loop.
///
/// What is pooled, the largest value of such a network, is neither written nor read again, and of its gradient three numbers in four
/// are zeros that nobody multiplies by. There is no gradient at its input: nobody asks for that while a network learns.
final class PooledConvolutionKernel: OneDNNKernel {
  let inputs: [Value]
  let output: Value
  private let window: kernels_window
  private let slope: Float
  private let weight: ParameterSlot
  private let bias: ParameterSlot?
  /// Which place of each window was largest.
  private let places: UnsafeMutablePointer<UInt8>
  /// For each thread, an example with its padding.
  private let frames: BlockedTensor
  private let frameSize: Int
  private let threads = ThreadTeam.threads

  /// Nil where the three are better done one after the other, or the site has no rectifier with a pooling behind it.
  init?(_ operation: any Operation, at site: KernelSite) {
    guard let operation = operation as? Conv2d else { return nil }
    let (input, block) = (site.inputs[0], OneDNNLibrary.block)
    let (kernel, padding) = (operation.kernelSize, operation.padding)
    let extents = [operation.outputChannels, operation.inputChannels, kernel.height, kernel.width]
    guard let rectifier = site.rectifier, rectifier.pooling != nil, site.mode == .training,
      VectorLoops.table != nil,
      operation.inputChannels <= 4, kernel.height == kernel.width, [3, 5].contains(kernel.height),
      operation.stride == 1, operation.dilation == 1, operation.groups == 1,
      padding.top < kernel.height, padding.left < kernel.width,
      // A pooling that rounds up has windows that are cut.
      2 * site.shape[2] < input.shape[2] + padding.top + padding.bottom - kernel.height + 2,
      2 * site.shape[3] < input.shape[3] + padding.left + padding.right - kernel.width + 2,
      input.data.layout.isPlain,
      let layout = Layout.channelBlocks(site.shape.extents, of: block),
      let weightLayout = Layout.blockedOutputs(extents, of: block)
    else { return nil }
    window = kernels_window(
      height: kernel.height, width: kernel.width, stride_y: 1, stride_x: 1, top: padding.top,
      left: padding.left)
    slope = rectifier.slope
    inputs = [input]
    output = site.value(in: layout)
    let declarations = operation.parameters
    weight = site.parameters.add(
      site.name, declarations[0], layout: weightLayout, order: ParameterOrder(.plain(extents)))
    bias = declarations.count > 1 ? site.parameters.addVector(site.name, declarations[1]) : nil
    frameSize =
      extents[1] * (2 * site.shape[2] + kernel.height - 1) * (2 * site.shape[3] + kernel.width - 1)
    frames = site.scratch.tensor(in: .plain([threads, frameSize]))
    places = .allocate(capacity: site.shape.elementCount)
    places.initialize(repeating: 0, count: site.shape.elementCount)
  }

  deinit { places.deallocate() }

  var givesInputGradient: Bool { false }

  func forward() { pooling.run(threads, on: output.data.image) }

  func backward(_ pass: BackwardPass) {
    guard pass.wantsParameters else { return }
    learning.run(threads, on: output.gradient.image)
  }

  private lazy var pooling = ParallelLoop<kernels_image> { [unowned self] image, thread in
    var image = image
    let extents = inputs[0].data.layout.extents
    for example in extents[0] * thread / threads..<extents[0] * (thread + 1) / threads {
      VectorLoops.table!.pooled_convolution(
        inputs[0].data.floats.baseAddress!, extents[1], extents[2], extents[3], window,
        weight.value.floats.baseAddress!, bias?.value.floats.baseAddress, slope, &image, example,
        frames.floats.baseAddress! + thread * frameSize, places)
    }
  }

  private lazy var learning = ParallelLoop<kernels_image> { [unowned self] image, thread in
    var image = image
    let (extents, width) = (inputs[0].data.layout.extents, OneDNNLibrary.block)
    let blocks = output.shape[1] / width
    for block in blocks * thread / threads..<blocks * (thread + 1) / threads {
      VectorLoops.table!.pooled_convolution_gradient(
        inputs[0].data.floats.baseAddress!, extents[1], extents[2], extents[3], window, &image, extents[0],
        block,
        output.data.floats.baseAddress!, places, slope, frames.floats.baseAddress! + thread * frameSize,
        weight.gradient.floats.baseAddress! + block * extents[1] * window.height * window.width * width,
        bias.map { $0.gradient.floats.baseAddress! + block * width })
    }
  }
}
#endif

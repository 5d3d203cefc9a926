#if canImport(COneDNN)
internal import CKernels

/// Max pooling of channel blocks.
///
/// oneDNN's primitive is slow on processors with vectors of eight (measured for the two of preset `cnn`, batch 128: 7.9 ms
/// forward and 6.4 ms backward, of a step of 49 ms; so about 1.1 and 1.0 ms, by their shares of a step of 23 ms).
final class MaxPoolKernel: OneDNNKernel {
  let inputs: [Value]
  let output: Value
  private let window: kernels_window
  /// Which place of each window was largest.
  private let places: UnsafeMutablePointer<UInt8>
  /// The rectifier of what is pooled, whose gradient is taken here, since there are fewer numbers to do it for. That is the
  /// same: a window's gradient goes to its largest number, which has the sign of the pooled one.
  private let pooledRectifier: Rectifier?

  /// Nil for pictures that lie otherwise, and windows of more places than a byte counts.
  init?(_ operation: MaxPool2d, at site: KernelSite) {
    let (input, window) = (site.inputs[0], operation.window!)
    let block = OneDNNLibrary.block
    guard VectorLoops.table != nil, window.dilation == 1,
      window.kernelSize.height * window.kernelSize.width <= 256,
      input.data.layout == Layout.channelBlocks(input.shape.extents, of: block),
      let layout = Layout.channelBlocks(site.shape.extents, of: block)
    else { return nil }
    self.window = kernels_window(
      height: window.kernelSize.height, width: window.kernelSize.width, stride_y: window.stride.height,
      stride_x: window.stride.width, top: window.padding.top, left: window.padding.left)
    inputs = [input]
    output = site.value(in: layout)
    pooledRectifier = input.handOverRectifier()
    places = .allocate(capacity: site.shape.elementCount)
    places.initialize(repeating: 0, count: site.shape.elementCount)
  }

  deinit { places.deallocate() }

  private struct Job {
    /// What is pooled, or its gradient.
    let large: kernels_image
    /// What is made, or its gradient.
    let small: kernels_image
  }

  func forward() {
    pooling.run(output.data.blockCount, on: Job(large: inputs[0].data.image, small: output.data.image))
  }

  func backward(_ pass: BackwardPass) {
    guard pass.wants(inputs[0]) else { return }
    inputs[0].receive { target in
      spreading.run(output.data.blockCount, on: Job(large: target.image, small: output.gradient.image))
    }
  }

  private lazy var pooling = ParallelLoop<Job> { [unowned self] job, block in
    var (large, small) = (job.large, job.small)
    VectorLoops.table!.max_pool(&large, block, window, &small, places)
  }

  private lazy var spreading = ParallelLoop<Job> { [unowned self] job, block in
    var (large, small) = (job.large, job.small)
    VectorLoops.table!.max_pool_gradient(
      &large, block, window, &small, places, output.data.floats.baseAddress!, pooledRectifier?.slope ?? .nan)
  }
}
#endif

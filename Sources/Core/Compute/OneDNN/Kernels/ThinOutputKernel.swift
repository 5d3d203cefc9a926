#if canImport(COneDNN)
internal import COneDNN

/// A convolution or transposed convolution to a few channels, such as the last of a generator.
///
/// oneDNN computes and keeps it as if there were sixteen of them. Here every output pixel is a sum over the kernel's taps instead:
/// a 1 × 1 convolution makes one channel for each tap, and the taps' channels are added up where they belong
/// (measured for 64 → 1, 3 × 3: a third of the time forward and backward).
final class ThinOutputKernel: OneDNNKernel {
  let inputs: [Value]
  let output: Value
  private let patches: Patches
  /// One channel for each tap.
  private let taps: Value
  private let product: ConvolutionKernel
  private let bias: ParameterSlot?

  convenience init?(_ operation: Conv2d, at site: KernelSite) {
    guard operation.outputChannels <= 4, operation.groups == 1, operation.stride == 1 else { return nil }
    let (kernel, padding, dilation) = (operation.kernelSize, operation.padding, operation.dilation)
    let places = kernel.height * kernel.width
    // Seen from an input pixel, a tap's output lies on the other side.
    self.init(
      rows: (0..<kernel.height).map { padding.top - $0 * dilation.height },
      columns: (0..<kernel.width).map { padding.left - $0 * dilation.width }, stride: (1, 1),
      weight: .strided(
        [operation.outputChannels, places, operation.inputChannels, 1, 1],
        strides: [operation.inputChannels * places, 1, places, 1, 1]),
      operation.parameters, at: site)
  }

  convenience init?(_ operation: ConvTranspose2d, at site: KernelSite) {
    guard operation.outputChannels <= 4, operation.groups == 1 else { return nil }
    let (kernel, padding, dilation) = (operation.kernelSize, operation.padding, operation.dilation)
    let places = kernel.height * kernel.width
    self.init(
      rows: (0..<kernel.height).map { $0 * dilation.height - padding.top },
      columns: (0..<kernel.width).map { $0 * dilation.width - padding.left },
      stride: (operation.stride.height, operation.stride.width),
      weight: .strided(
        [operation.outputChannels, places, operation.inputChannels, 1, 1],
        strides: [places, 1, operation.outputChannels * places, 1, 1]),
      operation.parameters, at: site)
  }

  private init?(
    rows: [Int], columns: [Int], stride: (Int, Int), weight: Layout, _ declarations: [ParameterDeclaration],
    at site: KernelSite
  ) {
    let input = site.inputs[0]
    let block = OneDNNLibrary.block
    // Many places and few channels, else the detour costs more than it saves.
    let places = input.shape[2] * input.shape[3]
    guard input.shape[1] >= block, site.rectifier == nil, site.shape[2] * site.shape[3] * 2 >= places else {
      return nil
    }
    patches = Patches(
      image: site.shape.extents, grid: (input.shape[2], input.shape[3]), stride: stride, rows: rows,
      columns: columns, block: block)
    var inner = site
    inner.shape = Shape(patches.extents)
    inner.isWithinKernel = true
    guard
      let product = ConvolutionKernel(
        pointwise: [patches.channels, input.shape[1]], weight: declarations[0], in: weight, at: inner),
      product.output.data.layout == Layout.filledBlocks(patches.extents, of: block)
    else { return nil }
    self.product = product
    taps = product.output
    inputs = [input]
    output = site.value(in: .plain(site.shape.extents))
    bias = declarations.count > 1 ? site.parameters.addVector(site.name, declarations[1]) : nil
  }

  func forward() {
    product.forward()
    patches.scatter(
      taps.data.floats.baseAddress!, into: output.data.floats.baseAddress!,
      startingFrom: bias?.value.floats.baseAddress)
  }

  func backward(_ pass: BackwardPass) {
    guard pass.wantsParameters || pass.wants(inputs[0]) else { return }
    let gradient = output.gradient.floats.baseAddress!
    patches.gather(gradient, into: taps.gradient.floats.baseAddress!)
    taps.hasGradient = true
    if pass.wantsParameters, let bias {
      let plane = output.shape[2] * output.shape[3]
      for channel in 0..<output.shape[1] {
        var sum = 0.0
        for example in 0..<output.shape[0] {
          let start = gradient + (example * output.shape[1] + channel) * plane
          var part: Float = 0
          for place in 0..<plane { part += start[place] }
          sum += Double(part)
        }
        bias.gradient.floats[channel] = Float(sum)
      }
    }
    product.backward(pass)
  }
}
#endif

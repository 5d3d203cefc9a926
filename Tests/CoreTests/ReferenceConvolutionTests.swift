import Core
import TestSupport
import Testing

/// A convolution with random hyper-parameters and an image that it fits.
private struct RandomConvolution: CustomStringConvertible {
  let operation: Conv2d
  let image: Shape
  var random: RandomStream

  init(seed: Int) {
    var source = RandomStream(seed: 31, stream: UInt64(seed))
    func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &source) }
    while true {
      let groups = pick(1...3)
      let operation = Conv2d(
        inputChannels: groups * pick(1...2), outputChannels: groups * pick(1...3),
        kernelSize: Extent(height: pick(1...5), width: pick(1...5)),
        stride: Extent(height: pick(1...3), width: pick(1...3)),
        padding: Padding(top: pick(0...3), left: pick(0...3), bottom: pick(0...3), right: pick(0...3)),
        dilation: Extent(height: pick(1...3), width: pick(1...3)), groups: groups)
      let image: Shape = [2, operation.inputChannels, pick(1...9), pick(1...9)]
      guard (try? operation.outputShape(of: [image])) != nil else { continue }
      self.operation = operation
      self.image = image
      random = source
      return
    }
  }

  var description: String { "\(operation) of \(image)" }

  /// The transposed convolution back to the image's size, and its weight in the same layout.
  var transpose: ConvTranspose2d {
    let window = operation.window!
    func left(_ size: Int, _ padding: Int, _ span: Int, _ stride: Int) -> Int {
      (size + padding - span) % stride
    }
    return ConvTranspose2d(
      inputChannels: operation.outputChannels, outputChannels: operation.inputChannels,
      kernelSize: operation.kernelSize, stride: operation.stride, padding: operation.padding,
      outputPadding: Extent(
        height: left(
          image[2], operation.padding.top + operation.padding.bottom, window.span.height,
          operation.stride.height),
        width: left(
          image[3], operation.padding.left + operation.padding.right, window.span.width,
          operation.stride.width)),
      dilation: operation.dilation, groups: operation.groups, hasBias: false)
  }

  mutating func numbers(_ shape: Shape) -> Values<Double> { Values(random.normal(shape)) }
}

/// An operation's value for one input and parameters in order, in `Double`.
private func run(
  _ operation: any Operation, _ input: Values<Double>, _ parameters: [Values<Double>]
) throws -> Values<Double> {
  let executor = try ready(operation, input.shape, parameters)
  try executor.forward(["x": input])
  return try executor.exactValue(of: "node")
}

private func ready(
  _ operation: any Operation, _ shape: Shape, _ parameters: [Values<Double>]
) throws -> ReferenceExecutor<Double> {
  let network = try networkOfOne(operation, [shape.perExample])
  let executor = try ReferenceExecutor<Double>(network, batch: shape[0], mode: .inference)
  let names = operation.parameters.map { "node." + $0.name }
  try executor.load(Dictionary(uniqueKeysWithValues: zip(names, parameters)))
  return executor
}

private func dot(_ left: Values<Double>, _ right: Values<Double>) -> Double {
  zip(left.elements, right.elements).reduce(0) { $0 + $1.0 * $1.1 }
}

/// `Conv2d`'s formula, letter by letter.
private func convolutionByDefinition(
  _ o: Conv2d, _ x: Values<Double>, _ w: Values<Double>, _ bias: Values<Double>
) throws -> Values<Double> {
  var result = Values<Double>(try o.outputShape(of: [x.shape]))
  let (inputs, outputs) = (o.inputChannels / o.groups, o.outputChannels / o.groups)
  var index = 0
  for n in 0..<result.shape[0] {
    for c in 0..<o.outputChannels {
      for y in 0..<result.shape[2] {
        for column in 0..<result.shape[3] {
          var sum = bias.elements[c]
          for i in 0..<inputs {
            for ky in 0..<o.kernelSize.height {
              for kx in 0..<o.kernelSize.width {
                let row = y * o.stride.height + ky * o.dilation.height - o.padding.top
                let place = column * o.stride.width + kx * o.dilation.width - o.padding.left
                guard row >= 0, row < x.shape[2], place >= 0, place < x.shape[3] else { continue }
                let channel = c / outputs * inputs + i
                let pixel = ((n * o.inputChannels + channel) * x.shape[2] + row) * x.shape[3] + place
                let tap = ((c * inputs + i) * o.kernelSize.height + ky) * o.kernelSize.width + kx
                sum += x.elements[pixel] * w.elements[tap]
              }
            }
          }
          result.elements[index] = sum
          index += 1
        }
      }
    }
  }
  return result
}

@Suite struct ReferenceConvolutionTests {
  @Test(arguments: 0..<60) func aConvolutionIsItsDefinition(seed: Int) throws {
    var it = RandomConvolution(seed: seed)
    let x = it.numbers(it.image)
    let parameters = it.operation.parameters.map { it.numbers($0.shape) }
    expectClose(
      try run(it.operation, x, parameters),
      try convolutionByDefinition(it.operation, x, parameters[0], parameters[1]), ofScale: 1e-13,
      because: "\(it)")
  }

  /// ⟨conv(x), y⟩ = ⟨x, convT(y)⟩
  @Test(arguments: 0..<60) func aTransposedConvolutionIsTheTransposeOfAConvolution(seed: Int) throws {
    var it = RandomConvolution(seed: seed)
    var straight = it.operation
    straight.hasBias = false
    let x = it.numbers(it.image)
    let y = it.numbers(try straight.outputShape(of: [it.image]))
    let weight = it.numbers(straight.parameters[0].shape)
    #expect(it.transpose.parameters[0].shape == weight.shape)
    let there = try run(straight, x, [weight])
    let back = try run(it.transpose, y, [weight])
    #expect(back.shape == x.shape)
    // Relative to the size of the sums' terms: the sums themselves may cancel.
    let size = (dot(there, there) * dot(y, y)).squareRoot()
    #expect(abs(dot(there, y) - dot(x, back)) <= 1e-12 * size, "\(it)")
  }

  @Test(arguments: 0..<20) func aTransposedConvolutionIsTheGradientOfAConvolutionByItsInput(seed: Int) throws
  {
    var it = RandomConvolution(seed: seed)
    let x = it.numbers(it.image)
    let parameters = it.operation.parameters.map { it.numbers($0.shape) }
    let executor = try ready(it.operation, it.image, parameters)
    try executor.forward(["x": x])
    let gradient = it.numbers(try it.operation.outputShape(of: [it.image]))
    try executor.backward(from: "node", gradient: gradient, into: .values)
    expectClose(
      try executor.exactGradient(of: "x"), try run(it.transpose, gradient, [parameters[0]]), ofScale: 1e-13,
      because: "\(it)")
  }

  @Test(arguments: [Conv2d.name, ConvTranspose2d.name])
  func aGroupedConvolutionIsSplitConvolutionsSideBySide(kind: String) throws {
    func operation(groups: Int) -> any Operation {
      let (inputs, outputs) = (2 * groups, 3 * groups)
      return kind == Conv2d.name
        ? Conv2d(
          inputChannels: inputs, outputChannels: outputs, kernelSize: 3, stride: 2, padding: 1, groups: groups
        )
        : ConvTranspose2d(
          inputChannels: inputs, outputChannels: outputs, kernelSize: 3, stride: 2, padding: 1, groups: groups
        )
    }
    var random = RandomStream(seed: 8)
    // One example, so that a group's channels are a slice of memory.
    let x = Values<Double>(random.normal([1, 4, 5, 4]))
    let weight = Values<Double>(random.normal(operation(groups: 2).parameters[0].shape))
    let bias = Values<Double>(random.normal([6]))
    let whole = try run(operation(groups: 2), x, [weight, bias])

    func half(_ values: Values<Double>, _ index: Int, axis: Int) -> Values<Double> {
      var shape = values.shape
      shape[axis] /= 2
      return Values(
        shape, Array(values.elements[index * shape.elementCount..<(index + 1) * shape.elementCount]))
    }
    let parts = try (0..<2).map { index in
      try run(
        operation(groups: 1), half(x, index, axis: 1),
        [half(weight, index, axis: 0), half(bias, index, axis: 0)])
    }
    expectClose(whole, Values(whole.shape, parts.flatMap(\.elements)), ofScale: 1e-13, because: kind)
  }

  /// Odena et al. 2016: with all ones a place counts the kernels that overlap on it. 4 × 4 at stride 2: two along each
  /// axis everywhere inside. 5 × 5 at stride 2: two or three, a checkerboard.
  @Test func kernelsOverlapEvenlyOnlyIfTheStrideDividesTheirSize() throws {
    func overlaps(kernel: Int, padding: Padding) throws -> Set<Double> {
      let operation = ConvTranspose2d(
        inputChannels: 1, outputChannels: 1, kernelSize: Extent(kernel), stride: 2, padding: padding,
        hasBias: false)
      let result = try run(
        operation, Values([1, 1, 8, 8], repeating: 1), [Values(operation.parameters[0].shape, repeating: 1)])
      let side = result.shape[2]
      #expect(side == 16)
      return Set(
        (3..<side - 3).flatMap { row in (3..<side - 3).map { result.elements[row * side + $0] } })
    }
    #expect(try overlaps(kernel: 4, padding: 1) == [4])
    #expect(try overlaps(kernel: 5, padding: Padding(top: 1, left: 1, bottom: 2, right: 2)) == [4, 6, 9])
  }

  /// A kernel of 3 on images of 3 and 4 (odd, even) and of 1 with padding; on 2 = kernel − 1 it does not fit.
  @Test func edgeSizesWorkAndTooSmallAnImageIsAnError() throws {
    let plain = Conv2d(inputChannels: 1, outputChannels: 1, kernelSize: 3, hasBias: false)
    let ones = Values<Double>(plain.parameters[0].shape, repeating: 1)
    #expect(try run(plain, Values([1, 1, 3, 3], repeating: 1), [ones]).elements == [9])
    #expect(try run(plain, Values([1, 1, 3, 4], repeating: 1), [ones]).elements == [9, 9])
    var padded = plain
    padded.padding = 1
    #expect(try run(padded, Values([1, 1, 1, 1], repeating: 1), [ones]).elements == [1])
    #expect(
      throws: NetworkError(
        .shape, "node (Conv2d)",
        """
        a window of 3 × 3 does not fit into 2 × 2 with padding 0 above, 0 below, 0 left, 0 right, \
        given x [1, 1, 2, 2]
        """)
    ) { try run(plain, Values([1, 1, 2, 2], repeating: 1), [ones]) }
  }
}

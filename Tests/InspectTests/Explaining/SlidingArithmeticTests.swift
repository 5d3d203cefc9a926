import Core
import Inspect
import Render
import TestSupport
import Testing

@Suite struct SlidingArithmeticTests {
  struct Sizes: CustomTestStringConvertible, Sendable {
    var input: Int
    var kernel: Int
    var stride = 1
    var padding = 0
    var dilation = 1
    var outputPadding = 0
    var testDescription: String {
      "input \(input), kernel \(kernel), stride \(stride), padding \(padding), dilation \(dilation), output padding \(outputPadding)"
    }
    func arithmetic(_ kind: SlidingArithmetic.Kind) throws -> SlidingArithmetic {
      try SlidingArithmetic(
        kind, input: input, kernel: kernel, stride: stride, padding: padding, dilation: dilation,
        outputPadding: outputPadding, seed: 4)
    }
  }

  private func run(_ operation: some Operation, _ arithmetic: SlidingArithmetic) throws -> Tensor {
    let n = arithmetic.inputSide
    let network = try Network.sequential("layer", input: .init("image", [1, n, n]), ["conv1": operation])
    var parameters = Parameters()
    if let weight = operation.parameters.first {
      parameters["conv1.weight"] = Tensor(weight.shape, arithmetic.kernel.map(Float.init))
    }
    let executor = try makeExecutor(for: network, batch: 1, mode: .inference)
    try executor.load(parameters)
    try executor.forward(Tensor([1, 1, n, n], arithmetic.input.map(Float.init)))
    return try executor.output()
  }

  @Test(arguments: [
    Sizes(input: 5, kernel: 3), Sizes(input: 5, kernel: 3, stride: 2, padding: 1),
    Sizes(input: 7, kernel: 3, stride: 2, padding: 2, dilation: 2), Sizes(input: 4, kernel: 4, padding: 3),
    Sizes(input: 1, kernel: 1),
  ]) func aConvolutionIsTheNetworks(_ sizes: Sizes) throws {
    let arithmetic = try sizes.arithmetic(.convolution)
    let output = try run(
      Conv2d(
        inputChannels: 1, outputChannels: 1, kernelSize: Extent(sizes.kernel), stride: Extent(sizes.stride),
        padding: Padding(sizes.padding), dilation: Extent(sizes.dilation), hasBias: false), arithmetic)
    #expect(output.shape == [1, 1, arithmetic.outputSide, arithmetic.outputSide])
    #expect(output.elements == arithmetic.output.map(Float.init))
  }

  @Test(arguments: [
    Sizes(input: 3, kernel: 3, stride: 2, padding: 1), Sizes(input: 2, kernel: 4, stride: 2, padding: 1),
    Sizes(input: 3, kernel: 3, stride: 2, padding: 1, outputPadding: 1),
    Sizes(input: 3, kernel: 2, stride: 3),
    Sizes(input: 3, kernel: 3, stride: 2, padding: 3, dilation: 2), Sizes(input: 4, kernel: 2, padding: 2),
  ]) func aTransposedConvolutionIsTheNetworksAndSoIsItsSpreading(_ sizes: Sizes) throws {
    let arithmetic = try sizes.arithmetic(.transposedConvolution)
    let output = try run(
      ConvTranspose2d(
        inputChannels: 1, outputChannels: 1, kernelSize: Extent(sizes.kernel), stride: Extent(sizes.stride),
        padding: Padding(sizes.padding), outputPadding: Extent(sizes.outputPadding),
        dilation: Extent(sizes.dilation), hasBias: false), arithmetic)
    #expect(output.shape == [1, 1, arithmetic.outputSide, arithmetic.outputSide])
    #expect(output.elements == arithmetic.output.map(Float.init))
    #expect(arithmetic.spread(after: arithmetic.input.count) == arithmetic.output)
    #expect(arithmetic.spread(after: 0).allSatisfy { $0 == 0 })
  }

  @Test(arguments: [Sizes(input: 4, kernel: 2, stride: 2), Sizes(input: 5, kernel: 3, stride: 2, padding: 1)])
  func poolingIsTheNetworks(_ sizes: Sizes) throws {
    let (kernel, stride) = (Extent(sizes.kernel), Extent(sizes.stride))
    let largest = try sizes.arithmetic(.maximum)
    let padding = Padding(sizes.padding)
    #expect(
      try run(MaxPool2d(kernelSize: kernel, stride: stride, padding: padding), largest).elements
        == largest.output.map(Float.init))
    let mean = try sizes.arithmetic(.mean)
    let count = Float(sizes.kernel * sizes.kernel)
    expectClose(
      try run(AvgPool2d(kernelSize: kernel, stride: stride, padding: padding), mean),
      Tensor([1, 1, mean.outputSide, mean.outputSide], mean.output.map { Float($0) / count }), absolute: 1e-6)
  }

  @Test(arguments: [
    (Sizes(input: 2, kernel: 5), SlidingArithmetic.Kind.convolution, "the kernel spans 5 places"),
    (Sizes(input: 0, kernel: 3), .convolution, "input 0; expected 1 to 16"),
    (
      Sizes(input: 3, kernel: 3, stride: 2, outputPadding: 2), .transposedConvolution,
      "an output padding of 2"
    ),
    (Sizes(input: 2, kernel: 2, padding: 9), .transposedConvolution, "cuts everything away"),
    (Sizes(input: 16, kernel: 3, stride: 16), .transposedConvolution, "cannot be drawn"),
    (Sizes(input: 4, kernel: 2, padding: 2), .maximum, "is not less than the window’s span"),
  ]) func sizesThatMakeNoSenseAreRefused(_ sizes: Sizes, _ kind: SlidingArithmetic.Kind, _ reason: String) {
    let error = #expect(throws: InspectError.self) { try sizes.arithmetic(kind) }
    #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
  }

  @Test func aSheetHasAPanelForEveryStepAndTheCalculationAddsUp() throws {
    let sheet = ArithmeticSheet(
      try Sizes(input: 5, kernel: 3, stride: 2, padding: 1).arithmetic(.convolution))
    let figure = sheet.figure()
    #expect(
      figure.facts.contains("5 × 5 become 3 × 3")
        && figure.facts.contains("(5 + 2·1 − 1·(3 − 1) − 1) ÷ 2 + 1 = 3"))
    // The window's frame, once a step, beside that of the number which comes out.
    let frames = figure.scene().flattened.count {
      if case .rectangle(_, nil, let stroke?, _) = $0 { stroke.width == 1.25 } else { false }
    }
    #expect(frames == 9)
    let output = try figure.table("output").rows.flatMap { $0 }
    #expect(output == sheet.arithmetic.output.map(String.init))
    #expect(sheet.arithmetic.taps(row: 0, column: 0).count == 4, "a corner sees four true numbers")
  }

  @Test func aSheetOfATransposedConvolutionShowsBothWays() throws {
    let arithmetic = try Sizes(input: 3, kernel: 3, stride: 2, padding: 1).arithmetic(.transposedConvolution)
    let both = ArithmeticSheet(arithmetic).figure().scene()
    #expect(both.says("Each number spreads") && both.says("The same with zeros between the numbers"))
    #expect(both.says("the first 16 of 25 steps"))
    let zeros = ArithmeticSheet(arithmetic, view: .zeros, steps: 25).figure()
    #expect(!zeros.scene().says("Each number spreads"))
    #expect(zeros.option("view") == "zeros" && zeros.option("steps") == 25)
  }

  @Test func theSameSeedGivesTheSameNumbersAndAnotherGivesOthers() throws {
    let numbers = try [1, 1, 2].map { seed in
      try SlidingArithmetic(.convolution, input: 5, kernel: 3, seed: seed).input
    }
    #expect(numbers[0] == numbers[1] && numbers[0] != numbers[2])
    #expect(numbers.joined().allSatisfy { (1...3).contains($0) })
  }
}

@Suite struct OverlapCountTests {
  @Test func threeByTwoIsOneTwoFour() {
    let uneven = OverlapCount(kernel: 3, stride: 2, inputs: 3)
    // By hand: bars over 0–2, 2–4, 4–6.
    #expect(uneven.counts == [1, 1, 2, 1, 2, 1, 1])
    #expect(!uneven.isEven && uneven.phases == [2, 1] && uneven.squarePhases == [1, 2, 4])
    #expect(uneven.squareCounts[2 * 7 + 2] == 4 && uneven.squareCounts[2 * 7 + 3] == 2)
  }

  @Test func fourByTwoIsEven() {
    let even = OverlapCount(kernel: 4, stride: 2, padding: 1, inputs: 4)
    #expect(even.counts == [1, 2, 2, 2, 2, 2, 2, 1])
    #expect(even.isEven && even.phases == [2, 2] && even.squarePhases == [4])
  }

  @Test(arguments: 1...7, 1...4) func farFromTheEdgesThePhasesAreWhatIsCounted(kernel: Int, stride: Int) {
    let overlap = OverlapCount(kernel: kernel, stride: stride, inputs: 12)
    let inside = overlap.counts.dropFirst(kernel).dropLast(kernel)
    #expect(Set(inside) == Set(overlap.phases))
    #expect(overlap.isEven == (Set(inside).count == 1))
  }

  @Test func anUnevenOverlapStandsBesideAnEvenOne() throws {
    let figure = try Checkerboard(kernel: 3, stride: 2).figure()
    #expect(figure.facts == "transposed convolution · kernel 3, stride 2 beside kernel 4, stride 2")
    #expect(
      figure.scene().says("1 : 2 : 4 products") && figure.scene().says("every place adds up 4 products"))
    let error = #expect(throws: InspectError.self) { try Checkerboard(kernel: 40).figure() }
    #expect(error?.description == "sizes: kernel 40; expected 1 to 12, more cannot be drawn")
  }

  @Test(arguments: 1...12, 1...6) func everyPairOfSizesDraws(kernel: Int, stride: Int) throws {
    let scene = try Checkerboard(kernel: kernel, stride: stride).figure().scene()
    #expect(scene.size.width <= 800)
  }
}

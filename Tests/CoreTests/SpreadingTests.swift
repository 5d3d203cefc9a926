import Core
import TestSupport
import Testing

private func shape(_ operation: any Operation, _ inputs: [Shape]) throws -> Shape {
  try operation.outputShape(of: inputs)
}

@Suite struct SpreadingTests {
  @Test func examplesAreAlignedAtTheirEndsAndBatchesWithBatches() throws {
    #expect(try shape(Add(), [[5, 3, 4, 4], [5, 3, 1, 1]]) == [5, 3, 4, 4])
    #expect(try shape(Add(), [[5, 4], [5, 3, 4]]) == [5, 3, 4])
    // Not the batch of 3 over the channels of 3.
    #expect(try shape(Add(), [[3, 4], [3, 3, 4]]) == [3, 3, 4])
    #expect(try shape(Add(), [[1, 3, 1], [5, 4]]) == [5, 3, 4])
    #expect(try shape(Maximum(), [[5], [5, 2, 2]]) == [5, 2, 2])
    #expect(throws: ShapeMismatch("cannot spread [2, 4] over [3, 4]")) {
      try shape(Add(), [[3, 4], [2, 4]])
    }
    #expect(throws: ShapeMismatch("cannot spread [3, 3] over [3, 4]")) {
      try shape(Add(), [[3, 4], [3, 3]])
    }
    #expect(throws: ShapeMismatch("takes two inputs, 3 were given")) {
      try shape(Divide(), [[1, 2], [1, 2], [1, 2]])
    }
    #expect(throws: ShapeMismatch("takes at least one input, none was given")) { try shape(Add(), []) }
  }

  @Test func matricesMeetAsInNumPy() throws {
    #expect(try shape(MatMul(), [[5, 2, 3], [5, 3, 4]]) == [5, 2, 4])
    #expect(try shape(MatMul(), [[5, 3], [1, 3, 4]]) == [5, 4])
    #expect(try shape(MatMul(), [[5, 2, 3], [1, 3]]) == [5, 2])
    #expect(try shape(MatMul(), [[5, 3], [5, 3]]) == [5])
    #expect(try shape(MatMul(), [[5, 7, 1, 2, 3], [1, 6, 3, 4]]) == [5, 7, 6, 2, 4])
    #expect(throws: ShapeMismatch("cannot multiply examples of [2, 3] and [4, 5]")) {
      try shape(MatMul(), [[5, 2, 3], [5, 4, 5]])
    }
  }

  @Test func parametersMustNotEnlargeWhatTheyAreSpreadOver() throws {
    #expect(try shape(PReLU(slopeShape: [3, 1, 1]), [[2, 3, 4, 4]]) == [2, 3, 4, 4])
    #expect(throws: ShapeMismatch("slopes of [3, 1] do not fit examples of [2, 1, 4]")) {
      try shape(PReLU(slopeShape: [3, 1]), [[2, 1, 4]])
    }
    #expect(throws: ShapeMismatch("slopes of [1, 4] do not fit examples of [2, 4]")) {
      try shape(PReLU(slopeShape: [1, 4]), [[2, 4]])
    }
    #expect(throws: ShapeMismatch("parameters of [3] do not fit examples of [2, 4]")) {
      try shape(LayerNorm(axes: [1], parameterShape: [3]), [[2, 4]])
    }
  }

  @Test func axesAreCheckedAgainstWhatThereIs() throws {
    #expect(try shape(Reduce(.sum, axes: [1, -1], keepsAxes: false), [[2, 3, 4, 5]]) == [2, 4])
    #expect(try shape(Reduce(.sum, axes: [1, -1], keepsAxes: true), [[2, 3, 4, 5]]) == [2, 1, 4, 1])
    #expect(throws: ShapeMismatch("there is no axis 3 in an example of [2, 3, 4]")) {
      try shape(Reduce(.sum, axes: [3], keepsAxes: true), [[2, 3, 4]])
    }
    #expect(throws: ShapeMismatch("there is no axis -3 in an example of [2, 3, 4]")) {
      try shape(Softmax(axis: -3), [[2, 3, 4]])
    }
    #expect(throws: ShapeMismatch("axis -1 of [2, 3, 4] is named twice")) {
      try shape(Reduce(.sum, axes: [2, -1], keepsAxes: true), [[2, 3, 4]])
    }
    #expect(Softmax(axis: 0).flaw != nil && Reduce(.sum, axes: [1, 0], keepsAxes: true).flaw != nil)
    #expect(Reduce(.sum, axes: [], keepsAxes: true).flaw != nil)
  }

  @Test func numbersThatJSONCannotHoldAreFlaws() {
    let flawed: [any Operation] = [
      ELU(alpha: .infinity), SELU(alpha: .nan), CELU(alpha: 0), SiLU(beta: .infinity),
      Hardsigmoid(slope: .nan),
      Hardtanh(minimum: -.infinity, maximum: 1), Hardtanh(minimum: nil, maximum: .nan),
      Threshold(threshold: .nan),
      ClippedReLU(maximum: .infinity), ClippedReLU(maximum: nil, slope: .nan),
      Rescale(scale: [], offset: [0]),
      Rescale(scale: [1, 2], offset: [1, 2, 3]), Rescale(scale: [.infinity], offset: [0]),
      LayerNorm(axes: [1], parameterShape: [1], epsilon: -1), LayerNorm(axes: [], parameterShape: [1]),
      GroupNorm(groups: 3, channels: 4), InstanceNorm2d(channels: 0), LocalResponseNorm(size: 0),
      LocalResponseNorm(size: 3, alpha: .nan), Constant(shape: [2, 0]),
    ]
    #expect(flawed.filter { $0.flaw == nil }.map { "\($0)" } == [])
  }

  /// Letter by letter: every place of the result looks up its places in the inputs.
  @Test(
    arguments: [
      [[2, 3, 4], [2, 3, 4]], [[2, 3, 4], [2, 4]], [[2, 3, 1], [2, 1, 4]], [[1, 3, 4], [2, 1]],
      [[2, 3, 4, 2], [1, 4, 1]],
      [[2, 1, 4, 1, 2], [2, 3, 1, 5, 1]], [[2], [2, 3]], [[1, 1, 1], [2, 3, 1]],
    ] as [[Shape]])
  func aSpreadNumberIsFoundWhereItBelongs(_ shapes: [Shape]) throws {
    var random = RandomStream(seed: 3)
    let target = try Subtract().outputShape(of: shapes)
    let values = shapes.map { Values<Double>(random.normal($0)) }
    func place(_ index: Int, in shape: Shape) -> Int {
      var (rest, place, step) = (index, 0, 1)
      for axis in target.extents.indices.reversed() {
        let coordinate = rest % target[axis]
        rest /= target[axis]
        let own = axis == 0 ? 0 : axis - (target.rank - shape.rank)
        guard axis == 0 || own > 0 else { continue }
        if shape[own] > 1 { place += coordinate * step }
        step *= shape[own]
      }
      return place
    }
    for (value, shape) in zip(values, shapes) {
      let spread = value.spread(over: target)
      #expect(spread.shape == target)
      #expect(
        spread.elements.indices.allSatisfy { spread.elements[$0] == value.elements[place($0, in: shape)] })
      var sums = [Double](repeating: 0, count: value.elements.count)
      for index in spread.elements.indices { sums[place(index, in: shape)] += spread.elements[index] }
      expectClose(spread.summed(to: shape), Values(shape, sums), ofScale: 1e-14, because: "sums of \(shape)")
    }
  }

  /// A value that is not a number must not come out of a choice or a cut as one.
  @Test(arguments: executorsUnderTest.prefix(3))
  func whatIsNotANumberStaysSo(_ under: ExecutorUnderTest) throws {
    let unary: [any Operation] = [
      Hardtanh(), ClippedReLU(maximum: 6), Threshold(threshold: 1), Hardsigmoid(), Hardswish(), ELU(),
      PReLU(slopeShape: [1]), Pointwise(.sign), Reduce(.maximum, axes: [1], keepsAxes: true),
      Reduce(.minimum, axes: [1], keepsAxes: true),
    ]
    for operation in unary {
      let network = try networkOfOne(operation, [[1]])
      let executor = try under.make(network, 1, .inference)
      var random = RandomStream(seed: 1)
      try executor.load(Parameters(randomFor: network, from: &random))
      try executor.forward(Tensor([1, 1], [.nan]))
      #expect(try executor.output().elements[0].isNaN, "\(operation)")
    }
    for operation in [Maximum(), Minimum()] as [any Operation] {
      let executor = try under.make(try networkOfOne(operation, [[2], [2]]), 1, .inference)
      try executor.forward(["x": Tensor([1, 2], [.nan, 1]), "y": Tensor([1, 2], [1, .nan])])
      #expect(try executor.output().elements.allSatisfy(\.isNaN), "\(operation)")
    }
  }

  /// A file may cut a value down to nothing.
  @Test func nothingIsReducedSpreadAndNormalisedWithoutATrap() throws {
    let empty = Values<Float>([2, 0, 3])
    let kernels: [any ReferenceKernel] =
      [
        Softmax(axis: 2), LogSoftmax(), Add(), Maximum(), MatMul(), Rescale(scale: [2], offset: [1]),
        LayerNorm(axes: [-1], parameterShape: [], hasScale: false, hasOffset: false),
        LocalResponseNorm(size: 3),
      ] + Reduce.Kind.allCases.map { Reduce($0, axes: [2], keepsAxes: true) }
    for kernel in kernels {
      let inputs = kernel is MatMul ? [empty, Values([1, 3, 0])] : [empty]
      var pass = NodePass(
        inputs: inputs, parameters: [], outputShape: try kernel.outputShape(of: inputs.map(\.shape)),
        mode: .inference, nodeIndex: 0)
      perform(.forward, of: kernel, &pass)
      #expect(pass.output?.elements == [], "\(kernel)")
      pass.gradient = pass.output
      perform(.inputGradients, of: kernel, &pass)
      #expect(pass.inputGradients.map(\.shape) == inputs.map(\.shape), "\(kernel)")
    }
  }

  /// More axes than oneDNN has, and none.
  @Test(arguments: executorsUnderTest) func anyNumberOfAxesIsRun(_ under: ExecutorUnderTest) throws {
    let deep = Shape([2, 1, 1, 1, 1, 1, 1, 3, 1, 1, 1, 1, 2, 1])
    let network = try Network(
      name: "deep", inputs: [.init("x", [12])],
      nodes: [
        .init("deep", Reshape(shape: deep), ["x"]), .init("tanh", Tanh(), ["deep"]),
        .init("row", Constant(shape: [2, 1]), []), .init("sum", Add(), ["row", "tanh"]),
        .init("flat", Flatten(), ["sum"]),
      ])
    let executor = try under.make(network, 2, .inference)
    var parameters = Parameters()
    parameters["row", "value"] = Tensor([2, 1], [10, 20])
    try executor.load(parameters)
    try executor.forward(Tensor([2, 12], repeating: 0))
    #expect(try executor.output() == Tensor([2, 12], (0..<24).map { $0 % 2 == 0 ? 10 : 20 }))
    #expect(try executor.value(of: "sum").shape == deep.batched(2))
    try executor.backward(
      from: "flat", gradient: Tensor([2, 12], (0..<24).map { Float($0) }), rule: .plain, into: [.values])
    #expect(try executor.gradient(of: "x") == Tensor([2, 12], (0..<24).map { Float($0) }))
    #expect(try executor.gradient(of: "row") == Tensor([1, 2, 1], [132, 144]))
  }
}

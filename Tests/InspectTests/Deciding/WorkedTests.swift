import Core
import Inspect
import Render
import TestSupport
import Testing

@Suite struct WorkedTests {
  /// A layer with a ReLU behind it, its parameters drawn.
  struct Layer: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var operation: any Operation
    var input: Shape
    /// Nodes between the layer and the ReLU.
    var between: [(String, any Operation)] = []

    func specimen() throws -> Specimen {
      var nodes = [Network.Node("layer", operation, ["image"])]
      for (name, operation) in between { nodes.append(.init(name, operation, [nodes[nodes.count - 1].name])) }
      nodes.append(.init("relu", LeakyReLU(slope: 0.2), [nodes[nodes.count - 1].name]))
      let network = try Network(name: "layer", inputs: [.init("image", input)], nodes: nodes)
      var random = RandomStream(seed: 11, stream: 1)
      var parameters = Parameters()
      for node in nodes {
        for declaration in node.operation.parameters {
          let drawn = random.normal(declaration.shape)
          parameters[node.name, declaration.name] =
            declaration.role == .runningVariance ? drawn.map { 0.5 + $0 * $0 } : drawn
        }
      }
      return Specimen(try Model(network, parameters))
    }
  }

  static let layers: [Layer] = [
    .init(
      testDescription: "convolution with stride, uneven padding and dilation",
      operation: Conv2d(
        inputChannels: 3, outputChannels: 4, kernelSize: Extent(height: 3, width: 2),
        stride: Extent(height: 2, width: 1), padding: Padding(top: 2, left: 0, bottom: 1, right: 1),
        dilation: Extent(height: 2, width: 3)), input: [3, 9, 8]),
    .init(
      testDescription: "convolution in groups, with batch norm",
      operation: Conv2d(
        inputChannels: 4, outputChannels: 6, kernelSize: 3, padding: 1, groups: 2, hasBias: false),
      input: [4, 6, 5], between: [("norm", BatchNorm2d(channels: 6))]),
    .init(
      testDescription: "transposed convolution",
      operation: ConvTranspose2d(
        inputChannels: 3, outputChannels: 2, kernelSize: 4, stride: 2, padding: 1), input: [3, 4, 5]),
    .init(
      testDescription: "transposed convolution with everything",
      operation: ConvTranspose2d(
        inputChannels: 4, outputChannels: 6, kernelSize: Extent(height: 3, width: 2),
        stride: Extent(height: 3, width: 2), padding: Padding(top: 1, left: 0, bottom: 2, right: 1),
        outputPadding: Extent(height: 1, width: 0), dilation: Extent(height: 2, width: 1), groups: 2),
      input: [4, 3, 4]),
    .init(
      testDescription: "transposed convolution with holes",
      operation: ConvTranspose2d(inputChannels: 1, outputChannels: 1, kernelSize: 1, stride: 3),
      input: [1, 3, 3]),
    .init(
      testDescription: "max pooling with padding and dilation",
      operation: MaxPool2d(kernelSize: 3, stride: 2, padding: 1, dilation: 2), input: [2, 9, 8]),
    .init(
      testDescription: "max pooling rounded up",
      operation: MaxPool2d(kernelSize: 2, stride: 2, roundsUp: true), input: [2, 5, 5]),
    .init(
      testDescription: "mean pooling that counts padding, rounded up",
      operation: AvgPool2d(kernelSize: 3, stride: 2, padding: 1, roundsUp: true), input: [2, 6, 6]),
    .init(
      testDescription: "mean pooling without padding",
      operation: AvgPool2d(kernelSize: 3, stride: 2, padding: 1, countsPadding: false), input: [2, 7, 6]),
    .init(testDescription: "mean of a map", operation: GlobalAvgPool2d(), input: [3, 4, 5]),
    .init(
      testDescription: "largest of a map", operation: GlobalMaxPool2d(keepsPlaces: true), input: [3, 4, 5]),
    .init(testDescription: "batch norm", operation: BatchNorm2d(channels: 3), input: [3, 4, 4]),
    .init(
      testDescription: "batch norm of features", operation: BatchNorm1d(features: 5), input: [5]),
    .init(
      testDescription: "linear", operation: Linear(inputFeatures: 20, outputFeatures: 3), input: [20],
      between: [("norm", BatchNorm1d(features: 3))]),
  ]

  /// Every unit at several places, corners among them: what is worked out is what the executor computes.
  @Test(arguments: layers) func theNumberIsTheExecutors(_ layer: Layer) throws {
    let specimen = try layer.specimen()
    var random = RandomStream(seed: 3, stream: 0)
    let input = random.normal(layer.input.batched(1))
    let executor = try makeExecutor(for: specimen.model.network, batch: 1, mode: .inference)
    try executor.load(specimen.model.parameters)
    try executor.forward(input)
    let value = try executor.value(of: "layer")[0]
    let isMap = value.shape.rank == 3
    let (height, width) = isMap ? (value.shape[1], value.shape[2]) : (1, 1)
    for unit in 0..<value.shape[0] {
      for (row, column) in [
        (0, 0), (height - 1, width - 1), (0, width / 2), (height / 2, 0), (height / 2, width / 3),
      ] {
        let subject = try WorkedNumber(
          example: .tensor(input, name: "noise"), layer: "layer", unit: unit,
          place: isMap ? MapPlace(column: column, row: row) : nil
        ).subject(in: specimen)
        func found(_ node: String) throws -> Double {
          let elements = try executor.value(of: node).elements
          return Double(elements[(unit * height + row) * width + column])
        }
        // The number of a batch norm is what it is given; what it makes of it is its step.
        if subject.numbers.kind != .normalisation {
          #expect(abs(subject.numbers.value - (try found("layer"))) <= 1e-5)
        }
        for result in subject.results { #expect(abs(result.value - (try found(result.node))) <= 1e-5) }
        #expect(subject.results.last?.node == "relu")
      }
    }
  }

  private func handmade(_ sheet: WorkedNumber.Sheet = .figure) throws -> Figure {
    try WorkedNumber(layer: "conv1", unit: 0, place: MapPlace(column: 1, row: 2), sheet: sheet)
      .figure(of: Handmade.specimen())
  }

  @Test func everyNumberOfAPatchIsPrinted() throws {
    let scene = try handmade().scene()
    // The picture is white, the kernel keeps it: nine ones, one weight of 1.
    #expect(scene.words.count { $0 == "1.00" } >= 11)
    #expect(scene.says("map 0 at column 1, row 2") && scene.says("probe picture 0, a “zero”"))
    #expect(scene.says("sums are of the exact numbers"))
    #expect(scene.says("relu1: max(0, x)"))
  }

  @Test func beyondTheEdgeZerosAreDotted() throws {
    let figure = try WorkedNumber(layer: "conv1", unit: 0, place: MapPlace(column: 0, row: 0))
      .figure(of: Handmade.specimen())
    let dotted = figure.scene().flattened.count {
      if case .rectangle(_, _, let stroke?, _) = $0 { stroke.dash == [1, 1.5] } else { false }
    }
    #expect(dotted == 5, "of the nine of the patch; the weights are all there")
    #expect(figure.reading.contains("Dotted zeros lie beyond the edge"))
  }

  @Test func theKeyIsTheWorksheetWithItsResults() throws {
    let (sheet, key) = (try handmade(.worksheet).scene(), try handmade(.key).scene())
    #expect(sheet.size == PageDocument.a4 && key.size == PageDocument.a4)
    #expect(sheet.says("Name") && !key.says("Name"))
    // 18 numbers of patch and weights, the bias, and no result.
    let numbers = { (scene: Scene) in scene.words.count { Double($0) != nil } }
    #expect(
      numbers(sheet) == 19 + 4,
      "and the ends of two colour bars, 0 … 1 and −1, 0, 1 less what has a true minus")
    #expect(numbers(key) == numbers(sheet) + 9 + 3)
    // A box stands where the key has a number.
    let boxes = sheet.flattened.compactMap { element -> Rect? in
      if case .rectangle(let rect, .paper?, let stroke?, _) = element, stroke.width == 0.75 {
        rect
      } else {
        nil
      }
    }
    #expect(boxes.count == 9 + 3)
    for box in boxes { #expect(box.width >= 26 && box.height >= 18, "room for a hand") }
  }

  @Test func sumsAreOfExactNumbersAndTheKeySaysWhatThePrintedOnesGive() throws {
    // Nine products of 0.0625 · 0.0625 = 0.00390625: each is printed 0.00, together they are 0.03515625.
    let model = try convolutionModel(
      Conv2d(inputChannels: 1, outputChannels: 1, kernelSize: 3, hasBias: false), input: [1, 3, 3],
      weights: [Float](repeating: 0.0625, count: 9))
    let example = Example.Choice.tensor(Tensor([1, 1, 3, 3], repeating: 0.0625), name: "x")
    let scene = try WorkedNumber(example: example, sheet: .key).figure(of: Specimen(model)).scene()
    #expect(scene.words.count { $0 == "0.00" } >= 9 && scene.words.contains("0.04"))
    #expect(scene.says("Who computes with the printed numbers gets 0.00 for the sum."))
  }

  @Test func ofManyChannelsTheStrongestAreShownAndTheRestIsSummed() throws {
    let layer = WorkedTests.Layer(
      testDescription: "wide", operation: Conv2d(inputChannels: 20, outputChannels: 2, kernelSize: 3),
      input: [20, 5, 5])
    let specimen = try layer.specimen()
    var random = RandomStream(seed: 8, stream: 0)
    let input = random.normal([1, 20, 5, 5])
    let worked = WorkedNumber(
      example: .tensor(input, name: "x"), unit: 1, place: MapPlace(column: 2, row: 1), channels: 4)
    let figure = try worked.figure(of: specimen)
    #expect(figure.facts.contains("the 4 of 20 input channels that add most"))
    #expect(figure.scene().says("and 16 more"))
    // The table's parts add up to the total, exactly.
    let sums = try figure.table("sums").rows
    let values = Dictionary(uniqueKeysWithValues: sums.map { ($0[0], Double($0[1]) ?? .nan) })
    let parts = sums.filter { $0[0].hasPrefix("channel") || $0[0] == "bias" }.map { Double($0[1])! }
    #expect(parts.count == 21)
    #expect(abs(parts.reduce(0, +) - values["layer"]!) < 1e-12)
    let subject = try worked.subject(in: specimen)
    let shown = subject.numbers.ranking.prefix(4).map { abs($0.sum) }
    #expect(shown.min()! >= subject.numbers.ranking.dropFirst(4).map { abs($0.sum) }.max()!)
  }

  @Test func withoutAPlaceItIsTheUnitsStrongest() throws {
    let model = try convolutionModel(
      Conv2d(inputChannels: 1, outputChannels: 2, kernelSize: 1, hasBias: false), input: [1, 3, 4],
      weights: [1, -1])
    var pixels = [Float](repeating: 0, count: 12)
    (pixels[6], pixels[1]) = (2, -5)
    let example = Example.Choice.tensor(Tensor([1, 1, 3, 4], pixels), name: "x")
    let positive = try WorkedNumber(example: example, unit: 0).subject(in: Specimen(model))
    #expect(positive.place == MapPlace(column: 2, row: 1))
    // Unit 1 answers with 5 where the picture is −5: stronger than unit 0's 2.
    let any = try WorkedNumber(example: example).subject(in: Specimen(model))
    #expect(any.unit == 1 && any.place == MapPlace(column: 1, row: 0))
  }

  @Test func aPoolingFramesTheNumberThatIsKept() throws {
    let figure = try WorkedNumber(layer: "pool1", unit: 0, place: MapPlace(column: 1, row: 0))
      .figure(of: Handmade.specimen())
    #expect(figure.title == "How one number of pool1 comes about")
    let frames = figure.scene().flattened.count {
      if case .rectangle(_, nil, let stroke?, _) = $0 { stroke.width == 2 } else { false }
    }
    #expect(frames == 1)
    let sheet = try WorkedNumber(layer: "pool1", unit: 0, sheet: .worksheet).figure(of: Handmade.specimen())
    #expect(
      sheet.scene().flattened.allSatisfy {
        if case .rectangle(_, nil, let stroke?, _) = $0 { stroke.width != 2 } else { true }
      }, "a worksheet does not give the answer away")
  }

  @Test func aLinearLayerNamesThePlacesThatItsFeaturesWere() throws {
    let figure = try WorkedNumber(layer: "fc", unit: 0, channels: 4).figure(of: Handmade.specimen())
    let scene = figure.scene()
    #expect(scene.words.contains("map 0 at 1,1") && scene.says("and 8 more features"))
    #expect(figure.option("unit") == 0 && figure.option("at") == nil)
  }

  @Test func theRecipeNamesWhatWasChosen() throws {
    let figure = try WorkedNumber(layer: "conv1", sheet: .worksheet).figure(of: Handmade.specimen())
    #expect(figure.recipe.verb == "worked")
    #expect(
      figure.option("probe") == 0 && figure.option("layer") == "conv1" && figure.option("worksheet") == true)
    #expect(figure.option("unit") == 0 && figure.option("at") == "0,0")
  }

  @Test(arguments: [
    (
      WorkedNumber(layer: "relu1"),
      "classifier/relu1: no layer that can be worked out; there are conv1, pool1, fc"
    ),
    (WorkedNumber(layer: "conv1", unit: 3), "classifier/conv1: has no unit 3; there are 3, 0 to 2"),
    (
      WorkedNumber(layer: "conv1", place: MapPlace(column: 4, row: 0)),
      "classifier/conv1: has maps of 4 columns and 4 rows: no place 4,0 (column, row, from 0)"
    ),
    (
      WorkedNumber(layer: "fc", place: MapPlace(column: 0, row: 0)),
      "classifier/fc: has features, not maps: there is no place in them"
    ),
  ]) func whatIsNotThereIsSaidInOneLine(_ worked: WorkedNumber, _ message: String) throws {
    let error = #expect(throws: InspectError.self) { try worked.figure(of: Handmade.specimen()) }
    #expect(error?.description == message)
  }

  @Test func aWindowOfMoreNumbersThanAHandWritesIsNoWorksheet() throws {
    let layer = Layer(testDescription: "large", operation: AvgPool2d(kernelSize: 8), input: [1, 8, 8])
    let example = Example.Choice.tensor(Tensor([1, 1, 8, 8]), name: "x")
    let error = #expect(throws: InspectError.self) {
      try WorkedNumber(example: example, layer: "layer", sheet: .worksheet).figure(of: layer.specimen())
    }
    #expect(error?.description == "layer/layer: has windows of 8 × 8: more numbers than a worksheet holds")
    #expect(
      try WorkedNumber(example: example, layer: "layer").figure(of: layer.specimen()).reading.contains(
        "--csv"))
  }

  @Test func theDocumentedExampleDraws() throws {
    let sheet = WorkedNumber(layer: "conv1", unit: 2, place: MapPlace(column: 1, row: 1), sheet: .worksheet)
    let folder = try ScratchFolder()
    try sheet.figure(of: Handmade.specimen()).write(to: folder.path + "/worksheet.pdf")
    let recipe = try FigureRecipe.read(from: folder.path + "/worksheet.pdf")
    #expect(recipe.verb == "worked")
  }
}

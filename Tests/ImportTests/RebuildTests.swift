import Core
import Import
import TestSupport
import Testing

@Suite struct RebuildTests {
  /// A model of tensors of names and shapes, every number of which is its place.
  private func model(_ tensors: KeyValuePairs<String, Shape>) throws -> ForeignModel {
    try ForeignModel(
      tensorFile: TensorFile(
        path: "m.safetensors", format: "hand-made",
        tensors: tensors.map { name, shape in
          StoredTensor(name, Tensor(shape, (0..<shape.elementCount).map { Float($0) }))
        }))
  }

  private func operations(_ model: ForeignModel) -> [String] {
    model.network.nodes.map { "\($0.name): \($0.operation.name)" }
  }

  @Test func aClassifiersLinksPicturesAndNormsAreFound() throws {
    let model = try model([
      "conv1.weight": [8, 1, 3, 3], "conv1.bias": [8], "conv2.weight": [16, 8, 3, 3], "conv2.bias": [16],
      "conv3.weight": [24, 16, 3, 3], "conv3.bias": [24], "norm1.weight": [24], "norm1.bias": [24],
      "norm1.running_mean": [24], "norm1.running_var": [24], "norm1.num_batches_tracked": [],
      "fc1.weight": [32, 11616], "fc1.bias": [32], "fc2.weight": [10, 32], "fc2.bias": [10],
    ])
    #expect(
      operations(model) == [
        "conv1: Conv2d", "conv1.relu: ReLU", "conv2: Conv2d", "conv2.relu: ReLU", "conv3: Conv2d",
        "norm1: BatchNorm2d", "conv3.relu: ReLU", "fc1.flatten: Flatten", "fc1: Linear", "fc1.relu: ReLU",
        "fc2: Linear",
      ])
    #expect(model.network.inputs == [Network.Input("input", [1, 28, 28])])
    #expect(try model.network.shapes()["fc2"] == [1, 10])
    for line in [
      "conv1 → conv2: certain: 8 channels meet 8", "conv2 → conv3: certain: 16 channels meet 16",
      "conv3 → norm1: likely: 24 channels meet 24",
      "conv3 → fc1: likely: 11616 = 24 · 22 · 22; assumes pictures of 28 × 28, no padding, no pooling",
      "fc1 → fc2: certain: 32 features meet 32",
      "activations are not in the file: ReLU is assumed between layers, none behind the last",
    ] { #expect(model.remarks.contains(line), "\(line)\n\(model.remarks)") }
  }

  @Test func poolingsAreChosenSoThatSizesComeOut() throws {
    let model = try model([
      "conv1.weight": [6, 3, 5, 5], "conv1.bias": [6], "conv2.weight": [16, 6, 5, 5], "conv2.bias": [16],
      "fc1.weight": [120, 400], "fc1.bias": [120],
    ])
    #expect(model.network.inputs[0].shape == [3, 32, 32])
    #expect(
      model.remarks.contains {
        $0.hasSuffix("400 = 16 · 5 · 5; assumes pictures of 32 × 32, no padding, a 2 × 2 pooling behind each")
      })
    #expect(try model.network.shapes()["fc1"] == [1, 120])
  }

  @Test func theAlphabetIsNoOrder() throws {
    let model = try model([
      "classifier.0.weight": [10, 64], "features.0.weight": [8, 3, 3, 3],
      "features.10.weight": [64, 16, 3, 3],
      "features.2.weight": [16, 8, 3, 3],
    ])
    let kernels = model.network.nodes.filter { !$0.operation.parameters.isEmpty }.map(\.name)
    #expect(kernels == ["features.0", "features.2", "features.10", "classifier.0"])
    #expect(model.network.inputs.count == 1)
  }

  @Test func normsFindTheirLayersByNumber() throws {
    let norm = [8] as Shape
    let model = try model([
      "main.0.weight": [8, 3, 3, 3], "main.1.bias": norm, "main.1.running_mean": norm,
      "main.1.running_var": norm,
      "main.1.weight": norm, "main.3.weight": [8, 8, 3, 3], "main.4.bias": norm, "main.4.running_mean": norm,
      "main.4.running_var": norm, "main.4.weight": norm,
    ])
    #expect(try model.network.node(named: "main.1").inputs == ["main.0"])
    #expect(try model.network.node(named: "main.4").inputs == ["main.3"])
  }

  @Test func kernelsThatGrowPicturesAreToldApartByTheirNeighbours() throws {
    let model = try model([
      "net.0.weight": [100, 64, 4, 4], "net.3.weight": [64, 32, 4, 4], "net.6.weight": [32, 1, 4, 4],
    ])
    #expect(
      operations(model) == [
        "net.0: ConvTranspose2d", "net.0.relu: ReLU", "net.3: ConvTranspose2d", "net.3.relu: ReLU",
        "net.6: ConvTranspose2d",
      ])
    #expect(model.network.inputs[0].shape == [100, 1, 1])
    #expect(try model.network.shapes()["net.6"] == [1, 1, 16, 16])
  }

  @Test func aBiasTellsTheTwoApart() throws {
    let model = try model(["up.weight": [16, 8, 3, 3], "up.bias": [8]])
    #expect(operations(model) == ["up: ConvTranspose2d"])
  }

  @Test func depthwiseKernelsAreOnePerChannel() throws {
    let model = try model([
      "a.weight": [16, 3, 3, 3], "b.weight": [16, 1, 3, 3], "c.weight": [32, 16, 1, 1],
    ])
    let node = try model.network.node(named: "b")
    #expect((node.operation as? Conv2d)?.groups == 16)
    #expect(
      model.remarks.contains { $0.hasPrefix("a → b: ") } && model.remarks.contains { $0.hasPrefix("b → c: ") }
    )
  }

  @Test func branchesReadTheNearestLayerThatFits() throws {
    let model = try model([
      "fc1.weight": [400, 784], "fc21.weight": [20, 400], "fc22.weight": [20, 400], "fc3.weight": [400, 20],
      "fc4.weight": [784, 400],
    ])
    #expect(try model.network.node(named: "fc22").inputs == ["fc1.relu"])
    #expect(model.network.output == "fc4")
    #expect(model.remarks.contains { $0.hasPrefix("fc1 → fc22: guessed: 400 features meet 400; ") })
  }

  @Test func anEmbeddingIsALinearLayerOfOneRow() throws {
    let model = try model(["embed.weight": [10, 3], "fc.weight": [2, 3], "fc.bias": [2]])
    #expect(model.parameters["embed.weight"]?.shape == [3, 10])
    #expect(model.network.inputs.map(\.shape) == [[10]])
    #expect(try model.network.node(named: "fc").inputs == ["embed.relu"])
  }

  @Test func anEncoderComesBeforeItsDecoder() throws {
    let model = try model([
      "decoder.0.weight": [400, 20], "decoder.2.weight": [784, 400], "encoder.0.weight": [400, 784],
      "encoder.2.weight": [20, 400],
    ])
    #expect(model.network.inputs.map(\.shape) == [[784]])
    #expect(model.network.output == "decoder.2")
  }

  @Test func kernelsWithoutNeighboursReadAnInputOfTheirOwn() throws {
    let model = try model(["a.weight": [8, 5, 3, 3], "b.weight": [7, 3, 5, 5], "c.weight": [2, 11]])
    #expect(model.network.inputs.map(\.shape) == [[5, 16, 16], [3, 32, 32], [11]])
    #expect(model.remarks.contains { $0.hasPrefix("an input of its own → b: guessed: not linked") })
    #expect(Set(model.parameters.keys) == ["a.weight", "b.weight", "c.weight"])
  }

  @Test func vectorsThatWereFlattenedChannelsLastArePutInOurOrder() throws {
    let rebuilt = try RebuiltNetwork.rebuild(
      [
        WeightGroup("dense", [("weight", StoredTensor("w", Tensor([8, 1], (0..<8).map { Float($0) })))]),
        WeightGroup("conv", [("weight", StoredTensor("k", Tensor([1, 2, 1, 1])))], kind: .convolution),
        WeightGroup("out", [("weight", StoredTensor("o", Tensor([1, 4], [0, 1, 2, 3])))]),
      ], flattensChannelsLast: true)
    // Places 0 … 3 of channel 0, then those of channel 1, where the file had both channels of each place in turn.
    #expect(try rebuilt.parameters["dense.weight"]?.tensor().elements == [0, 2, 4, 6, 1, 3, 5, 7])
    #expect(try rebuilt.parameters["out.weight"]?.tensor().elements == [0, 1, 2, 3])
    #expect(rebuilt.links.map(\.to) == ["dense", "conv", "out"])
  }

  @Test func tensorFlowsKernelsAreTranslated() throws {
    let model = try model([
      "conv2d_1/kernel:0": [5, 3, 1, 6], "conv2d_1/bias:0": [6], "dense/kernel:0": [6, 2],
    ])
    #expect(model.parameters["conv2d_1.weight"]?.shape == [6, 1, 5, 3])
    #expect(model.parameters["dense.weight"]?.shape == [2, 6])
  }

  @Test func filesWithoutLayersSayWhatTheyHold() {
    #expect(
      throws: ImportError(
        .notAModel, "m.safetensors",
        "no tensor in it is a layer's weight that can be built; it holds 2 tensors: before [3, 4], after [3, 4]"
      )
    ) { try model(["before": [3, 4], "after": [3, 4]]) }
  }

  @Test func oddShapesAreLeftAsideOrDrawnButNeverTrap() throws {
    let odd: [[Int]] = [
      [], [0], [1], [5], [0, 0], [0, 5], [1, 1], [3, 1 << 40], [1 << 24, 4], [0, 3, 3], [4, 1, 7],
      [0, 1, 3, 3],
      [8, 0, 3, 3], [8, 1, 0, 3], [8, 1, 3, 3], [1, 8, 3, 3], [8, 8, 1, 1], [8, 8, 5000, 1],
      [1 << 20, 1, 2, 2],
      [2, 2, 2, 2, 2], [1, 1, 1, 1, 1, 1], [7, 3, 3, 3], [16, 72],
    ]
    var random = RandomStream(seed: 5)
    for round in 0..<400 {
      let tensors = (0..<(1 + round % 7)).flatMap { index in
        ["weight", "bias", "running_mean", "running_var"].compactMap { role -> StoredTensor? in
          guard role == "weight" || random.next() % 3 == 0 else { return nil }
          let shape = Shape(odd[Int(random.next() % UInt64(odd.count))])
          return StoredTensor("l\(index).\(role)", shape, repeating: 0)
        }
      }
      let file = TensorFile(path: "odd", format: "hand-made", tensors: tensors)
      do {
        let model = try ForeignModel(tensorFile: file)
        #expect(try model.network.shapes().count == model.network.nodes.count + model.network.inputs.count)
      } catch let error as ImportError {
        #expect(!error.description.contains("\n"))
      }
    }
  }

  @Test func realWeightsBecomeNetworksWithAllTheirKernels() throws {
    let expected = [
      "tracel-ai__burn__mnist.safetensors": (1, [1, 28, 28] as Shape),
      "tracel-ai__burn__mnist.pt": (1, [1, 28, 28]),
      "Leowbattle__jq-cnn__mnist_cnn.safetensors": (1, [1, 28, 28]),
      "sadblack__dfdx__mnist.safetensors": (1, [784]),
      "AI-MED-AGH__handwritten-digits-recognizer__model.pth": (1, [1, 28, 28]),
      "YashDagade__ECE-685-Fall-2024__cifar_net.pth": (1, [3, 32, 32]),
      "YashDagade__ECE-685-Fall-2024__vae_fashion_mnist.pth": (1, [784]),
      "onjackay__model-deploy-tutorial__srcnn.pth": (1, [3, 32, 32]),
    ]
    for (name, (inputs, shape)) in expected {
      guard let path = ForeignFiles.path(name) else { continue }
      let file = name.hasSuffix(".safetensors") ? try SafetensorsFile.open(path) : try TorchFile.open(path)
      let model = try ForeignModel(tensorFile: file)
      #expect(model.network.inputs.count == inputs, "\(name)\n\(model.remarks.joined(separator: "\n"))")
      #expect(model.network.inputs[0].shape == shape, "\(name)\n\(model.remarks.joined(separator: "\n"))")
      let kernels = file.parameters.filter { $0.shape.rank >= 2 }.count
      #expect(
        model.network.nodes.filter { $0.operation is Conv2d || $0.operation is Linear }.count == kernels)
      _ = try model.readParameters()
    }
  }
}

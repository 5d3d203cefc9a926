import Core
import Import
import TestSupport
import Testing

@Suite struct KerasHandmadeTests {
  private let folder: ScratchFolder
  private let handmade: HandmadeKeras
  init() throws {
    folder = try ScratchFolder()
    handmade = HandmadeKeras(folder: folder)
  }

  private func refused(_ path: String) -> String? {
    refusal { _ = try KerasFile.open(path) }?.replacing(folder.path + "/", with: "")
  }

  @Test func rowsBehindAFlatteningAreThoseOfChannelsLast() throws {
    // Two places of two channels: [a0, b0, a1, b1] in the file, weights 1, 10, 100, 1000.
    let config = """
      {"class_name": "Sequential", "config": [
        {"class_name": "Flatten", "config": {"name": "flat", "batch_input_shape": [null, 1, 2, 2], "odd": [NaN, -Infinity]}},
        {"class_name": "Dense", "config": {"name": "fc", "units": 1, "use_bias": false, "activation": "linear"}}]}
      """
    let path = try handmade.legacy(
      "flat.h5", config: config,
      [("flat", []), ("fc", [("fc/kernel:0", Tensor([4, 1], [1, 10, 100, 1000]))])])
    let model = try KerasFile.open(path)
    #expect(model.network.inputs == [.init("flat_input", [2, 1, 2])])
    #expect(model.layout(of: "flat") == .flattenedChannelsLast([2, 1, 2]))
    let run = try ForeignRun(model, on: [Tensor([1, 1, 2, 2], [1, 2, 3, 4])])
    #expect(try run.output().elements == [4321])
    #expect(try run.value("flat").elements == [1, 2, 3, 4])
  }

  @Test func aDenseLayerBeforeImagesIsPutInOrder() throws {
    let config = """
      {"class_name": "Sequential", "config": {"name": "g", "layers": [
        {"class_name": "Dense", "config": {"name": "fc", "units": 4, "batch_input_shape": [null, 1]}},
        {"class_name": "Activation", "config": {"name": "act", "activation": "relu"}},
        {"class_name": "Reshape", "config": {"name": "image", "target_shape": [1, -1, 2]}}]}}
      """
    let weights = [
      ("fc/kernel:0", Tensor([1, 4], [1, 2, 3, 4])), ("fc/bias:0", Tensor([4], [0, 0, 0, 0.5])),
    ]
    let path = try handmade.legacy("g.h5", config: config, [("fc", weights), ("act", []), ("image", [])])
    let model = try KerasFile.open(path)
    #expect(model.network.nodes.map(\.operation.name) == ["Linear", "ReLU", "Reshape"])
    let run = try ForeignRun(model, on: [Tensor([1, 1], [1])])
    #expect(try run.output() == Tensor([1, 1, 2, 2], [1, 2, 3, 4.5]))
    #expect(try run.value("act").elements == [1, 2, 3, 4.5])
  }

  @Test func theanosKernelsAreTurnedAndItsChannelsAreFirst() throws {
    let config = """
      {"class_name": "Sequential", "config": [
        {"class_name": "Convolution2D", "config": {"name": "c", "nb_filter": 1, "nb_row": 2, "nb_col": 2,
          "border_mode": "valid", "dim_ordering": "th", "subsample": [1, 1], "bias": true, "activation": "linear",
          "batch_input_shape": [null, 1, 2, 2]}},
        {"class_name": "Flatten", "config": {"name": "f"}},
        {"class_name": "Dense", "config": {"name": "d", "output_dim": 2, "activation": "hard_sigmoid"}}]}
      """
    let path = try handmade.legacy(
      "k1.h5", config: config, version: nil,
      [
        ("c", [("c_W", Tensor([1, 1, 2, 2], [1, 10, 100, 1000])), ("c_b", Tensor([1], [0.5]))]), ("f", []),
        ("d", [("d_W", Tensor([1, 2], [1e-4, 1])), ("d_b", Tensor([2]))]),
      ])
    let model = try KerasFile.open(path)
    #expect(model.format == "Keras 1, HDF5")
    #expect(
      model.remarks == ["the kernels are Theano's, of true convolutions: they are turned by half a turn"])
    let run = try ForeignRun(model, on: [Tensor([1, 1, 2, 2], [1, 2, 3, 4])])
    #expect(try run.value("c").elements == [1234.5])
    // Keras 1 and 2 clip 0.2 x + 0.5.
    expectClose(try run.output(), Tensor([1, 2], [0.2 * 0.12345 + 0.5, 1]))
  }

  @Test func aListOfLayersMayBeCutIntoParts() throws {
    let config = """
      {"class_name": "Sequential", "config": [
        {"class_name": "Dense", "config": {"name": "a", "units": 2, "batch_input_shape": [null, 2]}},
        {"class_name": "Dense", "config": {"name": "b", "units": 1, "use_bias": false}}]}
      """
    let path = try handmade.legacy(
      "parts.h5", config: config,
      [
        ("a", [("a/kernel:0", counting([2, 2])), ("a/bias:0", Tensor([2]))]),
        ("b", [("b/kernel:0", counting([2, 1]))]),
      ], parts: 2)
    #expect(try ForeignRun(KerasFile.open(path), on: [Tensor([1, 2], [1, 1])]).output().elements == [16])
  }

  @Test func countersInStepsOfTwoAreUnderstood() throws {
    func dense(_ name: String) -> String {
      "{\"class_name\": \"Dense\", \"config\": {\"name\": \"\(name)\", \"units\": 1, \"use_bias\": false}}"
    }
    let config = """
      {"class_name": "Sequential", "config": {"name": "s", "layers": [
        {"class_name": "InputLayer", "config": {"name": "in", "batch_input_shape": [null, 1]}},
        \(dense("x")), \(dense("y")), {"class_name": "Dropout", "config": {"name": "z", "rate": 0.5}}, \(dense("w"))]}}
      """
    let root = "_layer_checkpoint_dependencies/"
    let path = try handmade.archive(
      "steps.keras", config: config, version: "2.12.0",
      [
        (root + "dense/vars/0", Tensor([1, 1], [2])), (root + "dense_2/vars/0", Tensor([1, 1], [3])),
        (root + "dense_4/vars/0", Tensor([1, 1], [5])),
      ])
    let run = try ForeignRun(KerasFile.open(path), on: [Tensor([1, 1], [1])])
    #expect(try ["x", "y", "z", "w"].map { try run.value($0).elements[0] } == [2, 6, 6, 30])
  }

  @Test func aSharedLayerIsANodeForEachCall() throws {
    let config = """
      {"class_name": "Model", "config": {"name": "m", "layers": [
        {"class_name": "InputLayer", "name": "a", "config": {"name": "a", "batch_input_shape": [null, 1]}, "inbound_nodes": []},
        {"class_name": "Dense", "name": "d", "config": {"name": "d", "units": 1},
          "inbound_nodes": [[["a", 0, 0, {}]], [["d", 0, 0, {}]]]}],
        "input_layers": [["a", 0, 0]], "output_layers": [["d", 1, 0]]}}
      """
    let weights = [("d/kernel:0", Tensor([1, 1], [3])), ("d/bias:0", Tensor([1], [1]))]
    let path = try handmade.legacy("shared.h5", config: config, [("a", []), ("d", weights)])
    let model = try KerasFile.open(path)
    #expect(model.network.nodes.map(\.name) == ["d", "d.call2"])
    #expect(try ForeignRun(model, on: [Tensor([1, 1], [2])]).output().elements == [22])
  }

  @Test func whatIsBehindALambdaKeepsItsKernels() throws {
    let config = """
      {"class_name": "Sequential", "config": [
        {"class_name": "Lambda", "config": {"name": "odd", "function": ["\\u0000\\u00e3", null, null],
          "batch_input_shape": [null, 5, 5, 3]}},
        {"class_name": "Conv2D", "config": {"name": "c", "filters": 2, "kernel_size": [3, 3], "activation": "relu"}}]}
      """
    let kernel = counting([3, 3, 1, 2])
    let path = try handmade.legacy(
      "lambda.h5", config: config, [("odd", []), ("c", [("c/kernel:0", kernel), ("c/bias:0", Tensor([2]))])])
    let model = try KerasFile.open(path)
    let unsupported = model.network.nodes.compactMap { $0.operation as? Unsupported }
    #expect(unsupported.map(\.operation) == ["Lambda", "unknown"])
    #expect(model.remarks.count == 2)
    #expect(try model.parameters["c.linear.weight"]?.tensor() == kernel.permuted([3, 2, 0, 1]))
  }

  @Test func weightsAloneBecomeANetwork() throws {
    let path = try handmade.legacy(
      "alone.h5", config: nil,
      [
        ("conv", [("conv/kernel:0", counting([3, 3, 2, 4])), ("conv/bias:0", Tensor([4]))]), ("pool", []),
        ("fc", [("fc/kernel:0", counting([4, 5])), ("fc/bias:0", Tensor([5]))]),
      ])
    let model = try KerasFile.open(path)
    #expect(model.format == "Keras 2.3.0 weights, HDF5")
    #expect(model.remarks.first?.contains("no architecture") == true)
    #expect(try model.parameters["conv.weight"]?.tensor() == counting([3, 3, 2, 4]).permuted([3, 2, 0, 1]))
    #expect(try model.parameters["fc.weight"]?.tensor() == counting([4, 5]).permuted([1, 0]))
  }

  // MARK: What cannot be

  private func graph(_ layers: String) throws -> String? {
    let config = """
      {"class_name": "Model", "config": {"name": "m", "layers": [
        {"class_name": "InputLayer", "name": "a", "config": {"batch_input_shape": [null, 2]}, "inbound_nodes": []},
        \(layers)], "input_layers": [["a", 0, 0]], "output_layers": [["b", 0, 0]]}}
      """
    let path = folder.path + "/graph.h5"
    try? removeFile(path)
    return refused(try handmade.legacy("graph.h5", config: config, [("a", []), ("b", []), ("c", [])]))
  }

  private func layer(_ name: String, _ className: String, _ inbound: String, _ config: String = "{}")
    -> String
  {
    "{\"class_name\": \"\(className)\", \"name\": \"\(name)\", \"config\": \(config), \"inbound_nodes\": \(inbound)}"
  }

  @Test func graphsThatCannotBeAreRefusedInOneLine() throws {
    #expect(
      try graph(layer("b", "ReLU", "[[[\"c\", 0, 0]]]") + ", " + layer("c", "ReLU", "[[[\"b\", 0, 0]]]"))
        == "graph.h5:b: the layer depends on its own result: the graph has a cycle")
    #expect(
      try graph(layer("b", "ReLU", "[[[\"nowhere\", 0, 0]]]"))
        == "graph.h5:b: reads 'nowhere', and there is no such layer")
    #expect(
      try graph(layer("b", "ReLU", "[[[\"a\", 3, 0]]]"))
        == "graph.h5:b: reads call 3 of 'a', which is not there")
    #expect(
      try graph(layer("b", "ReLU", "[[[\"a\", 0, 2]]]"))
        == "graph.h5:b: reads result 2 of 'a', which has 1")
    #expect(
      try graph(layer("b", "Dense", "[[[\"a\", 0, 0]]]", "{\"units\": -4}"))
        == "graph.h5:b: expected its arrays kernel, bias, the file has none")
    #expect(
      try graph(layer("b", "Reshape", "[[[\"a\", 0, 0]]]", "{\"target_shape\": [3, -1]}"))
        == "graph.h5:b: 2 numbers cannot become [3, -1]")
    #expect(
      try graph(layer("b", "Conv2D", "[[[\"a\", 0, 0]]]", "{\"filters\": 1}"))?.hasPrefix("graph.h5:b: ")
        == true)
    #expect(
      try graph(layer("b", "ReLU", "[]")) == "graph.h5:b: an output is call 0 of 'b', which is not there"
        || graph(layer("b", "ReLU", "[]"))?.contains("which is not there") == true)
  }

  @Test func modelsThatUnfoldWithoutEndAreRefused() throws {
    // Each calls the one within it twice: 2 to the 40 layers.
    var inner = """
      {"class_name": "Sequential", "name": "m0", "config": {"name": "m0", "layers": [
        {"class_name": "ReLU", "config": {"name": "r", "batch_input_shape": [null, 2]}}]}
      """
    for depth in 1...40 {
      let name = "m\(depth)"
      inner += """
        , "inbound_nodes": [[["i", 0, 0]], [["m\(depth - 1)", 1, 0]]]}
        """
      inner = """
        {"class_name": "Model", "name": "\(name)", "config": {"name": "\(name)", "layers": [
          {"class_name": "InputLayer", "name": "i", "config": {"batch_input_shape": [null, 2]}, "inbound_nodes": []},
          \(inner)], "input_layers": [["i", 0, 0]], "output_layers": [["m\(depth - 1)", 2, 0]]}
        """
    }
    let path = try handmade.legacy("tower.h5", config: inner + "}", [("i", [])])
    #expect(refused(path) == "tower.h5: unfolds to more than 20000 layers")
  }

  @Test func aShapeThatIsNotTheKernelsIsNamed() throws {
    let config = """
      {"class_name": "Sequential", "config": [
        {"class_name": "Conv2D", "config": {"name": "c", "filters": 4096, "kernel_size": [3, 3],
          "batch_input_shape": [null, 5, 5, 1]}}]}
      """
    let path = try handmade.legacy(
      "shape.h5", config: config,
      [("c", [("c/kernel:0", counting([3, 3, 1, 2])), ("c/bias:0", Tensor([2]))])])
    #expect(refused(path) == "shape.h5:c: expected a kernel of [3, 3, 1, 4096], found [3, 3, 1, 2]")
  }
}

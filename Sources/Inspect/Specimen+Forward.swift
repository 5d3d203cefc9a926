public import Core
internal import Render

extension Specimen {
  /// The specimen in a file.
  /// - Throws: `ArchiveError` if the file is none that can be read, or lists what there is.
  public init(
    opening path: String, network: String? = nil, at selector: SnapshotSelector = .last
  ) throws(ArchiveError) {
    try self.init(RunArchive(opening: path), network: network, at: selector)
  }

  /// What the network is to be given, from a file: numbers of a `.npy`, one example or many, or a picture.
  /// - Throws: `NumPyError` or `PictureError` if it cannot be read, `InspectError` if it does not fit.
  public func input(from path: String) throws -> Tensor {
    let wanted = model.network.inputs[0].shape
    guard path.hasSuffix(".npy") else {
      return try Example(.picture(Picture(contentsOf: path), name: path), for: self).input
    }
    let tensor = try NumPyFile.read(path)
    if tensor.shape.rank == wanted.rank + 1, tensor.shape.perExample == wanted, tensor.shape[0] > 0 {
      return tensor
    }
    if tensor.shape == wanted { return tensor.reshaped(wanted.batched(1)) }
    throw InspectError(
      .input, path, "holds \(tensor.shape); '\(name)' takes \(wanted.batched(1)), or more at once")
  }

  /// The network's answer to a batch of inputs.
  /// - Throws: `NetworkError` if they do not fit.
  public func answer(to input: Tensor) throws(NetworkError) -> Tensor {
    try forward(input).output()
  }

  /// Every node's value for a batch of inputs, by the node's name, in order.
  /// - Throws: `NetworkError` if they do not fit.
  public func values(for input: Tensor) throws(NetworkError) -> [(name: String, tensor: Tensor)] {
    let executor = try forward(input)
    var values: [(name: String, tensor: Tensor)] = []
    for node in model.network.nodes { values.append((node.name, try executor.value(of: node.name))) }
    return values
  }

  private func forward(_ input: Tensor) throws(NetworkError) -> any Executor {
    let executor = try makeExecutor(for: model.network, batch: input.shape[0], mode: .inference)
    try executor.load(model.parameters)
    try executor.forward(input)
    return executor
  }

  /// An answer in words: for a classifier the three likeliest classes of every input, else the numbers.
  public func described(_ answer: Tensor) -> [String] {
    (0..<answer.shape[0]).map { index in
      let row = answer[index].elements
      guard role == .classifier, answer.shape.rank == 2 else {
        let shown = row.prefix(8).map { Numbers.significant(Double($0), digits: 5) }.joined(separator: " ")
        return row.count > 8 ? "\(shown) … (\(row.count) numbers; -o writes them all)" : shown
      }
      let said = Prediction(logits: answer, classNames: probe?.classNames ?? [])
      return said.ranking(of: index).prefix(3).map { label, probability in
        "\(said.classNames[label]) \(Numbers.percent(probability))"
      }.joined(separator: " · ")
    }
  }
}

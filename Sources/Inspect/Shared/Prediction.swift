public import Core

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#endif

/// What a network says of pictures: logits, and the probabilities that they stand for.
///
/// ```swift
/// let said = try Prediction(of: specimen.probe!.inputs(0..<10), by: specimen)
/// said.top(3)  // (class: 3, probability: 0.998)
/// ```
public struct Prediction: Hashable, Sendable {
  /// The network's answer before any softmax or sigmoid, `[count, classes]`.
  public let logits: Tensor
  /// The probability of every class, `[count, classes]`: the softmax of the logits, or the sigmoid of a single one.
  public let probabilities: Tensor
  /// What the classes are called; their numbers where they have no names.
  public let classNames: [String]

  /// Runs a classifier or discriminator on a batch.
  /// - Parameter input: as the network is to be given it, `[count, …]`, at least one.
  /// - Throws: `InspectError` if the network gives no list of scores or does not take such inputs, `NetworkError` if it
  ///   cannot be run.
  public init(of input: Tensor, by specimen: Specimen) throws {
    let network = specimen.model.network
    let node = try network.logits()
    let expected = network.inputs[0].shape
    guard network.inputs.count == 1, input.shape.rank > 0, input.shape[0] > 0,
      input.shape.perExample == expected
    else {
      throw InspectError(
        .input, specimen.name, "takes [count, …] of \(expected), found \(input.shape)")
    }
    var elements: [Float] = []
    try Sweep(specimen.model, count: input.shape[0]).run {
      input[$0]
    } visit: { range, executor in
      elements += try executor.value(of: node)[0..<range.count].elements
    }
    self.init(
      logits: Tensor([input.shape[0], elements.count / input.shape[0]], elements),
      classNames: specimen.probe?.classNames ?? [])
  }

  /// What logits `[count, classes]` say.
  public init(logits: Tensor, classNames: [String] = []) {
    precondition(
      logits.shape.rank == 2 && logits.shape[1] > 0, "logits are [count, classes], not \(logits.shape)")
    let classes = logits.shape[1]
    self.logits = logits
    self.classNames =
      classes == 1 ? ["real"] : classNames.count == classes ? classNames : (0..<classes).map(String.init)
    probabilities = Tensor(logits.shape) { result in
      for example in 0..<logits.shape[0] {
        let row = logits.elements[example * classes..<(example + 1) * classes]
        if classes == 1 {
          result[example] = Float(1 / (1 + exp(-Double(row.first!))))
          continue
        }
        // Less the largest, so that no exponential overflows.
        let largest = Double(row.max()!)
        let powers = row.map { exp(Double($0) - largest) }
        let total = powers.reduce(0, +)
        for (index, power) in powers.enumerated() { result[example * classes + index] = Float(power / total) }
      }
    }
  }

  /// Pictures that were looked at.
  public var count: Int { logits.shape[0] }
  /// Classes there are.
  public var classes: Int { logits.shape[1] }

  /// The most probable class of a picture; the first of equals.
  public func top(_ index: Int) -> (class: Int, probability: Double) { ranking(of: index)[0] }

  /// The classes of a picture from the most to the least probable.
  public func ranking(of index: Int) -> [(class: Int, probability: Double)] {
    let row = probabilities[index].elements
    return row.indices.sorted { (row[$0], $1) > (row[$1], $0) }.map { ($0, Double(row[$0])) }
  }
}

extension Network {
  /// The node whose value are the logits: the output, or what a last softmax, log softmax or sigmoid reads.
  func logits() throws -> String {
    let output = try node(named: self.output)
    let isProbability =
      output.operation is Softmax || output.operation is LogSoftmax || output.operation is Sigmoid
    let name = isProbability ? output.inputs[0] : output.name
    guard let shape = try shapes()[name]?.perExample, shape.rank == 1 else {
      throw InspectError(
        .notApplicable, self.name,
        "ends in \(output.name), which gives no list of scores; only classifiers and discriminators predict")
    }
    return name
  }
}

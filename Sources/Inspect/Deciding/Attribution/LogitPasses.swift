internal import Core

/// A network that is run forward and backward over more inputs than fit in a batch, from its logits: compiled once for all
/// methods.
final class LogitPasses {
  /// Fills the memory of one input.
  typealias Fill = (_ index: Int, _ input: UnsafeMutableBufferPointer<Float>) -> Void

  let network: Network
  /// The node whose value the logits are.
  let logitsNode: String
  let classes: Int
  /// The shape of one input, `[channels, height, width]`.
  let shape: Shape
  /// Inputs that went through so far.
  private(set) var forwardCount = 0
  /// Gradients that came back so far.
  private(set) var backwardCount = 0

  private let executor: any TrainableExecutor
  private let inputName: String
  private var batch: Int { executor.batch }

  /// What values and gradients of a batch may take, in bytes.
  private static let memory = 256 << 20

  init(_ model: Model) throws {
    network = model.network
    logitsNode = try network.logits()
    let shapes = try network.shapes()
    classes = shapes[logitsNode]!.perExample.elementCount
    (inputName, shape) = (network.inputs[0].name, network.inputs[0].shape)
    let numbers = shapes.values.reduce(0) { $0 + $1.perExample.elementCount }
    let batch = min(max(LogitPasses.memory / max(8 * numbers, 1), 1), 64)
    executor = try makeTrainableExecutor(for: network, batch: batch, mode: .inference)
    try executor.load(model.parameters)
  }

  /// Takes other parameters.
  func load(_ parameters: Parameters) throws(NetworkError) { try executor.load(parameters) }

  /// The logits of inputs, `[count, classes]`.
  func logits(count: Int, fill: Fill) -> Tensor {
    var elements: [Float] = []
    elements.reserveCapacity(count * classes)
    for start in stride(from: 0, to: count, by: batch) {
      let range = start..<min(start + batch, count)
      forward(range, fill)
      executor.withValue(of: logitsNode) { elements += $0.prefix(range.count * classes) }
    }
    return Tensor([count, classes], elements)
  }

  /// The logits of inputs `[count, …]`.
  func logits(of inputs: Tensor) -> Tensor {
    let size = shape.elementCount
    return inputs.elements.withUnsafeBufferPointer { all in
      logits(count: inputs.shape[0]) { index, input in
        _ = input.update(fromContentsOf: all[index * size..<(index + 1) * size])
      }
    }
  }

  /// The gradients of logits by inputs.
  ///
  /// One forward pass serves all classes that are asked of an input.
  /// - Parameters:
  ///   - targets: the classes asked of each input, by its index.
  ///   - visit: is lent the gradient of an input's target: the input's index, which of its targets, the gradient.
  func gradients(
    count: Int, targets: (Int) -> [Int], rule: RectifierRule, fill: Fill,
    visit: (_ index: Int, _ slot: Int, _ gradient: UnsafeBufferPointer<Float>) -> Void
  ) {
    let size = shape.elementCount
    for start in stride(from: 0, to: count, by: batch) {
      let range = start..<min(start + batch, count)
      forward(range, fill)
      let asked = range.map(targets)
      for slot in 0..<(asked.map(\.count).max() ?? 0) {
        backward(asked.map { slot < $0.count ? $0[slot] : nil }, rule, .inputs)
        executor.withGradient(of: inputName) { gradients in
          for (place, targets) in asked.enumerated() where slot < targets.count {
            visit(
              range.lowerBound + place, slot,
              UnsafeBufferPointer(rebasing: gradients[place * size..<(place + 1) * size]))
          }
        }
      }
    }
  }

  /// What a layer answers to inputs, and how each target's logit depends on it.
  /// - Parameter visit: is given the input's index, which of its targets, the layer's value and the gradient there, both
  ///   `[maps, height, width]`.
  func layer(
    _ node: String, count: Int, targets: (Int) -> [Int], fill: Fill,
    visit: (_ index: Int, _ slot: Int, _ value: Tensor, _ gradient: Tensor) -> Void
  ) throws {
    for start in stride(from: 0, to: count, by: batch) {
      let range = start..<min(start + batch, count)
      forward(range, fill)
      let value = try executor.value(of: node)
      let asked = range.map(targets)
      for slot in 0..<(asked.map(\.count).max() ?? 0) {
        backward(asked.map { slot < $0.count ? $0[slot] : nil }, .plain, .values)
        let gradient = try executor.gradient(of: node)
        for (place, targets) in asked.enumerated() where slot < targets.count {
          visit(range.lowerBound + place, slot, value[place], gradient[place])
        }
      }
    }
  }

  private func forward(_ range: Range<Int>, _ fill: Fill) {
    let size = shape.elementCount
    executor.withInput(inputName) { inputs in
      for (place, index) in range.enumerated() {
        fill(index, UnsafeMutableBufferPointer(rebasing: inputs[place * size..<(place + 1) * size]))
      }
      // What is left of a batch that is not full; nobody looks at what comes of it.
      inputs[(range.count * size)...].update(repeating: 0)
    }
    executor.run()
    forwardCount += range.count
  }

  /// Carries the derivative of one logit of each input backward; nothing for inputs without one.
  private func backward(_ targets: [Int?], _ rule: RectifierRule, _ goal: GradientTargets) {
    executor.withSeed(at: logitsNode) { seed in
      seed.update(repeating: 0)
      for (place, target) in targets.enumerated() {
        if let target { seed[place * classes + target] = 1 }
      }
    }
    executor.runBackward(from: logitsNode, rule: rule, into: goal)
    backwardCount += targets.count { $0 != nil }
  }
}

#if canImport(COneDNN)

/// All parameters of an executor. The trainable ones lie in one stretch of memory, their gradients in
/// another in the same order, so that an optimiser updates everything in one pass.
final class ParameterStore {
  private(set) var slots: [ParameterSlot] = []
  private var values = AlignedMemory(byteCount: 0)
  private var gradients: AlignedMemory?
  private var kept: AlignedMemory?
  private(set) var trainableCount = 0
  private var offsets: [Int] = []
  /// Counts the times at which values may have changed.
  private(set) var version = 0

  func add(
    _ node: String, _ declaration: ParameterDeclaration, layout: Layout, order: ParameterOrder
  ) -> ParameterSlot {
    let slot = ParameterSlot(node: node, declaration: declaration, layout: layout, order: order)
    slots.append(slot)
    return slot
  }

  /// Adds a vector, which has only one layout.
  func addVector(_ node: String, _ declaration: ParameterDeclaration) -> ParameterSlot {
    let layout = Layout.plain(declaration.shape.extents)
    return add(node, declaration, layout: layout, order: ParameterOrder(layout))
  }

  /// Gives every slot its place, trainable ones first, each on a 64-byte boundary.
  func allocate() {
    var offset = 0
    offsets = [Int](repeating: 0, count: slots.count)
    for trainable in [true, false] {
      for (index, slot) in slots.enumerated() where slot.declaration.isTrainable == trainable {
        offsets[index] = offset
        offset += (slot.value.layout.byteCount + 63) / 64 * 64
      }
      if trainable { trainableCount = offset / MemoryLayout<Float>.size }
    }
    values = AlignedMemory(byteCount: offset)
    for (slot, offset) in zip(slots, offsets) { slot.value.place(at: values.bytes + offset, in: values) }
  }

  /// Makes room for gradients, at the first backward pass that wants them.
  func allocateGradients() {
    guard gradients == nil else { return }
    let memory = AlignedMemory(byteCount: values.byteCount)
    gradients = memory
    for (slot, offset) in zip(slots, offsets) { slot.gradient.place(at: memory.bytes + offset, in: memory) }
  }

  /// The trainable values, to be written to.
  func lendTrainableValues() -> UnsafeMutableBufferPointer<Float> {
    version += 1
    return floats(values)
  }
  var trainableGradients: UnsafeMutableBufferPointer<Float> {
    allocateGradients()
    return floats(gradients!)
  }

  /// The nodes that learn, each with its stretch of the trainable memory: a node's parameters lie side by side.
  private(set) lazy var trainableRanges = {
    var ranges: [(node: String, range: Range<Int>)] = []
    for (slot, offset) in zip(slots, offsets) where slot.declaration.isTrainable {
      let start = offset / MemoryLayout<Float>.size
      let range = start..<start + slot.value.floats.count
      if let last = ranges.last, last.node == slot.node {
        ranges[ranges.count - 1].range = last.range.lowerBound..<range.upperBound
      } else {
        ranges.append((slot.node, range))
      }
    }
    return ranges
  }()

  private func floats(_ memory: AlignedMemory) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: memory.bytes.assumingMemoryBound(to: Float.self), count: trainableCount)
  }

  /// Lets the gradients in a stretch of that memory be written, and has what they were before added to them. A node's at a time:
  /// then no second memory is needed for all of them.
  func adding(to range: Range<Int>, _ write: () -> Void) {
    let memory = kept ?? makeRoomForOneNode()
    kept = memory
    let gradients = trainableGradients.baseAddress! + range.lowerBound
    let before = memory.bytes.assumingMemoryBound(to: Float.self)
    before.update(from: gradients, count: range.count)
    write()
    for index in 0..<range.count { gradients[index] += before[index] }
  }

  private func makeRoomForOneNode() -> AlignedMemory {
    let count = trainableRanges.map(\.range.count).max() ?? 0
    return AlignedMemory(byteCount: count * MemoryLayout<Float>.size)
  }

  /// A stretch of memory in the order of the trainable parameters, as tensors in PyTorch's order.
  func tensors(in flat: UnsafeMutableBufferPointer<Float>) -> Parameters {
    var parameters = Parameters()
    for (slot, offset) in zip(slots, offsets) where slot.declaration.isTrainable {
      parameters[slot.name] = slot.tensor(at: UnsafeMutableRawPointer(flat.baseAddress!) + offset)
    }
    return parameters
  }

  /// Puts tensors in PyTorch's order into memory in the order of the trainable parameters.
  func place(_ tensors: Parameters, into flat: UnsafeMutableBufferPointer<Float>) throws(NetworkError) {
    for (slot, offset) in zip(slots, offsets) where slot.declaration.isTrainable {
      guard let tensor = tensors[slot.name], tensor.shape == slot.declaration.shape else {
        let found = tensors[slot.name].map { "found \($0.shape)" } ?? "found none"
        throw NetworkError(.shape, slot.name, "expected a tensor of \(slot.declaration.shape), \(found)")
      }
      slot.put(tensor, at: UnsafeMutableRawPointer(flat.baseAddress!) + offset)
    }
  }

  func load(_ parameters: Parameters) {
    version += 1
    for slot in slots { slot.put(parameters[slot.name]!, at: slot.value.bytes!) }
  }

  var parameters: Parameters {
    var result = Parameters()
    for slot in slots { result[slot.name] = slot.tensor(at: slot.value.bytes!) }
    return result
  }
}
#endif

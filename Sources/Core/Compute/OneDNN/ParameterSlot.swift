#if canImport(COneDNN)

/// How the elements of a parameter lie in PyTorch's memory, seen with the extents that a primitive knows it by.
struct ParameterOrder {
  /// PyTorch's memory.
  let torch: Layout
  /// The primitive's extents in row-major order, where they are not those of `torch`: the same memory as the extents
  /// of `torch` in row-major order.
  let flat: Layout?

  init(_ torch: Layout, flat: Layout? = nil) {
    self.torch = torch
    self.flat = flat
  }
}

/// One parameter: its place, in the layout that the forward primitive asked for.
final class ParameterSlot {
  let node: String
  let declaration: ParameterDeclaration
  let value: BlockedTensor
  let gradient: BlockedTensor
  private let order: ParameterOrder

  var name: String { node + "." + declaration.name }

  init(node: String, declaration: ParameterDeclaration, layout: Layout, order: ParameterOrder) {
    self.node = node
    self.declaration = declaration
    self.order = order
    value = BlockedTensor(layout, sharing: nil)
    gradient = BlockedTensor(layout, sharing: nil)
  }

  /// What lies somewhere in the slot's layout, in PyTorch's order.
  func tensor(at bytes: UnsafeMutableRawPointer) -> Tensor {
    let count = declaration.shape.elementCount
    let elements = [Float](unsafeUninitializedCapacity: count) { buffer, written in
      translate(bytes, UnsafeMutableRawPointer(buffer.baseAddress!), by: translation(outward: true))
      written = count
    }
    return Tensor(declaration.shape, elements)
  }

  /// Puts a tensor in PyTorch's order somewhere, in the slot's layout.
  func put(_ tensor: Tensor, at bytes: UnsafeMutableRawPointer) {
    tensor.elements.withUnsafeBytes { elements in
      // Only read from.
      translate(
        bytes, UnsafeMutableRawPointer(mutating: elements.baseAddress!), by: translation(outward: false))
    }
  }

  private func translate(
    _ ours: UnsafeMutableRawPointer, _ torchs: UnsafeMutableRawPointer, by translation: Translation
  ) {
    translation.ours.place(at: ours, in: nil)
    translation.torchs.place(at: torchs, in: nil)
    for step in translation.steps { step.run() }
  }

  /// Reorders from one order to the other, between places that are given when they run. Not kept, since what lies between may be
  /// as large as the parameter.
  private struct Translation {
    let ours: BlockedTensor
    let torchs: BlockedTensor
    let steps: [Reorder]
  }

  private func translation(outward: Bool) -> Translation {
    let ours = BlockedTensor(value.layout, sharing: nil)
    let torchs = BlockedTensor(order.torch, sharing: nil)
    var stations = [ours, torchs]
    if let flat = order.flat {
      let between = BlockedTensor(flat)
      stations = [ours, between, between.relabelled(.plain(order.torch.extents)), torchs]
    }
    if !outward { stations.reverse() }
    let steps = stride(from: 0, to: stations.count, by: 2).map {
      Reorder(from: stations[$0], to: stations[$0 + 1], scratch: Scratch())
    }
    return Translation(ours: ours, torchs: torchs, steps: steps)
  }
}
#endif

#if canImport(COneDNN)
internal import COneDNN

/// A kernel that the library has found for an operation and its layouts.
final class PrimitiveDescriptor {
  let handle: dnnl_primitive_desc_t

  /// Takes over a descriptor; nil stands for "no such kernel".
  init?(_ handle: dnnl_primitive_desc_t?) {
    guard let handle else { return nil }
    self.handle = handle
  }

  deinit { dnnl_primitive_desc_destroy(handle) }

  /// The layout chosen for one of the tensors.
  func layout(_ query: dnnl_query_t, _ extents: [Int]) -> Layout {
    guard let description = onednn_query_md(handle, query) else {
      preconditionFailure("oneDNN names no layout for query \(query.rawValue)")
    }
    return .copying(description, extents: extents)
  }

  /// A tensor with memory for something the kernel keeps for itself; nil if it keeps nothing.
  func privateTensor(_ query: dnnl_query_t) -> BlockedTensor? {
    guard let description = onednn_query_md(handle, query), onednn_md_size(description) > 0 else {
      return nil
    }
    return BlockedTensor(.copying(description, extents: []))
  }
}

/// Memory that primitives use while they run, one after the other: as large as the largest needs.
final class Scratch {
  private var memory: AlignedMemory?
  private var users: [(tensor: BlockedTensor, offset: Int)] = []

  /// What a primitive needs beside its tensors; nil if nothing.
  func tensor(for descriptor: PrimitiveDescriptor) -> BlockedTensor? {
    guard let description = onednn_query_md(descriptor.handle, dnnl_query_scratchpad_md) else { return nil }
    let layout = Layout.copying(description, extents: [])
    return layout.byteCount > 0 ? tensor(in: layout) : nil
  }

  /// A tensor that holds something only until the next user comes.
  func tensor(in layout: Layout) -> BlockedTensor {
    let tensor = BlockedTensor(layout, sharing: nil)
    add([tensor])
    return tensor
  }

  /// Gives tensors of one user places side by side, which hold something only until the next user comes.
  func add(_ tensors: [BlockedTensor]) {
    var end = 0
    for tensor in tensors {
      users.append((tensor, end))
      end += (tensor.layout.byteCount + 63) / 64 * 64
    }
    if end > memory?.byteCount ?? 0 {
      let larger = AlignedMemory(byteCount: end)
      memory = larger
      for user in users { user.tensor.place(at: larger.bytes + user.offset, in: larger) }
    } else if let memory {
      for user in users.suffix(tensors.count) {
        user.tensor.place(at: memory.bytes + user.offset, in: memory)
      }
    }
  }
}

/// A kernel with its arguments: compiled once, run every step, allocating nothing of ours.
final class Primitive {
  private let handle: dnnl_primitive_t
  private var arguments: [dnnl_exec_arg_t]
  // Arguments are handles; their owners must live as long.
  private var owners: [BlockedTensor]

  init(_ descriptor: PrimitiveDescriptor, _ arguments: [(Int32, BlockedTensor?)], scratch: Scratch) {
    var handle: dnnl_primitive_t?
    let status = dnnl_primitive_create(&handle, descriptor.handle)
    guard status == dnnl_success, let handle else {
      preconditionFailure("oneDNN cannot make a primitive it described (status \(status.rawValue))")
    }
    self.handle = handle
    var all = arguments
    all.append((DNNL_ARG_SCRATCHPAD, scratch.tensor(for: descriptor)))
    let present = all.compactMap { argument in argument.1.map { (argument.0, $0) } }
    self.arguments = present.map { dnnl_exec_arg_t(arg: $0.0, memory: $0.1.handle) }
    self.owners = present.map(\.1)
  }

  deinit { dnnl_primitive_destroy(handle) }

  /// Puts another tensor of the same layout in the place of an argument.
  func bind(_ argument: Int32, to tensor: BlockedTensor) {
    guard let place = arguments.firstIndex(where: { $0.arg == argument }) else {
      preconditionFailure("the primitive has no argument \(argument)")
    }
    arguments[place].memory = tensor.handle
    owners[place] = tensor
  }

  func run() {
    let status = dnnl_primitive_execute(handle, OneDNNLibrary.stream, Int32(arguments.count), arguments)
    precondition(status == dnnl_success, "a oneDNN primitive failed (status \(status.rawValue))")
  }
}

/// Copies a tensor into another layout.
final class Reorder {
  private let primitive: Primitive

  init(from source: BlockedTensor, to target: BlockedTensor, scratch: Scratch) {
    guard
      let descriptor = PrimitiveDescriptor(
        onednn_reorder(OneDNNLibrary.engine, source.layout.description, target.layout.description))
    else { preconditionFailure("oneDNN cannot reorder \(source.layout.extents)") }
    primitive = Primitive(
      descriptor, [(DNNL_ARG_FROM, source), (DNNL_ARG_TO, target)], scratch: scratch)
  }

  func run() { primitive.run() }

  /// A copy made at once.
  static func once(from source: BlockedTensor, to target: BlockedTensor) {
    Reorder(from: source, to: target, scratch: Scratch()).run()
  }
}

/// A tensor as a primitive wants to read it: the tensor itself, or a copy in the wanted layout.
final class Reading {
  let tensor: BlockedTensor
  private let reorder: Reorder?

  /// - Parameter copies: where a copy lies that is brought up to date before each use; nil for memory of its own.
  init(_ source: BlockedTensor, in layout: Layout, scratch: Scratch, copies: Scratch? = nil) {
    if source.layout == layout {
      tensor = source
      reorder = nil
    } else {
      tensor = copies?.tensor(in: layout) ?? BlockedTensor(layout)
      reorder = Reorder(from: source, to: tensor, scratch: scratch)
    }
  }

  /// Brings the copy up to date, where there is one.
  func update() { reorder?.run() }
}

/// A tensor as a primitive wants to write it: the target itself, or a copy that is then put in place.
final class Writing {
  private let layout: Layout
  private let scratch: Scratch
  private var copy: BlockedTensor?
  private var reorders: [ObjectIdentifier: Reorder] = [:]

  init(_ layout: Layout, scratch: Scratch) {
    self.layout = layout
    self.scratch = scratch
  }

  /// Lets `write` fill a tensor in the primitive's layout, and has the numbers in `target` afterwards.
  func into(_ target: BlockedTensor, _ write: (BlockedTensor) -> Void) {
    if target.layout == layout { return write(target) }
    let copy = self.copy ?? BlockedTensor(layout)
    self.copy = copy
    write(copy)
    let reorder = reorders[ObjectIdentifier(target)] ?? Reorder(from: copy, to: target, scratch: scratch)
    reorders[ObjectIdentifier(target)] = reorder
    reorder.run()
  }
}
#endif

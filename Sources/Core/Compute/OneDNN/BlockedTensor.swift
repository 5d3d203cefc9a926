#if canImport(COneDNN)
internal import COneDNN

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Memory for numbers, on a boundary that vector instructions like; zero at first.
///
/// Large pieces come from the operating system and go back to it: pages that nobody writes take no memory, and what a
/// network needed only at its start does not stay behind as holes in the heap (measured: a seventh of the memory of a
/// training of `dcgan-64`).
final class AlignedMemory {
  let bytes: UnsafeMutableRawPointer
  let byteCount: Int

  private let isMapped: Bool

  init(byteCount: Int) {
    // A multiple of the alignment, and never nothing.
    let rounded = max(byteCount + 63, 64) / 64 * 64
    isMapped = rounded >= 1 << 20
    let bytes =
      isMapped
      ? mmap(nil, rounded, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0) : aligned_alloc(64, rounded)
    guard let bytes, bytes != MAP_FAILED else {
      preconditionFailure("out of memory: \(rounded) bytes for a tensor")
    }
    if !isMapped { memset(bytes, 0, rounded) }
    self.bytes = bytes
    self.byteCount = rounded
  }

  deinit {
    if isMapped { munmap(bytes, byteCount) } else { free(bytes) }
  }
}

/// A tensor in some layout, and the handle by which primitives know it.
final class BlockedTensor {
  let layout: Layout
  let handle: dnnl_memory_t
  private(set) var bytes: UnsafeMutableRawPointer?
  private var memory: AlignedMemory?

  /// A tensor with memory of its own.
  convenience init(_ layout: Layout) {
    self.init(layout, sharing: AlignedMemory(byteCount: layout.byteCount))
  }

  /// A tensor at the beginning of shared memory.
  init(_ layout: Layout, sharing memory: AlignedMemory?) {
    self.layout = layout
    self.memory = memory
    self.bytes = memory?.bytes
    guard let handle = onednn_memory(layout.description, OneDNNLibrary.engine, memory?.bytes) else {
      preconditionFailure("oneDNN refuses memory for \(layout.extents)")
    }
    self.handle = handle
  }

  deinit { dnnl_memory_destroy(handle) }

  /// The same memory under another layout of the same size.
  func relabelled(_ layout: Layout) -> BlockedTensor { BlockedTensor(layout, sharing: memory) }

  /// Puts the tensor at a place inside memory that is kept alive with it; nil if the caller sees to that.
  func place(at bytes: UnsafeMutableRawPointer, in memory: AlignedMemory?) {
    self.memory = memory
    self.bytes = bytes
    dnnl_memory_set_data_handle(handle, bytes)
  }

  /// All of its memory as floats, padding included, in the order of the layout.
  var floats: UnsafeMutableBufferPointer<Float> {
    let count = layout.byteCount / MemoryLayout<Float>.size
    return UnsafeMutableBufferPointer(start: bytes!.assumingMemoryBound(to: Float.self), count: count)
  }

  /// Adds another tensor of the same layout.
  func add(_ other: BlockedTensor) {
    precondition(layout == other.layout, "sums need one layout")
    let count = floats.count
    let sum = floats.baseAddress!
    let addend = other.floats.baseAddress!
    for index in 0..<count { sum[index] += addend[index] }
  }
}

/// Tensors under another layout of the same memory, made once for each.
final class Views {
  let layout: Layout
  private var views: [(tensor: BlockedTensor, view: BlockedTensor)] = []

  init(_ layout: Layout) { self.layout = layout }

  /// The tensor itself if it has the layout, else the same memory under it.
  subscript(tensor: BlockedTensor) -> BlockedTensor {
    if tensor.layout == layout { return tensor }
    if let known = views.first(where: { $0.tensor === tensor }) { return known.view }
    let view = tensor.relabelled(layout)
    views.append((tensor, view))
    return view
  }
}
#endif

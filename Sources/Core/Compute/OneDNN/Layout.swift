#if canImport(COneDNN)
internal import COneDNN

/// How a tensor's elements lie in memory: row by row, or in the blocks that a primitive asked for.
final class Layout: Equatable {
  /// The logical extents, independent of the order in memory.
  let extents: [Int]
  let description: onednn_md

  private init(extents: [Int], owning description: onednn_md) {
    self.extents = extents
    self.description = description
  }

  deinit { onednn_md_destroy(description) }

  /// Row-major order. A single number is a row of one, and axes beyond those that oneDNN knows are one with the last: the
  /// order in memory is the same.
  static func plain(_ extents: [Int]) -> Layout {
    var extents = extents.isEmpty ? [1] : extents
    let known = Int(DNNL_MAX_NDIMS)
    if extents.count > known { extents = extents[..<(known - 1)] + [extents[(known - 1)...].reduce(1, *)] }
    return strided(extents, strides: rowMajorStrides(extents))
  }

  /// Any order given by a distance in memory for each axis.
  static func strided(_ extents: [Int], strides: [Int]) -> Layout {
    guard
      let description = onednn_md_create_strided(
        Int32(extents.count), extents.map(Int64.init), strides.map(Int64.init))
    else { preconditionFailure("oneDNN refuses a layout of \(extents)") }
    return Layout(extents: extents, owning: description)
  }

  /// Pictures `[N, C, H, W]` with the channels in blocks, as convolutions like them: `N, C/block, H, W, block`; nil where
  /// channels do not fill blocks or no such order is known.
  static func channelBlocks(_ extents: [Int], of block: Int) -> Layout? {
    guard extents.count == 4, extents[1] % block == 0 else { return nil }
    return filledBlocks(extents, of: block)
  }

  /// The same for any number of channels: the last block is filled up with zeros.
  static func filledBlocks(_ extents: [Int], of block: Int) -> Layout? {
    tagged(extents, [16: dnnl_aBcd16b, 8: dnnl_aBcd8b][block])
  }

  /// Weights `[A, B, h, w]` with both kinds of channels in blocks, as Winograd's loops read them: `A/block, B/block, h, w,
  /// block of B, block of A`; nil where channels do not fill blocks or no such order is known.
  static func filterBlocks(_ extents: [Int], of block: Int) -> Layout? {
    guard extents[0] % block == 0, extents[1] % block == 0 else { return nil }
    return tagged(extents, [16: dnnl_ABcd16b16a, 8: dnnl_ABcd8b8a][block])
  }

  /// Weights `[A, B, h, w]` with the first kind of channels in blocks, `A/block, B, h, w, block`; nil where these do not
  /// fill blocks or no such order is known.
  static func blockedOutputs(_ extents: [Int], of block: Int) -> Layout? {
    guard extents[0] % block == 0 else { return nil }
    return tagged(extents, [16: dnnl_Abcd16a, 8: dnnl_Abcd8a][block])
  }

  private static func tagged(_ extents: [Int], _ tag: dnnl_format_tag_t?) -> Layout? {
    guard let tag, let description = onednn_md_create(4, extents.map(Int64.init), tag) else { return nil }
    return Layout(extents: extents, owning: description)
  }

  /// The block of channels in this order; nil if it has none, or is filled up with zeros.
  private(set) lazy var channelBlock: Int? = [16, 8].first { self == .channelBlocks(extents, of: $0) }

  /// A question to a primitive: whatever order suits it.
  static func any(_ extents: [Int]) -> Layout {
    guard
      let description = onednn_md_create(Int32(extents.count), extents.map(Int64.init), dnnl_format_tag_any)
    else { preconditionFailure("oneDNN refuses extents \(extents)") }
    return Layout(extents: extents, owning: description)
  }

  /// A copy of a description that a primitive chose.
  static func copying(_ description: onednn_md, extents: [Int]) -> Layout {
    guard let copy = onednn_md_clone(description) else { preconditionFailure("out of memory") }
    return Layout(extents: extents, owning: copy)
  }

  static func rowMajorStrides(_ extents: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: extents.count)
    for axis in extents.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * extents[axis + 1]
    }
    return strides
  }

  /// The memory it takes, in bytes; blocks may be padded with zeros.
  var byteCount: Int { onednn_md_size(description) }

  /// Whether every number in memory is one of the tensor's.
  var isFilled: Bool { byteCount == extents.reduce(1, *) * MemoryLayout<Float>.size }

  /// True for row-major order.
  private(set) lazy var isPlain: Bool = self == .plain(extents)

  /// Whether two optional ones are the same.
  static func == (left: Layout, right: Layout?) -> Bool { right.map { left == $0 } ?? false }

  static func == (left: Layout, right: Layout) -> Bool {
    left === right
      || withExtendedLifetime((left, right)) { onednn_md_equal(left.description, right.description) != 0 }
  }
}
#endif

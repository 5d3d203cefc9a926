#if canImport(COneDNN)
internal import CKernels

/// Our own loops in this processor's vectors, where they and oneDNN agree on the width of channel blocks.
enum VectorLoops {
  /// The loops, and the channels that they take side by side.
  static let table: kernels_table? = {
    guard let table = kernels_for_this_processor(), table.pointee.width == OneDNNLibrary.block else {
      return nil
    }
    return table.pointee
  }()
}

extension BlockedTensor {
  /// Its pictures as the loops know them. The layout is that of channel blocks.
  var image: kernels_image {
    kernels_image(
      values: floats.baseAddress!, channels: layout.extents[1], height: layout.extents[2],
      width: layout.extents[3])
  }

  /// Blocks of channels of all examples.
  var blockCount: Int { layout.extents[0] * layout.extents[1] / OneDNNLibrary.block }
}
#endif

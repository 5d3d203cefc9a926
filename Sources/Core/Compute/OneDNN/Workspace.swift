#if canImport(COneDNN)

/// Memory whose content outlives no pass, so that executors that are never at work at the same time can have one: such as the two
/// of a GAN.
///
/// Gradients at values do outlive a pass, but only those at a network's inputs are read after it, which lie elsewhere.
final class Workspace {
  /// What primitives and Winograd's loops use while they run.
  let scratch = Scratch()
  /// Weights in the layout of one pass, which are copied anew each time.
  let weightCopies = Scratch()
  /// What a kernel of two steps hands from the first to the second, each of which uses `scratch`.
  let between = Scratch()
  /// Where gradients at values lie, of executors that share memory for them.
  var gradientPlaces: [AlignedMemory] = []
}
#endif

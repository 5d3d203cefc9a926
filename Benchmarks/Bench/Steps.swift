import Core

/// The works of the engine, ours and PyTorch's in turns, and what the machine can do at best in the same minutes.
struct Steps {
  var comparisons: [Comparison] = []
  /// Floating-point operations a second of a large matrix product, before each work.
  var peaks: [Double] = []
  var kernel: String?

  init(_ worker: PyTorchWorker?, rounds: Int, seconds: Double) throws {
    let peak = MatrixPeak()
    kernel = peak?.kernel
    for work in try Work.all(batch: nil) {
      if let peak { peaks.append((0..<3).map { _ in peak.measure() }.max()!) }
      comparisons.append(try Comparison(work, worker: worker, rounds: rounds, seconds: seconds))
      try worker?.forget()
      Progress.say("\(work.title): \(comparisons.last!.ours.median.milliseconds)")
    }
  }
}

import Core

/// Our times and PyTorch's for one work, taken in turns.
struct Comparison {
  let work: Work
  /// Seconds, the median of every round.
  var ours: [Double] = []
  var theirs: [String: [Double]] = [:]

  /// PyTorch's faster form, by the medians.
  var form: String? { theirs.min { $0.value.median < $1.value.median }?.key }

  /// How many times as fast we are as PyTorch's faster form, round by round.
  var ratios: [Double]? { form.map { form in zip(theirs[form]!, ours).map { $0 / $1 } } }

  /// Takes times in turns: ours, PyTorch in either form, ours, …
  /// - Parameters:
  ///   - seconds: about how long each turn of each side is to last.
  ///   - forms: how PyTorch's tensors may lie.
  init(
    _ work: Work, worker: PyTorchWorker?, rounds: Int, seconds: Double,
    forms: [String] = ["contiguous", "channels_last"]
  ) throws {
    self.work = work
    let once = try work.prepare()
    for _ in 0..<3 { try once() }
    let first = try Self.time(once, count: 1)[0]
    let count = max(3, min(2_000, Int(seconds / first)))
    let forms = worker == nil ? [] : forms
    var theirCounts: [String: Int] = [:]
    for form in forms {
      let warm = try worker!.run(work, form: form, count: 3)
      // The same work, or the comparison says nothing.
      guard abs(warm.flops / work.flops - 1) < 0.01 else {
        throw BenchError("\(work.name): PyTorch counts \(warm.flops) operations, we \(work.flops)")
      }
      theirCounts[form] = max(3, min(2_000, Int(seconds / warm.seconds.median)))
    }
    for _ in 0..<rounds {
      ours.append(try Self.time(once, count: count).median)
      for form in forms {
        theirs[form, default: []].append(
          try worker!.run(work, form: form, count: theirCounts[form]!).seconds.median)
      }
    }
  }

  private static func time(_ once: () throws -> Void, count: Int) throws -> [Double] {
    let clock = ContinuousClock()
    return try (0..<count).map { _ in try clock.measure(once) / .seconds(1) }
  }
}

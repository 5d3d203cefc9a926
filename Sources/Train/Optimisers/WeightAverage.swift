internal import Core

/// The running mean of a network's parameters over its latest steps: `a ← d·a + (1 − d)·w` after every step.
///
/// A generator that is averaged does not swing with the game: its pictures are better than those of any single step (Yazıcı et
/// al. 2019). In the first steps d is smaller, `(1 + t) / (10 + t)`, so that the start is forgotten.
final class WeightAverage {
  /// The means, in the order of the executor's trainable memory.
  let values: UnsafeMutableBufferPointer<Float>
  private let decay: Float

  /// A mean of so many numbers, which begins as zeros.
  init(decay: Float, count: Int) {
    self.decay = decay
    values = .allocate(capacity: count)
    values.initialize(repeating: 0)
  }

  deinit { values.deallocate() }

  /// Forgets all: the mean is what the parameters are now.
  func begin(at parameters: UnsafeMutableBufferPointer<Float>) {
    _ = values.update(fromContentsOf: parameters)
  }

  /// Takes the parameters in.
  /// - Parameter step: how many steps they have moved, from 1.
  func follow(_ parameters: UnsafeMutableBufferPointer<Float>, step: Int) {
    let share = 1 - min(decay, Float(1 + step) / Float(10 + step))
    let stretches = Stretches(of: values.count)
    loop.run(
      stretches.number, on: Pass(parameters: parameters.baseAddress!, stretches: stretches, share: share))
  }

  private struct Pass {
    let parameters: UnsafePointer<Float>
    let stretches: Stretches
    let share: Float
  }

  private lazy var loop = ParallelLoop<Pass> { [unowned self] pass, index in
    let means = values.baseAddress!
    for place in pass.stretches[index] {
      means[place] += pass.share * (pass.parameters[place] - means[place])
    }
  }
}

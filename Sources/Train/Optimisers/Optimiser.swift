internal import Core

/// How an optimiser moves parameters, with its settings: part of a run's recipe.
public enum OptimiserRecipe: Hashable, Sendable, Codable {
  /// Adam (Kingma & Ba 2015, algorithm 1).
  case adam(rate: Float, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8)
  /// Stochastic gradient descent; with momentum as PyTorch has it: `v ← µ·v + g`, `w ← w − rate · v`.
  case sgd(rate: Float, momentum: Float = 0)

  /// The learning rate.
  public var rate: Float {
    get {
      switch self {
      case .adam(let rate, _, _, _), .sgd(let rate, _): rate
      }
    }
    set {
      switch self {
      case .adam(_, let beta1, let beta2, let epsilon):
        self = .adam(rate: newValue, beta1: beta1, beta2: beta2, epsilon: epsilon)
      case .sgd(_, let momentum): self = .sgd(rate: newValue, momentum: momentum)
      }
    }
  }

  /// What the optimiser keeps beside every parameter.
  package var stateNames: [String] {
    switch self {
    case .adam: ["first_moment", "second_moment"]
    case .sgd(_, let momentum): momentum == 0 ? [] : ["velocity"]
    }
  }
}

/// An optimiser at work on the trainable parameters of one executor: one pass over memory a step.
package final class Optimiser {
  private let recipe: OptimiserRecipe
  /// What is kept beside every parameter, in the executor's order.
  package let state: [(name: String, values: UnsafeMutableBufferPointer<Float>)]

  /// An optimiser for so many numbers, with nothing kept yet.
  package init(_ recipe: OptimiserRecipe, count: Int) {
    self.recipe = recipe
    state = recipe.stateNames.map { name in
      let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
      values.initialize(repeating: 0)
      return (name, values)
    }
  }

  /// Forgets what it kept: as before its first step.
  func reset() { for kept in state { kept.values.update(repeating: 0) } }

  deinit { for kept in state { kept.values.deallocate() } }

  /// Moves the parameters by their gradients.
  /// - Parameters:
  ///   - step: 1 for the first step.
  ///   - rateFactor: what the recipe's learning rate is multiplied by in this step.
  package func update(
    _ values: UnsafeMutableBufferPointer<Float>, by gradients: UnsafeMutableBufferPointer<Float>, step: Int,
    rateFactor: Float = 1
  ) {
    let stretches = Stretches(of: values.count)
    loop.run(
      stretches.number,
      on: Pass(
        values: values.baseAddress!, gradients: gradients.baseAddress!, stretches: stretches, step: step,
        rate: recipe.rate * rateFactor))
  }

  /// What the loop is at work on.
  struct Pass {
    let values: UnsafeMutablePointer<Float>
    let gradients: UnsafePointer<Float>
    let stretches: Stretches
    let step: Int
    let rate: Float
  }

  private lazy var loop = ParallelLoop<Pass> { [unowned self] pass, index in
    switch recipe {
    case .adam(_, let beta1, let beta2, let epsilon):
      adam(pass.stretches[index], pass, beta1, beta2, epsilon)
    case .sgd(_, let momentum): sgd(pass.stretches[index], pass, momentum)
    }
  }
}

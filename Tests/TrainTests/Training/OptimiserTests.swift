import Foundation
import Testing
import Train

/// An optimiser with numbers of its own to move.
private final class Bench {
  let optimiser: Optimiser
  var values: [Float]
  private var done = 0

  init(_ recipe: OptimiserRecipe, _ start: [Float]) {
    optimiser = Optimiser(recipe, count: start.count)
    values = start
  }

  func step(_ gradients: [Float]) {
    done += 1
    var gradients = gradients
    values.withUnsafeMutableBufferPointer { values in
      gradients.withUnsafeMutableBufferPointer { optimiser.update(values, by: $0, step: done) }
    }
  }

  /// Another one that has kept what this one has.
  func copy(_ recipe: OptimiserRecipe) -> Bench {
    let copy = Bench(recipe, values)
    copy.done = done
    for (mine, its) in zip(optimiser.state, copy.optimiser.state) {
      _ = its.values.update(fromContentsOf: mine.values)
    }
    return copy
  }
}

@Suite struct OptimiserTests {
  @Test(arguments: TrainingFixture.stored.optimisers)
  func tenStepsGoWhereTorchGoes(_ torch: TrainingFixture.OptimiserCase) {
    let bench = Bench(torch.recipe, torch.start.map(Float.init))
    #expect(torch.gradients.count == 10 && torch.after.count == 10)
    for (step, (gradient, expected)) in zip(torch.gradients, torch.after).enumerated() {
      bench.step(gradient.map(Float.init))
      for (index, expected) in expected.enumerated() {
        // What starts at 0 shows the way it went alone: there 1e-6 is of the longest way it was from there.
        let scale = torch.start[index] == 0 ? torch.after.map { abs($0[index]) }.max()! : 1
        #expect(
          isClose(Double(bench.values[index]), expected, absolute: 1e-6 * scale),
          "number \(index) after step \(step + 1) is \(bench.values[index]), torch has \(expected)")
      }
    }
  }

  /// At step 1 both means are what the first gradient alone makes them: Adam goes one rate, however steep it is.
  @Test(arguments: [Float(1e-3), 1, 4e5, -0.02])
  func adamsFirstStepIsTheRateAgainstTheGradient(_ gradient: Float) {
    let bench = Bench(.adam(rate: 0.01), [0])
    bench.step([gradient])
    let expected = -0.01 * Double(gradient) / (abs(Double(gradient)) + 1e-8)
    #expect(isClose(Double(bench.values[0]), expected, relative: 1e-6), "\(bench.values[0])")
  }

  @Test func withoutAGradientNothingMoves() {
    for recipe in [OptimiserRecipe.adam(rate: 1), .sgd(rate: 1), .sgd(rate: 1, momentum: 0.9)] {
      let bench = Bench(recipe, [0.25, -3])
      for _ in 0..<3 { bench.step([0, 0]) }
      #expect(bench.values == [0.25, -3])
    }
  }

  @Test func whatIsKeptBesideParametersHasTheFieldsNames() {
    func names(_ recipe: OptimiserRecipe) -> [String] { Optimiser(recipe, count: 2).state.map(\.name) }
    #expect(names(.adam(rate: 1)) == ["first_moment", "second_moment"])
    #expect(names(.sgd(rate: 1, momentum: 0.5)) == ["velocity"])
    #expect(names(.sgd(rate: 1)).isEmpty)
  }

  @Test(arguments: TrainingFixture.stored.optimisers)
  func oneThatTakesOverTheStateGoesOnBitForBit(_ torch: TrainingFixture.OptimiserCase) {
    let straight = Bench(torch.recipe, torch.start.map(Float.init))
    let gradients = torch.gradients.map { $0.map(Float.init) }
    for gradient in gradients[..<4] { straight.step(gradient) }
    let resumed = straight.copy(torch.recipe)
    for gradient in gradients[4...] {
      straight.step(gradient)
      resumed.step(gradient)
    }
    #expect(resumed.values.map(\.bitPattern) == straight.values.map(\.bitPattern))
  }

  @Test func theRateIsReadAndSetWhateverTheOptimiser() {
    var adam = OptimiserRecipe.adam(rate: 0.1, beta1: 0.5, beta2: 0.99, epsilon: 1e-7)
    var sgd = OptimiserRecipe.sgd(rate: 0.1, momentum: 0.9)
    #expect(adam.rate == 0.1 && sgd.rate == 0.1)
    adam.rate = 0.2
    sgd.rate = 0.3
    #expect(adam == .adam(rate: 0.2, beta1: 0.5, beta2: 0.99, epsilon: 1e-7))
    #expect(sgd == .sgd(rate: 0.3, momentum: 0.9))
  }
}

import Foundation
import Train

/// PyTorch's losses and optimiser steps: `Fixtures/torch_training.json`, made by the script beside it.
struct TrainingFixture: Decodable {
  struct CrossEntropyCase: Decodable, Sendable, CustomStringConvertible {
    let title: String
    let classes: Int
    let logits: [Double]
    let labels: [Int32]
    let loss: Double
    let gradient: [Double]
    let correct: Int
    var description: String { title }
  }

  struct BinaryCrossEntropyCase: Decodable, Sendable, CustomStringConvertible {
    let title: String
    let logits: [Double]
    let target: Float
    let loss: Double
    let gradient: [Double]
    let meanProbability: Double
    let positiveShare: Double
    var description: String { title }
  }

  /// Ten steps on sixteen numbers.
  struct OptimiserCase: Decodable, Sendable, CustomStringConvertible {
    let title: String
    let recipe: OptimiserRecipe
    let start: [Double]
    let gradients: [[Double]]
    let after: [[Double]]
    var description: String { title }
  }

  let crossEntropy: [CrossEntropyCase]
  let binaryCrossEntropy: [BinaryCrossEntropyCase]
  let optimisers: [OptimiserCase]

  static let stored: TrainingFixture = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures/torch_training.json")
    do {
      return try JSONDecoder().decode(TrainingFixture.self, from: Data(contentsOf: file))
    } catch {
      preconditionFailure("cannot read \(file.path()): \(error)")
    }
  }()
}

/// True if two numbers agree within a share of the expected one, or absolutely.
func isClose(_ actual: Double, _ expected: Double, relative: Double = 1e-6, absolute: Double = 0) -> Bool {
  // NaN is close to nothing; infinities only to themselves.
  actual == expected || abs(actual - expected) <= absolute + relative * abs(expected)
}

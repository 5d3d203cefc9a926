import ArgumentParser
import Core

/// What black and white become for a network that does not say how its pictures were normalised: `0,1`, `-1,1`, `0,255`.
struct BrightnessRange: ExpressibleByArgument {
  var black: Float
  var white: Float

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Float($0) }
    guard parts.count == 2, numbers.count == 2, numbers.allSatisfy(\.isFinite), numbers[0] < numbers[1] else {
      return nil
    }
    (black, white) = (numbers[0], numbers[1])
  }

  /// As a normalisation of brightness 0 … 1.
  var normalisation: Normalisation {
    let deviation = 1 / (white - black)
    return Normalisation(mean: [-black * deviation], deviation: [deviation])
  }

  /// As the option takes it.
  var text: String { "\(black),\(white)" }
}

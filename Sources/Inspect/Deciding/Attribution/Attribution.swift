public import Core

/// What each pixel has to do with one class's score, by one method: the numbers of a map, apart from its drawing.
///
/// ```swift
/// let attributor = try Attributor(of: specimen)
/// let picture = specimen.probe!.input(0)
/// let map = try attributor.attributions([.integratedGradients], of: [.init(picture, targets: [7])])[0][0][0]
/// map.completeness!.error  // 0.003: the pixels' shares add up to the score
/// ```
public struct Attribution: Hashable, Sendable {
  /// How it was found.
  public let method: AttributionMethod
  /// The class whose logit is explained.
  public let target: Int
  /// That logit for the picture.
  public let logit: Float
  /// The numbers, `[channels, height, width]`; one channel where the method knows none.
  public let values: Tensor
  /// The numbers as they are shown, `[height, width]`: the largest magnitude of all channels where signs mean nothing, else their sum.
  public let map: Tensor
  /// How far the shares of integrated gradients add up; nil for other methods.
  public let completeness: Completeness?
  /// What Grad-CAM was computed of; nil for other methods.
  public let cam: GradCAM?

  /// How far a map's numbers add up to what they share out (Sundararajan et al. 2017, the axiom of completeness).
  public struct Completeness: Hashable, Sendable {
    /// The sum of all shares.
    public let sum: Double
    /// The score of the picture less the (mean) score of the baselines.
    public let difference: Double
    /// `|sum − difference| / |difference|`.
    public var error: Double {
      difference == 0 ? (sum == 0 ? 0 : .infinity) : abs(sum - difference) / abs(difference)
    }
  }

  /// A map by a method.
  /// - Parameter values: `[channels, height, width]`.
  package init(
    _ method: AttributionMethod, target: Int, logit: Float, values: Tensor, completeness: Completeness? = nil,
    cam: GradCAM? = nil
  ) {
    precondition(values.shape.rank == 3, "attributions are [channels, height, width], not \(values.shape)")
    self.method = method
    self.target = target
    self.logit = logit
    self.values = values
    self.completeness = completeness
    self.cam = cam
    let plane = values.shape[1] * values.shape[2]
    let channels = values.shape[0]
    map = Tensor([values.shape[1], values.shape[2]]) { map in
      for place in 0..<plane {
        var sum: Float = 0
        for channel in 0..<channels {
          let value = values.elements[channel * plane + place]
          sum = method.isSigned ? sum + value : max(sum, abs(value))
        }
        map[place] = sum
      }
    }
  }

  /// False where the map is so small beside the score that to show it would only stretch rounding: its largest magnitude is under
  /// a millionth of the logit's.
  public var hasEvidence: Bool {
    let largest = map.maximumMagnitude
    return largest > 0 && Double(largest) >= 1e-6 * Double(abs(logit))
  }

  /// The magnitude below which 98 % of the summed magnitudes lie, and the share of pixels beyond it: Captum's rule.
  public var limit: (value: Float, clippedShare: Double) { Attribution.limit(of: map.elements) }

  /// That limit of numbers that may be of several maps.
  static func limit(of values: [Float], share: Double = 0.98) -> (value: Float, clippedShare: Double) {
    let magnitudes = values.filter(\.isFinite).map(abs).sorted()
    let total = magnitudes.reduce(0.0) { $0 + Double($1) }
    guard total > 0 else { return (0, 0) }
    var sum = 0.0
    for (index, magnitude) in magnitudes.enumerated() {
      sum += Double(magnitude)
      guard sum >= share * total else { continue }
      // Of equal ones none is beyond.
      let beyond = magnitudes[index...].count { $0 > magnitude }
      return (magnitude, Double(beyond) / Double(values.count))
    }
    return (magnitudes.last!, 0)
  }
}

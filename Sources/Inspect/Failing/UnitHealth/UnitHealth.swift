internal import Core

/// How every unit of a network does over all pictures it is tried on: which never answer, which always do, which do the same
/// as another.
///
/// A unit is a channel of a convolution or a feature of a linear layer, looked at behind its activation. The units of the
/// last layer are classes and are left out.
///
/// ```swift
/// let health = try UnitHealth(of: specimen)
/// for offender in health.offenders { print(offender.layer, offender.unit.index, offender.unit.findings) }
/// ```
public struct UnitHealth: Hashable, Sendable {
  /// From where on something is said of a unit.
  public struct Thresholds: Hashable, Sendable {
    /// The cosine of two filters above which they count as one.
    public var duplicateCosine = 0.98
    /// The share of answers above zero under which a rectified unit is nearly dead.
    public var nearlyDeadShare = 1e-3
    /// The share of saturated answers from which a tanh or sigmoid unit is.
    public var saturatedShare = 0.95
    /// How near the end of its range an answer is saturated, as a share of the range.
    public var saturatedMargin = 0.01
    /// The variance of its answers under which a unit is constant.
    public var constantVariance = 1e-8

    /// The usual thresholds.
    public init() {}
  }

  /// What the answers of a layer can be.
  public enum Answers: Hashable, Sendable {
    /// Never below zero, and zero is silence: ReLU.
    case rectified
    /// Smaller below zero than above: LeakyReLU, PReLU.
    case leaky
    /// Between two limits: tanh, sigmoid.
    case bounded(lower: Float, upper: Float)
    /// Any number: no activation, or one without corners.
    case free
  }

  /// What is wrong with a unit.
  public enum Finding: String, Hashable, Sendable, CaseIterable {
    /// No answer was above zero (a rectified unit).
    case dead
    /// Hardly any answer was above zero (a rectified unit).
    case nearlyDead = "nearly dead"
    /// Every answer was the same number (any but a rectified unit).
    case constant
    /// All answers had one sign, so that the unit only multiplies (a leaky unit).
    case oneSided = "one-sided"
    /// Nearly all answers were at the ends of the range (a bounded unit).
    case saturated
    /// Its filter points where another unit's does.
    case duplicate
  }

  /// Another unit of the layer.
  public struct Twin: Hashable, Sendable {
    /// Its index, from 0.
    public let unit: Int
    /// The cosine of the two filters, over all input channels; biases take no part.
    public let cosine: Double
  }

  /// One unit.
  public struct Unit: Hashable, Sendable {
    /// Its channel or feature, from 0.
    public let index: Int
    /// Its highest answer over all pictures and places.
    public let highest: Double
    /// Its lowest answer.
    public let lowest: Double
    /// The mean of its answers.
    public let mean: Double
    /// The variance of its answers.
    public let variance: Double
    /// The share of its answers that are zero, 0 … 1.
    public let zeroShare: Double
    /// The share of its answers that are above zero, 0 … 1.
    public let positiveShare: Double
    /// The share of its answers at the ends of the range, 0 … 1; nil for units without such.
    public let saturatedShare: Double?
    /// How much more it answers to one class than to the others, (μ_max − μ_rest) / (μ_max + μ_rest) of the classes' mean
    /// answers, 0 … 1; nil without labels, and where answers can be negative or all are zero.
    public let selectivity: Double?
    /// The class it answers to most; nil where there is no selectivity.
    public let favourite: Int?
    /// The unit whose filter is most like its own; nil where filters cannot be compared.
    public let twin: Twin?
    /// What is wrong with it, the worst first; empty for a healthy unit.
    public let findings: [Finding]

    /// The largest magnitude of its answers.
    public var magnitude: Double { max(abs(highest), abs(lowest)) }
    /// The share of answers that have the rarer sign: how often a leaky unit bends, 0 … 0.5.
    public var signFlipShare: Double { min(positiveShare, max(0, 1 - zeroShare - positiveShare)) }
    /// True if no answer was above zero (a rectified unit).
    public var isDead: Bool { findings.contains(.dead) }
    /// True if hardly any answer was above zero.
    public var isNearlyDead: Bool { findings.contains(.nearlyDead) }
    /// True if its filter points where another unit's does.
    public var isDuplicate: Bool { findings.contains(.duplicate) }
  }

  /// One layer.
  public struct Layer: Hashable, Sendable {
    /// The layer's name: the node that computes.
    public let name: String
    /// The node whose value was looked at: behind the activation.
    public let node: String
    /// What the layer does: `3 × 3 conv, ReLU`.
    public let words: String
    /// What its answers can be.
    public let answers: Answers
    /// Answers of one unit to one picture: rows times columns of its map.
    public let places: Int
    /// Its units in order.
    public let units: [Unit]

    /// How many units there is something to say of.
    public func count(of finding: Finding) -> Int { units.count { $0.findings.contains(finding) } }
  }

  /// A unit that something is wrong with.
  public struct Offender: Hashable, Sendable {
    /// The layer's name.
    public let layer: String
    /// The unit.
    public let unit: Unit
  }

  /// Pictures that went through.
  public let count: Int
  /// What the classes are called; empty without labels.
  public let classNames: [String]
  /// From where on something was said of a unit.
  public let thresholds: Thresholds
  /// The layers in order, without the last.
  public let layers: [Layer]

  /// All units that something is wrong with, layer by layer.
  public var offenders: [Offender] {
    layers.flatMap { layer in
      layer.units.filter { !$0.findings.isEmpty }.map { Offender(layer: layer.name, unit: $0) }
    }
  }

  /// Units in all.
  public var unitCount: Int { layers.reduce(0) { $0 + $1.units.count } }

  /// Runs everything that a specimen is tried on through it.
  /// - Parameters:
  ///   - thresholds: from where on something is said of a unit.
  ///   - progress: is told the share done.
  /// - Throws: `InspectError` if there are no pictures that it takes or no layer has units, `NetworkError` if it cannot be
  ///   run.
  public init(
    of specimen: Specimen, thresholds: Thresholds = Thresholds(), progress: (Double) -> Void = { _ in }
  ) throws {
    let layers = try UnitStage.all(of: specimen)
    let tallies = try UnitTallies(of: layers, in: specimen, thresholds.saturatedMargin, progress)
    count = tallies.count
    classNames = tallies.classNames
    self.thresholds = thresholds
    self.layers = try layers.enumerated().map { index, layer in
      let twins = try UnitTwins(of: layer.stage.head, in: specimen.model)?.nearest
      return Layer(
        name: layer.stage.name, node: layer.node, words: layer.stage.words, answers: layer.answers,
        places: layer.places,
        units: (0..<layer.units).map { tallies.unit($0, of: index, twins?[$0], thresholds) })
    }
  }
}

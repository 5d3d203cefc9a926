internal import Core

/// What a classifier loses when one unit of a layer says nothing: each unit is set to zero in turn, and the pictures are tried
/// again.
///
/// The network is run up to the layer once; what comes behind is run again for each unit.
///
/// ```swift
/// let ablation = try Ablation(of: specimen, layer: "conv2")
/// ablation.units.min { $0.change < $1.change }  // the unit that is missed most
/// ```
public struct Ablation: Hashable, Sendable {
  /// A unit that was set to zero.
  public struct Unit: Hashable, Sendable {
    /// Its channel or feature, from 0.
    public let index: Int
    /// The accuracy without it less the accuracy with it, −1 … 1: negative where it is missed.
    public let change: Double
    /// The same for the pictures of each class; NaN for a class without pictures.
    public let classChanges: [Double]
    /// The mean cross-entropy without it less that with it, in nats: positive where it is missed.
    public let lossChange: Double

    /// The largest change of any class.
    var largestClassChange: Double { classChanges.reduce(0) { $1.isNaN ? $0 : max($0, abs($1)) } }
  }

  /// The layer's name.
  public let layer: String
  /// What the layer does.
  public let words: String
  /// Pictures that were tried.
  public let count: Int
  /// What the classes are called.
  public let classNames: [String]
  /// Pictures of each class.
  public let classCounts: [Int]
  /// The share named rightly by the whole network, 0 … 1.
  public let accuracy: Double
  /// The same for each class; NaN for a class without pictures.
  public let classAccuracies: [Double]
  /// All units in their order.
  public let units: [Unit]

  /// The units sorted by effect, the largest first: by the change of the accuracy, then by that of any class, then of the loss.
  public var byEffect: [Unit] {
    units.sorted {
      let left = (abs($0.change), $0.largestClassChange, abs($0.lossChange))
      let right = (abs($1.change), $1.largestClassChange, abs($1.lossChange))
      return left == right ? $0.index < $1.index : left > right
    }
  }

  /// Sets every unit of a layer to zero in turn.
  /// - Parameters:
  ///   - layer: a stage or a node of it; nil for the last convolution, or the last layer of features where there is none.
  ///   - pictures: how many pictures are tried, evenly spread over all; nil for all.
  ///   - progress: is told the share done.
  /// - Throws: `InspectError` if there are no labelled pictures or no such layer, `NetworkError` if the network cannot be run.
  public init(
    of specimen: Specimen, layer: String? = nil, pictures: Int? = nil,
    progress: (Double) -> Void = { _ in }
  ) throws {
    let chosen = try Ablation.layer(layer, of: specimen)
    let model = specimen.model
    let logits = try model.network.logits()
    let classes = try model.network.shapes()[logits]!.perExample.elementCount
    let trial = try AblationTrial(specimen, classes: classes, pictures: pictures)
    let cut = try AblatedNetwork(model, at: chosen, logits: logits)

    var whole = AblationTally(classes: classes)
    var tallies = [AblationTally](repeating: AblationTally(classes: classes), count: chosen.units)
    var done = 0
    let total = trial.indices.count * (chosen.units + 1)
    let front = try Sweep(
      model, count: trial.indices.count, batch: model.network.comfortableBatch)
    try front.run(trial.inputs) { range, executor in
      let labels = trial.labels[range]
      whole.add(try executor.value(of: logits), labels)
      let rest = try cut.rest(batch: executor.batch, reading: executor)
      for unit in 0..<chosen.units {
        tallies[unit].add(try rest.logits(without: unit), labels)
        done += range.count
        progress(Double(done) / Double(total))
      }
    }
    self.layer = chosen.stage.name
    words = chosen.stage.words
    count = trial.indices.count
    classNames = trial.classNames
    classCounts = whole.counts
    accuracy = whole.accuracy
    classAccuracies = whole.classAccuracies
    units = tallies.enumerated().map { index, tally in
      Unit(
        index: index, change: tally.accuracy - whole.accuracy,
        classChanges: zip(tally.classAccuracies, whole.classAccuracies).map { $0 - $1 },
        lossChange: tally.loss - whole.loss)
    }
  }

  private static func layer(_ name: String?, of specimen: Specimen) throws -> UnitStage {
    let layers = try UnitStage.all(of: specimen)
    guard let name else {
      return layers.last { $0.stage.head.operation is Conv2d } ?? layers[layers.count - 1]
    }
    guard let found = layers.first(where: { $0.stage.nodes.contains { $0.name == name } }) else {
      throw InspectError(
        .unknownName, "\(specimen.name)/\(name)",
        "no such layer with units; there are \(layers.map(\.stage.name).listed)")
    }
    return found
  }
}

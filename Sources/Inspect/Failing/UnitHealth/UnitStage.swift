internal import Core

/// A layer with units: a stage that has filters or an activation, and the value in which its units are seen.
struct UnitStage {
  let stage: Stage
  /// The node behind the activation.
  let node: String
  /// Channels or features.
  let units: Int
  /// Answers of a unit to one picture.
  let places: Int
  let answers: UnitHealth.Answers

  /// The layers of a network in order, without the one that answers.
  /// - Throws: `InspectError` if there are none.
  static func all(of specimen: Specimen) throws -> [UnitStage] {
    let network = specimen.model.network
    let shapes = try network.shapes()
    let logits = (try? network.logits()) ?? network.output
    let constants = network.constants
    // What weighs features for the answer has classes, not units.
    let answering = network.answeringNodes(from: logits).nodes.union([logits, network.output])
    let layers = network.stages.compactMap { stage -> UnitStage? in
      guard !constants.contains(stage.name) else { return nil }
      guard !stage.nodes.contains(where: { answering.contains($0.name) }) else {
        return nil
      }
      return UnitStage(stage, shapes)
    }
    guard !layers.isEmpty else {
      throw InspectError(
        .notApplicable, specimen.name, "has no layer of filters or features before its last")
    }
    return layers
  }

  private init?(_ stage: Stage, _ shapes: [String: Shape]) {
    let answers = stage.nodes.reduce(UnitHealth.Answers?.none) { known, node in
      UnitHealth.Answers(of: node.operation) ?? known
    }
    guard stage.head.operation.hasFilters || answers != nil,
      let node = stage.nodes.last(where: { !($0.operation is Dropout) && !$0.operation.rearranges }),
      let shape = shapes[node.name]?.perExample, shape.rank == 1 || shape.rank == 3
    else { return nil }
    self.stage = stage
    self.node = node.name
    self.answers = answers ?? .free
    units = shape[0]
    places = shape.elementCount / max(shape[0], 1)
  }
}

extension UnitHealth.Answers {
  /// What an activation's answers can be; nil for operations that are none.
  fileprivate init?(of operation: any Operation) {
    switch operation {
    case is ReLU: self = .rectified
    case is LeakyReLU, is PReLU: self = .leaky
    case let clipped as ClippedReLU: self = clipped.slope == 0 && clipped.threshold >= 0 ? .rectified : .leaky
    case let gate as Threshold: self = gate.threshold >= 0 ? .rectified : .free
    case is Tanh: self = .bounded(lower: -1, upper: 1)
    case is Sigmoid, is Hardsigmoid: self = .bounded(lower: 0, upper: 1)
    case let clip as Hardtanh:
      if clip.minimum == 0 {
        self = .rectified
      } else if let lower = clip.minimum, let upper = clip.maximum, lower < upper {
        self = .bounded(lower: lower, upper: upper)
      } else {
        self = .free
      }
    case is any Elementwise: self = .free
    default: return nil
    }
  }
}

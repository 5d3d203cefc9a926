package import Core

/// What a classifier says of all labelled pictures that a specimen is tried on.
package struct LabelledAnswers {
  /// The pictures.
  package let probe: Probe
  /// The scores, `[count, classes]`, at least two classes: a single score is that of class 1 against 0.
  package let logits: Tensor
  /// What the classes are called.
  package let classNames: [String]

  /// Runs a specimen on its pictures.
  /// - Throws: `InspectError` if there are no labelled pictures, they do not fit, or the network does not tell their classes apart;
  ///   `NetworkError` if it cannot be run.
  package init(of specimen: Specimen) throws {
    guard specimen.role != .generator else {
      throw InspectError(
        .notApplicable, specimen.name, "is a generator: it names no classes, so none can be wrong")
    }
    guard let probe = specimen.probe, probe.count > 0 else {
      throw InspectError(.input, specimen.name, "comes without pictures; give some with --data")
    }
    guard probe.labels.count == probe.count else {
      throw InspectError(
        .input, specimen.name, "has pictures without labels; give some with labels by --data")
    }
    let network = specimen.model.network
    guard network.inputs.count == 1, network.inputs[0].shape == probe.pictureShape.perExample else {
      throw InspectError(
        .input, specimen.name,
        "takes \(network.inputs.map { "\($0.shape)" }.listed), its pictures are \(probe.pictureShape.perExample)"
      )
    }
    let node = try network.logits()
    var elements: [Float] = []
    try Sweep(specimen.model, count: probe.count).run {
      probe.inputs($0)
    } visit: { range, executor in
      elements += try executor.value(of: node)[0..<range.count].elements
    }
    var classes = elements.count / probe.count
    let most = probe.labels.max() ?? 0
    let least = probe.labels.min() ?? 0
    if classes == 1, most <= 1 {
      elements = elements.flatMap { [0, $0] }
      classes = 2
    }
    guard classes > 1, least >= 0, most < classes else {
      throw InspectError(
        .notApplicable, specimen.name,
        classes == 1
          ? "gives one score, and its pictures have \(Set(probe.labels).count) classes: it does not tell these apart"
          : "gives \(classes) scores, and a picture has the label \(least < 0 ? least : most)")
    }
    guard elements.allSatisfy(\.isFinite) else {
      throw InspectError(
        .notApplicable, specimen.name, "gives scores that are no numbers: its weights have run away")
    }
    self.probe = probe
    logits = Tensor([probe.count, classes], elements)
    classNames = probe.classNames.count == classes ? probe.classNames : (0..<classes).map(String.init)
  }

  /// One picture's answer.
  package struct Answer: Hashable, Sendable {
    /// The picture's place among all.
    package let index: Int
    /// The true class.
    package let label: Int
    /// The class that was said.
    package let said: Int
    /// ln p of the class that was said.
    package let logSaid: Double
    /// −ln p of the true class.
    package let loss: Double
    /// True if the two are one.
    package var isRight: Bool { label == said }
  }

  /// All answers in the pictures' order.
  package var answers: [Answer] {
    let classes = logits.shape[1]
    return probe.labels.enumerated().map { index, label in
      let row = LogProbabilities(logits.elements[index * classes..<(index + 1) * classes])
      return Answer(
        index: index, label: label, said: row.said, logSaid: row.values[row.said], loss: -row.values[label])
    }
  }
}

internal import Core
internal import Render

/// A picture whose decision is explained: what it is, what the network took it for, and whose scores are asked about.
struct AttributionSubject {
  let example: Example
  /// The class that the network says.
  let said: Int
  /// Its probability.
  let probability: Double
  /// The classes whose scores are explained.
  let targets: [Int]
  /// The picture's index in the probe; nil for one from elsewhere.
  let index: Int?

  /// The true class, if it is known and the network tells it from others: a single score knows no classes.
  let label: Int?

  /// True if the true class is known and another was said.
  var isMistake: Bool { label.map { $0 != said } ?? false }

  /// The question for an attributor.
  var question: Attributor.Question { .init(example.input, targets: targets) }

  /// One picture.
  /// - Parameter target: the class asked about; nil for what is said and, where that is wrong, for the true one.
  init(_ choice: Example.Choice?, target: Int?, for specimen: Specimen) throws {
    let example = try Example(choice, for: specimen)
    let prediction = try Prediction(of: example.input, by: specimen)
    var index: Int?
    if case .probe(let chosen)? = choice { index = chosen } else if choice == nil { index = 0 }
    try self.init(example, index: index, top: prediction.top(0), classes: prediction.classes, target: target)
  }

  private init(
    _ example: Example, index: Int?, top: (class: Int, probability: Double), classes: Int, target: Int?
  ) throws {
    self.example = example
    self.index = index
    said = top.class
    probability = top.probability
    label = example.label.flatMap { classes > 1 && (0..<classes).contains($0) ? $0 : nil }
    if let target {
      targets = [target]
    } else if let label, label != top.class {
      targets = [top.class, label]
    } else {
      targets = [top.class]
    }
  }

  /// Pictures of the probe: as many mistakes as right ones, where there are so many.
  ///
  /// Right ones are the first of each class in turn, mistakes those that the network was surest of.
  /// - Parameters:
  ///   - onlyMistakes: leaves the right ones out.
  /// - Throws: `InspectError` if there are no pictures, or no mistakes where only those are wanted.
  static func several(
    _ count: Int, onlyMistakes: Bool = false, target: Int?, for specimen: Specimen
  ) throws -> [AttributionSubject] {
    guard let probe = specimen.probe, probe.count > 0 else {
      throw InspectError(
        .input, specimen.name, "comes without pictures; give one with --image, or some with --data")
    }
    _ = try Example(.probe(0), for: specimen)  // for its complaint, if they do not fit
    let prediction = try Prediction(of: probe.inputs(0..<probe.count), by: specimen)
    let tops = (0..<probe.count).map { prediction.top($0) }
    func subject(_ index: Int) throws -> AttributionSubject {
      try AttributionSubject(
        Example(.probe(index), for: specimen), index: index, top: tops[index], classes: prediction.classes,
        target: target)
    }
    guard probe.labels.count == probe.count, prediction.classes > 1 else {
      guard !onlyMistakes else {
        throw InspectError(
          .notApplicable, specimen.name,
          "its pictures have no classes, so none of them is a mistake; leave out --mistakes")
      }
      return try (0..<min(count, probe.count)).map(subject)
    }
    let known = tops.indices.filter { (0..<prediction.classes).contains(probe.labels[$0]) }
    let wrong = known.filter { tops[$0].class != probe.labels[$0] }
      .sorted { (tops[$0].probability, $1) > (tops[$1].probability, $0) }
    if onlyMistakes {
      guard !wrong.isEmpty else {
        throw InspectError(
          .notApplicable, specimen.name,
          "takes none of the \(Numbers.grouped(probe.count)) pictures for another class; leave out --mistakes"
        )
      }
      return try wrong.prefix(count).map(subject)
    }
    // The first right picture of every class, then the second ones.
    var seen: [Int: Int] = [:]
    let right = tops.indices.filter { tops[$0].class == probe.labels[$0] }
      .map { index in
        let round = seen[probe.labels[index], default: 0]
        seen[probe.labels[index]] = round + 1
        return (round: round, index: index)
      }
      .sorted { ($0.round, probe.labels[$0.index]) < ($1.round, probe.labels[$1.index]) }.map(\.index)
    let mistakes = min(wrong.count, max(count / 2, count - right.count))
    return try (right.prefix(count - mistakes) + wrong.prefix(mistakes)).map(subject)
  }
}

extension Specimen {
  /// What a class is called: its name, or its number where it has none.
  func className(_ index: Int, of classes: Int) -> String {
    if classes == 1 { return "real" }
    guard let names = probe?.classNames, names.count == classes else { return String(index) }
    return names[index]
  }
}

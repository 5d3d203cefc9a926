package import Core

/// How far a network's answers move when its picture is moved, enlarged or turned.
package struct InvarianceCurves {
  /// One way to change a picture, by more and more.
  package enum Change: String, CaseIterable, Sendable {
    /// Up and down by 60 / 224 of the height.
    case translation
    /// 1 to 1.8 times as large.
    case scale
    /// Once around.
    case rotation
  }

  /// One change, with what it does to every picture.
  package struct Row {
    /// The change.
    package let change: Change
    /// Pixels down, times as large, or degrees.
    package let amounts: [Double]
    /// For each picture the Euclidean distance between the first layer's values for it and for what became of it, at each amount.
    package var first: [[Double]] = []
    /// The same for the last features.
    package var top: [[Double]] = []
    /// For each picture the probability of its class at each amount.
    package var probabilities: [[Double]] = []
  }

  /// The pictures' places in the probe.
  package let pictures: [Int]
  /// Their true classes.
  package let labels: [Int]
  /// True for those that the network names rightly as they are.
  package let areRight: [Bool]
  /// The layer whose values are the first features.
  package let firstLayer: String
  /// The layer whose values are the last features, which the scores are made of.
  package let topLayer: String
  /// The changes in the order of the cases.
  package let rows: [Row]
  /// What lies beyond the pictures' edges.
  package let surroundings: PictureSurroundings
  /// What the classes are called.
  package let classNames: [String]

  /// The amounts of a change for pictures of a height.
  ///
  /// Z&F's ±60 pixels of 224, rounded to whole pixels of this height: ±8 of 28.
  package static func amounts(_ change: Change, height: Int) -> [Double] {
    switch change {
    case .translation:
      let most = max(1, (60.0 / 224 * Double(height)).rounded())
      // Every pixel, or as many places as make a smooth line.
      let places = most <= 12 ? Int(most) : 12
      return (-places...places).map { most * Double($0) / Double(places) }
    case .scale: return (0...16).map { 1 + 0.05 * Double($0) }
    case .rotation: return (0...36).map { Double($0) * 10 }
    }
  }

  /// The transform of an amount.
  package static func transform(_ change: Change, _ amount: Double) -> PlaneTransform {
    switch change {
    case .translation: .down(amount)
    case .scale: .scaled(amount)
    case .rotation: .turned(amount)
    }
  }

  /// Tries a specimen.
  /// - Parameter most: how many pictures, of different classes where there are enough, rightly named ones where there are some.
  /// - Throws: `InspectError` if there are no labelled pictures that fit, `NetworkError` if the network cannot be run.
  package init(of specimen: Specimen, most: Int, seed: UInt64) throws {
    let said = try LabelledAnswers(of: specimen)
    let network = specimen.model.network
    let logits = try network.logits()
    (firstLayer, topLayer) = try network.firstAndTopFeatures(below: logits)
    pictures = said.representatives(most, seed: seed)
    let answers = said.answers
    labels = pictures.map { said.probe.labels[$0] }
    areRight = pictures.map { answers[$0].isRight }
    classNames = said.classNames
    let input = Tensor(stacking: pictures.map { said.probe.input($0)[0] })
    let surroundings = PictureSurroundings(of: input, normalisation: specimen.normalisation)
    self.surroundings = surroundings

    let height = input.shape[2]
    let amounts = Change.allCases.map { Self.amounts($0, height: height) }
    // Everything is run in one go: the pictures as they are, then change by change, picture by picture.
    var parts = [input]
    for (change, amounts) in zip(Change.allCases, amounts) {
      parts.append(
        input.transformed(by: amounts.map { Self.transform(change, $0) }, surroundings: surroundings))
    }
    let all = Tensor(
      input.shape.perExample.batched(parts.reduce(0) { $0 + $1.shape[0] }), parts.flatMap(\.elements))
    var origins: (first: [Tensor], top: [Tensor]) = ([], [])
    var measured: [(first: Double, top: Double, probability: Double)] = []
    let count = pictures.count
    let owners =
      (0..<count).map { $0 }
      + amounts.flatMap { amounts in
        (0..<count).flatMap { [Int](repeating: $0, count: amounts.count) }
      }
    let labels = labels
    try Sweep(specimen.model, count: all.shape[0]).run {
      all[$0]
    } visit: { [firstLayer, topLayer] range, executor in
      let first = try executor.value(of: firstLayer)
      let top = try executor.value(of: topLayer)
      let scores = try executor.value(of: logits)
      for (place, index) in range.enumerated() {
        let (here, above) = (first[place], top[place])
        if index < count {
          origins.first.append(here)
          origins.top.append(above)
        }
        let owner = owners[index]
        // A single score is that of class 1 against 0.
        let row = scores[place].elements
        let answer = LogProbabilities((row.count == 1 ? [0] + row : row)[...])
        measured.append(
          (
            here.distance(to: origins.first[owner]), above.distance(to: origins.top[owner]),
            answer.probability(of: labels[owner])
          ))
      }
    }
    var start = count
    rows = zip(Change.allCases, amounts).map { change, amounts in
      var row = Row(change: change, amounts: amounts)
      for _ in 0..<count {
        let part = measured[start..<start + amounts.count]
        row.first.append(part.map(\.first))
        row.top.append(part.map(\.top))
        row.probabilities.append(part.map(\.probability))
        start += amounts.count
      }
      return row
    }
  }
}

extension Network {
  /// The layers whose values are the first and the last features: of the first stage with weights what the next reads, and what
  /// the layer that makes the scores reads. Of a network with one layer both are the scores.
  fileprivate func firstAndTopFeatures(below logits: String) throws -> (first: String, top: String) {
    let stages = stages
    let learning = stages.indices.filter {
      !stages[$0].head.operation.parameters.isEmpty && !stages[$0].head.operation.normalises
    }
    guard let last = stages.lastIndex(where: { stage in stage.nodes.contains { $0.name == logits } }),
      let first = learning.first
    else { return (logits, logits) }
    let top = stages[last].head.inputs[0]
    guard let before = stages.firstIndex(where: { stage in stage.nodes.contains { $0.name == top } }),
      before >= first,
      first != last
    else { return (logits, logits) }
    return (stages[first].shown, stages[before].shown)
  }
}

extension LabelledAnswers {
  /// Pictures that stand for many: of each class in an order that the seed draws one, in turns, rightly named ones first.
  fileprivate func representatives(_ most: Int, seed: UInt64) -> [Int] {
    let answers = answers
    let order = SeededChoice.drawn(answers.count, of: answers.count, seed: seed)
    var ofClass: [Int: [Int]] = [:]
    for index in order.filter({ answers[$0].isRight }) + order.filter({ !answers[$0].isRight }) {
      ofClass[answers[index].label, default: []].append(index)
    }
    let classes = ofClass.keys.sorted()
    let shuffled = SeededChoice.drawn(classes.count, of: classes.count, seed: seed, stream: 1).map {
      classes[$0]
    }
    var chosen: [Int] = []
    var round = 0
    while chosen.count < min(most, answers.count) {
      for label in shuffled where chosen.count < most && round < ofClass[label]!.count {
        chosen.append(ofClass[label]![round])
      }
      round += 1
    }
    return chosen.sorted { (answers[$0].label, $0) < (answers[$1].label, $1) }
  }
}

extension LogProbabilities {
  /// The probability of a class.
  fileprivate func probability(of label: Int) -> Double { Mathematics.exponential(values[label]) }
}

extension PictureSurroundings {
  /// What pictures `[count, channels, height, width]` seem to lie on: black, where at least half of their border pixels are;
  /// else their edges are continued.
  init(of pictures: Tensor, normalisation: Normalisation) {
    let (channels, height, width) = (pictures.shape[1], pictures.shape[2], pictures.shape[3])
    let black = (0..<channels).map { normalisation.value(of: 0, channel: $0) }
    var (border, dark) = (0, 0)
    for picture in 0..<pictures.shape[0] {
      for row in 0..<height {
        for column in 0..<width where row == 0 || column == 0 || row == height - 1 || column == width - 1 {
          border += 1
          let isBlack = (0..<channels).allSatisfy { channel in
            let value = pictures.elements[((picture * channels + channel) * height + row) * width + column]
            return abs(value - black[channel]) < 1e-6 * max(1, abs(black[channel]))
          }
          if isBlack { dark += 1 }
        }
      }
    }
    self = 2 * dark >= border ? .constant(black) : .edge
  }

  /// `black`, or that edges are continued.
  var words: String {
    switch self {
    case .constant: "black beyond the edges"
    case .edge: "edges continued"
    }
  }
}

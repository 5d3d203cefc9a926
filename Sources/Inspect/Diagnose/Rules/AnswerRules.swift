internal import Core
internal import Render

/// The class that is most often taken for another.
struct ConfusionRule: DiagnosisRule {
  let id = "confused-classes"

  func verdict(on examination: Examination) throws -> Verdict {
    guard let matrix = try examination.confusion() else {
      return examination.classifier == nil ? .notApplicable : .untold(Examination.needsPictures)
    }
    var worst: (row: Int, column: Int, count: Int, share: Double) = (0, 0, 0, 0)
    for row in 0..<matrix.classes {
      let total = matrix.shown(row)
      for column in 0..<matrix.classes where row != column && matrix[row, column] > worst.count {
        worst = (row, column, matrix[row, column], Double(matrix[row, column]) / Double(total))
      }
    }
    let (names, pictures, total) = (matrix.names, matrix.pictures, matrix.total)
    guard worst.count > 0 else {
      return .well("all \(Numbers.grouped(total)) \(pictures) are named rightly")
    }
    let words =
      "“\(names[worst.row])” is taken for “\(names[worst.column])” \(worst.count) time\(worst.count == 1 ? "" : "s"), \(Numbers.percent(worst.share)) of all “\(names[worst.row])”"
    guard worst.share >= 0.02, worst.count >= 5 else {
      return .well(
        "no two classes are confused often; most often \(words)")
    }
    let back = matrix[worst.column, worst.row]
    return .found([
      Finding(
        worst.share >= 0.1 ? .warning : .note, network: examination.classifier?.name,
        "\(words) (and “\(names[worst.column])” for “\(names[worst.row])” \(back) times); \(Numbers.percent(Double(matrix.right) / Double(total))) of all \(pictures) are named rightly.",
        advice:
          "Look at the pictures: are they hard for you, too? More pictures of just these two would help.",
        command: matrix.isRecorded ? examination.command("confusion") : nil,
        measures: ["count": Double(worst.count), "share": worst.share, "back": Double(back)])
    ])
  }
}

extension Examination {
  /// What to say where a model has no pictures.
  static let needsPictures = "there are no labelled pictures; give some with --data"
}

/// A class that is never the answer.
struct UnusedClassRule: DiagnosisRule {
  let id = "class-never-said"

  func verdict(on examination: Examination) throws -> Verdict {
    guard let matrix = try examination.confusion() else { return .notApplicable }
    let unsaid = (0..<matrix.classes).filter { column in
      return matrix.shown(column) >= 5 && (0..<matrix.classes).allSatisfy { matrix[$0, column] == 0 }
    }
    guard !unsaid.isEmpty else { return .well("every class is the answer to some of the \(matrix.pictures)") }
    return .found([
      Finding(
        .fault, network: examination.classifier?.name,
        "\(unsaid.count) of \(matrix.classes) classes are never the answer: \(unsaid.map { "“\(matrix.names[$0])”" }.named()).",
        advice: "Look whether there are pictures of them among those trained on.",
        command: matrix.isRecorded ? examination.command("confusion") : nil,
        measures: ["classes": Double(unsaid.count)])
    ])
  }
}

/// Probabilities that do not say how often the answer is right.
struct CalibrationRule: DiagnosisRule {
  let id = "calibration"
  /// Pictures below which the bins are too empty to say anything.
  private static let fewest = 300

  func verdict(on examination: Examination) throws -> Verdict {
    guard let classifier = examination.classifier else { return .notApplicable }
    guard let said = try examination.prediction(of: classifier), let labels = classifier.probe?.labels else {
      return .untold(Examination.needsPictures)
    }
    guard said.count >= Self.fewest else {
      return .untold("\(said.count) labelled pictures are too few: \(Self.fewest) are needed")
    }
    guard said.classes > 1, labels.allSatisfy({ (0..<said.classes).contains($0) }) else {
      return .notApplicable
    }
    let calibration = Calibration(logits: said.logits, labels: labels)
    let (sure, right, error) = (calibration.confidence, calibration.accuracy, calibration.expectedError)
    let words =
      "it is \(Numbers.percent(sure)) sure of its answers on average and right in \(Numbers.percent(right)) of \(Numbers.grouped(said.count)) pictures (calibration error \(Numbers.percent(error)) in 15 bins)"
    guard error > 0.05 else { return .well(words) }
    return .found([
      Finding(
        error > 0.1 ? .warning : .note, network: classifier.name,
        "Its probabilities cannot be taken at their word: \(words).",
        advice: sure > right
          ? "It is too sure: train less long, or soften its answers by a temperature."
          : "It is less sure than it may be: train longer, or use less dropout.",
        command: examination.run == nil ? nil : examination.command("confusion"),
        measures: ["ece": error, "confidence": sure, "accuracy": right])
    ])
  }
}

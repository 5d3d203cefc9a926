internal import Core
internal import Render

/// What the rules of a diagnosis look at: a run or a model, and what several rules need of it, computed once.
final class Examination {
  /// Where the file is, as it was named.
  let path: String
  /// The run; nil for a model from elsewhere.
  let run: RunArchive?
  /// The networks with their weights, at the run's last snapshot.
  let specimens: [Specimen]
  /// Options of a command that say which pictures a model from elsewhere is tried on.
  private let pictureOptions: [String]
  private var predictions: [String: Prediction?] = [:]
  private var healthOf: [String: UnitHealth] = [:]

  init(path: String, run: RunArchive?, specimens: [Specimen]) {
    self.path = path
    self.run = run
    self.specimens = specimens
    pictureOptions =
      FigureRecipe(entries: [.init("options", .object(specimens.first?.optionsOfPictures ?? []))]).arguments
  }

  /// What to type to see something: the verb, the file, the network where it is not the first.
  func command(_ verb: String, network: String? = nil, _ options: String..., onPictures: Bool = false)
    -> String
  {
    var words = ["vitrine", verb, path]
    if let network, run != nil, network != specimens.first?.name { words += ["--network", network] }
    words += options
    if onPictures { words += pictureOptions }
    return words.map(\.asShellWord).joined(separator: " ")
  }

  /// The series of a classifier's run, of as many steps as a judgement needs.
  lazy var series: ClassifierSeries? = run.flatMap { try? ClassifierSeries($0) }

  /// The network that names classes; nil where there is none.
  var classifier: Specimen? {
    specimens.first { specimen in
      guard specimen.role == .classifier, specimen.model.network.runnable != nil || run != nil else {
        return false
      }
      // A picture's brightness is no class.
      guard let shape = specimen.model.network.knownShapes()[specimen.model.network.output]?.perExample else {
        return false
      }
      return shape.rank == 1 && shape[0] > 1
    }
  }

  /// What a classifier says of its labelled pictures; nil without such.
  func prediction(of specimen: Specimen) throws -> Prediction? {
    if let known = predictions[specimen.name] { return known }
    var said: Prediction?
    if let probe = specimen.probe, probe.count > 0, probe.labels.count == probe.count {
      let found = try Prediction(of: probe.inputs(0..<probe.count), by: specimen)
      // An encoder gives a row of numbers, too: classes are as many as the pictures have.
      if found.classes == max(probe.classNames.count, 2),
        probe.labels.allSatisfy({ (0..<found.classes).contains($0) })
      {
        said = found
      }
    }
    predictions[specimen.name] = said
    return said
  }

  /// How every unit of a network does on its pictures or latents.
  /// - Throws: `InspectError` if there are none that it takes, or no layer has units.
  func health(of specimen: Specimen) throws -> UnitHealth {
    if let known = healthOf[specimen.name] { return known }
    let health = try UnitHealth(of: specimen)
    healthOf[specimen.name] = health
    return health
  }

  /// How often each class was taken for which: the run's latest matrix, or counted on the pictures; nil without either.
  func confusion() throws -> Confusion? {
    guard let classifier else { return nil }
    let names = classifier.probe?.classNames ?? []
    func named(_ classes: Int) -> [String] {
      names.count == classes ? names : (0..<classes).map(String.init)
    }
    if let run, run.confusionClasses != nil, let last = try run.confusionMatrices().last {
      return Confusion(
        counts: last.counts, names: named(last.classes), pictures: "test pictures", isRecorded: true)
    }
    guard let said = try prediction(of: classifier), said.classes > 1, let labels = classifier.probe?.labels
    else { return nil }
    var counts = [Int](repeating: 0, count: said.classes * said.classes)
    for (index, label) in labels.enumerated() { counts[label * said.classes + said.top(index).class] += 1 }
    return Confusion(
      counts: counts, names: named(said.classes), pictures: "pictures", isRecorded: false)
  }
}

extension Specimen {
  /// The options that say on which pictures it is tried, and how bright they are.
  var optionsOfPictures: [FigureRecipe.Entry] {
    options.compactMap { $0 }.filter { $0.key != "network" && $0.key != "label" }
  }
}

/// How often each class was taken for which.
struct Confusion {
  /// `classes`² counts, the true class by row.
  let counts: [Int]
  /// What the classes are called.
  let names: [String]
  /// What the pictures are: `test pictures`.
  let pictures: String
  /// True if the run recorded it, so that it can be drawn.
  let isRecorded: Bool

  var classes: Int { names.count }
  var total: Int { counts.reduce(0, +) }
  var right: Int { (0..<classes).reduce(0) { $0 + self[$1, $1] } }
  subscript(shown: Int, said: Int) -> Int { counts[shown * classes + said] }
  /// Pictures of a class.
  func shown(_ label: Int) -> Int { (0..<classes).reduce(0) { $0 + self[label, $1] } }
}

extension String {
  /// The text as a shell takes it for one word.
  var asShellWord: String {
    let isPlain = !isEmpty && allSatisfy { $0.isLetter || $0.isNumber || "-_./,=+:@%".contains($0) }
    return isPlain
      ? self : "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}

extension Sequence<Int> {
  /// The first few of many numbers in a sentence: `3, 5, 8 and 12 more`.
  func named(_ most: Int = 6) -> String {
    let all = Array(self)
    let first = all.prefix(most).map(String.init).joined(separator: ", ")
    return all.count > most ? "\(first) and \(all.count - most) more" : first
  }
}

extension Sequence<String> {
  /// The first few of many names in a sentence.
  func named(_ most: Int = 6) -> String {
    let all = Array(self)
    let first = all.prefix(most).joined(separator: ", ")
    return all.count > most ? "\(first) and \(all.count - most) more" : first
  }
}

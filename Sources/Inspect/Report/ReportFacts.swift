internal import Core
internal import FoundationEssentials
internal import Render

/// What the texts of a report say about its run: names and numbers read from the file.
struct ReportFacts {
  let run: RunArchive
  let data: String
  let preset: String
  let batch: Int?
  let trainCount: Int?
  let testCount: Int?
  let dataHash: String?
  /// What share of the generator's mean is kept at every step; nil if the run's generator is the one that played.
  let averaging: Double?

  /// The parts of a recipe that texts mention; anything may be missing.
  private struct Recipe: Decodable {
    struct DataSet: Decodable {
      var name: String
      var sha256: String
      var trainCount: Int
      var testCount: Int
    }
    var preset: String?
    var batch: Int?
    var averaging: Double?
    var data: DataSet?
  }

  init(of run: RunArchive) {
    self.run = run
    let recipe = Array(run.recipe.utf8).withUnsafeBytes {
      try? JSONDecoder().decode(Recipe.self, from: Data($0))
    }
    data = recipe?.data.map { Self.properNames[$0.name] ?? $0.name } ?? "its data"
    preset = recipe?.preset ?? run.networks[0].name
    batch = recipe?.batch
    averaging = recipe?.averaging
    trainCount = recipe?.data?.trainCount
    testCount = recipe?.data?.testCount
    dataHash = recipe?.data?.sha256
  }

  /// What well-known data sets are called in a sentence.
  private static let properNames = [
    "digits": "drawn digits", "mnist": "MNIST", "fashion-mnist": "Fashion-MNIST", "cifar10": "CIFAR-10",
  ]

  var steps: Int { run.snapshots.last?.step ?? 0 }
  var epochs: Double { run.snapshots.last?.epoch ?? 0 }
  var seconds: Double { run.snapshots.last?.seconds ?? 0 }

  /// The latest value of an evaluation that was taken.
  func latest(_ evaluation: String) -> Double? {
    (try? run.evaluation(evaluation))?.values.last { $0.isFinite }
  }

  /// Minutes and seconds in words.
  var duration: String {
    let whole = Int(seconds.rounded())
    return whole < 60 ? "\(whole) seconds" : "\(whole / 60) min \(whole % 60) s"
  }

  /// What was trained, in numbers: the first table of a report.
  func table(_ rows: [[String]]) -> NumberTable { NumberTable(columns: ["", ""], rows: rows) }

  var provenance: [(name: String, value: String)] {
    [
      ("Run file", run.path.split(separator: "/").last.map(String.init) ?? run.path),
      ("Written by", run.tool),
      ("Begun", run.created),
      ("State", run.state.words),
      ("Seed", "\(run.seed)"),
      ("Steps", Numbers.grouped(steps)),
      ("Snapshots", Numbers.grouped(run.snapshots.count)),
      ("Data", [data, dataHash.map { "SHA-256 \($0)" }].compactMap { $0 }.joined(separator: ", ")),
      ("Report by", Tool.name),
    ]
  }
}

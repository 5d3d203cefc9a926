import Core
import Foundation
import Inspect
import Render
import TestSupport
import Testing
import Train

@Suite struct JudgingTests {
  /// Drawn digits, as many as a small judgement needs.
  private static let digits = Result {
    let set = try DataSet.open("digits", options: .init(seed: 1, trainCount: 300, testCount: 200))
    func probe(_ pictures: LabelledPictures) -> Probe {
      Probe(
        pictures: pictures.pixels, pictureShape: pictures.shape.batched(pictures.count),
        labels: pictures.labels.map(Int.init), classNames: set.classNames)
    }
    return RealPictures(train: probe(set.train), test: probe(set.test), name: "digits")
  }

  private func parts() throws -> (generator: Specimen, judge: Specimen, real: RealPictures) {
    (
      try Specimen(SmallRun.opened(), network: "generator"),
      try Specimen(RunArchive(opening: SmallRun.classifier.get())), try Self.digits.get()
    )
  }

  @Test func everyScoreStandsBesideThatOfRealPictures() throws {
    let (generator, judge, real) = try parts()
    let judgement = try Judging(count: 150, copies: 40).judgement(on: generator, by: judge, real: real)
    let scores = judgement.groups.flatMap(\.scores)
    #expect(Set(scores.map(\.key)).count == scores.count)
    let byKey = Dictionary(uniqueKeysWithValues: scores.map { ($0.key, $0) })
    #expect(
      try #require(byKey["two_sample"]?.generated) > 0.95, "twelve steps teach nothing that could be mistaken"
    )
    #expect(try #require(byKey["two_sample"]?.real) < 0.75)
    #expect(try #require(byKey["coverage_k"]?.generated) < 0.1)
    #expect(try #require(byKey["nearest_pixels"]?.generated) > byKey["nearest_pixels"]!.real!)
    #expect(judgement.features > 0 && judgement.checksum.count == 64 && judgement.accuracy != nil)
    let text = judgement.text
    for words in ["Fréchet", "KID", "precision", "ideal", String(judgement.checksum.prefix(12))] {
      #expect(text.contains(words), "\(words)")
    }
  }

  @Test func theSameSeedGivesTheSameJudgementAndFigure() throws {
    let (generator, judge, real) = try parts()
    let judging = Judging(count: 120, seed: 3, copies: 30)
    let figures = try (0..<2).map { _ in
      judging.figure(of: try judging.judgement(on: generator, by: judge, real: real))
    }
    #expect(try figures[0].svg() == figures[1].svg())
    #expect(figures[0].recipe.commandLine.contains("judge FILE --network generator --count 120 --seed 3"))
    let scene = figures[0].scene()
    #expect(scene.says("Named least surely") && scene.says("MODE score") && scene.says("SHA-256"))
    #expect(figures[0].numbers.map(\.name) == ["scores", "classes", "confidence"])
  }

  @Test func theJudgementIsJSONToo() throws {
    let (generator, judge, real) = try parts()
    let judgement = try Judging(count: 100, copies: 20).judgement(on: generator, by: judge, real: real)
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(judgement.json().utf8)) as? [String: Any])
    let scores = try #require(json["scores"] as? [String: [String: Double]])
    let found = try #require(scores["kid"]?["generated"])
    let own = try #require(judgement.groups.flatMap(\.scores).first { $0.key == "kid" }?.generated)
    #expect(abs(found - own) <= 1e-12 * abs(own), "a reader of JSON may round the last digit")
    #expect((json["pictures"] as? [String: Int])?["generated"] == 100)
    #expect((json["classes"] as? [Any])?.count == 10)
  }

  @Test func whatCannotBeJudgedIsRefusedInOneLine() throws {
    let (generator, judge, real) = try parts()
    func error(_ body: () throws -> Judgement) throws -> String {
      let error = #expect(throws: InspectError.self) { _ = try body() }
      #expect(error?.description.contains("\n") == false)
      return error?.description ?? ""
    }
    #expect(
      try error { try Judging(count: 100).judgement(on: judge, by: judge, real: real) }.contains(
        "a generator makes"))
    #expect(
      try error { try Judging(count: 100).judgement(on: generator, by: generator, real: real) }.contains(
        "to judge"))
    #expect(
      try error { try Judging(count: 99).judgement(on: generator, by: judge, real: real) }.contains("100 to"))
    let other = UnitTrials.probe(200, shape: [1, 8, 8], classes: 2)
    #expect(
      try error {
        try Judging(count: 100).judgement(
          on: generator, by: judge, real: .init(train: other, test: other, name: "noise"))
      }.contains("[1, 8, 8]"))
    let few = UnitTrials.probe(20, shape: [1, 28, 28], classes: 2)
    #expect(
      try error {
        try Judging(count: 100).judgement(
          on: generator, by: judge, real: .init(train: few, test: few, name: "few"))
      }.contains("needs 100"))
  }

  @Test func theHistoryHasARowForEverySnapshot() throws {
    let (_, judge, real) = try parts()
    let run = try SmallRun.opened()
    let figure = try JudgeHistory(count: 60).figure(of: run, by: judge, real: real)
    let table = try #require(figure.numbers.first?.table)
    #expect(table.rows.map { $0[0] } == run.snapshots.map { "\($0.step)" })
    for row in table.rows {
      #expect(
        abs(row[1...10].reduce(0) { $0 + (Double($1) ?? .nan) } - 1) < 1e-6, "shares of a snapshot sum to one"
      )
    }
    #expect(figure.recipe.commandLine.contains("judge-history FILE"))
    #expect(figure.scene().says("classes there"))
    let error = #expect(throws: InspectError.self) {
      try JudgeHistory(count: 60).figure(
        of: RunArchive(opening: SmallRun.classifier.get()), by: judge, real: real)
    }
    #expect(error?.reason.contains("trains no generator") == true)
  }

  @Test func severalRunsAreHeldAgainstOneJudge() throws {
    let (generator, judge, real) = try parts()
    let folder = try ScratchFolder()
    let copy = folder.path + "/other.h5"
    try FileManager.default.copyItem(atPath: SmallRun.adversarial.get(), toPath: copy)
    let runs = [try SmallRun.opened(), try RunArchive(opening: copy)]
    let figure = try JudgedRuns(JudgeHistory(count: 150)).figure(of: runs, by: judge, real: real)
    let rows = try #require(figure.numbers.first?.table).rows
    let half = runs[0].snapshots.count
    #expect(
      rows.map { $0[0] } == Array(repeating: "dcgan-plain", count: half)
        + Array(repeating: "other", count: half))
    #expect(
      rows[..<half].map { $0[1...] } == rows[half...].map { $0[1...] }, "the same run under another name")
    #expect(figure.recipe.commandLine.hasPrefix("vitrine judge-history dcgan-plain.h5 other.h5"))
    #expect(figure.scene().says("other") && figure.scene().says("taught by real ones"))
    let timed = try JudgedRuns(JudgeHistory(count: 150), isByTime: true).figure(
      of: runs, by: judge, real: real)
    #expect(timed.scene().says("minutes of training") && timed.recipe.commandLine.contains("--minutes"))
    #expect(
      rows.map { $0[3] } == (runs[0].snapshots + runs[1].snapshots).map { NumberTable.text($0.seconds / 60) })
    // The lesson of the last snapshot, as `judge` gives it for as many pictures.
    let judged = try Judging(count: 150, copies: 20).judgement(on: generator, by: judge, real: real)
    #expect(abs(try #require(Double(rows[half - 1][6])) - judged.lesson!.generated.error) < 1e-9)
    let error = #expect(throws: InspectError.self) {
      try JudgedRuns(JudgeHistory(count: 150)).figure(of: [runs[0], runs[0]], by: judge, real: real)
    }
    #expect(error?.reason.contains("named twice") == true)
    let shape = real.train.pictureShape
    let wide = Probe(
      pictures: Array(repeating: 0, count: 2 * shape[1] * (shape[2] + 1) * shape[3]),
      pictureShape: [2, shape[1], shape[2] + 1, shape[3]], labels: [], classNames: [],
      normalisation: real.train.normalisation)
    // Before the first is judged, so that the judge's own complaint does not come first.
    let other = #expect(throws: InspectError.self) {
      try JudgedRuns().figure(of: runs, by: judge, real: RealPictures(train: wide, test: wide, name: "wide"))
    }
    #expect(other?.reason.contains("compare runs of the same pictures") == true)
  }

  @Test func neighboursAreThoseOfTheTrainingPictures() throws {
    let (generator, judge, real) = try parts()
    let figure = try NeighbourSheet(shown: 9, compared: 50).figure(of: generator, by: judge, real: real)
    #expect(figure.scene().says("Nearest by features") && figure.scene().says("Generated"))
    let rows = try #require(figure.numbers.first?.table).rows
    #expect(rows.count == 50 && rows.allSatisfy { (0..<300).contains(Int($0[1]) ?? -1) })
    // By hand: the first picture's nearest.
    let sampling = try Sampling(generator)
    let picture = try sampling.pictures(of: sampling.latents(seed: 0, count: 50))[0]
    let nearest = (0..<300).min {
      real.train.brightness([$0])[0].distance(to: picture)
        < real.train.brightness([$1])[0].distance(to: picture)
    }
    #expect(Int(rows[0][1]) == nearest)
    let plain = try NeighbourSheet(shown: 9, compared: 50).figure(of: generator, real: real)
    #expect(!plain.scene().says("Nearest by features") && plain.scene().says("Nearest by pixels"))
  }

  /// The real test set's MNIST score with a classifier of 99.2 % or more: 9.88 ± 0.06 (C. Li, MNIST inception score).
  @Test func theScoreOfRealDigitsIsTheOnePublished() throws {
    guard let path = RealData.path("judge/cnn.h5"), RealData.path("mnist") != nil else { return }
    let set = try DataSet.open(RealData.folder! + "/mnist")
    let judge = try Judge(Specimen(RunArchive(opening: path)), reading: set.pictureShape)
    let probe = Probe(testing: set, maximum: 20_000, normalisation: .unit)
    let reading = try judge.read(probe.brightness(0..<probe.count))
    let said = Confidence(logits: reading.prediction.logits).said
    let accuracy = Double(zip(said, probe.labels).count { $0 == $1 }) / Double(probe.count)
    guard accuracy >= 0.992 else { return print("skipped: the judge is right on \(accuracy) only") }
    let score = ClassScores(logits: reading.prediction.logits, dataShares: []).inception
    #expect(abs(score - 9.88) < 0.06)
  }
}

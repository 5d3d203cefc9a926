public import Core
internal import Render

extension Report {
  /// What a report, or a part of it, is about.
  public enum Subject: Sendable {
    /// A run: what was trained, how it learnt and what it learnt.
    case run(RunArchive)
    /// A model from elsewhere, at the one moment there is: the whole of it, to look at its weights, the part of it that can be
    /// run, and a picture to put through that.
    case model(Specimen, running: Specimen?, ModelInfo, example: Example.Choice?)
  }

  /// The report of one run, or of several one after the other: a classifier and a GAN tell the story best.
  /// - Throws: `InspectError`, `ArchiveError` or `NetworkError` if a run holds nothing to tell.
  public init(of runs: [RunArchive]) throws { try self.init(on: runs.map { .run($0) }) }

  /// The report on runs and models, one after the other.
  /// - Throws: `InspectError`, `ArchiveError` or `NetworkError` if one of them holds nothing to tell.
  public init(on subjects: [Subject]) throws {
    guard !subjects.isEmpty else {
      throw InspectError(.notApplicable, "report", "there is no run to report on")
    }
    // A classifier of the same report reads what a generator makes.
    let judge = try subjects.lazy.compactMap { try $0.classifier }.first
    let stories = try subjects.map { try Story(of: $0, judge: judge) }
    // Two runs share a page: their chapters must not share addresses.
    let isLong = stories.count > 1
    var sections: [Section] = []
    for (index, story) in stories.enumerated() {
      for (place, section) in story.sections.enumerated() {
        var section = section
        section.beginsPage = index > 0 && place == 0
        guard isLong else {
          sections.append(section)
          continue
        }
        section.id = "run\(index + 1)-\(section.id)"
        section.title = "\(story.label): \(section.title)"
        for figure in section.figures.indices {
          section.figures[figure].name = "run\(index + 1)-\(section.figures[figure].name)"
        }
        sections.append(section)
      }
    }
    if stories.contains(where: { $0.kind == .classifier }),
      stories.contains(where: { $0.kind == .adversaries })
    {
      sections.append(.comparison)
    }
    self.init(
      title: Self.title(of: stories),
      lead: stories.map(\.lead).joined(separator: " "), sections: sections,
      provenance: zip(subjects, stories).flatMap { subject, story in
        (isLong ? [(name: story.label, value: "")] : []) + subject.provenance
      })
  }
}

extension Report {
  private static func title(of stories: [Story]) -> String {
    let trained = stories.filter { $0.data != nil }
    let models = stories.filter { $0.data == nil }.map(\.learner).joined(separator: " and ")
    guard !trained.isEmpty else { return "Inside \(models)" }
    let learners = trained.map(\.learner).joined(separator: " and ")
    let data = trained.compactMap(\.data)
    return "What \(learners) learnt from \(Set(data).count == 1 ? data[0] : data.joined(separator: " and "))"
      + (models.isEmpty ? "" : ", and inside \(models)")
  }
}

extension Report.Subject {
  /// The classifier at its last moment, if it is a run of one.
  fileprivate var classifier: Specimen? {
    get throws {
      guard case .run(let run) = self, run.networks[0].role == .classifier else { return nil }
      return try Specimen(run)
    }
  }

  fileprivate var provenance: [(name: String, value: String)] {
    switch self {
    case .run(let run): ReportFacts(of: run).provenance
    case .model(let specimen, _, let info, _):
      [
        ("Model file", info.path.split(separator: "/").last.map(String.init) ?? info.path),
        ("Format", info.format), ("Weights, SHA-256", specimen.provenance.dataHash), ("Report by", Tool.name),
      ]
    }
  }
}

/// One run's part of a report.
struct Story {
  enum Kind {
    case classifier, adversaries, model
  }

  var kind: Kind
  /// What the part is called where there are several.
  var label: String
  /// Who learnt: `a CNN`.
  var learner: String
  /// What from: `MNIST`; nil where the file does not say.
  var data: String?
  var lead: String
  var sections: [Report.Section]

  init(of subject: Report.Subject, judge: Specimen?) throws {
    switch subject {
    case .run(let run) where run.networks.contains { $0.role == .generator }:
      self = try .adversaries(run, judge: judge)
    case .run(let run): self = try .classifier(run)
    case .model(let whole, let running, let info, let example):
      self = try .model(whole, running: running, info, showing: example)
    }
  }

  init(
    kind: Kind, label: String, learner: String, data: String?, lead: String, sections: [Report.Section]
  ) {
    self.kind = kind
    self.label = label
    self.learner = learner
    self.data = data
    self.lead = lead
    self.sections = sections
  }
}

extension Report.Section {
  /// What a reader who has seen both kinds of network should take home.
  static var comparison: Report.Section {
    Report.Section(
      "both", "A CNN and a DCGAN are made of the same parts",
      paragraphs: [
        "The classifier turns a picture into ten probabilities; the generator turns random numbers into a picture. "
          + "Both are chains of convolutions with a simple bend (ReLU or LeakyReLU) after each. What differs is the direction: "
          + "the classifier and the discriminator make maps smaller and more numerous until one answer is left, "
          + "the generator makes maps larger and fewer until one picture is left.",
        "And the teacher differs. A classifier is corrected by labels that people wrote. A generator is corrected by "
          + "its opponent alone: nobody ever tells it what a digit is.",
      ],
      table: NumberTable(
        columns: ["", "CNN classifier", "DCGAN generator", "DCGAN discriminator"],
        rows: [
          ["is given", "a picture", "random numbers z", "a picture"],
          ["answers with", "a probability for every class", "a picture", "how real the picture is"],
          ["changes size by", "pooling", "transposed convolution", "strided convolution"],
          ["bends with", "ReLU", "ReLU, tanh at the end", "LeakyReLU"],
          ["is kept steady by", "dropout", "batch norm", "batch norm"],
          ["learns from", "labels", "the discriminator’s verdict", "real pictures and fakes"],
        ]))
  }
}

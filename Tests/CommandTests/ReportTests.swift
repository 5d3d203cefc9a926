import Core
import Foundation
import TestSupport
import Testing

/// A report is one file that a class can be handed: whole, and in need of nothing else.
struct ReportTests {
  private func report(of runs: [String]) async throws -> String {
    let scratch = try ScratchFolder()
    let outcome = try await Program.run("vitrine", ["report"] + runs + ["-o", "page.html"], in: scratch.path)
    #expect(outcome.status == 0 && outcome.error == "", "\(outcome.error)")
    #expect(outcome.output == "page.html\n" && content(of: scratch.path) == ["page.html"])
    let page = try String(contentsOfFile: scratch.path + "/page.html", encoding: .utf8)
    // Some sixty figures with their numbers, if it is about a classifier and a GAN.
    #expect(page.utf8.count < 10_000_000)
    return page
  }

  private func matches(_ pattern: String, in page: String) throws -> [String] {
    let expression = try NSRegularExpression(pattern: pattern)
    return expression.matches(in: page, range: NSRange(page.startIndex..., in: page)).compactMap {
      Range($0.range(at: 1), in: page).map { String(page[$0]) }
    }
  }

  private func checkThatItStandsAlone(_ page: String) throws {
    let ids = try matches(#"\sid="([^"]*)""#, in: page)
    let repeated = Dictionary(grouping: ids, by: { $0 }).filter { $0.value.count > 1 }.keys
    #expect(repeated.isEmpty, "ids that stand twice")
    let targets = Set(try matches(##"(?:href="#|url\(#)([^")]*)"##, in: page))
    #expect(targets.isSubset(of: ids), "links to nothing: \(targets.subtracting(ids))")
    // What a browser would fetch: nothing. Names of XML vocabularies are no addresses.
    let fetched = try matches(#"\s(?:src|href|xlink:href|poster|action)="([^"]*)""#, in: page)
      .filter { !$0.hasPrefix("#") && !$0.hasPrefix("data:") }
    #expect(fetched == [])
    let addresses = Set(try matches(#"(https?://[^"'<>\s)]*)"#, in: page))
    #expect(addresses.isSubset(of: ["http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"]))
    for word in ["<link", "@import", "<iframe", "fetch(", "XMLHttpRequest"] { #expect(!page.contains(word)) }
  }

  private func sections(_ page: String) throws -> [String] {
    try matches(#"<section id="([^"]*)""#, in: page)
  }

  @Test func aClassifiersReportTellsEveryChapter() async throws {
    let page = try await report(of: [Materials.shared.cnn])
    try checkThatItStandsAlone(page)
    #expect(try sections(page) == ["what", "learnt", "looks", "decision", "fails", "worksheet"])
    #expect(page.contains(#"id="provenance""#) && page.contains("vitrine verify"))
  }

  @Test func aGANsReportTellsEveryChapter() async throws {
    let page = try await report(of: [Materials.shared.gan])
    try checkThatItStandsAlone(page)
    #expect(try sections(page) == ["game", "duel", "growth", "latent"])
  }

  @Test func twoRunsShareAPageWithoutSharingNames() async throws {
    let materials = try await Materials.shared
    let page = try await report(of: [materials.cnn, materials.gan])
    try checkThatItStandsAlone(page)
    let chapters =
      ["what", "learnt", "looks", "decision", "fails", "worksheet"].map { "run1-" + $0 }
      + ["game", "duel", "growth", "latent"].map { "run2-" + $0 }
    #expect(try sections(page) == chapters + ["both"])
  }

  @Test func onPaperItIsPagesAndTheSameBytesTwice() async throws {
    let (materials, scratch) = (try await Materials.shared, try ScratchFolder())
    for name in ["one.pdf", "two.pdf"] {
      let outcome = try await vitrine(
        "report", materials.cnn, materials.gan, "-o", name, in: scratch.path)
      #expect(outcome.status == 0 && outcome.error == "" && outcome.output == name + "\n", "\(outcome.error)")
    }
    #expect(content(of: scratch.path) == ["one.pdf", "two.pdf"])
    let files = try ["one.pdf", "two.pdf"].map {
      try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/" + $0))
    }
    #expect(files[0] == files[1])
    #expect(files[0].starts(with: Data("%PDF-1.4".utf8)) && files[0].count < 5_000_000)
    let objects = String(decoding: files[0], as: UTF8.self)
    let pages = objects.components(separatedBy: "/Type /Page %").count - 1
    #expect((20...70).contains(pages), "\(pages) pages")
    // The chapters of both, what they have in common, and where it comes from: the reader's list of contents.
    let chapters = ["The classifier: How it learnt", "The GAN: The duel", "Where this comes from"]
    for chapter in chapters { #expect(objects.contains("/Title (\(chapter))"), "\(chapter)") }
  }

  /// Names from outside are text, not markup.
  @Test func namesOfClassesCannotChangeThePage() async throws {
    let scratch = try ScratchFolder()
    for (index, name) in ["<script>alert(1)<:script>", "a & \"b\"", "{{tool}}"].enumerated() {
      for copy in 0..<12 {
        let pixels = (0..<144).map { UInt8(($0 * (index + 2) + copy * 31) % 256) }
        try Picture(width: 12, height: 12, channels: 1, samples: pixels)
          .writePNG(to: scratch.write([], "<i>set/\(name)/\(copy).png"))
      }
    }
    let trained = try await vitrine(
      "train", "cnn", "--data", "<i>set", "--batch", "4", "--steps", "1", "--out", "run.h5", "-q",
      in: scratch.path)
    #expect(trained.status == 0, "\(trained.error)")
    let page = try await report(of: [scratch.path + "/run.h5"])
    #expect(!page.contains("<script>alert") && !page.contains("<i>set"))
    try checkThatItStandsAlone(page)
    let figure = try await vitrine("confusion", "run.h5", "-o", "figure.svg", in: scratch.path)
    #expect(figure.status == 0)
    #expect(
      XMLCheck.complaint(try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/figure.svg"))) == nil)
  }
}

import Inspect
import Render
import Testing

@Suite struct PrintedReportTests {
  /// A figure of a box of a height, with its name in it.
  private func figure(_ name: String, height: Double, width: Double = 300) -> Report.Illustration {
    let figure = Figure(name, facts: "facts of \(name)", recipe: FigureRecipe(verb: "draw-\(name)")) {
      Chart(width: width, height: height) { RuleMark(y: 0.5, label: "half of \(name)") }
    }
    return .init(name, figure, "What <strong>\(name)</strong> means &amp; says.")
  }

  /// A report of figures of all heights.
  private func report() -> Report {
    let words = String(repeating: "Words that fill a line of a paragraph on a page. ", count: 12)
    return Report(
      title: "What was learnt", lead: "In short: <b>.",
      sections: (0..<6).map { index in
        Report.Section(
          "s\(index)", "Chapter \(index)", paragraphs: [words, words],
          table: NumberTable(columns: ["a", "b"], rows: [["1", words], ["2", "short"]]),
          figures: (0..<3).map { figure("f\(index)\($0)", height: Double(60 + 97 * index + 31 * $0)) })
      } + [
        Report.Section(
          "tall", "Tall", figures: [figure("tower", height: 3000), figure("wide", height: 30, width: 2400)])
      ],
      provenance: [("A run", ""), ("Seed", "7"), ("Data", words + String(repeating: "9ab5", count: 40))])
  }

  private func texts(_ page: PageDocument.Page) -> [(string: String, bounds: Rect)] {
    page.parts.flatMap { part in
      Scene(size: .zero, elements: part.elements).texts.map { text in
        let own = text.bounds
        return (
          text.string,
          Rect(
            x: part.place.x + part.scale * own.minX, y: part.place.y + part.scale * own.minY,
            width: part.scale * own.width, height: part.scale * own.height)
        )
      }
    }
  }

  @Test func nothingLeavesThePage() {
    let document = report().printed
    #expect(document.pages.count > 6)
    for page in document.pages {
      for text in texts(page) {
        #expect(text.bounds.minX >= 55 && text.bounds.maxX <= 595 - 55, "\(text.string)")
        #expect(text.bounds.minY >= 55 && text.bounds.maxY <= 842 - 36, "\(text.string)")
      }
    }
  }

  @Test func partsOfAPageDoNotTouch() {
    for page in report().printed.pages {
      let extents = page.parts.map { part -> (top: Double, bottom: Double) in
        let bounds = texts(.init(parts: [part])).map(\.bounds)
        return (bounds.map(\.minY).min() ?? part.place.y, bounds.map(\.maxY).max() ?? part.place.y)
      }.sorted { $0.top < $1.top }
      for (before, after) in zip(extents, extents.dropFirst()) { #expect(before.bottom <= after.top + 0.5) }
    }
  }

  @Test func aFigureStaysWithItsExplanationAndItsCommand() throws {
    let pages = report().printed.pages.map { texts($0).map(\.string).joined(separator: " ") }
    for section in report().sections {
      for illustration in section.figures {
        let name = illustration.name
        let page = try #require(pages.first { $0.contains("half of \(name)") })
        #expect(page.contains("vitrine draw-\(name) FILE"))
        #expect(page.contains("What  \(name)  means & says."), "\(page)")
      }
    }
  }

  @Test func aHeadingIsFollowedOnItsPage() {
    let document = report().printed
    #expect(
      document.pages.flatMap(\.chapters).map(\.title)
        == (0..<6).map { "Chapter \($0)" } + ["Tall", "Where this comes from"])
    for page in document.pages {
      for chapter in page.chapters {
        // Its heading, and what belongs to it; the footer's place is the page's corner.
        #expect(page.parts.count { $0.place.y >= chapter.top } >= 2, "\(chapter.title)")
      }
    }
  }

  @Test func theFirstPageSaysWhereEachChapterIs() throws {
    let document = report().printed
    let first = texts(document.pages[0])
    for (index, page) in document.pages.enumerated() {
      for chapter in page.chapters {
        let line = try #require(first.last { $0.string == chapter.title })
        #expect(
          first.contains { $0.string == "\(index + 1)" && abs($0.bounds.minY - line.bounds.minY) < 0.1 })
      }
    }
  }

  @Test func anotherRunBeginsAPage() throws {
    var report = report()
    report.sections[3].beginsPage = true
    let page = try #require(report.printed.pages.first { $0.chapters.contains { $0.title == "Chapter 3" } })
    #expect(page.chapters.first == .init("Chapter 3", top: 56))
  }

  @Test func pagesAreNumberedAndMarkupIsRead() {
    let pages = report().printed.pages
    for (index, page) in pages.enumerated() {
      #expect(texts(page).contains { $0.string == "\(index + 1) of \(pages.count)" })
    }
    let all = pages.flatMap(\.parts).flatMap { Scene(size: .zero, elements: $0.elements).texts }
    #expect(all.contains { $0.string == "f00 " && $0.style == .heading })
    #expect(all.contains { $0.string == "A run" && $0.style == .heading })
    // The lead is no markup: what looks like it is text.
    #expect(all.contains { $0.string == "In short: <b>." })
  }
}

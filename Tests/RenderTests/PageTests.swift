import Render
import Testing

@Suite struct PageTests {
  private let text = Paragraph([
    .init("Here one "), .init("strided convolution", style: .heading),
    .init(", which moves by two, halves the "),
    .init("maps", style: .heading), .init("."),
  ])

  @Test func linesEndBetweenWordsAndKeepWhatTouches() {
    let words = "Here one strided convolution, which moves by two, halves the maps."
    for width in stride(from: 40.0, through: 400, by: 7) {
      let lines = text.lines(width: width)
      #expect(lines.map { $0.map(\.string).joined() }.joined(separator: " ") == words)
      for line in lines {
        let string = line.map(\.string).joined()
        #expect(!string.hasPrefix(" ") && !string.hasSuffix(" ") && string != ",")
        let extent = line.reduce(0) { $0 + $1.style.width(of: $1.string) }
        #expect(extent <= width || !string.contains(" "), "only a single word may be wider")
      }
    }
    #expect(text.lines(width: 1000).count == 1)
  }

  @Test func strongWordsAreStrongAndStretchesMeet() {
    let line = text.lines(width: 1000)[0]
    #expect(line.map(\.style) == [.text, .heading, .text, .heading, .text])
    #expect(line[1].string == "strided convolution" && line[2].string == ", which moves by two, halves the ")
    let drawn = text.layout(Proposal(width: 1000))
    let texts = Scene(size: drawn.size, elements: drawn.elements).texts
    for (before, after) in zip(texts, texts.dropFirst()) {
      #expect(abs(before.bounds.maxX - after.bounds.minX) < 1e-9)
    }
  }

  @Test func aTablesNarrowColumnsKeepTheirWidth() {
    let long = String(repeating: "long words ", count: 30)
    let table = TextTable(NumberTable(columns: ["", ""], rows: [["Name", long], ["Seed", "7"]]))
    let widths = table.widths(300)
    #expect(
      abs(widths[0] - TextStyle.text.width(of: "Name")) < 1
        && abs(widths[0] + widths[1] + table.gap - 300) < 1e-9)
    let drawn = table.layout(Proposal(width: 300))
    let texts = Scene(size: drawn.size, elements: drawn.elements).texts
    #expect(texts.allSatisfy { $0.bounds.maxX <= 300 + 1e-9 } && texts.count > 5)
    #expect(!texts.contains { $0.string.isEmpty }, "an empty header is left out")
  }

  @Test func aRowOfOneCellIsAHeadingAcrossAndAHashBreaks() {
    let hash = String(repeating: "9ab5", count: 60)
    let table = TextTable(
      NumberTable(columns: ["", ""], rows: [["The first of two runs", ""], ["Data", hash]]))
    let drawn = table.layout(Proposal(width: 300))
    let texts = Scene(size: drawn.size, elements: drawn.elements).texts
    #expect(texts[0].string == "The first of two runs" && texts[0].style == .heading)
    #expect(texts[1].string == "Data" && texts[2].bounds.minX < 60, "the heading makes no column wide")
    #expect(texts.dropFirst(2).map(\.string).joined() == hash)
    #expect(texts.allSatisfy { $0.bounds.maxX <= 300 + 1e-9 })
  }

  @Test func theSamePagesGiveTheSameBytesOfAsManyPages() throws {
    let part = PageDocument.Part(text.layout(Proposal(width: 200)).elements, at: Point(56, 56), scale: 0.5)
    let page = PageDocument.Page(parts: [part], chapters: [.init("One (of two)", top: 56)])
    let document = PageDocument("Title", pages: [page, page, PageDocument.Page(parts: [part])])
    let bytes = try document.pdf()
    #expect(try bytes == document.pdf())
    #expect(String(decoding: bytes, as: UTF8.self).split(separator: "/Type /Page %").count == 4)
  }
}

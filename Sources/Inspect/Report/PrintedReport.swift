internal import Core
package import Render

extension Report {
  /// The report as pages of A4.
  package var printed: PageDocument { PrintedReport(report: self).document() }
}

/// A report as pages of A4: texts and figures flow from page to page, no figure breaks, and each stays with its explanation.
struct PrintedReport {
  let report: Report

  private static let margin = 56.0
  private static let page = PageDocument.a4
  /// The width of figures and tables.
  private static let room = page.width - 2 * margin
  /// Lines of text are no longer: about 75 letters.
  private static let column = 412.0
  /// Where the last line of a page may end.
  private static let bottom = page.height - 72

  /// The width that figures are laid out for, margins included: narrower than on a screen, so that their letters stay
  /// readable when they are brought to the page's width.
  private static let figureWidth = 620.0

  /// A figure's drawing without its ground and outer margin, laid out narrow, or as on a screen where that leaves its letters
  /// larger on a page in the end: a diagram in one row can be wide and low.
  private static func drawing(of figure: Figure, beside words: Double) -> Fragment {
    let choices = [figureWidth, figure.width].map { width in
      var figure = figure
      figure.width = width
      figure.theme = .print
      return figure.scene().withoutMargin
    }
    func scale(_ drawing: Fragment) -> Double {
      min(1, room / drawing.size.width, (bottom - margin - words) / drawing.size.height)
    }
    return scale(choices[1]) > scale(choices[0]) ? choices[1] : choices[0]
  }

  /// The pages.
  func document() -> PageDocument {
    var flow = Flow()
    flow.put(TextBlock(report.title, style: .display), width: Self.room)
    flow.space(12)
    flow.put(Paragraph([.init(report.lead)], paint: .secondary), width: Self.column)
    flow.space(22)
    let contents = flow.reserve(self.contents { _ in 0 })
    for section in report.sections {
      flow.beginSection(section)
      for paragraph in section.paragraphs {
        flow.put(Paragraph(markup: paragraph), width: Self.column)
        flow.space(9)
      }
      if let table = section.table {
        flow.space(4)
        flow.put(TextTable(table), width: Self.room)
        flow.space(9)
      }
      for illustration in section.figures { flow.put(illustration) }
    }
    let provenance = NumberTable(columns: ["", ""], rows: report.provenance.map { [$0.name, $0.value] })
    let closing = Report.Section("provenance", Self.lastChapter)
    let rows = TextTable(provenance).layout(Proposal(width: Self.room))
    flow.beginSection(closing, keepingWith: rows.size.height)
    flow.put(rows)
    flow.space(10)
    flow.put(
      Paragraph(
        [
          .init(
            "The command under a figure draws it again, on its own and with the numbers behind it (--csv).")
        ], paint: .secondary), width: Self.column)
    var pages = flow.numbered(report.title)
    // Only now is it known where the chapters came to stand.
    let chapters = pages.map { $0.chapters.map(\.title) }
    let numbered = self.contents { title in (chapters.firstIndex { $0.contains(title) } ?? 0) + 1 }
    pages[0].parts.append(.init(numbered.elements, at: contents))
    return PageDocument(report.title, subject: report.lead, pages: pages)
  }

  private static let lastChapter = "Where this comes from"

  /// The chapters with the pages that they begin on.
  private func contents(page: (String) -> Int) -> Fragment {
    let rows = (report.sections.map(\.title) + [Self.lastChapter]).map { [$0, "\(page($0))"] }
    return TextTable(NumberTable(columns: ["", ""], rows: rows)).layout(Proposal(width: Self.room))
  }

  /// Pages being filled from the top.
  private struct Flow {
    private(set) var pages = [PageDocument.Page()]
    private var y = PrintedReport.margin
    private var isAtTop = true
    private var isAfterHeading = false

    private var left: Double { PrintedReport.bottom - y }

    private mutating func breakPage() {
      pages.append(PageDocument.Page())
      y = PrintedReport.margin
      isAtTop = true
    }

    /// Leaves room, unless the page has just begun.
    mutating func space(_ height: Double) { if !isAtTop { y += height } }

    /// Keeps room for something that is drawn later.
    /// - Returns: Where on the first page.
    mutating func reserve(_ fragment: Fragment) -> Point {
      defer { y += fragment.size.height }
      return Point(PrintedReport.margin, y)
    }

    mutating func put(_ block: some Block, width: Double) {
      put(block.layout(Proposal(width: width, theme: .print)))
    }

    /// Puts something that stays in one piece, at the margin or in the middle.
    mutating func put(_ fragment: Fragment, scale: Double = 1, isCentred: Bool = false) {
      guard fragment.size.height > 0 else { return }
      let size = Size(fragment.size.width * scale, fragment.size.height * scale)
      if size.height > left, !isAtTop { breakPage() }
      let x = PrintedReport.margin + (isCentred ? max(0, (PrintedReport.room - size.width) / 2) : 0)
      pages[pages.count - 1].parts.append(.init(fragment.elements, at: Point(x, y), scale: scale))
      y += size.height
      (isAtTop, isAfterHeading) = (false, false)
    }

    /// A heading, never the last on its page: what follows it closely must fit beneath.
    mutating func beginSection(_ section: Report.Section, keepingWith height: Double? = nil) {
      let heading = TextBlock(section.title, style: .title).layout(Proposal(width: PrintedReport.room))
      // A figure that follows at once makes do with half a page.
      let next =
        height
        ?? section.paragraphs.first.map {
          Paragraph(markup: $0).layout(Proposal(width: PrintedReport.column)).size.height
        } ?? PrintedReport.bottom / 2
      space(30)
      if section.beginsPage || heading.size.height + 10 + next > left, !isAtTop { breakPage() }
      pages[pages.count - 1].chapters.append(.init(section.title, top: y))
      put(heading)
      space(10)
      isAfterHeading = true
    }

    /// A figure with its explanation and the command that draws it. It shrinks a little where that lets it stay on the page.
    mutating func put(_ illustration: Report.Illustration) {
      let proposal = Proposal(width: PrintedReport.column, theme: .print)
      let explanation = Paragraph(markup: illustration.explanation).layout(proposal)
      let command = TextBlock(illustration.figure.recipe.commandLine, style: .note, paint: .secondary)
        .layout(Proposal(width: PrintedReport.room))
      let words = explanation.size.height + command.size.height + 10 + 6
      let drawing = PrintedReport.drawing(of: illustration.figure, beside: words)

      let natural = min(1, PrintedReport.room / drawing.size.width)
      func scale(fitting height: Double) -> Double { min(natural, (height - words) / drawing.size.height) }
      if !isAfterHeading { space(12) }
      if scale(fitting: left) < 0.82 * natural, !isAtTop, !isAfterHeading { breakPage() }
      // Whatever its shape, a figure is not larger than a page.
      put(drawing, scale: max(scale(fitting: left), 0.2))
      y += 10
      put(explanation)
      y += 6
      put(command)
      space(14)
    }

    /// The pages with their numbers.
    func numbered(_ title: String) -> [PageDocument.Page] {
      pages.enumerated().map { index, page in
        var page = page
        let baseline = PrintedReport.page.height - 40
        let footer: [(String, Double, TextAnchor)] = [
          (TextStyle.note.shortened(title, to: PrintedReport.room - 80), PrintedReport.margin, .start),
          ("\(index + 1) of \(pages.count)", PrintedReport.page.width - PrintedReport.margin, .end),
        ]
        page.parts.append(
          .init(
            footer.map { text, x, anchor in
              .text(
                Scene.Text(text, at: Point(x, baseline), style: .note, paint: .secondary, anchor: anchor))
            }, at: .zero))
        return page
      }
    }
  }
}

extension Scene {
  /// A figure's drawing without its ground and outer margin.
  fileprivate var withoutMargin: Fragment {
    Fragment(
      size: Size(size.width - 2 * Spacing.margin, size.height - 2 * Spacing.margin),
      elements: elements.dropFirst().map { $0.moved(x: -Spacing.margin, y: -Spacing.margin) })
  }
}

extension Paragraph {
  /// Text from the little markup that reports are written in: what is `strong` becomes semibold, other tags make no
  /// difference on paper.
  init(markup: String) {
    var runs: [Run] = []
    var isStrong = false
    func add(_ text: Substring) {
      guard !text.isEmpty else { return }
      var plain = String(text)
      for (entity, character) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")] {
        plain = plain.split(separator: entity, omittingEmptySubsequences: false).joined(separator: character)
      }
      runs.append(Run(plain, style: isStrong ? .heading : .text))
    }
    var rest = Substring(markup)
    while let open = rest.firstIndex(of: "<"), let close = rest[open...].firstIndex(of: ">") {
      add(rest[..<open])
      switch rest[rest.index(after: open)..<close] {
      case "strong": isStrong = true
      case "/strong": isStrong = false
      default: break
      }
      rest = rest[rest.index(after: close)...]
    }
    add(rest)
    self.init(runs)
  }
}

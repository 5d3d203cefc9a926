import Inspect
import Render
import Testing

@Suite struct ReportPageTests {
  /// Numbers are in the page, where they are not more than the page: then it says how to have them.
  @Test func largeTablesStayOutOfThePage() throws {
    let small = NumberTable(columns: ["step"], numbers: [[1], [2]])
    let large = NumberTable(columns: ["step"], numbers: (0..<200_000).map { [Double($0)] })
    let figure = Figure(
      "The duel", recipe: FigureRecipe(verb: "curves"), numbers: [("small", small), ("large", large)]
    ) {
      Chart(height: 60) { RuleMark(y: 0.5) }
    }
    let page = try Report(
      title: "Report", lead: "",
      sections: [.init("game", "The game", figures: [.init("duel", figure, "Both.")])],
      provenance: []
    ).html()
    let numbers = "href=\"data:text/csv;base64,c3RlcAoxCjIK\""
    #expect(page.contains("<a download=\"duel-small.csv\" \(numbers)>CSV: small</a>"))
    #expect(page.contains("<span>CSV: large by the command with --csv</span>"))
    #expect(!page.contains("duel-large.csv") && page.utf8.count < 200_000)
  }
}

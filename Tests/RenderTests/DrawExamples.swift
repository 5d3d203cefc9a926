import FoundationEssentials
import Render
import Testing

/// Draws every example in every theme and format into the folder that `VITRINE_DRAW` names, to be looked at.
@Test(
  .enabled(if: ProcessInfo.processInfo.environment["VITRINE_DRAW"] != nil, "VITRINE_DRAW names no folder"))
func everyExampleIsWrittenInEveryFormat() throws {
  let folder = try #require(ProcessInfo.processInfo.environment["VITRINE_DRAW"])
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  for (name, figure) in Examples.all() {
    for theme in Theme.allCases {
      for format in Figure.Format.allCases {
        let path = "\(folder)/\(name)-\(theme.rawValue).\(format.rawValue)"
        try figure.theme(theme).write(to: path)
        #expect(try FigureRecipe.read(from: path) == figure.recipe)
      }
    }
  }
  // All of them inline in one page, light and dark beside each other.
  let figures = try Examples.all().map { try $0.figure.inlineSVG() }.joined(separator: "\n")
  for side in ["light", "dark"] {
    let page =
      "<!doctype html><meta charset=utf-8><style>\(Theme.styleSheet)</style><body class=\(side) "
      + "style='background:var(--vitrine-paper);max-width:1080px'>\(figures)</body>"
    try Data(page.utf8).write(to: URL(filePath: "\(folder)/page-\(side).html"))
  }
}

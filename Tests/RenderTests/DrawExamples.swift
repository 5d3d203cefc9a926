import FoundationEssentials
import Render
import Testing

/// Draws every example in every theme and format into the folder that `VITRINE_DRAW` names, to be looked at.
@Test(.enabled(if: ProcessInfo.processInfo.environment["VITRINE_DRAW"] != nil, "VITRINE_DRAW names no folder"))
func everyExampleIsWrittenInEveryFormat() throws {
  let folder = try #require(ProcessInfo.processInfo.environment["VITRINE_DRAW"])
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  let examples: [(String, Figure)] = [
    ("gallery", Examples.gallery()), ("curves", Examples.curves()), ("confusion", Examples.confusion()),
    ("interpolation", Examples.interpolation()), ("features", Examples.features()), ("judge", Examples.judge()),
  ]
  for (name, figure) in examples {
    for theme in Theme.allCases {
      for format in Figure.Format.allCases {
        let path = "\(folder)/\(name)-\(theme.rawValue).\(format.rawValue)"
        try figure.theme(theme).write(to: path)
        #expect(try FigureRecipe.read(from: path) == figure.recipe)
      }
    }
  }
}

public import Render
internal import Core

/// Whether a figure in a file is the one that its recipe draws.
public enum Verification {
  /// Compares a file with a figure drawn anew, byte for byte.
  /// - Throws: `InspectError` saying what differs, `RenderError` if one of the two cannot be had.
  public static func compare(_ path: String, with figure: Figure) throws {
    let recipe = try FigureRecipe.read(from: path)
    // A run is known by what is in it: its file may have got another name since.
    var figure = figure
    if figure.recipe.runs.count == recipe.runs.count { figure.recipe.runs = recipe.runs }
    for (key, what) in [("data", "other data"), ("tool", "another version")] {
      let (then, now) = (recipe[key]?.string, figure.recipe[key]?.string)
      guard then != now else { continue }
      throw InspectError(
        .verification, path, "was drawn from \(what): \(then ?? "nothing") then, \(now ?? "nothing") now")
    }
    let drawn =
      switch try Figure.Format(path: path) {
      case .svg: try figure.svg()
      case .png: try figure.png()
      case .pdf: try figure.pdf()
      }
    guard try ByteReader.contents(of: path, limit: 1 << 30) == drawn else {
      throw InspectError(
        .verification, path, "is not what its recipe draws: it was changed after it was drawn")
    }
  }
}

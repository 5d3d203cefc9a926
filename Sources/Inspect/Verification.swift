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
    if figure.recipe.judge != nil, recipe.judge != nil { figure.recipe.judge = recipe.judge }
    try compare(path, recipe, figure.recipe) {
      switch try Figure.Format(path: path) {
      case .svg: try figure.svg()
      case .png: try figure.png()
      case .pdf: try figure.pdf()
      }
    }
  }

  /// Compares a file with what moves, drawn anew, byte for byte.
  /// - Throws: `InspectError` saying what differs, `RenderError` if one of the two cannot be had.
  public static func compare(_ path: String, with animation: Animation) throws {
    try compare(path, try FigureRecipe.read(from: path), animation.recipe) {
      try animation.bytes(as: Animation.Format(path: path))
    }
  }

  private static func compare(
    _ path: String, _ recipe: FigureRecipe, _ drawnRecipe: FigureRecipe, _ draw: () throws -> [UInt8]
  ) throws {
    for (key, what) in [("data", "other data"), ("tool", "another version")] {
      let (then, now) = (recipe[key]?.string, drawnRecipe[key]?.string)
      guard then != now else { continue }
      throw InspectError(
        .verification, path, "was drawn from \(what): \(then ?? "nothing") then, \(now ?? "nothing") now")
    }
    guard try ByteReader.contents(of: path, limit: 1 << 30) == draw() else {
      throw InspectError(
        .verification, path, "is not what its recipe draws: it was changed after it was drawn")
    }
  }
}

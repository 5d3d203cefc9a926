import FoundationEssentials
import Render
import Testing

@Suite struct OutputTests {
  /// A folder of its own that is gone afterwards.
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "render-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  @Test(arguments: Figure.Format.allCases) func theSameFigureGivesTheSameBytes(format: Figure.Format) throws {
    func bytes() throws -> [UInt8] {
      switch format {
      case .svg: try Examples.gallery().svg()
      case .png: try Examples.gallery().png()
      case .pdf: try Examples.gallery().pdf()
      }
    }
    #expect(try bytes() == bytes())
  }

  @Test(arguments: Figure.Format.allCases) func aRecipeIsReadBackFromEveryFormat(format: Figure.Format) throws
  {
    try withFolder { (folder: String) throws in
      let path = "\(folder)/figure.\(format.rawValue)"
      try Examples.gallery().write(to: path)
      #expect(try FigureRecipe.read(from: path) == Examples.recipe)
      // Written whole under another name first, which is gone.
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["figure.\(format.rawValue)"])
    }
  }

  @Test func aRecipeWithoutSpecialLettersIsReadBackToo() throws {
    // PDF writes such texts another way than those with brackets or backslashes.
    let recipe = FigureRecipe(verb: "curves", step: 3)
    let figure = Figure("t", recipe: recipe) { Space(width: 10, height: 10) }
    #expect(try FigureRecipe(file: figure.pdf()) == recipe)
  }

  @Test func recipesKeepTheirOrderAndTheirKinds() throws {
    let recipe = FigureRecipe(entries: [
      .init("z", 1), .init("a", 0.5), .init("list", [true, "ü\n\"\\", .null]),
      .init("o", .object([.init("k", -3)])),
    ])
    #expect(recipe.json == #"{"z":1,"a":0.5,"list":[true,"\u00fc\u000a\"\\",null],"o":{"k":-3}}"#)
    #expect(try FigureRecipe(json: recipe.json) == recipe)
  }

  @Test(arguments: ["", "{", "[1]", "{\"a\":}", "{\"a\":1}x", String(repeating: "[", count: 500)])
  func aRecipeThatIsNoneIsRefused(json: String) {
    let error = #expect(throws: RenderError.self) { try FigureRecipe(json: json) }
    #expect(error?.code == .recipe)
  }

  @Test func aFileWithoutARecipeSaysSo() throws {
    try withFolder { (folder: String) throws in
      let path = "\(folder)/other.svg"
      try Data("<svg/>".utf8).write(to: URL(filePath: path))
      let error = #expect(throws: RenderError.self) { try FigureRecipe.read(from: path) }
      #expect(error?.code == .recipe)
      #expect(error?.description.hasPrefix(path) == true)
    }
  }

  @Test func aDamagedPNGIsRefused() throws {
    let file = try Examples.confusion().png(scale: 1)
    for length in [9, 20, 40, file.count - 3] {
      #expect(throws: RenderError.self) { try FigureRecipe(file: Array(file[..<length])) }
    }
  }

  @Test func anUnknownExtensionListsWhatThereIs() {
    let error = #expect(throws: RenderError.self) { try Examples.gallery().write(to: "/tmp/figure.jpeg") }
    #expect(
      error?.description
        == "/tmp/figure.jpeg: has the extension .jpeg; figures are written as .svg, .png or .pdf")
    let bare = #expect(throws: RenderError.self) { try Figure.Format(path: "a.b/figure") }
    #expect(bare?.description == "a.b/figure: has no extension; figures are written as .svg, .png or .pdf")
  }

  @Test func aPathThatCannotBeWrittenIsNamedInOneLine() {
    let error = #expect(throws: RenderError.self) {
      try Examples.gallery().write(to: "/no/such/folder/figure.svg")
    }
    #expect(error?.code == .cannotWrite)
    #expect(
      error?.description
        == "/no/such/folder/figure.svg: cannot be written: the folder does not exist; make it first")
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "there is no /dev/full here"))
  func aFullDiskKeepsTheFileThatWasThere() throws {
    try withFolder { (folder: String) throws in
      let path = "\(folder)/figure.svg"
      try Data("before".utf8).write(to: URL(filePath: path))
      // The temporary file's name leads to a device that is always full.
      try FileManager.default.createSymbolicLink(
        atPath: "\(path).\(ProcessInfo.processInfo.processIdentifier).part", withDestinationPath: "/dev/full")
      let error = #expect(throws: RenderError.self) { try Examples.gallery().write(to: path) }
      #expect(error?.reason.contains("the disk is full") == true)
      #expect(try Data(contentsOf: URL(filePath: path)) == Data("before".utf8))
    }
  }

  @Test func twoFiguresInOnePageShareNoIds() throws {
    let page =
      try Examples.gallery().inlineSVG() + Examples.gallery(size: 3).inlineSVG()
      + Examples.curves().inlineSVG()
    let ids = page.split(separator: " id=\"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
    #expect(ids.count > 100)
    #expect(Set(ids).count == ids.count)
    // Every use names an id that exists.
    for part in page.split(separator: "href=\"#").dropFirst() {
      #expect(ids.contains(String(part.prefix { $0 != "\"" })))
    }
    for part in page.split(separator: "url(#").dropFirst() {
      #expect(ids.contains(String(part.prefix { $0 != ")" })))
    }
  }

  @Test func thePrefixOfIdsCanBeGiven() throws {
    let svg = try Examples.curves().inlineSVG(idPrefix: "fig3-")
    let ids = svg.split(separator: " id=\"").dropFirst()
    #expect(!ids.isEmpty && ids.allSatisfy { $0.hasPrefix("fig3-") })
  }

  @Test func anInlineFigureTakesItsColoursFromThePage() throws {
    let svg = try Examples.curves().inlineSVG()
    #expect(svg.hasPrefix("<svg "))
    #expect(svg.contains("var(--vitrine-ink,#16181D)"))
    #expect(svg.contains("var(--vitrine-validation-text,"))
    for role in Paint.Role.allCases { #expect(Theme.styleSheet.contains("--vitrine-\(role.rawValue): ")) }
    #expect(!String(decoding: try Examples.curves().svg(), as: UTF8.self).contains("var("))
  }

  @Test func everyFigureSaysWhatItIsToThoseWhoDoNotSeeIt() throws {
    let figure = Figure("A < B & \"C\"", description: "rises") { Space(width: 1, height: 1) }
    let svg = String(decoding: try figure.svg(), as: UTF8.self)
    #expect(svg.contains("role=\"img\""))
    #expect(svg.contains(">A &lt; B &amp; &quot;C&quot;</title>"))
    #expect(svg.contains(">rises</desc>"))
    #expect(svg.contains("viewBox=\"0 0 "))
  }

  @Test func numbersAreWrittenBesideTheFigure() throws {
    try withFolder { (folder: String) throws in
      var figure = Examples.gallery()
      #expect(try figure.writeNumbers(beside: "\(folder)/a.svg") == ["\(folder)/a.csv"])
      figure.numbers.append(("more", NumberTable(columns: ["x"], rows: [])))
      #expect(
        try figure.writeNumbers(beside: "\(folder)/a.svg") == [
          "\(folder)/a-weights.csv", "\(folder)/a-more.csv",
        ])
      #expect(try Data(contentsOf: URL(filePath: "\(folder)/a-more.csv")) == Data("x\n".utf8))
    }
  }
}

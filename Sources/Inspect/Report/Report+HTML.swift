internal import Core
internal import FoundationEssentials
internal import Mustache
internal import Render

extension Report {
  /// The page as HTML.
  /// - Throws: `RenderError` if a figure cannot be drawn.
  public func html() throws -> String {
    let template = try MustacheTemplate(
      string: String(decoding: PackageResources.report_mustache, as: UTF8.self))
    return template.render(try page())
  }

  private func page() throws -> [String: Any] {
    [
      "tool": Tool.name,
      "title": title,
      "lead": lead,
      "figureStyle": Theme.styleSheet,
      "style": String(decoding: PackageResources.style_css, as: UTF8.self),
      "script": String(decoding: PackageResources.script_js, as: UTF8.self),
      "contents": ["entries": sections.map { ["id": $0.id, "title": $0.title] }],
      "sections": try sections.map(Self.section),
      "provenance": provenance.map { ["name": $0.name, "value": $0.value] },
    ]
  }

  private static func section(_ section: Section) throws -> [String: Any] {
    var page: [String: Any] = [
      "id": section.id, "title": section.title, "paragraphs": section.paragraphs,
      "figures": try section.figures.map(illustration),
    ]
    if let table = section.table {
      page["table"] = ["header": table.columns, "rows": table.rows.map { ["cells": $0] }] as [String: Any]
    }
    return page
  }

  private static func illustration(_ illustration: Illustration) throws -> [String: Any] {
    let figure = illustration.figure
    return [
      "id": illustration.name,
      "svg": try figure.inlineSVG(idPrefix: illustration.name + "-"),
      "explanation": illustration.explanation,
      "command": figure.recipe.commandLine,
      "tables": figure.numbers.map { name, table -> [String: String] in
        let (label, csv) = (figure.numbers.count == 1 ? "CSV" : "CSV: \(name)", Data(table.csv.utf8))
        guard csv.count <= largestTable else { return ["label": label + " by the command with --csv"] }
        return [
          "file": "\(illustration.name)-\(name).csv", "label": label,
          "link": "data:text/csv;base64," + csv.base64EncodedString(),
        ]
      },
    ]
  }

  /// Bytes of numbers that are put into the page: the duel of 34,000 steps alone has 6 MB of them.
  private static let largestTable = 1 << 20
}

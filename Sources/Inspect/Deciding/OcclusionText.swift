internal import Core
internal import Render

/// What an occlusion study says in words and tables.
extension OcclusionNumbers {
  /// What hides the pictures, as brightness: `0.13`, or one number a channel.
  var meanWords: String {
    let normalisation = trial.probe.normalisation
    return fill.enumerated().map { channel, value in
      let entry = normalisation.mean.count == 1 ? 0 : channel
      return Numbers.significant(
        Double(value * normalisation.deviation[entry] + normalisation.mean[entry]), digits: 2)
    }.joined(separator: ", ")
  }

  /// The hash of all pictures that were occluded.
  var fingerprint: String { rows.map(\.example.fingerprint).joined(separator: " ") }

  /// What a class is called.
  func name(_ label: Int) -> String { classNames.indices.contains(label) ? classNames[label] : "\(label)" }

  /// The classes that are named anywhere, in order.
  var namedClasses: [Int] { Set(rows.flatMap { $0.named + [$0.wholeClass] }).sorted() }

  var description: String {
    rows.map { row in
      let low = row.probability.indices.min { row.probability[$0] < row.probability[$1] } ?? 0
      let corner = plan.corner(low)
      let changed = row.named.count { $0 != row.wholeClass }
      var text =
        "\(row.example.named(labelNames)): p(“\(name(row.label))”) \(Numbers.fixed(Double(row.wholeProbability), decimals: 3)), "
        + "at the least \(Numbers.fixed(Double(row.probability[low]), decimals: 3)) with the square at row \(corner.row), column \(corner.column)"
      text +=
        changed > 0
        ? "; another class is named at \(changed) of \(plan.count) places."
        : "; no place of the square changes the class that is named."
      return text
    }.joined(separator: " ")
  }

  var tables: [(name: String, table: NumberTable)] {
    [
      (
        "places",
        NumberTable(
          columns: ["picture", "row", "column", "activity", "probability", "named"],
          rows: rows.flatMap { row in
            (0..<plan.count).map { place in
              let corner = plan.corner(place)
              return [
                row.example.name, NumberTable.text(Double(corner.row) + Double(plan.side - 1) / 2),
                NumberTable.text(Double(corner.column) + Double(plan.side - 1) / 2),
                "\(row.activity[place])", "\(row.probability[place])", name(row.named[place]),
              ]
            }
          })
      ),
      (
        "pictures",
        NumberTable(
          columns: ["picture", "class", "map", "activity", "probability", "named", "others"],
          rows: rows.map { row in
            [
              row.example.name, name(row.label), "\(row.map)", "\(row.wholeActivity)",
              "\(row.wholeProbability)", name(row.wholeClass),
              row.others.map(String.init).joined(separator: " "),
            ]
          })
      ),
    ]
  }
}

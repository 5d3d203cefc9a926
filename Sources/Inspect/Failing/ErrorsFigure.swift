internal import Core
public import Render

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#endif

/// The pictures that a classifier is most wrong about, and whether it knows how sure it may be.
///
/// At the left the pictures with the highest loss −ln p(true). At the right the reliability diagram over all labelled pictures:
/// in fifteen stretches of confidence, how many answers were right; beneath, how many pictures there are in each.
///
/// ```swift
/// let figure = try ErrorsFigure(count: 16).figure(of: specimen)
/// ```
public struct ErrorsFigure: Hashable, Sendable {
  /// How many pictures are shown at most.
  public var count: Int
  /// The colours' theme.
  public var theme: Theme

  /// The worst answers and their calibration. Traps on no picture.
  public init(count: Int = 25, theme: Theme = .light) {
    precondition(count > 0, "\(count) pictures")
    self.count = count
    self.theme = theme
  }

  /// Draws the answers of a specimen to all its labelled pictures.
  /// - Throws: `InspectError` if it has no labelled pictures or is no classifier of their classes, `NetworkError` if it cannot
  ///   be run.
  public func figure(of specimen: Specimen) throws -> Figure {
    let said = try LabelledAnswers(of: specimen)
    let answers = said.answers
    let worst = Array(answers.sorted { ($0.loss, $1.index) > ($1.loss, $0.index) }.prefix(count))
    let labels = said.probe.labels
    let calibration = Calibration(logits: said.logits, labels: labels)
    let temperature = Calibration.bestTemperature(logits: said.logits, labels: labels)
    let cooled = Calibration(logits: said.logits, labels: labels, temperature: temperature)
    let wrong = answers.count { !$0.isRight }

    var facts = [
      "\(Numbers.grouped(calibration.count)) \(specimen.pictureOptions.isEmpty ? "probe pictures" : "pictures")",
      "\(Numbers.percent(calibration.accuracy, decimals: 2)) right, \(Numbers.grouped(wrong)) wrong",
      "ECE \(Numbers.percent(calibration.expectedError, decimals: 2)) in \(calibration.bins.count) bins",
      "Brier \(Numbers.significant(calibration.brier))",
      "loss (−ln p) \(Numbers.significant(calibration.logLoss))",
    ]
    if let moment = specimen.moment { facts.insert(moment.facts, at: 0) }
    if specimen.name != "classifier" { facts.insert(specimen.name, at: 0) }
    let recipe = specimen.provenance.recipe(
      "errors",
      entries: specimen.options + [count == 25 ? nil : .init("count", .integer(count)), .theme(theme)])
    return Figure(
      "Where it is most wrong, and whether it knows", facts: facts.joined(separator: " · "),
      reading: reading(calibration, wrong: wrong), description: description(worst, said, calibration),
      recipe: recipe, numbers: numbers(answers, said, calibration, temperature, cooled), theme: theme
    ) {
      HStack(spacing: 28, weights: [ErrorsFigure.galleryWidth, 340]) {
        gallery(worst, said)
        reliability(calibration, temperature, cooled)
      }
    }
  }

  private func gallery(_ worst: [LabelledAnswers.Answer], _ said: LabelledAnswers) -> Panel {
    let wrong = worst.count { !$0.isRight }
    return Panel(
      "The \(worst.count) pictures with the highest loss",
      caption: "true → said, with its probability; "
        + (wrong == worst.count
          ? "all of them wrong" : "\(wrong) of them wrong, the others right but not sure")
    ) {
      CaptionedTiles(
        said.tiles(worst.map(\.index)),
        captions: worst.map { answer in
          CaptionedTiles.Caption(
            first: said.classNames[answer.label], second: said.classNames[answer.said],
            number: Numbers.fixed(exp(answer.logSaid), decimals: 2))
        }, width: ErrorsFigure.galleryWidth)
    }
  }

  /// The width of the gallery, in points.
  private static let galleryWidth = 352.0

  private func reliability(
    _ calibration: Calibration, _ temperature: Double, _ cooled: Calibration
  ) -> Panel {
    let bins = calibration.bins
    let centres = Values.values("confidence", bins.map { ($0.lower + $0.upper) / 2 })
    let width = 1 / Double(bins.count)
    let direction =
      calibration.confidence > calibration.accuracy ? "surer than right" : "more right than sure"
    let gain =
      "the loss from \(Numbers.significant(calibration.logLoss)) to \(Numbers.significant(cooled.logLoss)) and the ECE from "
      + "\(Numbers.percent(calibration.expectedError, decimals: 2)) to \(Numbers.percent(cooled.expectedError, decimals: 2)) on these pictures"
    let divisor = temperature > 19.99 ? "20 or more" : Numbers.fixed(temperature, decimals: 2)
    let summary =
      "Mean confidence \(Numbers.percent(calibration.confidence)), \(Numbers.percent(calibration.accuracy)) right: \(direction). "
      + (cooled.logLoss > 0.98 * calibration.logLoss
        ? "The best temperature, \(divisor), would hardly lower the loss."
        : "Logits divided by a temperature of \(divisor) would bring \(gain), and change no answer.")
    return Panel("How often it is right when it is so sure", caption: summary) {
      StackedCharts(
        x: Axis("confidence: probability of what was said", domain: 0...1, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1])
      ) {
        Chart(y: .probability("share right"), height: 200) {
          BarMark(x: centres, y: .values("share right", bins.map { min($0.accuracy, $0.confidence) })).color(
            .real
          )
          .opacity(0.85)
          // From the share that was right to the mean confidence: missing, or more than was said.
          for bin in bins where bin.count > 0 {
            RectangleMark(
              x: bin.lower + 0.05 * width...bin.upper - 0.05 * width,
              y: min(bin.accuracy, bin.confidence)...max(bin.accuracy, bin.confidence)
            ).color(bin.confidence > bin.accuracy ? .fake : .real).opacity(
              bin.confidence > bin.accuracy ? 0.5 : 0.3)
          }
          LineMark(x: .values("confidence", [0.0, 1]), y: .values("share right", [0.0, 1])).color(.ink)
            .lineWidth(0.75).dash([3, 3])
        }
        Chart(y: Axis("pictures", includesZero: true), height: 84) {
          BarMark(
            x: centres, y: .values("pictures", bins.map(\.count)),
            labels: bins.map { $0.count == 0 ? "" : Numbers.short(Double($0.count), digits: 2) }
          ).color(.secondary)
        }
      }
    }
  }

  private func reading(_ calibration: Calibration, wrong: Int) -> String {
    "A bar, its pale part included, says how many of the answers with that confidence were right; on the dashed diagonal the network would be exactly as often right as it is sure. "
      + "Vermilion on top is what is missing: there the network is too sure. A pale top is more than it said: there it is too modest. ECE is the mean difference, each bin counted by its pictures; bins with few pictures say little."
  }

  private func description(
    _ worst: [LabelledAnswers.Answer], _ said: LabelledAnswers, _ calibration: Calibration
  ) -> String {
    var text =
      "\(Numbers.percent(calibration.accuracy, decimals: 2)) of \(Numbers.grouped(calibration.count)) pictures right at a mean confidence of "
      + "\(Numbers.percent(calibration.confidence, decimals: 2)); expected calibration error \(Numbers.percent(calibration.expectedError, decimals: 2))."
    if let first = worst.first {
      text +=
        " The highest loss, \(Numbers.significant(first.loss)), is that of picture \(first.index): a “\(said.classNames[first.label])” taken for "
        + "“\(said.classNames[first.said])” with probability \(Numbers.fixed(exp(first.logSaid), decimals: 3))."
    }
    return text
  }

  private func numbers(
    _ answers: [LabelledAnswers.Answer], _ said: LabelledAnswers, _ calibration: Calibration,
    _ temperature: Double, _ cooled: Calibration
  ) -> [(name: String, table: NumberTable)] {
    let errors = NumberTable(
      columns: ["picture", "true", "said", "p said", "p true", "loss"],
      rows: answers.sorted { ($0.loss, $1.index) > ($1.loss, $0.index) }.map {
        [
          String($0.index), said.classNames[$0.label], said.classNames[$0.said],
          NumberTable.text(exp($0.logSaid)), NumberTable.text(exp(-$0.loss)), NumberTable.text($0.loss),
        ]
      })
    let reliability = NumberTable(
      columns: ["above", "up to", "pictures", "right", "share right", "mean confidence"],
      numbers: calibration.bins.map {
        [$0.lower, $0.upper, Double($0.count), Double($0.right), $0.accuracy, $0.confidence]
      })
    let names: [(String, (Calibration) -> Double)] = [
      ("accuracy", \.accuracy), ("mean confidence", \.confidence),
      ("expected calibration error", \.expectedError),
      ("largest calibration error", \.largestError), ("Brier score", \.brier), ("mean loss", \.logLoss),
    ]
    let measures = NumberTable(
      columns: ["measure", "as it is", "by the temperature"],
      rows: [["temperature", "1", NumberTable.text(temperature)]]
        + names.map { [$0.0, NumberTable.text($0.1(calibration)), NumberTable.text($0.1(cooled))] })
    return [("errors", errors), ("reliability", reliability), ("measures", measures)]
  }
}

extension LabelledAnswers {
  /// Some of the pictures as tiles, in their own brightness: grey, or in colour where there are three channels.
  func tiles(_ indices: [Int]) -> ImageTiles {
    let (channels, height, width) = (probe.pictureShape[1], probe.pictureShape[2], probe.pictureShape[3])
    let plane = height * width
    let shown = channels == 3 ? 3 : 1
    var pixels: [UInt8] = []
    pixels.reserveCapacity(indices.count * plane * shown)
    for index in indices {
      for place in 0..<plane {
        for channel in 0..<shown {
          pixels.append(probe.pictures[(index * channels + channel) * plane + place])
        }
      }
    }
    return ImageTiles(pixels: pixels, count: indices.count, height: height, width: width, channels: shown)
  }
}

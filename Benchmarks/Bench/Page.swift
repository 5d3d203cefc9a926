import Foundation

/// The tables as Markdown, and their place in the page of results.
struct Page {
  private(set) var text = ""
  private static let begin = "<!-- scripts/bench writes from here -->"
  private static let end = "<!-- to here -->"

  mutating func add(_ paragraph: String) { text += paragraph + "\n\n" }

  private mutating func add(table heads: [String], _ rows: [[String]]) {
    let lines = [heads, heads.map { _ in "---" }] + rows
    add(lines.map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n"))
  }

  mutating func add(steps: Steps) {
    add("### Steps and inference")
    let rows = steps.comparisons.enumerated().map { index, row in
      let rate = row.work.flops / row.ours.median
      let share =
        steps.peaks.isEmpty ? "" : " (\((100 * rate / steps.peaks[index]).formatted(0)) % of the peak)"
      return [
        row.work.title, spread(row.ours),
        row.form.map { "\(spread(row.theirs[$0]!)), \($0)" } ?? "not compared",
        row.ratios.map { "**\($0.median.formatted(2))** (\($0.range.formatted(2)))" } ?? "",
        "\((Double(row.work.batch) / row.ours.median).formatted(0))", (rate / 1e9).formatted(0) + share,
      ]
    }
    add(
      table: ["work", "ours", "PyTorch, its faster form", "times as fast", "pictures a second", "GFLOP/s"],
      rows)
    if let kernel = steps.kernel {
      add(
        "The peak is OpenBLAS's sgemm of 4,096 × 4,096 on both cores (kernel \(kernel)), taken before each work:"
          + " \((steps.peaks.min()! / 1e9).formatted(0)) to \((steps.peaks.max()! / 1e9).formatted(0)) GFLOP/s."
          + " Operations are those of convolutions and linear layers alone.")
    }
  }

  mutating func add(growth: Growth) {
    add("### How the cost grows")
    for (axis, rows) in growth.rows {
      add(axis + ":")
      add(
        table: ["batch", "width", "picture", "pictures a second", "GFLOP/s", "PyTorch, pictures a second"],
        rows.map { row in
          let batch = Double(row.work.batch)
          return [
            "\(row.work.batch)", "×\(row.work.width)", "\(row.work.image)",
            (batch / row.seconds).formatted(0),
            (row.work.flops / row.seconds / 1e9).formatted(0),
            row.theirs.map { (batch / $0).formatted(0) } ?? "",
          ]
        })
    }
  }

  mutating func add(jobs: JobTimes) {
    add("### Whole jobs")
    if let accuracy = jobs.accuracy {
      let ratios = zip(accuracy.theirs, accuracy.ours).map { $0 / $1 }
      add(
        "From the start of the process to 98.3 % of MNIST's test pictures, `cnn`, tried every 50 steps, seeds 0 to"
          + " \(accuracy.ours.count - 1): ours \(seconds(accuracy.ours))"
          + (ratios.isEmpty
            ? "." : "; PyTorch \(seconds(accuracy.theirs)): **\(ratios.median.formatted(2))** times as fast.")
      )
    }
    add(
      table: ["peak memory of 20 batches", "ours", "PyTorch", "of it after import", "ours to PyTorch's"],
      jobs.memory.map { row in
        func mebibytes(_ bytes: Int?) -> String { bytes.map { "\($0 >> 20) MiB" } ?? "not compared" }
        return [
          row.network, mebibytes(row.ours), mebibytes(row.theirs), mebibytes(row.imported),
          row.theirs.map { (Double(row.ours) / Double($0)).formatted(2) } ?? "",
        ]
      })
  }

  mutating func add(recording: RecordingShare) {
    add("### Recording")
    add(
      table: ["run", "of the training time"],
      recording.shares.map { [$0.run, "\((100 * $0.share).formatted(1)) % of \($0.seconds.formatted(0)) s"] })
  }

  mutating func add(allocations: AllocationCounts) {
    guard !allocations.counts.isEmpty else { return }
    add("### Blocks of memory asked for in a training step")
    add(
      table: ["step", "by Vitrine", "inside of oneDNN"],
      allocations.counts.map { [$0.work, $0.ours.formatted(1), $0.libraries.formatted(0)] })
  }

  private func spread(_ seconds: [Double]) -> String {
    let range = seconds.range
    return
      "\(seconds.median.milliseconds) (\(range.lowerBound.milliseconds) to \(range.upperBound.milliseconds))"
  }

  private func seconds(_ times: [Double]) -> String {
    "\(times.median.formatted(1)) s (\(times.range.formatted(1)))"
  }

  /// Puts the tables in the place of those that a page holds, or at its end.
  func write(into path: String) throws {
    var page = (try? String(contentsOfFile: path, encoding: .utf8)) ?? "# What was measured\n"
    let ours = "\(Self.begin)\n\n\(text)\(Self.end)"
    if let start = page.range(of: Self.begin), let end = page.range(of: Self.end) {
      page.replaceSubrange(start.lowerBound..<end.upperBound, with: ours)
    } else {
      page += "\n## The engine\n\n" + ours + "\n"
    }
    try page.write(toFile: path, atomically: true, encoding: .utf8)
  }
}

extension Double {
  func formatted(_ digits: Int) -> String { String(format: "%.\(digits)f", self) }

  /// Seconds as milliseconds.
  var milliseconds: String { (self * 1e3).formatted(self < 1e-3 ? 3 : self < 0.1 ? 2 : 0) + " ms" }
}

extension ClosedRange<Double> {
  func formatted(_ digits: Int) -> String {
    "\(lowerBound.formatted(digits)) to \(upperBound.formatted(digits))"
  }
}

public import Core
public import Render

/// How a generator learns: the same latents, again and again through training.
///
/// One row a latent, one column a moment; black and white stay where they are from the first column to the last, so
/// that what changes is the generator and not the scale.
public struct GrowthFilm: Sendable {
  /// How many latents, from the first that the run watches.
  public var rows: Int
  /// How many moments, the first and the last always among them, the others spread by ratio of steps.
  public var columns: Int
  /// Optimiser steps to show instead.
  public var steps: [Int]?
  /// The figure's colours.
  public var theme: Theme

  /// A film of a run's samples.
  public init(rows: Int = 8, columns: Int = 10, steps: [Int]? = nil, theme: Theme = .light) {
    self.rows = rows
    self.columns = columns
    self.steps = steps
    self.theme = theme
  }

  /// The film of a run.
  /// - Throws: `InspectError` or `ArchiveError` if the run trains no generator, has no such step or not so many latents.
  public func figure(of run: RunArchive) throws -> Figure {
    let generator = try run.generator()
    let run = run.tracingReads()
    let shape = run.sampleShape!
    guard rows >= 1, rows <= shape[0] else {
      throw InspectError(
        .input, run.path, "\(rows) rows cannot be drawn; the run watches \(shape[0]) latents")
    }
    let moments = try self.moments(of: run)
    let frames = try moments.map { try run.samples(at: $0) }
    let size = shape.perExample.elementCount
    let strips = (0..<rows).map { row in
      Strip.Row(
        "latent \(row)",
        tiles: ImageTiles(
          pixels: frames.flatMap { $0[row * size..<(row + 1) * size] }, count: moments.count,
          height: shape[1],
          width: shape[2], channels: shape[3]))
    }
    let last = run.snapshots.last!
    let change = Change(frames.map { Array($0.prefix(rows * size)) }, moments, latents: rows)
    let options: [FigureRecipe.Entry?] = [
      .init("rows", .integer(rows)), .init("steps", .list(moments.map { .integer($0.step) })), .theme(theme),
    ]
    return Figure(
      "How the generator learnt",
      facts: [
        generator.name, SampleSheet.watched(rows, of: shape[0]),
        "\(moments.count) of \(run.snapshots.count) snapshots up to step \(Numbers.grouped(last.step)) "
          + "(epoch \(Numbers.significant(last.epoch)))",
        "black 0, white 255 at every step, not stretched",
      ].facts,
      reading:
        "Every row is one list of random numbers that never changes; every column is a moment of training. "
        + "From left to right only the generator changes: noise gathers into strokes, strokes into pictures.",
      description: "A film of \(rows) generated pictures at steps "
        + moments.map { Numbers.grouped($0.step) }.joined(separator: ", ") + ". " + change.words,
      recipe: Provenance(seed: run.seed, dataHash: run.dataHash).recipe("growth", entries: options),
      numbers: [("growth", change.table)], theme: theme
    ) {
      Strip(
        strips, at: moments.map { Double($0.step) }, axis: "step",
        positionLabels: moments.map { Numbers.grouped($0.step) })
    }
  }

  /// The moments that are shown.
  package func moments(of run: RunArchive) throws -> [Snapshot] {
    if let steps {
      guard !steps.isEmpty else { throw InspectError(.input, run.path, "no steps to show were given") }
      return try Set(steps).sorted().map { try run.snapshot(.step($0)) }
    }
    guard columns >= 2 else {
      throw InspectError(.input, run.path, "a film of \(columns) columns; it takes 2 or more")
    }
    _ = try run.snapshot(.last)
    return GrowthFilm.spread(run.snapshots, over: columns)
  }

  /// Moments at about even ratios of steps, each the nearest there is; all where there are no more than wanted.
  ///
  /// Ratios are taken of `step + offset`, `last / 64` if none is given: the very first steps, in which nothing is to be seen
  /// yet, stand for one.
  static func spread(
    _ snapshots: [Snapshot], over columns: Int, offset: Double? = nil
  ) -> [Snapshot] {
    guard snapshots.count > columns else { return snapshots }
    let offset = offset ?? max(1, Double(snapshots.last!.step) / 64)
    let places = snapshots.map { Mathematics.logarithm(Double($0.step) + offset) }
    let (first, last) = (places.first!, places.last!)
    var chosen: [Int] = []
    for column in 0..<columns {
      let wanted = first + (last - first) * Double(column) / Double(columns - 1)
      // What is left must suffice for the columns to come.
      let open = (chosen.last.map { $0 + 1 } ?? 0)...(snapshots.count - columns + column)
      chosen.append(open.min { abs(places[$0] - wanted) < abs(places[$1] - wanted) }!)
    }
    return chosen.map { snapshots[$0] }
  }
}

/// How far the pictures move from one moment to the next: a film in numbers.
private struct Change {
  let table: NumberTable
  let words: String

  init(_ frames: [[UInt8]], _ moments: [Snapshot], latents: Int) {
    func distance(_ first: [UInt8], _ second: [UInt8]) -> Double {
      let size = first.count / latents
      let lengths = (0..<latents).map { latent in
        zip(first, second).dropFirst(latent * size).prefix(size).reduce(0.0) { sum, pair in
          let difference = (Double(pair.0) - Double(pair.1)) / 255
          return sum + difference * difference
        }.squareRoot()
      }
      return lengths.reduce(0, +) / Double(latents)
    }
    let toEnd = frames.map { distance($0, frames.last!) }
    table = NumberTable(
      columns: ["step", "epoch", "mean distance to the column before", "mean distance to the last column"],
      rows: moments.indices.map { index in
        [
          String(moments[index].step), NumberTable.text(moments[index].epoch),
          index == 0 ? "" : NumberTable.text(distance(frames[index - 1], frames[index])),
          NumberTable.text(toEnd[index]),
        ]
      })
    guard let start = toEnd.first, start > 0, moments.count > 2 else {
      words = toEnd.first == 0 ? "The pictures do not change." : ""
      return
    }
    let middle = moments.count / 2
    words =
      "On average a picture is \(Numbers.significant(start)) away from its last form at the beginning and "
      + "\(Numbers.significant(toEnd[middle])) at step \(Numbers.grouped(moments[middle].step)) (Euclidean, brightness 0 to 1)."
  }
}

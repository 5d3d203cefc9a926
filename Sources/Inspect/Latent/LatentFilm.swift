internal import Core
internal import Render

/// A way through a latent space as pictures that follow each other: an animation, or a flip-book to cut out.
struct LatentFilm {
  /// One frame: some pictures side by side.
  struct Frame {
    /// The pictures, brightness, `[count, channels, height, width]`.
    let pictures: Tensor
    /// A line under each picture.
    let captions: [String]
    /// Where on the way the frame is, in words.
    let place: String
    /// How far on the way it is, 0 … 1.
    let share: Double
  }

  /// Seconds that a frame is seen, where nobody says otherwise.
  static let usualPace = 0.12

  let title: String
  let facts: String
  let frames: [Frame]
  /// Pictures side by side; as many as there are where none is given.
  var columns: Int?
  let secondsPerFrame: Double
  let secondsAtEnd: Double
  let description: String
  let recipe: FigureRecipe
  let numbers: [(name: String, table: NumberTable)]
  let theme: Theme

  /// The frames, all of one extent.
  var animation: Animation {
    Animation(frames: frames.map(figure), secondsPerFrame: secondsPerFrame, secondsAtEnd: secondsAtEnd)
  }

  private func figure(_ frame: Frame) -> Figure {
    let tiles = Sampling.tiles(frame.pictures)
    let columns = columns ?? tiles.count
    // About 170 points for a picture alone, less where several stand side by side.
    let wanted = columns == 1 ? 170 : columns <= 3 ? 140 : 84
    let magnification = max(1, Double(wanted / tiles.width))
    let width = Double(columns) * (Double(tiles.width) * magnification + 12) - 12
    return Figure(
      title, facts: facts, description: description, recipe: recipe, numbers: numbers, theme: theme,
      width: max(width, 340) + 2 * Spacing.margin, spacing: 10
    ) {
      ImageGrid(
        tiles, columns: columns, magnification: magnification, gap: 12, labels: .captions(frame.captions))
      ProgressLine(share: frame.share, width: width)
      TextBlock(frame.place, style: .label, paint: .secondary)
    }
  }
}

/// How far along a way one is: a line with a dot on it.
struct ProgressLine: Block {
  let share: Double
  let width: Double

  func layout(_ proposal: Proposal) -> Fragment {
    let radius = 3.0
    let x = radius + (width - 2 * radius) * share
    return Fragment(
      size: Size(width, 2 * radius),
      elements: [
        .line(
          from: Point(radius, radius), to: Point(width - radius, radius), stroke: .init(.faint, width: 1.5)),
        .path(.circle(center: Point(x, radius), radius: radius), fill: .fake, stroke: nil),
      ])
  }
}

extension FigureRecipe.Entry {
  /// That the figure moves.
  static func animate(_ isAnimated: Bool) -> FigureRecipe.Entry? { isAnimated ? .init("animate", true) : nil }

  /// How long each frame is seen, where it is not as usual.
  static func pace(_ seconds: Double?) -> FigureRecipe.Entry? {
    seconds.flatMap { $0 == LatentFilm.usualPace ? nil : .init("pace", .number($0)) }
  }
}

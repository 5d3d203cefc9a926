/// Text in which some words are stronger than others, broken into lines.
public struct Paragraph: Block {
  /// A stretch of text in one style.
  public struct Run: Hashable, Sendable {
    /// What it says; where it has spaces, lines may end.
    public var string: String
    /// Its size and weight.
    public var style: TextStyle

    /// Text of a style.
    public init(_ string: String, style: TextStyle = .text) {
      self.string = string
      self.style = style
    }
  }

  /// The stretches, in order; they join without a space.
  public var runs: [Run]
  /// What all is drawn in.
  public var paint: Paint

  /// Text of stretches.
  public init(_ runs: [Run], paint: Paint = .ink) {
    self.runs = runs
    self.paint = paint
  }

  /// A word: pieces that no line may break apart.
  private typealias Word = [Run]

  private var words: [Word] {
    var words: [Word] = [[]]
    for run in runs {
      for (index, piece) in run.string.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
        if index > 0 { words.append([]) }
        if !piece.isEmpty { words[words.count - 1].append(Run(String(piece), style: run.style)) }
      }
    }
    return words.filter { !$0.isEmpty }
  }

  /// Lines no wider than `width` points, as stretches with their spaces; a longer word keeps a line of its own.
  package func lines(width: Double) -> [[Run]] {
    var lines: [[Run]] = []
    var line: [Run] = []
    for word in words {
      var longer = line
      if var last = longer.popLast() {
        // The space belongs to the stretch before; the next joins it where it is of the same style.
        last.string += " "
        longer.append(last)
      }
      for piece in word {
        if let last = longer.last, last.style == piece.style {
          longer[longer.count - 1].string += piece.string
        } else {
          longer.append(piece)
        }
      }
      if line.isEmpty || Self.width(of: longer) <= width {
        line = longer
      } else {
        lines.append(line)
        line = word
      }
    }
    return line.isEmpty ? lines : lines + [line]
  }

  private static func width(of line: [Run]) -> Double {
    line.reduce(0) { $0 + $1.style.width(of: $1.string) }
  }

  /// Lays the block out.
  public func layout(_ proposal: Proposal) -> Fragment {
    let lines = lines(width: proposal.width)
    guard let style = runs.map(\.style).max(by: { $0.size < $1.size }), !lines.isEmpty else {
      return Fragment(size: .zero)
    }
    var result = Fragment(
      size: Size(0, style.ascent + style.descent + Double(lines.count - 1) * style.lineHeight))
    for (index, line) in lines.enumerated() {
      let baseline = style.ascent + Double(index) * style.lineHeight
      var x = 0.0
      for run in line {
        result.elements.append(.text(run.string, x, baseline, run.style, paint))
        x += run.style.width(of: run.string)
      }
      result.size.width = max(result.size.width, x)
    }
    return result
  }
}

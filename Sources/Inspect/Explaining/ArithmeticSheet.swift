internal import Core
public import Render

/// A convolution, transposed convolution or pooling of small whole numbers step by step: as a sheet of all steps, or as
/// frames of an animation.
///
/// A transposed convolution is shown in two ways that give the same numbers: each input spreads over a kernel's extent and
/// overlaps add up; or zeros are put between and around the numbers and the kernel, turned around, slides over them
/// (Dumoulin & Visin 2016, arXiv:1603.07285, chapter 4).
///
/// ```swift
/// let sheet = ArithmeticSheet(try SlidingArithmetic(.convolution, input: 5, kernel: 3, stride: 2, padding: 1))
/// try sheet.figure().write(to: "conv.svg")
/// try sheet.animation().write(to: "conv.png")
/// ```
public struct ArithmeticSheet: Hashable, Sendable {
  /// Which way of looking at a transposed convolution is drawn; others have but one.
  public enum View: String, Hashable, Sendable, CaseIterable {
    /// Spreading, then zeros.
    case both
    /// Each number spreads over a kernel's extent.
    case spread
    /// A kernel slides over numbers with zeros between them.
    case zeros
  }

  /// What is worked out.
  public var arithmetic: SlidingArithmetic
  /// Which way of looking at a transposed convolution is drawn.
  public var view: View
  /// Steps of each way that a sheet shows at most, from the first.
  public var steps: Int
  /// The seed that the numbers were drawn by; for the recipe.
  public var seed: UInt64
  /// How long each step of an animation is seen.
  public var secondsPerFrame: Double
  /// The colours' theme.
  public var theme: Theme

  /// Steps that a sheet shows where nothing is said.
  public static let usualSteps = 16
  /// Seconds that each step of an animation is seen where nothing is said.
  public static let usualPace = 0.7

  /// An arithmetic step by step. Traps if no step is to be shown.
  public init(
    _ arithmetic: SlidingArithmetic, view: View = .both, steps: Int = ArithmeticSheet.usualSteps,
    seed: UInt64 = 0,
    secondsPerFrame: Double = usualPace, theme: Theme = .light
  ) {
    precondition(steps > 0, "no steps of a sheet")
    self.arithmetic = arithmetic
    self.view = view
    self.steps = steps
    self.seed = seed
    self.secondsPerFrame = secondsPerFrame
    self.theme = theme
  }

  /// The sheet: the steps as small panels in reading order.
  public func figure() -> Figure {
    Figure(
      title, facts: facts, reading: reading, description: description, recipe: recipe(isAnimated: false),
      numbers: numbers, theme: theme
    ) {
      if isWeighed {
        Beside(distance: 10) {
          TextBlock("the kernel", style: .label, paint: .secondary)
          kernelGrid(cell: 20)
        }
      }
      for view in views { section(view) }
    }
  }

  /// The frames: the same drawing, larger, step by step, the last one longer.
  public func animation() -> Animation {
    let frames = views.flatMap { view in
      (-1..<SlidingPanel.steps(arithmetic, view)).map { frame(view, step: $0) }
    }
    return Animation(
      frames: frames, secondsPerFrame: secondsPerFrame, secondsAtEnd: min(60, 3 * secondsPerFrame))
  }

  /// One step as a figure of its own: all steps of a view have the same extent.
  func frame(_ view: SlidingPanel.View, step: Int) -> Figure {
    let count = SlidingPanel.steps(arithmetic, view)
    let places = view == .spreading ? arithmetic.inputSide : SlidingPanel.Axis(arithmetic).total
    let cell = places + arithmetic.outputSide > 22 ? 22.0 : 30
    let calculation = TextBlock(step < 0 ? " " : calculation(view, step), style: .text, maximumWidth: 520)
    return Figure(
      title, facts: facts, description: description, recipe: recipe(isAnimated: true), numbers: numbers,
      theme: theme, width: 900
    ) {
      if arithmetic.kind == .transposedConvolution {
        TextBlock(heading(view), style: .heading)
      }
      SlidingPanel(arithmetic: arithmetic, view: view, step: step, cell: cell)
      // As high in every frame, so that nothing jumps.
      Reserved(block: calculation, size: Size(520, 3 * TextStyle.text.lineHeight))
      TextBlock(
        "step \(max(step + 1, 0)) of \(count)", style: .label, paint: .secondary)
    }
  }

  // MARK: - Parts

  private var views: [SlidingPanel.View] {
    guard arithmetic.kind == .transposedConvolution else { return [.gathering] }
    switch view {
    case .both: return [.spreading, .gathering]
    case .spread: return [.spreading]
    case .zeros: return [.gathering]
    }
  }

  private var isWeighed: Bool { arithmetic.kind == .convolution || arithmetic.kind == .transposedConvolution }

  private func section(_ view: SlidingPanel.View) -> Panel {
    let count = SlidingPanel.steps(arithmetic, view)
    let shown = min(steps, count)
    let panels = (0..<shown).map { SlidingPanel(arithmetic: arithmetic, view: view, step: $0, cell: 17) }
    let width = panels[0].layout(Proposal(width: 720)).size.width
    let columns = max(1, min(shown, Int((720 + 20) / (width + 20))))
    var heading = arithmetic.kind == .transposedConvolution ? heading(view) : ""
    if shown < count { heading += (heading.isEmpty ? "The" : ": the") + " first \(shown) of \(count) steps" }
    return Panel(heading) { Grid(columns: columns, spacing: 20) { panels as [any Block] } }
  }

  private func heading(_ view: SlidingPanel.View) -> String {
    view == .spreading ? "Each number spreads" : "The same with zeros between the numbers"
  }

  private func kernelGrid(cell: Double) -> NumberGrid {
    NumberGrid(
      rows: arithmetic.kernelSide, columns: arithmetic.kernelSide, values: arithmetic.kernel.map(Double.init),
      scale: .diverging(limit: 4, map: .purpleOrange), decimals: 0, cell: cell)
  }

  /// A step's sum in numbers: `1·2 + 3·(−1) = −1`.
  func calculation(_ view: SlidingPanel.View, _ step: Int) -> String {
    func text(_ value: Int) -> String { Numbers.fixed(Double(value), decimals: 0) }
    func factor(_ value: Int) -> String { value < 0 ? "(\(text(value)))" : text(value) }
    if view == .spreading {
      return "\(arithmetic.input[step]) times every weight of the kernel is added where the frame lies"
    }
    let side = arithmetic.outputSide
    let taps = arithmetic.taps(row: step / side, column: step % side)
    let result = SlidingPanel.text(arithmetic.output[step], arithmetic)
    switch arithmetic.kind {
    case .convolution, .transposedConvolution:
      guard !taps.isEmpty else { return "only zeros = 0" }
      return taps.map { "\($0.input)·\(factor($0.weight))" }.joined(separator: " + ") + " = \(result)"
    case .maximum: return "the largest of \(taps.map { "\($0.input)" }.joined(separator: ", ")) is \(result)"
    case .mean:
      let count = arithmetic.kernelSide * arithmetic.kernelSide
      return "(\(taps.map { "\($0.input)" }.joined(separator: " + "))) ÷ \(count) = \(result)"
    }
  }

  // MARK: - Words

  private var title: String {
    switch arithmetic.kind {
    case .convolution: "A convolution, step by step"
    case .transposedConvolution: "A transposed convolution, step by step"
    case .maximum: "Max pooling, step by step"
    case .mean: "Mean pooling, step by step"
    }
  }

  private var facts: String {
    let (n, k, o) = (arithmetic.inputSide, arithmetic.kernelSide, arithmetic.outputSide)
    var facts = [
      "\(n) × \(n) \(n == 1 ? "becomes" : "become") \(o) × \(o)",
      "\(isWeighed ? "kernel" : "window") \(k) × \(k)",
    ]
    facts.append("stride \(arithmetic.stride)")
    facts.append("padding \(arithmetic.padding)")
    if arithmetic.dilation != 1 { facts.append("dilation \(arithmetic.dilation)") }
    if arithmetic.outputPadding != 0 { facts.append("output padding \(arithmetic.outputPadding)") }
    facts.append(formula)
    return facts.joined(separator: " · ")
  }

  /// The side of the output by its formula, with the numbers put in.
  private var formula: String {
    let (n, p, s, d, k) = (
      arithmetic.inputSide, arithmetic.padding, arithmetic.stride, arithmetic.dilation, arithmetic.kernelSide
    )
    guard arithmetic.kind == .transposedConvolution else {
      let isRounded = (n + 2 * p - d * (k - 1) - 1) % s != 0
      return
        "(\(n) + 2·\(p) − \(d)·(\(k) − 1) − 1) ÷ \(s)\(isRounded ? ", rounded down," : "") + 1 = \(arithmetic.outputSide)"
    }
    return
      "(\(n) − 1)·\(s) − 2·\(p) + \(d)·(\(k) − 1) + 1 + \(arithmetic.outputPadding) = \(arithmetic.outputSide)"
  }

  private var reading: String {
    let padding = arithmetic.padding > 0 ? " Dots are zeros put around the input." : ""
    switch arithmetic.kind {
    case .convolution:
      return
        "At each step the numbers under the kernel (orange) are multiplied by its weights and summed: one number of the output.\(padding)"
    case .maximum:
      return "At each step the largest number under the window (orange) is kept. There is nothing to learn."
    case .mean: return "At each step the mean of the numbers under the window (orange) is kept.\(padding)"
    case .transposedConvolution:
      let spread =
        "Each number is multiplied by the whole kernel and the products are added to the output; where stamps overlap they add up."
      let zeros =
        "With zeros (dots) between and around the numbers, the kernel turned around by half a turn slides over them and gives the same."
      switch view {
      case .both: return "\(spread) \(zeros)"
      case .spread: return spread
      case .zeros: return zeros
      }
    }
  }

  private var description: String {
    "\(title): \(facts). The output is \(arithmetic.output.map { SlidingPanel.text($0, arithmetic) }.joined(separator: " "))."
  }

  private var numbers: [(name: String, table: NumberTable)] {
    func square(_ values: [Int], _ side: Int, divisor: Int = 1) -> NumberTable {
      NumberTable(
        columns: (0..<side).map { "column \($0)" },
        numbers: (0..<side).map { row in
          (0..<side).map { Double(values[row * side + $0]) / Double(divisor) }
        })
    }
    let k = arithmetic.kernelSide
    return [
      ("input", square(arithmetic.input, arithmetic.inputSide)),
      ("kernel", square(arithmetic.kernel, k)),
      (
        "output",
        square(arithmetic.output, arithmetic.outputSide, divisor: arithmetic.kind == .mean ? k * k : 1)
      ),
    ].filter { isWeighed || $0.0 != "kernel" }
  }

  private func recipe(isAnimated: Bool) -> FigureRecipe {
    let verb =
      switch arithmetic.kind {
      case .convolution: "explain conv"
      case .transposedConvolution: "explain conv-transpose"
      case .maximum, .mean: "explain pool"
      }
    func whole(_ name: String, _ value: Int, unless usual: Int? = nil) -> FigureRecipe.Entry? {
      value == usual ? nil : .init(name, .integer(value))
    }
    let entries: [FigureRecipe.Entry?] = [
      whole("input", arithmetic.inputSide), whole("kernel", arithmetic.kernelSide),
      whole("stride", arithmetic.stride), whole("padding", arithmetic.padding),
      whole("dilation", arithmetic.dilation, unless: 1),
      whole("output-padding", arithmetic.outputPadding, unless: 0),
      arithmetic.kind == .mean ? .init("mean", true) : nil,
      arithmetic.kind == .transposedConvolution && view != .both
        ? .init("view", .string(view.rawValue)) : nil,
      isAnimated ? nil : whole("steps", steps, unless: ArithmeticSheet.usualSteps),
      seed == 0 ? nil : .init("seed", .string(String(seed))), isAnimated ? .init("animate", true) : nil,
      isAnimated && secondsPerFrame != ArithmeticSheet.usualPace
        ? .init("pace", .number(secondsPerFrame)) : nil,
      .theme(theme),
    ]
    return .explanation(verb, entries)
  }
}

extension FigureRecipe {
  /// The recipe of a figure that is drawn from its options alone.
  static func explanation(_ verb: String, _ entries: [Entry?]) -> FigureRecipe {
    var recipe = FigureRecipe(verb: verb, toolVersion: Tool.name)
    let options = entries.compactMap { $0 }
    if !options.isEmpty { recipe.entries.insert(Entry("options", .object(options)), at: 1) }
    return recipe
  }
}

/// A block in a room that stays as large whatever it says.
struct Reserved: Block {
  let block: any Block
  let size: Size

  func layout(_ proposal: Proposal) -> Fragment {
    var fragment = block.layout(proposal)
    fragment.size = Size(max(fragment.size.width, size.width), max(fragment.size.height, size.height))
    return fragment
  }
}

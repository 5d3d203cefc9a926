internal import Core

/// A small window of weights that is slid over a picture: one with a name, or one that somebody wrote down.
///
/// ```swift
/// let kernel = try ImageKernel("1 0 -1; 2 0 -2; 1 0 -1")  // or ImageKernel("sobel")
/// ```
public struct ImageKernel: Hashable, Sendable {
  /// What it is called: `sobel`, or the numbers as they were written.
  public let name: String
  /// Rows.
  public let rows: Int
  /// Columns.
  public let columns: Int
  /// The weights, row by row.
  public let weights: [Double]

  /// The kernels that have names.
  /// - Source: the first and second derivatives of Sobel; `blur` is the 3 × 3 binomial; the others as image editors have them.
  public static let named: [(name: String, weights: [Double], words: String)] = [
    ("identity", [0, 0, 0, 0, 1, 0, 0, 0, 0], "keeps every pixel as it is"),
    ("blur", [1, 2, 1, 2, 4, 2, 1, 2, 1].map { $0 / 16 }, "takes a mean in which near pixels count more"),
    ("sharpen", [0, -1, 0, -1, 5, -1, 0, -1, 0], "makes a pixel differ more from its neighbours"),
    ("emboss", [-2, -1, 0, -1, 1, 1, 0, 1, 2], "adds the slope from the left top to the right bottom"),
    ("outline", [-1, -1, -1, -1, 8, -1, -1, -1, -1], "answers where a pixel differs from its neighbours"),
    (
      "sobel", [-1, 0, 1, -2, 0, 2, -1, 0, 1],
      "answers to upright edges: above zero where it gets lighter to the right"
    ),
    (
      "sobel-y", [-1, -2, -1, 0, 0, 0, 1, 2, 1],
      "answers to level edges: above zero where it gets lighter downwards"
    ),
  ]

  /// The most rows and columns that a kernel may have.
  public static let largestSide = 9

  /// A kernel by its name, or by its numbers: rows separated by semicolons, numbers by spaces or commas.
  /// - Throws: `InspectError` saying what is wrong with the text.
  public init(_ text: String) throws(InspectError) {
    if let known = ImageKernel.named.first(where: { $0.name == text }) {
      (name, rows, columns, weights) = (known.name, 3, 3, known.weights)
      return
    }
    func failure(_ reason: String) -> InspectError { InspectError(.input, "kernel “\(text)”", reason) }
    var lines = text.split(separator: ";", omittingEmptySubsequences: false)
      .map { $0.split { $0 == " " || $0 == "," || $0 == "\t" } }
    if lines.last?.isEmpty == true { lines.removeLast() }  // a semicolon at the end
    let names = ImageKernel.named.map(\.name).listed
    guard lines.contains(where: { !$0.isEmpty }) else {
      throw failure("is empty; name one of \(names), or write “1 0 -1; 2 0 -2; 1 0 -1”")
    }
    var numbers: [Double] = []
    for word in lines.flatMap({ $0 }) {
      guard let number = Double(word), number.isFinite, abs(number) <= 1e6 else {
        throw failure(
          lines.count == 1 && lines[0].count == 1
            ? "no kernel of this name; there are \(names), or write “1 0 -1; 2 0 -2; 1 0 -1”"
            : "“\(word)” is no number; write rows of numbers as “1 0 -1; 2 0 -2; 1 0 -1”")
      }
      numbers.append(number)
    }
    guard Set(lines.map(\.count)).count == 1 else {
      throw failure("has rows of \(lines.map { String($0.count) }.listed) numbers; all rows need as many")
    }
    let (rows, columns) = (lines.count, lines[0].count)
    guard rows % 2 == 1, columns % 2 == 1, rows <= ImageKernel.largestSide, columns <= ImageKernel.largestSide
    else {
      throw failure(
        "is \(rows) × \(columns); both must be odd, so that there is a middle, and at most \(ImageKernel.largestSide)"
      )
    }
    (name, self.rows, self.columns, weights) = (text, rows, columns, numbers)
  }

  /// What the weights add up to: 1 keeps a plain area as bright as it is, 0 makes it nothing.
  public var sum: Double { weights.reduce(0, +) }

  /// True if what comes out has signs: a plain area becomes 0.
  public var isSigned: Bool { abs(sum) < 1e-9 }

  /// What it does, in words; empty for numbers that somebody wrote.
  var words: String { ImageKernel.named.first { $0.name == name }?.words ?? "" }

  /// The decimals that its numbers need, 0 … 2.
  var decimals: Int {
    weights.allSatisfy { $0 == $0.rounded() }
      ? 0 : weights.allSatisfy { ($0 * 10) == ($0 * 10).rounded() } ? 1 : 2
  }

  /// The sums of products at every place of a plane; beyond its edge the edge is repeated.
  ///
  /// `out[y, x] = Σ in[y + ky − ⌊rows / 2⌋, x + kx − ⌊columns / 2⌋] · weight[ky, kx]`: the kernel is not turned around, as in
  /// a network's convolution.
  package func applied(to plane: [UInt8], width: Int, height: Int) -> [Float] {
    precondition(plane.count == width * height, "\(plane.count) pixels, not \(width) × \(height)")
    var result = [Float](repeating: 0, count: plane.count)
    var sums = [Double](repeating: 0, count: width)
    for y in 0..<height {
      for x in 0..<width { sums[x] = 0 }
      for ky in 0..<rows {
        let row = min(max(y + ky - rows / 2, 0), height - 1) * width
        for kx in 0..<columns {
          let weight = weights[ky * columns + kx]
          if weight == 0 { continue }
          let shift = kx - columns / 2
          for x in 0..<width { sums[x] += weight * Double(plane[row + min(max(x + shift, 0), width - 1)]) }
        }
      }
      for x in 0..<width { result[y * width + x] = Float(sums[x]) }
    }
    return result
  }
}

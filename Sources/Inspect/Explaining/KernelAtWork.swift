public import Core
public import Render

/// A kernel at work on a picture: the picture beside what comes out, and one place of it pixel by pixel.
///
/// The arithmetic is done on the picture's true pixels, in grey, 0 black to 255 white.
///
/// ```swift
/// let figure = try KernelAtWork(kernel: ImageKernel("sobel")).figure(of: picture, named: "coffee.png")
/// ```
public struct KernelAtWork: Hashable, Sendable {
  /// The kernel.
  public var kernel: ImageKernel
  /// The place that is magnified; nil for the one where the kernel changes most.
  public var place: MapPlace?
  /// The colours' theme.
  public var theme: Theme

  /// A kernel at work.
  public init(kernel: ImageKernel, place: MapPlace? = nil, theme: Theme = .light) {
    self.kernel = kernel
    self.place = place
    self.theme = theme
  }

  /// One place, worked out.
  package struct Place: Hashable, Sendable {
    package let place: MapPlace
    /// The pixels under the kernel, row by row, and what they become.
    package let patch: [Double]
    package let products: [Double]
    package let sum: Double
  }

  /// Draws the kernel's work.
  /// - Parameter name: what the picture is called in the figure and in its recipe: its path.
  /// - Throws: `InspectError` if the picture is smaller than the kernel, or the place lies beyond it.
  public func figure(of picture: Picture, named name: String) throws -> Figure {
    let grey = picture.greyscale()
    let (width, height) = (grey.width, grey.height)
    guard width >= kernel.columns, height >= kernel.rows else {
      throw InspectError(
        .input, name,
        "is \(picture.size) pixels, smaller than the kernel of \(kernel.columns) × \(kernel.rows)")
    }
    if let place, place.column >= width || place.row >= height {
      throw InspectError(
        .input, name, "is \(picture.size) pixels: no place \(place) (column, row, from 0)")
    }
    let result = kernel.applied(to: grey.samples, width: width, height: height)
    let worked = worked(grey, result)
    return drawing(grey, result, worked, picture, name)
  }

  /// Works out the chosen place.
  package func worked(_ grey: Picture, _ result: [Float]) -> Place {
    let (width, height) = (grey.width, grey.height)
    let chosen = place ?? strongest(grey, result)
    var patch: [Double] = []
    for ky in 0..<kernel.rows {
      for kx in 0..<kernel.columns {
        let row = min(max(chosen.row + ky - kernel.rows / 2, 0), height - 1)
        let column = min(max(chosen.column + kx - kernel.columns / 2, 0), width - 1)
        patch.append(Double(grey[0, row, column]))
      }
    }
    let products = zip(patch, kernel.weights).map { $0 * $1 }
    return Place(place: chosen, patch: patch, products: products, sum: products.reduce(0, +))
  }

  /// Where what comes out is farthest from zero, or from the pixel it was; the middle of a picture where nothing changes.
  private func strongest(_ grey: Picture, _ result: [Float]) -> MapPlace {
    let (width, height) = (grey.width, grey.height)
    var (best, strength) = (MapPlace(column: width / 2, row: height / 2), Float(0))
    // Away from the edge, where every pixel under the kernel is a true one.
    for row in kernel.rows / 2..<height - kernel.rows / 2 {
      for column in kernel.columns / 2..<width - kernel.columns / 2 {
        let value = result[row * width + column]
        let change = abs(kernel.isSigned ? value : value - Float(grey.samples[row * width + column]))
        if change > strength { (best, strength) = (MapPlace(column: column, row: row), change) }
      }
    }
    return best
  }

  // MARK: - Drawing

  private func drawing(
    _ grey: Picture, _ result: [Float], _ worked: Place, _ picture: Picture, _ name: String
  ) -> Figure {
    let (width, height) = (grey.width, grey.height)
    let resultScale = scale(of: result)
    let shown = Shown(width: width, height: height)
    let spot = worked.place
    let decimals = kernel.decimals
    let cell = NumberGrid.cell(
      for: worked.patch + worked.products, decimals: decimals, atLeast: kernel.rows > 3 ? 26 : 30)
    func grid(_ values: [Double], _ scale: ColorScale, decimals: Int) -> NumberGrid {
      NumberGrid(
        rows: kernel.rows, columns: kernel.columns, values: values, scale: scale, decimals: decimals,
        cell: cell)
    }
    let products = ColorScale.diverging(
      limit: worked.products.map(abs).max() ?? 1, mode: .global, symbol: "product")
    let weights = ColorScale.diverging(
      limit: kernel.weights.map(abs).max() ?? 1, map: .purpleOrange, mode: .global, symbol: "w")
    let clip = clipped(worked.sum)
    let sum = Numbers.fixed(worked.sum, decimals: decimals)
    let outcome =
      clip == worked.sum ? "Σ = \(sum)" : "Σ = \(sum), clipped to \(Numbers.fixed(clip, decimals: 0))"
    return Figure(
      kernel.words.isEmpty ? "A kernel at work" : "A kernel at work: \(kernel.name)",
      facts: facts(picture, name, result, resultScale), reading: reading(picture),
      description: describe(worked, name),
      recipe: recipe(grey, name), numbers: numbers(worked), theme: theme
    ) {
      Beside(distance: Spacing.panel) {
        Panel("the picture", caption: shown.words(picture)) {
          Photo(shown.picture(grey), window: shown.frame(spot, kernel), unit: shown.unit)
        }
        Panel("what comes out") {
          Photo(shown.raster(result, resultScale), window: shown.frame(spot, kernel), unit: shown.unit)
          ColorBar(resultScale, length: 110, showsNote: true)
        }
      }
      Panel("at \(spot.words), pixel by pixel") {
        Beside(distance: 12) {
          Panel(caption: "around it") {
            Photo(near(grey, spot), window: nearFrame, unit: 8)
          }
          Panel(caption: "pixels, 0 … 255") { grid(worked.patch, .image(0...255), decimals: 0) }
          Sign("×", height: Double(kernel.rows) * cell)
          Panel(caption: "weights") { grid(kernel.weights, weights, decimals: decimals) }
          Sign("=", height: Double(kernel.rows) * cell)
          Panel(caption: "products") { grid(worked.products, products, decimals: decimals) }
          Sign(outcome, height: Double(kernel.rows) * cell, isStrong: true)
        }
      }
    }
  }

  /// Signed results about zero, picture-like ones as pictures.
  private func scale(of result: [Float]) -> ColorScale {
    if kernel.isSigned { return .diverging(of: result, mode: .global, symbol: "Σ") }
    var scale = ColorScale.image(0...255)
    scale.clippedShare = Double(result.count { $0 < -0.5 || $0 > 255.5 }) / Double(result.count)
    return scale
  }

  private func clipped(_ value: Double) -> Double { kernel.isSigned ? value : min(max(value, 0), 255) }

  /// Pixels around a place that are shown large.
  private static let reach = 6

  private func near(_ grey: Picture, _ spot: MapPlace) -> Raster {
    let side = 2 * KernelAtWork.reach + 1
    var raster = Raster(width: side, height: side)
    for y in 0..<side {
      for x in 0..<side {
        let row = min(max(spot.row + y - KernelAtWork.reach, 0), grey.height - 1)
        let column = min(max(spot.column + x - KernelAtWork.reach, 0), grey.width - 1)
        raster[x, y] = Color(grey: Double(grey[0, row, column]) / 255)
      }
    }
    return raster
  }

  private var nearFrame: Rect {
    let (left, top) = (KernelAtWork.reach - kernel.columns / 2, KernelAtWork.reach - kernel.rows / 2)
    return Rect(
      x: Double(left) * 8, y: Double(top) * 8, width: Double(kernel.columns) * 8,
      height: Double(kernel.rows) * 8)
  }

  // MARK: - Words

  private func facts(_ picture: Picture, _ name: String, _ result: [Float], _ scale: ColorScale) -> String {
    var facts = [name.split(separator: "/").last.map(String.init) ?? name]
    facts.append(
      "\(kernel.columns) × \(kernel.rows) kernel, weights sum to \(Numbers.significant(kernel.sum))")
    if let share = scale.clippedShare, !kernel.isSigned {
      facts.append("\(share == 0 ? "none" : Numbers.percent(share)) of the pixels clipped to 0 … 255")
    }
    return facts.joined(separator: " · ")
  }

  private func reading(_ picture: Picture) -> String {
    let colour = picture.isGrey ? "" : " The picture was made grey first."
    let what =
      kernel.isSigned
      ? "Its weights add up to 0, so a plain area gives 0 (white); red is above zero, blue below."
      : abs(kernel.sum - 1) < 1e-9
        ? "Its weights add up to 1, so a plain area stays as bright as it is."
        : "Its weights add up to \(Numbers.significant(kernel.sum)), so a plain area becomes \(Numbers.significant(kernel.sum)) times as bright."
    let rounding =
      kernel.decimals == 0 ? "" : " Printed numbers are rounded by themselves; the sum is of the exact ones."
    let words = kernel.words.isEmpty ? "" : "This kernel \(kernel.words). "
    return
      "At every place the pixels under the kernel are multiplied by its weights and summed; the sum is one pixel of the result. \(words)\(what) Beyond its edge the picture’s last pixels are repeated.\(colour)\(rounding)"
  }

  private func describe(_ worked: Place, _ name: String) -> String {
    "The kernel \(kernel.name) slid over \(name.split(separator: "/").last ?? ""). At \(worked.place.words) the products sum to \(Numbers.significant(worked.sum, digits: 5))."
  }

  private func numbers(_ worked: Place) -> [(name: String, table: NumberTable)] {
    let rows = worked.patch.indices.map {
      [
        Double($0 / kernel.columns), Double($0 % kernel.columns), worked.patch[$0], kernel.weights[$0],
        worked.products[$0],
      ]
    }
    return [
      ("place", NumberTable(columns: ["row", "column", "pixel", "weight", "product"], numbers: rows))
    ]
  }

  private func recipe(_ grey: Picture, _ name: String) -> FigureRecipe {
    var hash = SHA256()
    hash.update("\(grey.width) \(grey.height)")
    grey.samples.withUnsafeBytes { hash.update($0) }
    return Provenance(dataHash: hash.hexDigest).recipe(
      "explain kernel",
      entries: [
        .init("image", .string(name)), .init("kernel", .string(kernel.name)),
        place.map { .init("at", .string($0.description)) }, .theme(theme),
      ])
  }
}

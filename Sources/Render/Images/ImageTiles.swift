/// Pictures of one size: numbers to be coloured by a scale, or pixels as they are.
public struct ImageTiles: Hashable, Sendable {
  /// What the pictures are made of.
  public enum Content: Hashable, Sendable {
    /// Numbers in the order count, channels, height, width.
    case numbers([Float])
    /// Brightness, eight bits each, in the order count, height, width, channels.
    case pixels([UInt8])
  }

  /// How many pictures.
  public let count: Int
  /// Rows of each.
  public let height: Int
  /// Columns of each.
  public let width: Int
  /// 1 for numbers or greys, 3 for red, green and blue.
  public let channels: Int
  /// The numbers or pixels.
  public let content: Content

  /// Pictures of numbers in the order count, channels, height, width. Traps if their number does not fit.
  public init(numbers: [Float], count: Int, channels: Int = 1, height: Int, width: Int) {
    ImageTiles.check(numbers.count, count, channels, height, width)
    (self.count, self.channels, self.height, self.width) = (count, channels, height, width)
    content = .numbers(numbers)
  }

  /// Pictures of pixels in the order count, height, width, channels, as they are stored in files. Traps if their
  /// number does not fit.
  public init(pixels: [UInt8], count: Int, height: Int, width: Int, channels: Int = 1) {
    ImageTiles.check(pixels.count, count, channels, height, width)
    (self.count, self.channels, self.height, self.width) = (count, channels, height, width)
    content = .pixels(pixels)
  }

  private static func check(_ elements: Int, _ count: Int, _ channels: Int, _ height: Int, _ width: Int) {
    precondition(channels == 1 || channels == 3, "pictures have 1 or 3 channels, not \(channels)")
    precondition(
      count >= 0 && height > 0 && width > 0 && elements == count * channels * height * width,
      "\(count) pictures of \(channels) × \(height) × \(width) are not \(elements) elements")
  }

  /// The numbers of one picture in the order channels, height, width; of pixels their share of 255.
  public func numbers(of index: Int) -> [Float] {
    let size = channels * height * width
    switch content {
    case .numbers(let numbers): return Array(numbers[index * size..<(index + 1) * size])
    case .pixels(let pixels):
      var result = [Float](repeating: 0, count: size)
      for place in 0..<height * width {
        for channel in 0..<channels {
          result[channel * height * width + place] =
            Float(pixels[index * size + place * channels + channel]) / 255
        }
      }
      return result
    }
  }

  /// Some of the pictures, in the order of the indices.
  public func selected(_ indices: [Int]) -> ImageTiles {
    let size = channels * height * width
    switch content {
    case .numbers(let numbers):
      return ImageTiles(
        numbers: indices.flatMap { numbers[$0 * size..<($0 + 1) * size] }, count: indices.count,
        channels: channels, height: height, width: width)
    case .pixels(let pixels):
      return ImageTiles(
        pixels: indices.flatMap { pixels[$0 * size..<($0 + 1) * size] }, count: indices.count, height: height,
        width: width, channels: channels)
    }
  }

  /// The pictures made small enough for a side, each number the mean of a square of `factor` × `factor`; what is small enough
  /// stays. Rows and columns that fill no square are left out.
  /// - Returns: the pictures, and the factor: 1 if nothing was done.
  public func shrunk(toFit side: Int) -> (tiles: ImageTiles, factor: Int) {
    let factor = (max(height, width) + side - 1) / side
    guard factor > 1, case .numbers(let numbers) = content, height >= factor, width >= factor else {
      return (self, 1)
    }
    let (rows, columns) = (height / factor, width / factor)
    var means: [Float] = []
    means.reserveCapacity(count * channels * rows * columns)
    for plane in 0..<count * channels {
      for row in 0..<rows {
        for column in 0..<columns {
          var sum: Float = 0
          for y in 0..<factor {
            let start = (plane * height + row * factor + y) * width + column * factor
            for x in start..<start + factor { sum += numbers[x] }
          }
          means.append(sum / Float(factor * factor))
        }
      }
    }
    return (
      ImageTiles(numbers: means, count: count, channels: channels, height: rows, width: columns), factor
    )
  }

  /// Draws one picture into a raster, each element as a square of `factor` pixels.
  ///
  /// One channel: the scale's colours. Three channels: each through the scale's limits, as brightness.
  func draw(_ index: Int, into raster: inout Raster, x: Int, y: Int, factor: Int, scale: ColorScale) {
    let colors = colors(of: index, scale: scale)
    for row in 0..<height {
      for column in 0..<width {
        raster.fill(
          x: x + column * factor, y: y + row * factor, width: factor, height: factor,
          colors[row * width + column])
      }
    }
  }

  /// The colours of one picture, row by row.
  private func colors(of index: Int, scale: ColorScale) -> [Color] {
    let plane = height * width
    let size = channels * plane
    switch content {
    case .pixels(let pixels):
      let shown = pixels[index * size..<(index + 1) * size]
      let start = shown.startIndex
      return (0..<plane).map { place in
        let at = start + place * channels
        return channels == 1
          ? Color(red: shown[at], green: shown[at], blue: shown[at])
          : Color(red: shown[at], green: shown[at + 1], blue: shown[at + 2])
      }
    case .numbers(let numbers):
      let shown = numbers[index * size..<(index + 1) * size]
      let fitted = scale.fitted(to: shown)
      if channels == 1 { return shown.map { fitted.color(of: Double($0)) } }
      let start = shown.startIndex
      return (0..<plane).map { place in
        let values = (0..<3).map { Double(shown[start + $0 * plane + place]) }
        if values.contains(where: \.isNaN) { return .notANumber }
        let levels = values.map { Color(grey: fitted.fraction(of: $0)).red }
        return Color(red: levels[0], green: levels[1], blue: levels[2])
      }
    }
  }
}

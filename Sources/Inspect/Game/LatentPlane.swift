package import Core
internal import Render

/// A square grid of latents: over the whole plane of a two-dimensional prior, or over the plane through three latents.
package struct LatentPlane: Sendable {
  /// Latents on a side.
  package let side: Int
  /// The latents row by row, `[side · side, dimensions]`.
  package let latents: Tensor
  /// Whether they cover a two-dimensional prior.
  package let isWholePrior: Bool

  /// The central 98 % of a prior N(0, I) of two dimensions along each axis: between neighbours lies the same share of all
  /// draws. The first number grows to the right, the second upwards.
  package init(ofPriorWith side: Int) {
    self.side = side
    isWholePrior = true
    let places = (0..<side).map {
      Normal.quantile(0.01 + 0.98 * Double($0) / Double(max(side - 1, 1)))
    }
    latents = Tensor([side * side, 2]) { elements in
      for row in 0..<side {
        for column in 0..<side {
          elements[2 * (row * side + column)] = Float(places[column])
          elements[2 * (row * side + column) + 1] = Float(places[side - 1 - row])
        }
      }
    }
  }

  /// The plane through three latents: `a` at the left top, `b` at the right top, `c` at the left bottom. Between them a straight
  /// way would leave the shell in which the prior lives, so every latent is scaled to the shell's mean length.
  package init(through a: Tensor, _ b: Tensor, _ c: Tensor, side: Int) {
    self.side = side
    isWholePrior = false
    let dimensions = a.elements.count
    let length = NormalShell(dimensions: dimensions).mean
    latents = Tensor([side * side, dimensions]) { elements in
      for row in 0..<side {
        for column in 0..<side {
          let right = Float(column) / Float(max(side - 1, 1))
          let down = Float(row) / Float(max(side - 1, 1))
          let start = (row * side + column) * dimensions
          var square = 0.0
          for index in 0..<dimensions {
            let value =
              a.elements[index] + right * (b.elements[index] - a.elements[index]) + down
              * (c.elements[index] - a.elements[index])
            elements[start + index] = value
            square += Double(value) * Double(value)
          }
          let factor = square > 0 ? Float(length / square.squareRoot()) : 1
          for index in start..<start + dimensions { elements[index] *= factor }
        }
      }
    }
  }
}

/// The normal distribution's quantiles.
package enum Normal {
  /// The value below which a share, above 0 and below 1, of N(0, 1) lies: the distribution halved until it is found.
  package static func quantile(_ share: Double) -> Double {
    precondition(share > 0 && share < 1, "a share of \(share)")
    var (low, high) = (-40.0, 40.0)
    for _ in 0..<80 {
      let middle = (low + high) / 2
      if Mathematics.normalShare(below: middle) < share { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}

/// Pictures in rows and columns, each on a ground that tells what D says of it.
struct VerdictSheet: Block {
  var pictures: ImageTiles
  var probabilities: [Double]
  var side: Int

  /// Purple, fake; white, one half; green, real: told apart by those who see no red and green, too.
  static let scale = ColorScale(
    map: ColorMap(
      name: "PRGn",
      stops: [
        0x40004B, 0x762A83, 0x9970AB, 0xC2A5CF, 0xE7D4E8, 0xFFFFFF, 0xD9F0D3, 0xA6DBA0, 0x5AAE61, 0x1B7837,
        0x00441B,
      ].map { Color($0) }),
    lower: 0, upper: 1, kind: .sequential, symbol: "D(G(z))")

  func layout(_ proposal: Proposal) -> Fragment {
    let border = 3
    // Large pictures as means of their pixels: the sheet is of many.
    let room = Int(proposal.width) / max(side, 1) - 2 * border
    let shown = pictures.width > room ? pictures.shrunk(toFit: max(room, 8)).tiles : pictures
    let factor = max(1, room / max(shown.width, 1))
    let (width, height) = (shown.width * factor + 2 * border, shown.height * factor + 2 * border)
    var raster = Raster(width: side * width, height: side * height)
    for index in 0..<min(shown.count, side * side) {
      let (left, top) = (index % side * width, index / side * height)
      let ground = VerdictSheet.scale.color(of: probabilities[index])
      for y in top..<top + height { for x in left..<left + width { raster[x, y] = ground } }
      let numbers = shown.numbers(of: index)
      let plane = shown.width * shown.height
      for row in 0..<shown.height {
        for column in 0..<shown.width {
          let place = row * shown.width + column
          let levels = (0..<3).map { channel in
            ColorScale.image.color(of: Double(numbers[(shown.channels == 3 ? channel * plane : 0) + place]))
              .red
          }
          let color = Color(red: levels[0], green: levels[1], blue: levels[2])
          for y in 0..<factor {
            for x in 0..<factor {
              raster[left + border + column * factor + x, top + border + row * factor + y] = color
            }
          }
        }
      }
    }
    let size = Size(Double(raster.width), Double(raster.height))
    let rect = Rect(x: 0, y: 0, width: size.width, height: size.height)
    return Fragment(size: size, elements: [.image(raster, in: rect)], plot: rect)
  }
}

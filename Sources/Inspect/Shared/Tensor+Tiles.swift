internal import Core
internal import Render

extension Tensor {
  /// The first maps of one example's value `[channels, height, width]`, each a tile; all where no number is given.
  func maps(_ count: Int = .max) -> ImageTiles {
    precondition(shape.rank == 3, "maps are [channels, height, width], not \(shape)")
    let count = min(count, shape[0])
    return ImageTiles(
      numbers: Array(elements[..<(count * shape[1] * shape[2])]), count: count, height: shape[1],
      width: shape[2])
  }

  /// One example's value `[1 or 3, height, width]` as one grey or coloured tile.
  var pictureTile: ImageTiles {
    ImageTiles(numbers: elements, count: 1, channels: shape[0], height: shape[1], width: shape[2])
  }
}

extension ColorScale {
  /// The colours of a layer's values: viridis from 0 where none is negative, else blue–white–red about 0; the limit is the
  /// 99.5th percentile of their magnitudes.
  static func activations(_ values: [Float]) -> ColorScale {
    values.contains { $0 < 0 }
      ? .diverging(of: values, symbol: "activation") : .sequential(of: values, symbol: "activation")
  }

  /// The limits as a table has them: `0 … 2.3` or `±1.4`.
  var limits: String {
    kind == .diverging
      ? "±" + Numbers.significant(upper, digits: 2)
      : Numbers.significant(lower, digits: 2) + " … " + Numbers.significant(upper, digits: 2)
  }
}

extension Network {
  /// Black and white of the pictures that a generator makes; nil for any other network, and for outputs that are no pictures.
  func pictureScale(_ role: RunRole) -> ColorScale? {
    guard role == .generator, let last = nodes.first(where: { $0.name == output }),
      let shape = try? shapes()[output]?.perExample, shape.rank == 3, shape[0] == 1 || shape[0] == 3
    else { return nil }
    switch last.operation {
    case is Tanh: return .image(-1...1)
    case is Sigmoid: return .image
    default: return nil
    }
  }
}

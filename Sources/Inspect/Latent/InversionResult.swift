public import Core

/// Pictures, and the latents from which a generator comes nearest to them.
public struct InversionResult: Sendable {
  /// The pictures that were looked for, brightness 0 … 1, `[count, channels, height, width]`.
  public let targets: Tensor
  /// What each is called: `“7”`, `probe picture 12`.
  public let names: [String]
  /// The class of each, if it is known.
  public let labels: [Int?]
  /// What the classes are called; empty if they have no names.
  public let classNames: [String]
  /// The best latent of each picture, `[count, …]` in the generator's latent shape.
  public let latents: Tensor
  /// What the generator makes of it, brightness 0 … 1, in the shape of `targets`.
  public let reconstructions: Tensor
  /// What it makes of the best latent of every start, best start first, `[count, starts, channels, height, width]`.
  public let attempts: Tensor
  /// The loss of every start at every step, best start first: `histories[picture][start][step]`.
  public let histories: [[[Double]]]
  /// The latent that a picture was made from, where it is one that the generator made itself.
  let origin: Tensor?

  /// Pictures that were looked for.
  public var count: Int { targets.shape[0] }
  /// The length of a picture's latent.
  public func norm(_ index: Int) -> Double { latents[index].norm }
  /// The peak signal-to-noise ratio of a reconstruction, in decibels.
  public func psnr(_ index: Int) -> Double { PictureFidelity.psnr(targets[index], reconstructions[index]) }
  /// The structural similarity of a reconstruction to its picture, 1 for the same.
  public func ssim(_ index: Int) -> Double { PictureFidelity.ssim(targets[index], reconstructions[index]) }
  /// The root of the mean squared residual over a picture's pixels, in brightness.
  public func residual(_ index: Int) -> Double {
    PictureFidelity.meanSquaredError(targets[index], reconstructions[index]).squareRoot()
  }

  /// What is missing in a reconstruction, `x − G(z)`, the mean over colours, `[height, width]`.
  func difference(_ index: Int) -> [Float] {
    let (channels, plane) = (targets.shape[1], targets.shape[2] * targets.shape[3])
    let (target, made) = (targets[index].elements, reconstructions[index].elements)
    return (0..<plane).map { place in
      (0..<channels).reduce(Float(0)) { $0 + target[$1 * plane + place] - made[$1 * plane + place] }
        / Float(channels)
    }
  }

  /// The root of the mean squared residual over all pictures of a class, by class.
  func residualsByClass() -> [(label: Int, residual: Double, count: Int)] {
    var sums: [Int: (sum: Double, count: Int)] = [:]
    for index in 0..<count {
      guard let label = labels[index] else { continue }
      let residual = residual(index)
      sums[label, default: (0, 0)].sum += residual * residual
      sums[label]!.count += 1
    }
    return sums.keys.sorted().map { label in
      let entry = sums[label]!
      return (label, (entry.sum / Double(entry.count)).squareRoot(), entry.count)
    }
  }

  /// What a class is called.
  func className(_ label: Int) -> String {
    classNames.indices.contains(label) ? classNames[label] : String(label)
  }
}

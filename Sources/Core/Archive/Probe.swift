/// What a run is watched on: the same pictures and latents at every snapshot.
public struct Probe: Sendable, Hashable {
  /// Pictures as bytes, `[count, channels, height, width]`, row-major; empty if there are none.
  public var pictures: [UInt8]
  /// The pictures' shape, `[count, channels, height, width]`.
  public var pictureShape: Shape
  /// The class of every picture; empty if they have none.
  public var labels: [Int]
  /// What the classes are called; empty if they have no names.
  public var classNames: [String]
  /// How bytes become what the networks are given.
  public var normalisation: Normalisation
  /// Fixed latents, `[count, …]`; nil for a run without a generator.
  public var latents: Tensor?
  /// How many of the first pictures (for a generator: latents) activations are stored for.
  public var activationCount: Int

  /// A probe. Traps if the numbers of bytes, pictures and labels do not agree.
  public init(
    pictures: [UInt8] = [], pictureShape: Shape = [0, 1, 1, 1], labels: [Int] = [],
    classNames: [String] = [], normalisation: Normalisation = .unit, latents: Tensor? = nil,
    activationCount: Int = 0
  ) {
    precondition(pictureShape.rank == 4, "pictures are [count, channels, height, width], not \(pictureShape)")
    precondition(
      pictures.count == pictureShape.elementCount, "\(pictures.count) bytes for pictures of \(pictureShape)")
    precondition(
      labels.isEmpty || labels.count == pictureShape[0],
      "\(labels.count) labels for \(pictureShape[0]) pictures")
    self.pictures = pictures
    self.pictureShape = pictureShape
    self.labels = labels
    self.classNames = classNames
    self.normalisation = normalisation
    self.latents = latents
    self.activationCount = activationCount
  }

  /// The number of pictures.
  public var count: Int { pictureShape[0] }

  /// Pictures as a network is given them: normalised, `[count, channels, height, width]`.
  public func inputs(_ range: Range<Int>) -> Tensor {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "pictures \(range) of \(count)")
    let size = pictureShape.perExample.elementCount
    return normalisation.tensor(
      Array(pictures[range.lowerBound * size..<range.upperBound * size]),
      pictureShape.perExample.batched(range.count))
  }

  /// One picture as a network is given it, `[1, channels, height, width]`.
  public func input(_ index: Int) -> Tensor { inputs(index..<index + 1) }
}

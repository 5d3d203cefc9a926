internal import Core

/// Pictures laid out in the plane by what a layer makes of them, with the measures of how far the layout can be believed.
///
/// ```swift
/// let embedding = try PictureEmbedding(of: specimen, by: .tsne)
/// print(embedding.trustworthiness, embedding.neighbourAccuracy)
/// ```
public struct PictureEmbedding: Hashable, Sendable {
  /// How points of many numbers get places in the plane.
  public enum Method: String, Hashable, Sendable, CaseIterable {
    /// The two directions of largest variance: distances can be compared, much is left out.
    case pca
    /// Near points stay near: groups show, distances and sizes of groups say little.
    case tsne

    /// What people call it.
    public var title: String { self == .pca ? "PCA" : "t-SNE" }
  }

  /// How the places were found.
  public let method: Method
  /// The node whose value was looked at.
  public let layer: String
  /// Numbers of a point.
  public let numbers: Int
  /// True if each map's mean stands for it.
  public let isMean: Bool
  /// x and y of each picture in turn.
  public internal(set) var places: [Double]
  /// The true class of each picture; empty without labels.
  public let labels: [Int]
  /// What the network says of each picture; empty where it names no class.
  public let said: [Int]
  /// What the classes are called.
  public let classNames: [String]
  /// The share of the points' variance along each principal component, the largest first; empty where it is not known.
  public let varianceShares: [Double]
  /// T(12): how much of the nearness in the plane is there among the points, 0 … 1; nil for fewer than 25 pictures.
  public let trustworthiness: Double?
  /// The share of pictures named rightly by a vote of their 12 neighbours in the plane; nil without labels.
  public let neighbourAccuracy: Double?
  /// The same among the points themselves.
  public let featureAccuracy: Double?
  /// What t-SNE left over, in nats; nil for other methods.
  public let divergence: Double?

  /// Neighbours of a picture that trustworthiness and votes look at.
  public static let neighbours = 12

  /// Pictures that the network names wrongly, from 0; empty where nothing is known of that.
  public var mistakes: [Int] {
    said.count == labels.count ? labels.indices.filter { labels[$0] != said[$0] } : []
  }

  /// Pictures laid out.
  public var count: Int { places.count / 2 }

  /// Lays out the pictures that a specimen is tried on.
  /// - Parameters:
  ///   - layer: a node; nil for the last features, which the logits are computed from.
  ///   - seed: of t-SNE's random numbers.
  ///   - progress: is told the share done.
  /// - Throws: `InspectError` if there are fewer than four pictures, or no such layer; `NetworkError` if the network cannot be
  ///   run.
  public init(
    of specimen: Specimen, by method: Method, layer: String? = nil, seed: UInt64 = 0,
    progress: (Double) -> Void = { _ in }
  ) throws {
    let source = try EmbeddingSource(specimen, layer: layer)
    try self.init(source, by: method, seed: seed, progress: progress)
  }

  init(
    _ source: EmbeddingSource, by method: Method, seed: UInt64, progress: (Double) -> Void
  ) throws {
    let cloud = source.cloud
    self.method = method
    layer = cloud.node
    numbers = cloud.points.shape[1]
    isMean = cloud.isMean
    labels = source.labels
    said = source.said
    classNames = source.classNames
    varianceShares = source.components.varianceShares
    let start = source.components.plane
    switch method {
    case .pca: (places, divergence) = (start, nil)
    case .tsne:
      var tsne = TSNE()
      tsne.seed = seed
      let layout = try tsne.layout(cloud.points, from: start, progress: progress)
      (places, divergence) = (layout.places, layout.divergence)
    }
    let near = NearestNeighbours(inPlane: places, count: PictureEmbedding.neighbours)
    trustworthiness = try Trustworthiness.measure(near, source.distances)
    neighbourAccuracy = labels.isEmpty ? nil : near.accuracy(labels)
    featureAccuracy = source.featureAccuracy
    progress(1)
  }
}

/// What several layouts of the same points share.
struct EmbeddingSource {
  let cloud: FeatureCloud
  let components: PrincipalComponents
  let distances: PointDistances
  let labels: [Int]
  let said: [Int]
  let classNames: [String]
  let featureAccuracy: Double?

  init(_ specimen: Specimen, layer: String?) throws {
    cloud = try FeatureCloud(of: specimen, layer: layer)
    let count = cloud.points.shape[0]
    guard count >= 4 else {
      throw InspectError(
        .input, specimen.name, "\(count) pictures are too few to lay out; give more with --data")
    }
    guard count <= 20_000 else {
      throw InspectError(
        .input, specimen.name, "\(count) pictures are too many to lay out: give 20000 or fewer")
    }
    guard let components = PrincipalComponents(of: cloud.points, count: 2) else {
      throw InspectError(
        .notApplicable, "\(specimen.name)/\(cloud.node)",
        "\(cloud.points.shape[1]) numbers of each of \(count) pictures are too many: give \(PrincipalComponents.largestSide) pictures or fewer, or another --layer"
      )
    }
    self.components = components
    distances = try PointDistances(of: cloud.points)
    let probe = specimen.probe!
    labels = probe.labels.count == count && probe.labels.allSatisfy { $0 >= 0 } ? probe.labels : []
    let prediction = try? Prediction(of: probe.inputs(0..<count), by: specimen)
    let classes = max(prediction?.classes ?? 0, (labels.max() ?? -1) + 1)
    let isNaming = (prediction?.classes ?? 0) > 1
    said = isNaming ? (0..<count).map { prediction!.top($0).class } : []
    classNames = probe.classNames.count >= classes ? probe.classNames : (0..<classes).map(String.init)
    featureAccuracy =
      labels.isEmpty
      ? nil : try NearestNeighbours(distances, count: PictureEmbedding.neighbours).accuracy(labels)
  }
}

extension PrincipalComponents {
  /// x and y of each point: the first two components, zero where there is only one.
  var plane: [Double] {
    guard count < 2 else { return coordinates }
    return coordinates.flatMap { [$0, 0] }
  }
}

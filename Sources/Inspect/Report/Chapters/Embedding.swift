internal import Core
internal import Render

extension Report.Illustration {
  /// How the network sees its pictures: its last features in the plane; nothing where there are too few pictures.
  static func embedding(of specimen: Specimen) throws -> [Report.Illustration] {
    guard let probe = specimen.probe, (25...1000).contains(probe.count) else { return [] }
    return [
      .init(
        "embedding", try EmbeddingFigure().figure(of: specimen),
        "Just before it decides, the network has turned each picture into a list of numbers: a point in a space of many dimensions. "
          + "Two ways to see it on paper: <strong>PCA</strong> looks from the side on which the points are spread widest, so distances "
          + "are true but much is hidden behind. <strong>t-SNE</strong> keeps neighbours together and gives up the rest, so groups show "
          + "that were hidden. Each class has become an island, though nobody ever told the network how pictures of one class "
          + "look alike; the ringed pictures, which it names wrongly, mostly lie on the wrong island or at a shore."
      )
    ]
  }
}

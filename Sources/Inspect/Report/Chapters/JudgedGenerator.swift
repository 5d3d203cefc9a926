internal import Core
internal import Render

extension Report.Illustration {
  /// What a classifier of the same kind of pictures sees in a generator's, as it learns; nothing where the two do not fit.
  /// - Parameter judge: a classifier: the other run of a report on both.
  static func judged(_ run: RunArchive, by judge: Specimen) throws -> [Report.Illustration] {
    guard let real = try RealPictures(watchedBy: run) else { return [] }
    return [
      .init(
        "judge-history",
        // Few pictures of few snapshots: a report is not to be waited for.
        try JudgeHistory(count: 200, snapshots: 12).figure(of: run, by: judge, real: real),
        "Whether pictures are good is hard to say in numbers, so a second network is asked: a classifier that learnt from real "
          + "pictures alone and never met the generator. At each step it names the same two hundred generated pictures. "
          + "At first it takes all noise for one or two classes; then the bands spread until all are made. A band that closes again would be "
          + "<strong>mode collapse</strong>: the generator has found a few pictures that fool the discriminator and paints nothing else. The <strong>Fréchet distance</strong> "
          + "compares what the classifier sees, as clouds of points: it cannot fall below the floor that real pictures have among themselves."
      )
    ]
  }
}

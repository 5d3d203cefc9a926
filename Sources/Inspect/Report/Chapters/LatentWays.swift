internal import Core
internal import Render

extension Report.Illustration {
  /// A long walk through a generator's latent space.
  /// - Parameter judge: a classifier that names the pictures, if there is one.
  static func longWalk(of generator: Specimen, judge: Specimen? = nil) throws -> [Report.Illustration] {
    [
      .init(
        "walk", try LongWalk().figure(of: generator, judge: judge),
        "A longer way: from one random latent to the next, and back to the first after the last row. Has the generator learnt a "
          + "<strong>landscape</strong>, or a collection of examples? In a landscape each picture is only a little different from "
          + "its neighbour, wherever one goes; a generator that knows examples by heart stays at one and then jumps to another. "
          + "The curve beneath is how much changes in every step, and steps much longer than usual are marked."
      )
    ]
  }

  /// What single directions of a generator's latent space do.
  static func traversal(of generator: Specimen) throws -> [Report.Illustration] {
    // A first layer that does more than weigh has no principal directions; single numbers there always are.
    let figure: Figure
    do { figure = try Traversal(by: .principal, rows: 8).figure(of: generator) } catch let error
      as InspectError
      where error.code == .notApplicable
    {
      figure = try Traversal(by: .coordinates, rows: 8).figure(of: generator)
    }
    return [
      .init(
        "traversal", figure,
        "Can a direction <em>mean</em> something? Each row takes the same latent and moves it along one direction only, from far on "
          + "one side to far on the other. The directions are those along which the generator’s first layer varies most, and "
          + "those that change the picture most stand on top. Look for rows in which one property changes, slant or thickness or "
          + "kind, and all else stays: nobody told the generator that there are such properties.")
    ]
  }

  /// Which numbers of a latent a generator listens to.
  static func sensitivity(of generator: Specimen) throws -> [Report.Illustration] {
    [
      .init(
        "sensitivity", try Sensitivity(latents: 8).figure(of: generator),
        "Turn each number of the latent a little and measure how far the picture moves. If some bars are near zero, the generator "
          + "gave those numbers nothing to do, and a shorter latent would have been enough; if all are about as high, what it "
          + "learnt is spread over all of them. The small maps show <em>where</em> each number acts.")
    ]
  }

  /// A sheet between four latents.
  static func corners(of generator: Specimen) throws -> [Report.Illustration] {
    [
      .init(
        "corners", try CornerSheet().figure(of: generator),
        "Four random latents in the corners, and everything between them: a small map of the landscape. Where two regions meet there "
          + "are pictures that are neither one thing nor the other, since a generator has to get from one to the other somehow."
      )
    ]
  }
}

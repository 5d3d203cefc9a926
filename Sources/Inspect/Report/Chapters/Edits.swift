internal import Core

extension Report.Illustration {
  /// Real pictures and the nearest that the generator makes; few starts and steps, so that a report does not wait.
  static func inversion(of generator: Specimen) throws -> [Report.Illustration] {
    guard let probe = generator.probe, probe.count > 1 else { return [] }
    let inversion = Inversion(
      .spread(min(10, probe.count)), settings: InversionSettings(starts: 2, steps: 150))
    return [
      .init(
        "inversion", try inversion.figure(of: generator),
        "A generator only ever goes one way, from a latent to a picture. To go back, one holds its weights still and moves the "
          + "<em>latent</em> by the same gradients, until the picture is as near to a given one as it gets. The upper row is real, and the "
          + "generator never saw it; the row beneath is the best that it can do. If it comes near, the generator has learnt more than its own "
          + "examples. What is left over, in colour, are strokes that it has no latent for: where they all belong to one class, that "
          + "class has been forgotten."
      )
    ]
  }

  /// The direction of the latent space in which pictures lean more and more.
  static func direction(of generator: Specimen) throws -> [Report.Illustration] {
    [
      .init(
        "direction-slant", try LatentDirection(.slant, samples: 1000).figure(of: generator),
        "Nobody told the generator what slant is. And yet there is a direction for it: measure how far many generated pictures lean, "
          + "take the mean latent of those that lean most, and subtract the mean of those that lean least. The difference is an arrow, and "
          + "the same arrow works on latents that had no part in it: to the right they lean more, to the left less. The grey lines "
          + "are the test of it. If another attribute moves as well, the two go together in what was learnt."
      )
    ]
  }

  /// Arithmetic with classes; nothing where nobody tells them apart.
  /// - Parameter judge: a classifier of such pictures with three classes or more.
  static func arithmetic(of generator: Specimen, judge: Specimen?) throws -> [Report.Illustration] {
    guard let judge else { return [] }
    let names = try Judge(judge, reading: Sampling(generator).pictureShape).classNames
    guard names.count > 2 else { return [] }
    let chosen = names.count > 7 ? [7, 1, 4] : [0, 1, 2]
    return [
      .init(
        "arithmetic",
        try LatentArithmetic(.classes(chosen.map { names[$0] }), samples: 500).figure(
          of: generator, judge: judge),
        "Take the mean latent of some pictures of one kind, subtract that of a second, add that of a third: what does the generator make of "
          + "the sum? A clean picture, and clean neighbours. Beneath is what happens to the same sum of <em>pixels</em>: ghosts laid over "
          + "each other. In the latent space one adds what pictures <em>mean</em> to the generator, not what they look like. What comes "
          + "out need not be what one hoped for: the judge says what it is."
      )
    ]
  }

  /// How varied the run's samples are beside real pictures, from the beginning of training to its end.
  static func diversity(of run: RunArchive) throws -> [Report.Illustration] {
    [
      .init(
        "diversity", try Diversity(count: 48).figure(of: run),
        "A generator that found one picture that fools D could paint it forever: <strong>mode collapse</strong>. It shows in "
          + "the simplest of all numbers, how much two pictures differ on the average. The blue line is what two real pictures differ. The "
          + "generator’s should come up to it. Distance compares pixel by pixel, structural similarity (SSIM) compares light, contrast and "
          + "shape in small windows; a collapse brings both down."
      )
    ]
  }
}

package import Core

extension Report.Illustration {
  /// The game made visible: D's pushes and G's next step, the scores through training, D's features, what G forgets without some filters,
  /// and the waves of its pictures. What a run has nothing of is left out.
  package static func game(of run: RunArchive) throws -> [Report.Illustration] {
    guard let generator = run.networks.first(where: { $0.role == .generator }),
      let discriminator = run.networks.first(where: { $0.role == .discriminator })
    else { return [] }
    let made = try Specimen(run, network: generator.name)
    var result = try ifApplicable {
      [
        Report.Illustration(
          "game", try Game().figure(of: made, against: Specimen(run, network: discriminator.name)),
          "How does a generator learn without ever seeing a real picture? Only through the discriminator. D is asked for each fake: which pixels would you "
            + "change to find it more real? The answer, the second row, is a gradient, and it is all that G ever hears about the real world. G cannot repaint its pictures; it turns "
            + "its weights a little so that <em>all</em> its pictures move as D wishes on the average. The third row shows them after one such step, larger than those of training so that "
            + "you can see it.")
      ]
    }
    if run.snapshots.count > 1 {
      result += try ifApplicable {
        [
          Report.Illustration(
            "scores", try ScoreFigure(moments: 6, most: 200).figure(of: run),
            "The duel as a weather record: at each moment the discriminator scored 200 real pictures (upwards) and 200 fakes (downwards). In the first row it has "
              + "learnt nothing. When the two histograms stand far apart, D sees through everything. When they mirror each other, the fakes are as "
              + "good as real <em>for this D</em>; that says nothing yet about how they look to you.")
        ]
      }
    }
    result += try ifApplicable {
      [
        Report.Illustration(
          "detectors", try Detectors().figure(of: run),
          "To tell real from fake, D had to find out what real pictures are made of, and nobody gave it a label. Each row shows what one of its last channels "
            + "answered to in real pictures: at the left before training, at the right after it. A discriminator is a feature extractor that came for free."
        )
      ]
    }
    result += try ifApplicable {
      [
        Report.Illustration(
          "drop", try FilterDrop(pictures: 100).figure(of: made),
          "Which parts of G draw, and which only prepare the ground? A simple test finds the maps of a middle layer that are active where a stroke will come out; then they "
            + "are switched off and the same random numbers are painted again. What is gone was their work. The same can be tried for one class, and may fail: maps that speak for a class need not be what makes it."
        )
      ]
    }
    result += try ifApplicable {
      [
        Report.Illustration(
          "spectrum", try SpectrumFigure(most: 200).figure(of: made),
          "A picture can be written as a sum of waves, coarse ones for shapes and fine ones for detail. Generators that enlarge their maps step by step can leave a fine grid, a "
            + "<em>checkerboard</em>, which the eye overlooks but the spectrum shows: more power in the outlined places at the edge than real pictures have."
        )
      ]
    }
    return result
  }

  /// Figures, or none where there is nothing of the kind that they show.
  private static func ifApplicable(_ figures: () throws -> [Report.Illustration]) throws -> [Report
    .Illustration]
  {
    try [Report.Illustration].ifApplicable(figures)
  }
}

internal import Core
internal import Render

extension Report.Illustration {
  /// Which pixels a classifier's decisions rest on: a small wall, Grad-CAM of one mistake, and a trial of the methods; as many of
  /// them as the network allows.
  /// - Throws: `InspectError` if the model gives no scores of pictures or has none to show; `NetworkError` if it cannot be run.
  static func attributions(of specimen: Specimen) throws -> [Report.Illustration] {
    let quick = AttributionSettings(draws: 25, steps: 32, baseline: .black)
    var result = [
      Report.Illustration(
        "attributions", try AttributionWall(count: 4, settings: quick).figure(of: specimen),
        "Which pixels made the network say what it said? The same backward pass that finds the blame for every weight can go on "
          + "into the picture: its <em>gradient</em> says how much the class’s score would change with every pixel. Other methods average it, "
          + "follow it from a black picture to this one, or simply cover a place and look what is lost. All explain the score "
          + "before the probability: where the network is sure, the probability hardly moves whatever one does."
      )
    ]
    let mistakes = try? AttributionSubject.several(1, onlyMistakes: true, target: nil, for: specimen)
    let shown: Example.Choice? = mistakes?.first?.index.map { .probe($0) }
    if let figure = try? GradCAMFigure(example: shown).figure(of: specimen) {
      result.append(
        .init(
          "gradcam", figure,
          "<strong>Grad-CAM</strong> does not go back to the pixels but stops at the last maps that still have places. Each map is "
            + "weighed by how much the class’s score depends on it; added up they say <em>where</em> something speaks for the class "
            + (shown == nil
              ? "(red) or against it (blue). "
              : "(red) or against it (blue), here for a picture that was taken for another. ")
            + "Such a map is coarse, but it comes from what the network has recognised, not from single pixels."
        ))
    }
    let trial = AttributionTrial(
      methods: [.guided, .gradCAM, .integratedGradients], count: 2,
      settings: AttributionSettings(draws: 25, steps: 32, baseline: .black))
    result.append(
      .init(
        "trial", try trial.figure(of: specimen),
        "A map that looks convincing proves nothing. So each method is tried: the weights are shuffled, layer after layer from the "
          + "top, until nothing learnt is left. A map that still looks the same shows the picture’s edges and not what the network knows. "
          + "And the pixels that it names are taken away: if they count, the probability falls sooner than with pixels taken at random."
      ))
    return result
  }
}

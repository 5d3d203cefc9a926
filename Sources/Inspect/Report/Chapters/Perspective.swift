internal import Core

extension Report.Illustration {
  /// The network in perspective for its first picture; nothing for networks that name no classes or have no pictures.
  static func perspective(of specimen: Specimen) throws -> [Report.Illustration] {
    let network = specimen.model.network
    guard network.inputs.count == 1, let input = network.inputs.first?.shape, input.rank == 3,
      input[0] == 1 || input[0] == 3, specimen.role == .classifier, (specimen.probe?.count ?? 0) > 0,
      (try? network.logits()) != nil
    else { return [] }
    return [
      .init(
        "perspective", try Perspective().figure(of: specimen),
        "The whole network at once, with one picture in it. Each sheet is one map: bright where its pattern was found. From layer "
          + "to layer sheets become smaller and say more with fewer pixels, until only one number for every class is left. "
          + "The coloured lines answer the question why it said what it said: starting from the winning score, they go back to those "
          + "maps that gave it most, and to what gave most to these. A map gives much if it is <em>active</em> and the <em>weights</em> that "
          + "lead on from it are large, so what is drawn is the product of both.")
    ]
  }
}

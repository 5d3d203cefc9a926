package import Core

extension Report.Illustration {
  /// What the units of the first two convolutions look for; nothing for a network without pictures to try.
  package static func topImages(of specimen: Specimen) throws -> [Report.Illustration] {
    try ifApplicable {
      let network = specimen.model.network
      let layers = network.nodes.filter { $0.operation is Conv2d }.prefix(2).map(\.name)
      let figure = try TopImages(layers: layers, units: 8).figure(of: specimen)
      return Report.Illustration(
        "top-images", figure,
        "A way to ask a filter what it looks for: show it many pictures and keep the nine that excite it most. At the right of each "
          + "block is the piece of picture that the filter saw at that moment; at the left is what <em>in</em> that piece counted, found by sending the "
          + "filter’s answer backward through the network to the pixels (a <em>deconvolutional network</em>). In the first layer the nine are nearly alike: an edge "
          + "in one direction. In the second they are strokes and corners, and they may differ where the filter does not care."
      )
    }
  }

  /// How features formed over the run; nothing for a network without pictures to try, or a run of one snapshot.
  package static func featureEvolution(of run: RunArchive) throws -> [Report.Illustration] {
    guard run.snapshots.count > 1 else { return [] }
    return try ifApplicable {
      let network = run.networks[0].network
      let convolutions = network.nodes.filter { $0.operation is Conv2d }.map(\.name)
      let layers = convolutions.count > 1 ? [convolutions[1]] : []
      let figure = try FeatureEvolution(layers: layers, units: 5, columns: 7, pictures: 300).figure(of: run)
      return Report.Illustration(
        "feature-evolution", figure,
        "The same question, asked again and again during training. At step 0 the weights are noise, and what a filter answers to most "
          + "strongly means nothing. Then the tiles change, at first fast: the little mark says that another picture has become the favourite, a jump that shows "
          + "the filter turning to something else. Early layers settle first, since what they see is simple; later ones keep moving as long as those before them do."
      )
    }
  }

  /// What two decisions hang on; nothing for a network that names no classes or has no pictures to try.
  package static func occlusion(of specimen: Specimen) throws -> [Report.Illustration] {
    try ifApplicable {
      let figure = try OcclusionStudy(count: 2).figure(of: specimen)
      return Report.Illustration(
        "occlusion", figure,
        "Does the network really look at the shape, or at something beside it? Hide a small square of the picture and ask again; "
          + "then move the square by a pixel. The map of probabilities turns dark where the hidden piece was needed for the right answer, and the map "
          + "beside it shows which other class is named then. Nothing is assumed about the network’s inside: it is simply asked, hundreds of times."
      )
    }
  }

  /// One filter on a sheet: the first convolution's with the largest weights; nothing for a network without one or without
  /// pictures to try.
  package static func filterSheet(of specimen: Specimen) throws -> [Report.Illustration] {
    guard let layer = specimen.model.network.nodes.first(where: { $0.operation is Conv2d })?.name else {
      return []
    }
    return try ifApplicable {
      let bank = try FilterBank(layer: layer, of: specimen)
      let norms = (0..<bank.outputs).map { bank.norm(output: $0) }
      let unit = norms.indices.max { (norms[$0], $1) < (norms[$1], $0) } ?? 0
      return Report.Illustration(
        "sheet", try FilterSheet(layer: layer, unit: unit).figure(of: specimen),
        "Everything that can be measured about one filter, on one sheet. Its <em>spectrum</em> says which stripes it answers to: how fine they are, and in "
          + "which direction they run. The histogram says how rarely it answers strongly. And the bars tell what the whole network loses when this one filter is switched "
          + "off: often little, because others know almost the same."
      )
    }
  }

  /// An illustration, or none where the network has nothing of the kind.
  private static func ifApplicable(
    _ illustration: () throws -> Report.Illustration
  ) throws -> [Report.Illustration] {
    do { return [try illustration()] } catch let error as InspectError where error.code == .notApplicable {
      return []
    }
  }
}

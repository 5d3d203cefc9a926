internal import Core

extension Report.Illustration {
  /// How alike a classifier's layers see the same pictures; nothing for a model without any.
  static func similarity(of specimen: Specimen) throws -> [Report.Illustration] {
    guard (specimen.probe?.count ?? 0) >= 50 else { return [] }
    return [
      .init(
        "similarity", try SimilarityFigure(pictures: 300).figure(of: specimen),
        "Do layers say the same thing in other words? For every two layers this asks: are pictures that are alike to the one alike to the "
          + "other? Bright squares beside the diagonal are layers that change little; a dark corner means that first and last layer see the pictures "
          + "quite differently, and what lies between has done the work.")
    ]
  }
}

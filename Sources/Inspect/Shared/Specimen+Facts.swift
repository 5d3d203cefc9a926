internal import Core
internal import Render

extension Specimen.Moment {
  /// `step 4,680 of 4,680`.
  var facts: String { "step \(Numbers.grouped(step)) of \(Numbers.grouped(lastStep))" }
}

extension Specimen {
  /// The options that choose the network in a recipe, and what it was told besides.
  var options: [FigureRecipe.Entry?] {
    let range: FigureRecipe.Entry? =
      moment == nil && normalisation != .unit ? .init("range", .string(normalisation.limits)) : nil
    return [
      .init("network", .string(name)), label.map { .init("label", .integer($0)) }, range,
    ] + pictureOptions
  }
}

extension Normalisation {
  /// What black and white become: `-1.0,1.0`.
  fileprivate var limits: String {
    let (mean, deviation) = (mean[0], deviation[0])
    return "\(-mean / deviation),\((1 - mean) / deviation)"
  }
}

internal import Render

extension Specimen.Moment {
  /// `step 4,680 of 4,680`.
  var facts: String { "step \(Numbers.grouped(step)) of \(Numbers.grouped(lastStep))" }
}

extension Specimen {
  /// The option that names the network in a recipe.
  var networkOption: FigureRecipe.Entry? { .init("network", .string(name)) }
}

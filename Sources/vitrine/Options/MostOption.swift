import ArgumentParser

/// How many of the pictures that there are a figure tries.
struct MostOption: ParsableArguments {
  @Option(help: "Pictures that are tried, at most; all if not given.")
  var most: Int?

  func validate() throws {
    if let most, most < 1 { throw ValidationError("--most must be at least 1") }
  }
}

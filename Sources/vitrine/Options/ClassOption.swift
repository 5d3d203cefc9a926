import ArgumentParser

/// Which class's score is explained.
struct ClassOption: ParsableArguments {
  @Option(
    name: .customLong("class"), help: "The class whose score is explained, from 0; what is said if not given."
  )
  var target: Int?

  func validate() throws {
    if let target, target < 0 { throw ValidationError("--class counts from 0") }
  }
}

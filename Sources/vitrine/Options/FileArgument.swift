import ArgumentParser

/// Which file is looked at.
struct FileArgument: ParsableArguments {
  @Argument(help: "A run that `vitrine train` wrote.")
  var file: String
}

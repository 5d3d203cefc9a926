import ArgumentParser

/// Which class a conditional generator paints.
struct LabelOption: ParsableArguments {
  @Option(help: "The class that a conditional generator is to paint, from 0.")
  var label: Int?
}

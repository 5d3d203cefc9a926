import ArgumentParser

/// Whether a figure stands still or moves.
struct FilmOptions: ParsableArguments {
  @Flag(help: "Writes an animation: .png or .apng, or a flip-book to cut out as .pdf.")
  var animate = false

  @Option(help: "Seconds that each frame of an animation is seen.")
  var pace = 0.12

  func validate() throws {
    guard pace >= 0.02, pace <= 20 else { throw ValidationError("--pace must be 0.02 to 20 seconds") }
  }

  /// True if something is to move: asked for, or because nothing else is written under such a name.
  func isAnimated(_ output: OutputOptions) -> Bool {
    animate || output.output?.lowercased().hasSuffix(".apng") == true
  }
}

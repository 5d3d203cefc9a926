import ArgumentParser
import Core

/// What the brightness of pictures becomes, where the file does not say.
struct BrightnessOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "What black and white become for the network: 0,1 or -1,1 or 0,255; a run knows by itself.")
  var range: BrightnessRange?
}

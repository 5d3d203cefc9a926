import ArgumentParser

/// Which file is looked at.
struct FileArgument: ParsableArguments {
  @Argument(help: "A run that `vitrine train` wrote, or a model: Keras, ONNX, safetensors, NumPy, PyTorch.")
  var file: String
}

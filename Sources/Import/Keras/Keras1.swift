/// What the layers and options of Keras 1 are called in Keras 2.
enum Keras1 {
  private static let classes = [
    "Convolution1D": "Conv1D", "Convolution2D": "Conv2D", "AtrousConvolution2D": "Conv2D",
    "Deconvolution2D": "Conv2DTranspose", "SeparableConvolution2D": "SeparableConv2D",
  ]

  private static let options = [
    "nb_filter": "filters", "subsample": "strides", "border_mode": "padding", "bias": "use_bias",
    "atrous_rate": "dilation_rate", "output_dim": "units", "p": "rate",
  ]

  static func translated(
    _ className: String, _ options: [String: JSON]
  ) -> (className: String, options: [String: JSON]) {
    var result: [String: JSON] = [:]
    for (key, value) in options {
      switch key {
      case "padding" where className.hasPrefix("ZeroPadding"): result[key] = value
      case "output_dim" where className == "Embedding": result[key] = value
      case "dim_ordering":
        // 'default' was the user's setting; nearly everybody's was TensorFlow's.
        result["data_format"] = value.text == "th" ? "channels_first" : "channels_last"
      default: result[Keras1.options[key] ?? key] = value
      }
    }
    if className == "Flatten" { result["data_format"] = nil }
    if let rows = options["nb_row"], let columns = options["nb_col"] {
      result["kernel_size"] = .array([rows, columns])
    }
    if let length = options["filter_length"] { result["kernel_size"] = length }
    if className == "Merge" { return (merge(options["mode"]?.text), merged(result)) }
    return (classes[className] ?? className, result)
  }

  private static func merged(_ options: [String: JSON]) -> [String: JSON] {
    var result = options
    result["axis"] = options["concat_axis"]
    return result
  }

  private static func merge(_ mode: String?) -> String {
    switch mode {
    case "sum": "Add"
    case "mul": "Multiply"
    case "ave": "Average"
    case "max": "Maximum"
    case "concat": "Concatenate"
    case "dot", "cos": "Dot"
    default: "Merge"
    }
  }
}

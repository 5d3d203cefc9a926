extension Network {
  /// The rows and columns of the input that one place of each node's value depends on.
  ///
  /// `r = r + (span − 1) · j` and `j = j · stride` from the input onward, `j` being the distance in the input between
  /// neighbouring places; a transposed convolution gathers from `⌈span / stride⌉` neighbours and divides `j`. Where
  /// paths meet the largest counts. A resizing gathers from its kernel's pixels and divides `j` by its scale. A field never exceeds the image. A node behind a layer that mixes all
  /// places sees the whole image.
  func receptiveFields(shapes: [String: Shape]) -> [String: Extent] {
    struct Field {
      var size: (Double, Double) = (1, 1)
      var jump: (Double, Double) = (1, 1)
      var limit: Extent
    }
    var fields: [String: Field] = [:]
    for input in inputs where input.shape.rank == 3 {
      fields[input.name] = Field(limit: Extent(height: input.shape[1], width: input.shape[2]))
    }
    for node in nodes {
      let sources = node.inputs.compactMap { fields[$0] }
      guard var field = sources.first else { continue }
      for other in sources.dropFirst() {
        field.size = (max(field.size.0, other.size.0), max(field.size.1, other.size.1))
        field.jump = (max(field.jump.0, other.jump.0), max(field.jump.1, other.jump.1))
      }
      if node.operation.mixesAllPlaces {
        field.size = (.infinity, .infinity)
      } else if node.operation is Permute, field.size == (1, 1), let image = shapes[node.name],
        image.rank == 4
      {
        // Pictures that came with their axes in another order: places are counted from here.
        field = Field(limit: Extent(height: image[2], width: image[3]))
      } else if let resize = node.operation as? Resize {
        let (before, after) = (shapes[node.inputs[0]]!, shapes[node.name]!)
        field.size.0 += Double(resize.reach - 1) * field.jump.0
        field.size.1 += Double(resize.reach - 1) * field.jump.1
        field.jump.0 *= Double(before[2]) / Double(after[2])
        field.jump.1 *= Double(before[3]) / Double(after[3])
      } else if let window = node.operation.window {
        let span = window.span
        let stride = (Double(window.stride.height), Double(window.stride.width))
        if window.isTransposed {
          let taps = (
            (Double(span.height) / stride.0).rounded(.up), (Double(span.width) / stride.1).rounded(.up)
          )
          field.size.0 += (taps.0 - 1) * field.jump.0
          field.size.1 += (taps.1 - 1) * field.jump.1
          field.jump = (field.jump.0 / stride.0, field.jump.1 / stride.1)
        } else {
          field.size.0 += Double(span.height - 1) * field.jump.0
          field.size.1 += Double(span.width - 1) * field.jump.1
          field.jump = (field.jump.0 * stride.0, field.jump.1 * stride.1)
        }
      }
      fields[node.name] = field
    }
    return fields.mapValues { field in
      Extent(
        height: Int(min(field.size.0.rounded(.up), Double(field.limit.height))),
        width: Int(min(field.size.1.rounded(.up), Double(field.limit.width))))
    }
  }
}

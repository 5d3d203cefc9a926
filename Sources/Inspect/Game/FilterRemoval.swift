package import Core
internal import Render

/// A generator with some maps of a layer in the middle set to zero, chosen by which of them speak for a concept.
package struct FilterRemoval: Sendable {
  /// What is asked of the maps.
  package enum Concept: Sendable {
    /// At every place of the layer: does a stroke come out here? (brightness above one half)
    case stroke
    /// Of every picture: does the judge call it this class?
    case `class`(Int, Judge)
  }

  /// The node whose value is the layer.
  package let node: String
  /// The layer's shape, `[maps, height, width]`.
  package let shape: Shape
  /// What speaks for the concept, map by map.
  package let regression: LogisticRegression
  /// The maps that were set to zero, the strongest weight first.
  package let removed: [Int]
  /// Examples of a yes, and all, that the regression was fitted to.
  package let (yes, all): (Int, Int)
  /// Brightness before and after, `[count, channels, height, width]`, of pictures that the regression was not fitted to.
  package let before: Tensor
  package let after: Tensor

  /// Places that a regression is fitted to, at most.
  static let mostPlaces = 12_000

  /// Fits the regression on some latents and removes maps for others.
  /// - Parameters:
  ///   - name: the layer; the value that the last block of the generator reads, if nil.
  ///   - top: how many maps are removed, those with the largest weights; all with a weight above 0 if nil.
  ///   - learning: latents that the regression is fitted to.
  ///   - latents: those whose pictures are made without the maps.
  /// - Throws: `InspectError` if the generator has no such layer, or the concept is in all pictures or in none.
  package init(
    _ sampling: Sampling, layer name: String? = nil, concept: Concept, top: Int? = nil, learning: Tensor,
    latents: Tensor
  ) throws {
    let network = sampling.model.network
    let node = try name ?? network.valueBeforeLastBlock(of: sampling.name)
    guard let shape = network.knownShapes()[node]?.perExample,
      network.nodes.contains(where: { $0.name == node })
    else {
      throw InspectError(
        .unknownName, "\(sampling.name)/\(node)",
        "no such layer; there are \(network.nodes.map(\.name).listed)")
    }
    guard shape.rank == 3, node != network.output else {
      throw InspectError(
        .notApplicable, "\(sampling.name)/\(node)", "is no layer of maps in the middle of the generator")
    }
    self.node = node
    self.shape = shape
    let halves = try Halves(sampling, cutAt: node, shape)
    let learnt = try halves.maps(of: learning)
    let examples = try FilterRemoval.examples(
      learnt, try halves.pictures(of: learnt, latents: learning), concept, shape)
    yes = examples.answers.count { $0 }
    all = examples.answers.count
    guard yes > 0, yes < all else {
      throw InspectError(
        .notApplicable, sampling.name,
        "\(yes) of \(Numbers.grouped(all)) examples show what is asked for: with all or none nothing tells the maps apart"
      )
    }
    guard examples.features.allSatisfy(\.isFinite) else {
      throw InspectError(.notApplicable, "\(sampling.name)/\(node)", "has values that are not finite")
    }
    regression = LogisticRegression(examples.features, count: all, answers: examples.answers)
    let weights = regression.weights
    let speaking = weights.indices.filter { weights[$0] > 0 }.sorted { (weights[$0], $1) > (weights[$1], $0) }
    removed = Array(speaking.prefix(top ?? speaking.count))
    let maps = try halves.maps(of: latents)
    before = try halves.pictures(of: maps, latents: latents)
    after = try halves.pictures(of: maps.silenced(removed, shape), latents: latents)
  }

  /// What the regression is fitted to, row by row.
  private static func examples(
    _ maps: Tensor, _ pictures: Tensor, _ concept: Concept, _ shape: Shape
  ) throws -> (features: [Float], answers: [Bool]) {
    let (channels, plane, count) = (shape[0], shape[1] * shape[2], maps.shape[0])
    switch concept {
    case .stroke:
      let stroke = pictures.meanOfChannels.isBright(height: shape[1], width: shape[2])
      // Places spread evenly over all pictures, where there are more than are needed.
      let step = max(1, (count * plane + mostPlaces - 1) / mostPlaces)
      var (features, answers) = ([Float](), [Bool]())
      for place in stride(from: 0, to: count * plane, by: step) {
        let (picture, at) = (place / plane, place % plane)
        for channel in 0..<channels {
          features.append(maps.elements[(picture * channels + channel) * plane + at])
        }
        answers.append(stroke[place])
      }
      return (features, answers)
    case .class(let wanted, let judge):
      let said = try judge.read(pictures).prediction
      // How much of each map there is in a picture.
      var features: [Float] = []
      for map in 0..<count * channels {
        features.append(maps.elements[map * plane..<(map + 1) * plane].reduce(0, +) / Float(plane))
      }
      return (features, (0..<count).map { said.top($0).class == wanted })
    }
  }
}

/// A generator in two halves, so that what goes from one to the other can be changed.
private struct Halves {
  let sampling: Sampling
  let node: String
  let shape: Shape
  let front: Network
  let rest: Network

  init(_ sampling: Sampling, cutAt node: String, _ shape: Shape) throws {
    (self.sampling, self.node, self.shape) = (sampling, node, shape)
    front = try sampling.model.network.part(computing: [node])
    rest = try sampling.model.network.cut(at: [node: shape])
  }

  func maps(of latents: Tensor) throws -> Tensor {
    let count = latents.shape[0]
    var elements: [Float] = []
    let sweep = try Sweep(front, count: count, batch: front.batch(atMost: 64))
    try sweep.load(sampling.model.parameters)
    try sweep.run {
      latents[$0].reshaped(sampling.latentShape.batched($0.count))
    } visit: { range, executor in
      elements += try executor.value(of: node)[0..<range.count].elements
    }
    return Tensor(shape.batched(count), elements)
  }

  /// Brightness of what the second half makes of maps; where it reads the latent past the layer, of that as well.
  func pictures(of maps: Tensor, latents: Tensor) throws -> Tensor {
    let count = maps.shape[0]
    let batch = min(count, rest.batch(atMost: 64))
    let executor = try makeExecutor(for: rest, batch: batch, mode: .inference)
    try executor.load(sampling.model.parameters)
    var elements: [Float] = []
    for start in stride(from: 0, to: count, by: batch) {
      let range = start..<min(start + batch, count)
      var inputs = [node: maps[range].filled(to: batch)]
      for input in rest.inputs where input.name != node {
        inputs[input.name] = latents[range].reshaped(sampling.latentShape.batched(range.count)).filled(
          to: batch)
      }
      try executor.forward(inputs)
      elements += try executor.output()[0..<range.count].elements
    }
    return sampling.brightness(Tensor(sampling.pictureShape.batched(count), elements))
  }
}

extension Network {
  /// The value that the last layer with filters reads: what the second-last block of a generator made.
  func valueBeforeLastBlock(of subject: String) throws(InspectError) -> String {
    let shapes = knownShapes()
    let layers = nodes.filter {
      ($0.operation is ConvTranspose2d || $0.operation is Conv2d) && shapes[$0.inputs[0]]?.rank == 4
    }
    guard var name = layers.last?.inputs[0] else {
      throw InspectError(
        .notApplicable, subject, "has no layer of maps; only generators that convolve have some to remove")
    }
    // Enlarging and padding make no maps of their own: what they read is the block's value.
    while let node = nodes.first(where: { $0.name == name }),
      node.operation is Resize || node.operation is Pad || node.operation is Identity
    {
      name = node.inputs[0]
    }
    guard nodes.contains(where: { $0.name == name }) else {
      throw InspectError(.notApplicable, subject, "has one block alone; nothing lies in its middle")
    }
    return name
  }
}

extension Tensor {
  /// Maps `[count, maps, height, width]` with some of them zero.
  fileprivate func silenced(_ units: [Int], _ shape: Shape) -> Tensor {
    let plane = shape[1] * shape[2]
    // One array, changed in place: to change a tensor's elements one by one would copy them all each time.
    var elements = elements
    for example in 0..<self.shape[0] {
      for unit in units {
        let start = (example * shape[0] + unit) * plane
        for index in start..<start + plane { elements[index] = 0 }
      }
    }
    return Tensor(self.shape, elements)
  }

  /// For each place of a coarser grid over pictures `[count, 1, height, width]`: whether what lies there is brighter than one half on the mean.
  fileprivate func isBright(height rows: Int, width columns: Int) -> [Bool] {
    let (count, height, width) = (shape[0], shape[2], shape[3])
    var result: [Bool] = []
    result.reserveCapacity(count * rows * columns)
    for picture in 0..<count {
      for row in 0..<rows {
        let top = row * height / rows
        let bottom = max(top + 1, (row + 1) * height / rows)
        for column in 0..<columns {
          let left = column * width / columns
          let right = max(left + 1, (column + 1) * width / columns)
          var sum: Float = 0
          for y in top..<min(bottom, height) {
            for x in left..<min(right, width) { sum += elements[(picture * height + y) * width + x] }
          }
          result.append(sum > 0.5 * Float((min(bottom, height) - top) * (min(right, width) - left)))
        }
      }
    }
    return result
  }
}

package import Core

/// The pictures that units are tried on: a specimen's probe pictures, or some of them spread evenly.
package struct TrialPictures: Sendable {
  /// All probe pictures.
  package let probe: Probe
  /// Those that are used, by their places in the probe.
  package let indices: [Int]

  /// The pictures of a specimen.
  /// - Parameter most: how many are used at most; nil for all.
  /// - Throws: `InspectError` if it has none, or its network takes something else.
  package init(of specimen: Specimen, most: Int? = nil) throws(InspectError) {
    let inputs = specimen.model.network.inputs
    guard inputs.count == 1, inputs[0].shape.rank == 3, [1, 3].contains(inputs[0].shape[0]) else {
      throw InspectError(
        .notApplicable, specimen.name,
        "takes \(inputs.map { "\($0.shape)" }.listed), no pictures of 1 or 3 channels: there is nothing to show it"
      )
    }
    guard let probe = specimen.probe, probe.count > 0 else {
      throw InspectError(.notApplicable, specimen.name, "comes without pictures; give some with --data")
    }
    guard probe.pictureShape.perExample == inputs[0].shape else {
      throw InspectError(
        .input, specimen.name, "takes \(inputs[0].shape), its pictures are \(probe.pictureShape.perExample)")
    }
    self.probe = probe
    let count = min(most ?? probe.count, probe.count)
    indices = (0..<count).map { $0 * probe.count / count }
  }

  /// How many are used.
  package var count: Int { indices.count }
  /// 1 for grey, 3 for colour.
  var channels: Int { probe.pictureShape[1] }
  /// Rows of each.
  var height: Int { probe.pictureShape[2] }
  /// Columns of each.
  var width: Int { probe.pictureShape[3] }

  /// Pictures as the network is given them, `[count, channels, height, width]`, by their places in the probe.
  func inputs(of pictures: some Collection<Int>) -> Tensor {
    let size = channels * height * width
    var samples: [UInt8] = []
    samples.reserveCapacity(pictures.count * size)
    for picture in pictures { samples += probe.pictures[picture * size..<(picture + 1) * size] }
    return probe.normalisation.tensor(samples, probe.pictureShape.perExample.batched(pictures.count))
  }

  /// A rectangle of a picture in its true brightness, 0 black to 1 white.
  func patch(of picture: Int, _ region: InputRegion) -> Patch {
    let size = channels * height * width
    let samples = probe.pictures[picture * size..<(picture + 1) * size].map { Float($0) / 255 }
    return Patch(samples, channels: channels, height: height, width: width, region)
  }

  /// A whole picture in its true brightness.
  func patch(of picture: Int) -> Patch {
    patch(of: picture, InputRegion(rows: 0..<height, columns: 0..<width))
  }
}

extension TrialPictures {
  /// What a model scores the pictures with, `[pictures, classes]`, few at a time.
  /// - Throws: `InspectError` if it gives no list of scores.
  func logits(of model: Model) throws -> Tensor {
    let node = try model.network.logits()
    var elements: [Float] = []
    try Sweep(model, count: count, batch: model.network.batch(atMost: min(100, count))).run {
      inputs(of: indices[$0])
    } visit: { range, executor in
      elements += try executor.value(of: node)[0..<range.count].elements
    }
    return Tensor([count, elements.count / count], elements)
  }
}

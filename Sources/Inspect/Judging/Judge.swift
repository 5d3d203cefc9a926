package import Core

/// A classifier that reads a generator's pictures: what it names them, and how it sees them.
///
/// Pictures come as brightness, so that it does not matter how the generator or the classifier were trained.
package struct Judge: Sendable {
  /// What a judge makes of some pictures.
  package struct Reading: Sendable {
    /// The scores of the classes.
    package let prediction: Prediction
    /// The last features, from which the scores are computed, `[pictures, features]`.
    package let features: Tensor
  }

  /// The classifier.
  package let specimen: Specimen
  /// The node whose value are the features.
  package let featureNode: String
  private let logits: String
  private let part: Network

  /// A classifier that is to read pictures of one shape.
  /// - Parameter shape: `[channels, height, width]`.
  /// - Throws: `InspectError` if it names no classes, or takes other pictures.
  package init(_ classifier: Specimen, reading shape: Shape) throws {
    let network = classifier.model.network
    guard network.inputs.count == 1, network.inputs[0].shape == shape else {
      throw InspectError(
        .input, classifier.name,
        "takes \(network.inputs.map { "\($0.shape)" }.listed), but is to judge pictures of \(shape); give a classifier of such pictures"
      )
    }
    logits = try network.logits()
    guard let scores = try network.shapes()[logits]?.perExample.elementCount, scores > 1 else {
      throw InspectError(
        .notApplicable, classifier.name, "gives one score a picture; a judge tells two classes or more apart")
    }
    guard classifier.normalisation.covers(channels: shape[0]) else {
      throw InspectError(
        .notApplicable, classifier.name,
        "is normalised for other channels than the \(shape[0]) of the pictures")
    }
    specimen = classifier
    featureNode = try network.lastFeatures(of: classifier.name)
    part = try network.part(computing: [logits, featureNode])
  }

  /// What the classes are called; their numbers where they have no names.
  package var classNames: [String] {
    let count = part.knownShapes()[logits]?.perExample.elementCount ?? 0
    let names = specimen.probe?.classNames ?? []
    return names.count == count ? names : (0..<count).map(String.init)
  }

  /// The pictures as the classifier is given them.
  /// - Parameter pictures: brightness, 0 black to 1 white, `[count, channels, height, width]`.
  package func inputs(_ pictures: Tensor) -> Tensor {
    let (mean, deviation) = (specimen.normalisation.mean, specimen.normalisation.deviation)
    let plane = pictures.shape[2] * pictures.shape[3]
    return Tensor(pictures.shape) { result in
      for index in result.indices {
        let channel = index / plane % pictures.shape[1] % mean.count
        result[index] = (pictures.elements[index] - mean[channel]) / deviation[channel]
      }
    }
  }

  /// Reads pictures.
  /// - Parameters:
  ///   - pictures: brightness, 0 black to 1 white, `[count, channels, height, width]`, at least one.
  ///   - progress: is told the share that is done.
  package func read(_ pictures: Tensor, progress: (Double) -> Void = { _ in }) throws -> Reading {
    let count = pictures.shape[0]
    var (scores, features): ([Float], [Float]) = ([], [])
    let sweep = try Sweep(part, count: count, batch: part.batch(atMost: 100))
    try sweep.load(specimen.model.parameters)
    try sweep.run {
      inputs(pictures[$0])
    } visit: { range, executor in
      scores += try executor.value(of: logits)[0..<range.count].elements
      features += try executor.value(of: featureNode)[0..<range.count].elements
      progress(Double(range.upperBound) / Double(count))
    }
    return Reading(
      prediction: Prediction(
        logits: Tensor([count, scores.count / count], scores), classNames: specimen.probe?.classNames ?? []),
      features: Tensor([count, features.count / count], features))
  }
}

extension Probe {
  /// Pictures as brightness, 0 black to 1 white, `[count, channels, height, width]`.
  package func brightness(_ range: Range<Int>) -> Tensor {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "pictures \(range) of \(count)")
    let size = pictureShape.perExample.elementCount
    let bytes = pictures[range.lowerBound * size..<range.upperBound * size]
    return Tensor(pictureShape.perExample.batched(range.count), bytes.map { Float($0) / 255 })
  }
}

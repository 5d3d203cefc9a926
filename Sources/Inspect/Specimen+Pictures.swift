public import Core
internal import Render

extension Specimen {
  /// The same model, tried on other pictures than those of its run, or on some where it came without.
  /// - Parameters:
  ///   - pictures: what it is tried on, normalised as it was trained.
  ///   - name: what the pictures are called: the data set's name.
  ///   - count: how many were asked for, if a number was.
  /// - Throws: `InspectError` with both shapes if the network does not take such pictures.
  public func tried(on pictures: Probe, named name: String, count: Int? = nil) throws(InspectError)
    -> Specimen
  {
    guard let input = model.network.inputs.first, model.network.inputs.count == 1,
      input.shape == pictures.pictureShape.perExample
    else {
      throw InspectError(
        .input, name,
        "has pictures of \(pictures.pictureShape.perExample); '\(self.name)' takes \(model.network.inputs.map { "\($0.shape)" }.listed)"
      )
    }
    var result = self
    result.probe = pictures
    result.pictureOptions =
      [.init("data", .string(name))] + (count.map { [.init("pictures", .integer($0))] } ?? [])
    var hash = SHA256()
    pictures.pictures.withUnsafeBytes { hash.update($0) }
    for label in pictures.labels { hash.update("\(label) ") }
    result.provenance = provenance.adding(hash.hexDigest)
    return result
  }
}

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
    let model = model.taking(pictures.pictureShape.perExample) ?? model
    guard let input = model.network.inputs.first, model.network.inputs.count == 1,
      input.shape == pictures.pictureShape.perExample
    else {
      throw InspectError(
        .input, name,
        "has pictures of \(pictures.pictureShape.perExample); '\(self.name)' takes \(model.network.inputs.map { "\($0.shape)" }.listed)"
      )
    }
    var result = self
    result.model = model
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

extension Model {
  /// The same model for pictures, where it takes as many numbers in a row; nil for one that does not.
  ///
  /// Only for grey pictures: of colours nobody can tell whether they lie beside or behind each other in the row.
  fileprivate func taking(_ picture: Shape) -> Model? {
    guard network.inputs.count == 1, let row = network.inputs.first, row.shape.rank == 1, picture.rank == 3,
      picture[0] == 1, row.shape.elementCount == picture.elementCount
    else { return nil }
    let names = Set(network.nodes.map(\.name) + [row.name])
    let name = ["picture", "picture_input"].first { !names.contains($0) } ?? row.name + "_picture"
    // Under the input's own name, so that whatever reads the input reads the row.
    let flatten = Network.Node(row.name, Flatten(), [name])
    guard
      let taking = try? Network(
        name: network.name, inputs: [.init(name, picture)], nodes: [flatten] + network.nodes,
        output: network.output)
    else { return nil }
    return try? Model(taking, parameters)
  }
}

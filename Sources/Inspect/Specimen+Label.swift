internal import Core

extension Specimen {
  /// A conditional generator that always paints one class: the input that says which is given, the latent alone is left.
  /// - Parameter label: the class, from 0.
  /// - Throws: `InspectError` if the network takes no label, or not this one.
  public func painting(_ label: Int) throws(InspectError) -> Specimen {
    guard let input = model.network.label else {
      throw InspectError(
        .notApplicable, name,
        "takes \(model.network.inputs.map(\.name).listed): no input says which class to paint; leave out --label"
      )
    }
    let table = model.network.readers(of: input.name).compactMap { $0.operation as? Embedding }.first
    let size = input.shape.elementCount
    let isNumber = table != nil || size == 1
    let classes = table?.count ?? (isNumber ? nil : size)
    guard label >= 0, classes.map({ label < $0 }) ?? true else {
      throw InspectError(
        .input, "label \(label)",
        classes.map { "'\(name)' knows classes 0 to \($0 - 1)" } ?? "classes are counted from 0")
    }
    // A number that is looked up, or a row of zeros with a one where the class is.
    let value =
      isNumber
      ? Tensor(input.shape, repeating: Float(label))
      : Tensor(input.shape, (0..<size).map { $0 == label ? 1 : 0 })
    var result = self
    do { result.model = try model.fixing(input.name, to: value) } catch {
      throw InspectError(.notApplicable, name, error.description)
    }
    result.label = label
    return result
  }
}

extension Network {
  /// The input that says of which class a picture is to be: of two inputs the one that is looked up in a table, else the
  /// one with fewer numbers; nil for a network that takes no such thing.
  var label: Input? {
    guard inputs.count == 2 else { return nil }
    let tables = inputs.filter { input in readers(of: input.name).contains { $0.operation is Embedding } }
    if tables.count == 1 { return tables[0] }
    let sizes = inputs.map(\.shape.elementCount)
    return sizes[0] == sizes[1] ? nil : inputs[sizes[0] < sizes[1] ? 0 : 1]
  }
}

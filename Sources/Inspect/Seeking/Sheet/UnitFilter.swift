package import Core

/// The weights of one unit of a convolution or linear layer, beside those of its neighbours.
package struct UnitFilter: Sendable {
  /// ‖w‖₂ over all inputs.
  package let norm: Double
  /// How many units of the layer have a larger norm.
  package let rank: Int
  /// The unit whose weights point most in the same direction, and the cosine between them; nil for the only unit.
  package let nearest: (unit: Int, cosine: Double)?
  /// The unit's kernels as a bank of places; nil where its weights have no places.
  let bank: FilterBank?
  private let unit: Int

  /// The weights of a unit.
  /// - Parameter layer: the name of a convolution or linear layer.
  /// - Throws: `InspectError` if the layer has no weights of its own for each unit.
  package init(_ unit: Int, of layer: String, in specimen: Specimen) throws {
    let model = specimen.model
    let node = try model.network.node(named: layer)
    guard node.operation.hasFilters, let weight = model.parameters[layer, "weight"] else {
      throw InspectError(
        .notApplicable, "\(specimen.name)/\(layer)",
        "a layer of kind \(node.operation.name) has no weights for each unit; layers that do are "
          + model.network.nodes.filter { $0.operation.hasFilters }.map(\.name).listed)
    }
    let bank =
      model.network.layersWithFilters.contains(layer) ? try FilterBank(layer: layer, of: specimen) : nil
    // A unit's weights one after the other, in the order in which it reads its inputs.
    let rows: [[Float]]
    if let bank {
      rows = (0..<bank.outputs).map { output in
        (0..<bank.inputs).flatMap { bank.kernel(.init(output: output, input: $0)) }
      }
    } else {
      rows = (0..<weight.shape[0]).map { weight[$0].elements }
    }
    func product(_ first: [Float], _ second: [Float]) -> Double {
      zip(first, second).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    }
    let norms = rows.map { product($0, $0).squareRoot() }
    self.unit = unit
    self.bank = bank
    norm = norms[unit]
    rank = norms.count { $0 > norms[unit] }
    nearest = rows.indices.filter { $0 != unit && norms[$0] > 0 && norms[unit] > 0 }
      .map { (unit: $0, cosine: product(rows[$0], rows[unit]) / (norms[$0] * norms[unit])) }
      .max { ($0.cosine, $1.unit) < ($1.cosine, $0.unit) }
  }

  /// The places of the kernels that are shown as one tile: the only one, or red, green and blue; of more inputs none.
  var whole: [FilterBank.Place]? {
    guard let bank, bank.inputs == 1 || (bank.inputs == 3 && bank.readsInput) else { return nil }
    return (0..<bank.inputs).map { .init(output: unit, input: $0) }
  }

  /// The kernels with the largest norms, the strongest first.
  func strongest(_ count: Int) -> [FilterBank.Place] {
    guard let bank else { return [] }
    let norms = (0..<bank.inputs).map { bank.norm(FilterBank.Place(output: unit, input: $0)) }
    return norms.indices.sorted { (norms[$0], $1) > (norms[$1], $0) }.prefix(count).map {
      .init(output: unit, input: $0)
    }
  }

  /// The spectrum of the kernel that is shown as a whole, else of the strongest; nil for kernels of one weight, or none.
  package var spectrum: KernelSpectrum? {
    guard let bank, bank.isSpatial else { return nil }
    return KernelSpectrum(
      (whole ?? strongest(1)).map { Array(bank.kernel($0)) }, height: bank.height, width: bank.width)
  }
}

extension Model {
  /// The model with one unit of a convolution or linear layer silent: its weights and bias are zero, and the factor and offset
  /// of the batch norms behind it.
  ///
  /// So its value is zero for every picture, and what comes of it behind a ReLU, LeakyReLU, tanh, ELU, GELU or SiLU. Behind a
  /// sigmoid or softplus it is the constant that these make of zero.
  package func silencing(_ unit: Int, of layer: String) throws -> Model {
    let node = try network.node(named: layer)
    var parameters = parameters
    func clear(_ name: String, _ places: (Tensor) -> [Range<Int>]) {
      guard var tensor = parameters[name] else { return }
      for range in places(tensor) { for at in range { tensor.elements[at] = 0 } }
      parameters[name] = tensor
    }
    clear(layer + ".weight") { weight in
      if let operation = node.operation as? ConvTranspose2d {
        // [in, out / groups, …]: a unit stands once for every input channel of its group.
        let perGroup = operation.outputChannels / operation.groups
        let inputs = operation.inputChannels / operation.groups
        let size = weight.shape[2] * weight.shape[3]
        return (0..<inputs).map { input in
          let start = ((unit / perGroup * inputs + input) * perGroup + unit % perGroup) * size
          return start..<start + size
        }
      }
      let size = weight.shape.perExample.elementCount
      return [unit * size..<(unit + 1) * size]
    }
    clear(layer + ".bias") { _ in [unit..<unit + 1] }
    var name = layer
    while let next = network.onlyReader(of: name), next.operation.isBatchNorm {
      clear(next.name + ".weight") { _ in [unit..<unit + 1] }
      clear(next.name + ".bias") { _ in [unit..<unit + 1] }
      name = next.name
    }
    return try Model(network, parameters)
  }
}

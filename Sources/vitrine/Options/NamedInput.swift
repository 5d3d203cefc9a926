import ArgumentParser
import Core

/// What is given to a network: `x.npy`, a picture, an `.npz` with every input, or `name=file` for one of several.
struct NamedInput: ExpressibleByArgument {
  var name: String?
  var path: String

  init?(argument: String) {
    guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else {
      path = argument
      return
    }
    name = String(argument[..<equals])
    path = String(argument[argument.index(after: equals)...])
    if path.isEmpty { return nil }
  }
}

extension [NamedInput] {
  /// What is given for which input or node: numbers that were read, and pictures that are still to be.
  struct Given {
    var arrays: [String: Tensor] = [:]
    var pictures: [String: String] = [:]
  }

  /// Reads the arrays, each under the name of what it is for.
  /// - Throws: `ValidationError` if that cannot be told, or something is given twice; the errors of reading.
  func arrays(for network: Network) throws -> Given {
    var result = Given()
    func check(_ name: String) throws {
      if result.arrays[name] != nil || result.pictures[name] != nil {
        throw ValidationError("'\(name)' is given twice")
      }
    }
    let only = network.inputs.count == 1 ? network.inputs[0].name : nil
    for given in self {
      if given.path.hasSuffix(".npz") {
        let arrays = try NumPyArchive.read(given.path)
        for array in arrays {
          let name = arrays.count == 1 ? only ?? array.name : array.name
          try check(name)
          result.arrays[name] = array.tensor
        }
        continue
      }
      guard let name = given.name ?? only else {
        throw ValidationError(
          "'\(network.name)' takes \(network.inputs.count) inputs, \(network.inputs.map(\.name).listed): say which "
            + "one this is for, as --input \(network.inputs[0].name)=\(given.path)")
      }
      try check(name)
      if given.path.hasSuffix(".npy") {
        result.arrays[name] = try NumPyFile.read(given.path)
      } else {
        result.pictures[name] = given.path
      }
    }
    return result
  }
}

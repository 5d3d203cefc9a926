internal import Core

/// The tensors in what was saved, by dotted names, and which of them are the network's.
struct TorchContents {
  let reader: TorchReader
  private var tensors: [(name: String, tensor: TorchTensor)] = []
  private var names: Set<String> = []
  private var metadata: [String: String] = [:]
  private var remarks: [String] = []
  private var visits = 0
  /// How tensors are spread below the names at the top, in their order; empty if some are at the top itself.
  private var branches: [(key: String, count: Int)] = []

  private static let deepest = 64
  private static let mostVisits = 2_000_000

  init(_ reader: TorchReader) { self.reader = reader }

  /// Finds the tensors below what was saved.
  /// - Throws: `ImportError` if there are none, one contradicts itself, or what was saved refers to itself.
  mutating func collect(_ value: PickleValue) throws(ImportError) {
    if let pairs = reader.heap.pairs(value) {
      for (key, value) in last(pairs) {
        let before = tensors.count
        try visit(value, key, depth: 1)
        let isNested = reader.heap.pairs(value) != nil || reader.heap.sequence(value) != nil
        if tensors.count > before { branches.append((isNested ? key : "", tensors.count - before)) }
      }
    } else {
      try visit(value, "", depth: 0)
    }
    guard !tensors.isEmpty || !remarks.isEmpty else {
      throw ImportError(.notAModel, reader.path, "holds no tensors; save model.state_dict()")
    }
  }

  /// A dictionary's text and number keys in their order; of values for one key the last counts.
  private func last(
    _ pairs: [(key: PickleValue, value: PickleValue)]
  ) -> [(key: String, value: PickleValue)] {
    var places: [String: Int] = [:]
    var result: [(key: String, value: PickleValue)] = []
    for (key, value) in pairs {
      guard let key = key.text ?? key.integer.map(String.init) else { continue }
      if let place = places[key] {
        result[place].value = value
      } else {
        places[key] = result.count
        result.append((key, value))
      }
    }
    return result
  }

  private mutating func visit(_ value: PickleValue, _ name: String, depth: Int) throws(ImportError) {
    visits += 1
    guard visits <= Self.mostVisits, depth <= Self.deepest, name.utf8.count <= 4096 else {
      throw ImportError(.unsafe, reader.path, "its containers are nested without end")
    }
    func below(_ key: String) -> String { name.isEmpty ? key : "\(name).\(key)" }
    if let pairs = reader.heap.pairs(value) {
      for (key, value) in last(pairs) { try visit(value, below(key), depth: depth + 1) }
    } else if let items = reader.heap.sequence(value) {
      for (index, value) in items.enumerated() { try visit(value, below(String(index)), depth: depth + 1) }
    } else {
      try leaf(value, name)
    }
  }

  private mutating func leaf(_ value: PickleValue, _ name: String) throws(ImportError) {
    switch try reader.tensor(value, named: name) {
    case .tensor(let tensor):
      let name = name.isEmpty ? "tensor" : name
      guard names.insert(name).inserted else {
        remarks.append("left aside: a second tensor named \(name)")
        return
      }
      tensors.append((name, tensor))
    case .leftAside(let reason): remarks.append("left aside: \(name): \(reason)")
    case .none:
      guard metadata.count < 200 else { return }
      switch value {
      case .text(let text): metadata[name] = String(text.prefix(400))
      case .integer(let number): metadata[name] = String(number)
      case .float(let number): metadata[name] = String(number)
      case .boolean(let flag): metadata[name] = flag ? "true" : "false"
      default: break
      }
    }
  }

  /// The file, with `stored` bringing each tensor.
  func file(
    format: String, _ stored: (String, TorchTensor) throws(ImportError) -> StoredTensor
  ) throws(ImportError) -> TensorFile {
    var all: [StoredTensor] = []
    for (name, tensor) in tensors { all.append(try stored(name, tensor)) }
    let (parameters, remark) = network(of: all)
    return TensorFile(
      path: reader.path, format: format, tensors: all, parameters: parameters, isOrdered: true,
      metadata: metadata,
      remarks: remarks + remark)
  }

  // MARK: The network in a checkpoint

  /// What checkpoints call a network's tensors.
  private static let networkKeys = [
    "state_dict", "model_state_dict", "model", "net", "network", "weights", "params_ema", "params", "module",
    "generator", "netG", "G", "discriminator", "netD", "D",
  ]
  /// What checkpoints call what is no network.
  private static let otherKeys = ["optim", "sched", "scaler", "rng", "amp", "grad", "momentum"]

  private func network(of all: [StoredTensor]) -> ([StoredTensor], [String]) {
    var remarks: [String] = []
    var chosen = all
    if !branches.isEmpty, !branches.contains(where: { $0.key.isEmpty }),
      branches.count == Set(branches.map(\.key)).count
    {
      let kept = branches.filter { branch in
        !Self.otherKeys.contains { branch.key.lowercased().contains($0) }
      }
      let aside = branches.filter { branch in !kept.contains { $0.key == branch.key } }
      if !kept.isEmpty, !aside.isEmpty {
        let prefixes = aside.map { $0.key + "." }
        chosen = chosen.filter { tensor in !prefixes.contains { tensor.name.hasPrefix($0) } }
        remarks.append(
          "left aside: "
            + aside.map { "\($0.key) (\($0.count) \($0.count == 1 ? "tensor" : "tensors"))" }.listed
            + ": not a network's")
      }
      if kept.count == 1,
        Self.networkKeys.contains(kept[0].key) || !aside.isEmpty || kept[0].key.hasSuffix("state_dict")
      {
        chosen = Self.without(kept[0].key + ".", chosen)
        remarks.append("the network is what the file has under '\(kept[0].key)'")
      }
    }
    for prefix in ["module.", "_orig_mod."] where !chosen.isEmpty {
      if chosen.allSatisfy({ $0.name.hasPrefix(prefix) }) {
        chosen = Self.without(prefix, chosen)
        remarks.append("'\(prefix)' before every name is left out")
      }
    }
    return (chosen, remarks)
  }

  private static func without(_ prefix: String, _ tensors: [StoredTensor]) -> [StoredTensor] {
    tensors.filter { $0.name.hasPrefix(prefix) }.map { tensor in
      StoredTensor(String(tensor.name.dropFirst(prefix.count)), tensor.shape, elementType: tensor.elementType)
      {
        () throws(ImportError) in try tensor.tensor()
      }
    }
  }
}

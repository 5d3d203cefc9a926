extension RunArchive {
  /// A network with its parameters at a snapshot.
  public func model(of network: String, at snapshot: Snapshot) throws(ArchiveError) -> Model {
    let graph = try self.network(named: network).network
    var parameters = Parameters()
    for name in RunSchema.parameterNames(of: graph) {
      parameters[name] = try parameter(name, of: network, at: snapshot)
    }
    do { return try Model(graph, parameters) } catch {
      throw ArchiveError(.mismatch, path + ":" + RunSchema.network(network), error.description)
    }
  }

  /// One parameter at a snapshot.
  /// - Parameter name: `conv1.weight`.
  public func parameter(
    _ name: String, of network: String, at snapshot: Snapshot
  ) throws(ArchiveError) -> Tensor {
    let tensor = try parameter(name, of: network, over: [snapshot])
    return tensor.reshaped(tensor.shape.perExample)
  }

  /// One parameter over many snapshots, `[snapshots, …]`.
  /// - Parameters:
  ///   - name: `conv1.weight`.
  ///   - snapshots: which ones, in this order; nil for all.
  ///   - rows: a range along the parameter's first axis (the filters of a convolution); nil for all.
  public func parameter(
    _ name: String, of network: String, over snapshots: [Snapshot]? = nil, rows: Range<Int>? = nil
  ) throws(ArchiveError) -> Tensor {
    let graph = try self.network(named: network).network
    for node in graph.nodes {
      for declaration in node.operation.parameters where node.name + "." + declaration.name == name {
        return try read(
          RunSchema.parameter(node.name, declaration.name, of: network), declaration.shape, snapshots, rows)
      }
    }
    throw unknown("parameter of '\(network)'", name, RunSchema.parameterNames(of: graph))
  }

  /// A node's stored values at a snapshot, `[activationCount, …]`.
  /// - Throws: `ArchiveError` listing the nodes that are recorded.
  public func activations(
    of node: String, in network: String, at snapshot: Snapshot
  ) throws(ArchiveError) -> Tensor {
    let recorded = try self.network(named: network)
    guard recorded.recordedActivations.contains(node) else {
      throw unknown("recorded layer of '\(network)'", node, recorded.recordedActivations)
    }
    let path = RunSchema.activation(node, in: network)
    let extents = try file.dataset(path).extents()
    // How many inputs is for the file to say; the rest follows from the network.
    let count = extents.count > 1 ? extents[1] : 0
    guard let shape = try RunSchema.shapes(of: recorded, batch: count)[node] else {
      throw unknown("layer of '\(network)'", node, recorded.network.nodes.map(\.name))
    }
    let tensor = try read(path, shape, [snapshot], nil)
    return tensor.reshaped(tensor.shape.perExample)
  }

  /// The samples at a snapshot: bytes in `sampleShape`.
  public func samples(at snapshot: Snapshot) throws(ArchiveError) -> [UInt8] {
    guard let shape = sampleShape else {
      throw ArchiveError(.unknownName, path, "the run has no samples; only runs with a generator do")
    }
    let slab = HDF5Dataset.Slab(rows: snapshot.index..<snapshot.index + 1, of: [1] + shape.extents)
    return try read(UInt8.self, RunSchema.samples, slab)
  }

  /// Reads rows of some snapshots of a dataset whose rows should have a shape.
  private func read(
    _ path: String, _ shape: Shape, _ snapshots: [Snapshot]?, _ rows: Range<Int>?
  ) throws(ArchiveError) -> Tensor {
    let snapshots = snapshots ?? self.snapshots
    let dataset = try file.dataset(path)
    let extents = try dataset.extents()
    guard Array(extents.dropFirst()) == shape.extents, let stored = extents.first else {
      throw ArchiveError(
        .mismatch, dataset.subject,
        "expected \(shape.batched(progress.snapshots.count)), found \(Shape(extents))")
    }
    for snapshot in snapshots where snapshot.index >= stored {
      throw ArchiveError(
        .damaged, dataset.subject, "holds \(stored) snapshots, the run has \(progress.snapshots.count)")
    }
    var part = shape
    if let rows {
      guard shape.rank > 0, rows.lowerBound >= 0, rows.upperBound <= shape[0] else {
        throw ArchiveError(.unknownName, dataset.subject, "rows \(rows) of \(shape); there are not so many")
      }
      part[0] = rows.count
    }
    var elements: [Float] = []
    for snapshot in snapshots {
      var slab = HDF5Dataset.Slab(
        rows: snapshot.index..<snapshot.index + 1, of: [1] + part.extents)
      if let rows { slab.start[1] = rows.lowerBound }
      elements += try read(Float.self, dataset, slab)
    }
    return Tensor(part.batched(snapshots.count), elements)
  }

  /// Reads a box of a dataset, and notes that.
  func read<Element: HDF5Element>(
    _ element: Element.Type, _ path: String, _ slab: HDF5Dataset.Slab? = nil
  ) throws(ArchiveError) -> [Element] {
    try read(element, file.dataset(path), slab)
  }

  private func read<Element: HDF5Element>(
    _ element: Element.Type, _ dataset: HDF5Dataset, _ slab: HDF5Dataset.Slab?
  ) throws(ArchiveError) -> [Element] {
    let elements = try dataset.read(element, slab)
    log.note("\(dataset.objectPath) \(slab.map { "\($0.start) \($0.count)" } ?? "all")", elements)
    return elements
  }
}

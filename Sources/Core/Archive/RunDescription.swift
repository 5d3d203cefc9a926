internal import FoundationEssentials

/// What a run file says of itself that never changes.
struct RunDescription: Hashable, Sendable {
  let recipe: String
  let seed: UInt64
  let created: String
  let tool: String
  let networks: [RunNetwork]
  let metricNames: [String]
  let evaluationNames: [String]
  let sampleShape: Shape?
  let confusionClasses: Int?

  /// Reads the description, checking first that the file is a run of a known version.
  init(of file: HDF5File) throws(ArchiveError) {
    try RunDescription.checkFormat(of: file)
    recipe = try file.dataset(RunSchema.config).text()
    seed = try file.number(attribute: "seed")
    created = try file.text(attribute: "created")
    tool = try file.text(attribute: "tool")
    networks = try RunDescription.networks(of: file)
    metricNames = try RunDescription.series(in: "/metrics", of: file)
    evaluationNames = try RunDescription.series(in: "/evaluations", of: file)
    sampleShape = try RunDescription.row(of: RunSchema.samples, rank: 4, in: file).map(Shape.init)
    confusionClasses = try RunDescription.row(of: RunSchema.confusion, rank: 2, in: file)?[0]
  }

  private static func isRun(_ file: HDF5File) throws(ArchiveError) -> Bool {
    guard try file.hasAttribute("format") else { return false }
    do throws(ArchiveError) { return try file.text(attribute: "format") == RunSchema.format } catch {
      if error.code == .mismatch { return false }
      throw error
    }
  }

  private static func checkFormat(of file: HDF5File) throws(ArchiveError) {
    guard try isRun(file) else {
      var isKeras = try file.contains("model_weights")
      if !isKeras { isKeras = try file.hasAttribute("layer_names") }
      throw ArchiveError(
        .notARun, file.path,
        "an HDF5 file, but not a run: expected the attribute 'format' to be '\(RunSchema.format)'; "
          + (isKeras ? "it looks like a Keras model" : "it may hold anything"))
    }
    let version: Int = try file.number(attribute: "version")
    let known = RunArchive.formatVersion
    guard version <= known else {
      throw ArchiveError(
        .newerVersion, file.path,
        "made by a newer Vitrine (format \(version)); this one reads up to \(known): update")
    }
    guard version >= 1 else {
      throw ArchiveError(.damaged, file.subject + ":/@version", "expected 1 to \(known), found \(version)")
    }
  }

  private static func networks(of file: HDF5File) throws(ArchiveError) -> [RunNetwork] {
    var networks: [RunNetwork] = []
    for entry in try file.group("/networks").entries() where entry.kind == .group {
      let group = try file.group(RunSchema.network(entry.name))
      let roleName = try group.text(attribute: "role")
      guard let role = RunRole(rawValue: roleName) else {
        throw ArchiveError(
          .mismatch, group.subject + "@role",
          "expected one of \(RunRole.allCases.map(\.rawValue).listed), found '\(roleName)'")
      }
      let dataset = try file.dataset(RunSchema.architecture(entry.name))
      let text = try dataset.text()
      let network: Network
      do { network = try JSONDecoder().decode(Network.self, from: Data(text.utf8)) } catch {
        throw ArchiveError(.damaged, dataset.subject, "not a network: \(reason(error))")
      }
      let recorded = Set(try paths(below: RunSchema.network(entry.name) + "/activations", of: file))
      networks.append(
        RunNetwork(
          name: entry.name, role: role, network: network,
          recordedActivations: network.nodes.map(\.name).filter(recorded.contains),
          statistics: try paths(below: RunSchema.network(entry.name) + "/statistics", of: file)))
    }
    return networks
  }

  /// What is wrong with a network's JSON, in one line.
  private static func reason(_ error: any Error) -> String {
    switch error {
    case let error as NetworkError: error.description
    case DecodingError.dataCorrupted(let context): context.debugDescription
    case DecodingError.keyNotFound(let key, _): "'\(key.stringValue)' is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      context.codingPath.map(\.stringValue).joined(separator: ".") + ": " + context.debugDescription
    default: "\(error)"
    }
  }

  private static func paths(below path: String, of file: HDF5File) throws(ArchiveError) -> [String] {
    try file.contains(path) ? try file.group(path).datasetPaths() : []
  }

  private static func series(in group: String, of file: HDF5File) throws(ArchiveError) -> [String] {
    try paths(below: group, of: file).filter { !RunSchema.reservedSeries.contains($0) }
  }

  /// The extents of one row of a dataset that a run need not have.
  private static func row(
    of path: String, rank: Int, in file: HDF5File
  ) throws(ArchiveError) -> [Int]? {
    guard try file.contains(path) else { return nil }
    let dataset = try file.dataset(path)
    let extents = try dataset.extents()
    guard extents.count == rank + 1, rank != 2 || extents[1] == extents[2] else {
      throw ArchiveError(
        .mismatch, dataset.subject,
        "expected \(rank == 2 ? "[evaluations, classes, classes]" : "[snapshots, count, height, width, channels]"), "
          + "found \(Shape(extents))")
    }
    return Array(extents.dropFirst())
  }
}

extension HDF5Object {
  /// The one number of an attribute.
  func number<Element: HDF5Element>(attribute name: String) throws(ArchiveError) -> Element {
    let numbers = try numbers(attribute: name, as: Element.self)
    guard numbers.count == 1 else {
      throw ArchiveError(.mismatch, subject + "@" + name, "expected one number, found \(numbers.count)")
    }
    return numbers[0]
  }
}

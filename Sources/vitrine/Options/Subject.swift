import Core
import Import
import Inspect

/// What the file on the command line turned out to be.
enum Subject {
  /// A run that Vitrine wrote: networks at many moments.
  case run(RunArchive)
  /// A model from elsewhere: one network at one moment.
  case model(ForeignModel)

  /// Opens a file as what its first bytes say it is.
  /// - Throws: `ArchiveError` or `ImportError` if it is neither.
  init(opening path: String) throws {
    switch Result(catching: { () throws(ArchiveError) in try RunArchive(opening: path) }) {
    case .success(let run): self = .run(run)
    case .failure(let error) where error.code == .notARun || error.code == .notHDF5:
      self = .model(try ForeignModel(opening: path))
    case .failure(let error): throw error
    }
  }

  /// Opens a run, for a figure in which time plays a part.
  /// - Throws: `InspectError` if it is a model, which holds one moment; `ArchiveError` or `ImportError` if it is neither.
  static func run(_ path: String) throws -> RunArchive {
    switch try Subject(opening: path) {
    case .run(let run): return run
    case .model:
      throw InspectError(
        .notApplicable, path,
        "is a model, which holds one moment; this figure shows a training: give a run that `vitrine train` wrote"
      )
    }
  }

  /// A network of the file, without its numbers.
  func network(_ moment: NetworkChoice) throws -> Network {
    switch self {
    case .run(let run):
      return try moment.network.map { try run.network(named: $0).network } ?? run.networks[0].network
    case .model(let model):
      try model.check(moment)
      return model.network
    }
  }

  /// A network of the file with its numbers; of a model the part that can be run, of a conditional generator what paints one
  /// class if that is said.
  func specimen(
    _ moment: NetworkChoice, _ brightness: BrightnessOptions? = nil, _ condition: LabelOption? = nil,
    on data: DataOptions? = nil
  ) throws -> Specimen {
    var specimen = try specimenAsStored(moment, brightness)
    specimen = try data?.apply(to: specimen) ?? specimen
    return try condition?.label.map { try specimen.painting($0) } ?? specimen
  }

  /// The network of a run that plays a role, if no other is named; of a model the one there is.
  func specimen(
    playing role: RunRole, _ choice: NetworkChoice, _ brightness: BrightnessOptions? = nil,
    _ condition: LabelOption? = nil, on data: DataOptions? = nil
  ) throws -> Specimen {
    var choice = choice
    if case .run(let run) = self, choice.network == nil {
      choice.network = run.networks.first { $0.role == role }?.name
    }
    return try specimen(choice, brightness, condition, on: data)
  }

  /// The generator with its numbers; of a conditional one what paints one class.
  func generator(_ choice: NetworkChoice, _ condition: LabelOption? = nil) throws -> Specimen {
    try specimen(playing: .generator, choice, nil, condition)
  }

  /// Who says how real the pictures are: of a run its discriminator, unless another is named; of a model the network of another
  /// file; nobody if that is said or there is none.
  func discriminator(_ name: String?, at moment: SnapshotSelector) throws -> Specimen? {
    guard name != "none" else { return nil }
    switch self {
    case .run(let run):
      guard let chosen = name ?? run.networks.first(where: { $0.role == .discriminator })?.name else {
        return nil
      }
      return try Specimen(run, network: chosen, at: moment)
    case .model: return try name.map { try Subject(opening: $0).specimen(NetworkChoice()) }
    }
  }

  private func specimenAsStored(_ moment: NetworkChoice, _ brightness: BrightnessOptions?) throws -> Specimen
  {
    switch self {
    case .run(let run):
      return try Specimen(run, network: moment.network, at: moment.step)
    case .model(let model):
      try model.check(moment)
      return Specimen(
        try model.readModel(), normalisation: brightness?.range?.normalisation, file: model.path)
    }
  }

  /// A network of the file with the numbers that a figure of filters needs.
  /// - Parameter layer: the layer whose filters are drawn; the first that has some if nil.
  func specimen(_ moment: NetworkChoice, filtersOf layer: String?) throws -> Specimen {
    guard case .model(let model) = self else { return try specimen(moment) }
    try model.check(moment)
    let name = try model.network.layerWithFilters(layer, of: model.network.name)
    return Specimen(Model(model.network, onlyWith: try model.readParameters(of: [name])))
  }

  /// A network of the file with its weights, to be looked at and not to be run: of a model every layer, whether or not the
  /// network as a whole is supported. A network that is named, and a step, choose in a run; a model has one of each.
  func weights(_ network: String?, _ step: SnapshotSelector) throws -> Specimen {
    switch self {
    case .run(let run): return try Specimen(run, network: network, at: step)
    case .model(let model):
      return Specimen(Model(model.network, onlyWith: try model.readParameters()))
    }
  }

  /// A network of the run at another moment.
  func specimen(_ moment: NetworkChoice, at selector: SnapshotSelector) throws -> Specimen {
    var moment = moment
    moment.step = selector
    return try specimen(moment)
  }

  /// What is in the file, for a report.
  /// - Parameter example: a picture to put through a model from elsewhere.
  func reported(
    showing example: Example.Choice?, _ brightness: BrightnessOptions, _ condition: LabelOption,
    on data: DataOptions
  ) throws -> Report.Subject {
    switch self {
    case .run(let run): .run(run)
    case .model(let model):
      .model(
        Specimen(Model(model.network, onlyWith: try model.readParameters())),
        running: model.network.runnable == nil
          ? nil : try specimen(NetworkChoice(), brightness, condition, on: data),
        try model.info(), example: example)
    }
  }

  /// A network of the file, whole and with its numbers.
  /// - Throws: naming the operation that is not supported, if there is one.
  func wholeModel(_ moment: NetworkChoice) throws -> Model {
    switch self {
    case .run: return try specimen(moment).model
    case .model(let model):
      try model.check(moment)
      return try model.readModel(allowsPart: false)
    }
  }

  /// How the file lays out the value of an input or node.
  func layout(of name: String) -> ValueLayout {
    guard case .model(let model) = self else { return .same }
    return model.layout(of: name)
  }

  /// A network of the file, to be run on numbers.
  /// - Parameters:
  ///   - given: numbers by input; those given for a node cut off what comes before it.
  ///   - allowsPart: whether the part before an operation that is not supported is of use.
  func inference(
    _ moment: NetworkChoice, startingAt given: [String: Tensor], layout: LayoutChoice, allowsPart: Bool
  ) throws -> Inference {
    let network = try network(moment)
    let nodes = Set(network.nodes.map(\.name))
    let cuts = given.filter { nodes.contains($0.key) }
    switch self {
    case .run:
      var model = try specimen(moment).model
      let layouts = layout.layouts(of: network, inFile: [:])
      if !cuts.isEmpty { model = try model.cut(at: cuts, layouts) }
      return Inference(model, layouts: layouts)
    case .model(let stored):
      let file = try stored.fitted(to: given)
      let layouts = layout.layouts(of: file.network, inFile: file.layouts)
      return Inference(
        try file.readModel(startingAt: cuts, layouts: layouts, allowsPart: allowsPart), layouts: layouts)
    }
  }

  /// A specimen of a part of the file's network.
  func specimen(
    of model: Model, _ moment: NetworkChoice, _ brightness: BrightnessOptions
  ) throws -> Specimen {
    if case .run = self { return try specimen(moment) }
    return Specimen(model, normalisation: brightness.range?.normalisation)
  }
}

extension ForeignModel {
  /// Refuses to look for another network or moment than the one there is.
  fileprivate func check(_ moment: NetworkChoice) throws {
    if let name = moment.network, name != network.name {
      throw InspectError(.unknownName, name, "no such network in \(path); there is '\(network.name)'")
    }
    if case .step(let step) = moment.step {
      throw InspectError(
        .unknownName, path, "holds one moment, not the steps of a training: leave out --step \(step)")
    }
  }
}

extension ForeignModel {
  /// What is in the file, without its weights.
  func info() throws -> ModelInfo {
    try ModelInfo(
      path: path, format: format, network: network, remarks: obstacles + remarks,
      tensors: tensors.map { .init(name: $0.name, shape: $0.shape, elementType: $0.elementType) })
  }
}

public import Core
internal import Render

/// A model to look at, with what is known of where it comes from: all that an inspection needs in which time
/// plays no part.
public struct Specimen: Sendable {
  /// The network and its numbers.
  public internal(set) var model: Model
  /// What the model is called in titles: the network's name.
  public let name: String
  /// What it is to its run; guessed from its shapes where there is none.
  public let role: RunRole
  /// When it was stored; nil for a model without a run.
  public let moment: Moment?
  /// The pictures and latents of its run, or pictures it is tried on; nil for a model without any.
  public internal(set) var probe: Probe?
  /// The options that say which pictures it is tried on; none where they are its run's own.
  var pictureOptions: [FigureRecipe.Entry] = []
  /// The class that a conditional generator was told to paint; nil where nothing was told.
  public internal(set) var label: Int?
  /// How pictures become what the network is given.
  public let normalisation: Normalisation
  /// The path of the file that it was read from; nil for a model from memory.
  public let file: String?
  /// What figures of it are signed with.
  public internal(set) var provenance: Provenance

  /// A moment of a run.
  public struct Moment: Hashable, Sendable {
    /// Optimiser steps done.
    public let step: Int
    /// Optimiser steps of the last snapshot.
    public let lastStep: Int
    /// Passes over the training data done.
    public let epoch: Double
  }

  /// A model from anywhere, under a name.
  /// - Parameters:
  ///   - normalisation: how pictures become what it is given; brightness 0 … 1 if nil.
  ///   - file: the path that it was read from.
  public init(
    _ model: Model, name: String? = nil, normalisation: Normalisation? = nil, file: String? = nil
  ) {
    self.file = file
    self.model = model
    self.name = name ?? model.network.name
    role = Self.guessRole(of: model.network)
    moment = nil
    probe = nil
    self.normalisation = normalisation ?? .unit
    label = nil
    provenance = Provenance(of: model)
  }

  /// A network of a run at one of its snapshots.
  /// - Parameter network: the network's name; nil for the run's first.
  /// - Throws: `ArchiveError` listing the networks or steps there are.
  public init(
    _ run: RunArchive, network: String? = nil, at selector: SnapshotSelector = .last
  ) throws(ArchiveError) {
    file = run.path
    let traced = run.tracingReads()
    let entry =
      try network.map { name throws(ArchiveError) in try traced.network(named: name) } ?? traced.networks[0]
    let snapshot = try traced.snapshot(selector)
    label = nil
    model = try traced.model(of: entry.name, at: snapshot)
    name = entry.name
    role = entry.role
    moment = Moment(step: snapshot.step, lastStep: traced.snapshots.last!.step, epoch: snapshot.epoch)
    let probe = try traced.probe()
    self.probe = probe
    normalisation = probe.normalisation
    provenance = Provenance(
      seed: traced.seed, step: snapshot.step, tool: Tool.name, dataHash: traced.dataHash)
  }

  /// What a network is, by its shapes alone: vectors in and more numbers out make a generator, one number out a discriminator.
  static func guessRole(of network: Network) -> RunRole {
    let output = network.knownShapes()[network.output]?.perExample
    let given = network.inputs.reduce(0) { $0 + $1.shape.elementCount }
    // What already has height and width is no latent: a network that enlarges pictures is not meant.
    let takesVectors = network.inputs.allSatisfy { $0.shape.extents.filter { $0 > 1 }.count <= 1 }
    if takesVectors, given < output?.elementCount ?? 0 { return .generator }
    return output?.elementCount == 1 ? .discriminator : .classifier
  }
}

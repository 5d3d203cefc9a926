extension RunArchive {
  /// The pictures and latents that the run is watched on.
  public func probe() throws(ArchiveError) -> Probe {
    let file = file
    let group = try file.group(RunSchema.probe)
    let mean = try group.numbers(attribute: "mean", as: Float.self)
    let deviation = try group.numbers(attribute: "deviation", as: Float.self)
    guard !mean.isEmpty, mean.count == deviation.count else {
      throw ArchiveError(
        .damaged, group.subject, "\(mean.count) means and \(deviation.count) deviations do not go together")
    }
    let activationCount: Int = try group.number(attribute: "activation_count")
    guard activationCount >= 0 else {
      throw ArchiveError(.damaged, group.subject + "@activation_count", "\(activationCount) is negative")
    }
    var shape: Shape = [0, 1, 1, 1]
    var pictures: [UInt8] = []
    if try file.contains(RunSchema.pictures) {
      let dataset = try file.dataset(RunSchema.pictures)
      let extents = try dataset.extents()
      guard extents.count == 4, mean.count == 1 || mean.count == extents[1] else {
        throw ArchiveError(
          .mismatch, dataset.subject,
          "expected [count, \(mean.count == 1 ? "channels" : String(mean.count)), height, width], "
            + "found \(Shape(extents))")
      }
      shape = Shape(extents)
      pictures = try read(UInt8.self, RunSchema.pictures)
    }
    var labels: [Int] = []
    if try file.contains(RunSchema.labels) {
      labels = try read(Int32.self, RunSchema.labels).map(Int.init)
      guard labels.count == shape[0] else {
        throw ArchiveError(
          .mismatch, path + ":" + RunSchema.labels, "expected [\(shape[0])], found [\(labels.count)]")
      }
    }
    var classNames: [String] = []
    if try file.contains(RunSchema.classNames) {
      classNames = try file.dataset(RunSchema.classNames).texts()
      log.note(RunSchema.classNames, classNames.joined(separator: "\n"))
    }
    var latents: Tensor?
    if try file.contains(RunSchema.latents) {
      let extents = try file.dataset(RunSchema.latents).extents()
      latents = Tensor(Shape(extents), try read(Float.self, RunSchema.latents))
    }
    return Probe(
      pictures: pictures, pictureShape: shape, labels: labels, classNames: classNames,
      normalisation: Normalisation(mean: mean, deviation: deviation), latents: latents,
      activationCount: activationCount)
  }

  /// The newest undamaged state from which training can go on.
  /// - Throws: `ArchiveError` (`.cannotResume`) if there is none.
  public func resumeState() throws(ArchiveError) -> ResumeState {
    var newest: ResumeState?
    var damaged: [String] = []
    for slot in RunSchema.Slot.allCases {
      do throws(ArchiveError) {
        guard let state = try state(in: slot) else { continue }
        if state.step > newest?.step ?? -1 { newest = state }
      } catch { damaged.append(error.subject == path ? error.reason : error.description) }
    }
    if let newest { return newest }
    throw ArchiveError(
      .cannotResume, path,
      damaged.isEmpty
        ? "the run kept no state to go on from; train it anew"
        : "no state to go on from is undamaged (\(damaged.joined(separator: "; "))); train the run anew")
  }

  /// The state in a slot; nil if none was written there.
  /// - Throws: `ArchiveError` if it is damaged, as one is that was being written when the writer was killed.
  private func state(in slot: RunSchema.Slot) throws(ArchiveError) -> ResumeState? {
    let file = file
    let header = try file.dataset(slot.header).read(Int.self)
    guard header.count == 2, header[0] >= -1 else {
      throw ArchiveError(.damaged, path, "\(slot.header) holds \(header)")
    }
    if header[0] == -1 { return nil }
    let bytes = try file.dataset(slot.text).read(UInt8.self)
    guard (0...bytes.count).contains(header[1]) else {
      throw ArchiveError(.damaged, path, "\(slot.text) holds \(bytes.count) bytes, not \(header[1])")
    }
    var state = ResumeState(
      step: header[0], tensors: [:], text: String(decoding: bytes.prefix(header[1]), as: UTF8.self))
    for name in try file.group(slot.tensors).datasetPaths() {
      let dataset = try file.dataset(slot.tensor(name))
      let shape = Shape(try dataset.extents())
      state.tensors[name] = Tensor(shape, try dataset.read(Float.self))
    }
    let stored = try file.dataset(slot.checksum).read(UInt8.self)
    guard stored == state.checksum else {
      throw ArchiveError(.damaged, path, "the checksum of /resume/\(slot.rawValue) is wrong")
    }
    return state
  }
}

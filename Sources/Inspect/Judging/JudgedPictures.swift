internal import Core

/// Pictures that a judge has read.
struct JudgedPictures {
  /// The scores, `[pictures, classes]`.
  let logits: Tensor
  /// The judge's last features, `[pictures, features]`.
  let features: Tensor

  /// How many there are.
  var count: Int { logits.shape[0] }

  /// Pictures read a stretch at a time, so that not all need to be in memory.
  /// - Parameters:
  ///   - count: at least one.
  ///   - name: what the pictures come from, for messages.
  ///   - pictures: the pictures of a stretch as brightness.
  init(
    _ count: Int, by judge: Judge, of name: String, progress: (Double) -> Void = { _ in },
    pictures: (Range<Int>) throws -> Tensor
  ) throws {
    var (logits, features): ([Float], [Float]) = ([], [])
    for start in stride(from: 0, to: count, by: Self.stretch) {
      let range = start..<min(start + Self.stretch, count)
      let read = try judge.read(try pictures(range)) {
        progress((Double(start) + Double(range.count) * $0) / Double(count))
      }
      logits += read.prediction.logits.elements
      features += read.features.elements
    }
    guard logits.allSatisfy(\.isFinite), features.allSatisfy(\.isFinite) else {
      throw InspectError(
        .notApplicable, judge.specimen.name,
        "gives numbers that are not finite for pictures of \(name): one of the two has run away")
    }
    self.logits = Tensor([count, logits.count / count], logits)
    self.features = Tensor([count, features.count / count], features)
  }

  /// Pictures of a probe, all or some.
  init(
    _ probe: Probe, _ chosen: [Int]? = nil, by judge: Judge, of name: String,
    progress: (Double) -> Void = { _ in }
  ) throws {
    try self.init(chosen?.count ?? probe.count, by: judge, of: name, progress: progress) { range in
      chosen.map { probe.brightness(Array($0[range])) } ?? probe.brightness(range)
    }
  }

  private static let stretch = 2000
}

extension Judge {
  /// What the judge makes of pictures, as points that are read when they are needed.
  func features(of probe: Probe, length: Int) -> PointRows {
    PointRows(count: probe.count, length: length) { try read(probe.brightness($0)).features.elements }
  }

  /// The share of labelled pictures that the judge names rightly; nil without labels, or with labels of other classes.
  func accuracy(_ said: [Int], of labels: [Int]) -> Double? {
    let classes = classNames.count
    guard said.count == labels.count, labels.allSatisfy({ $0 >= 0 && $0 < classes }), !said.isEmpty else {
      return nil
    }
    return Double(zip(said, labels).count { $0 == $1 }) / Double(said.count)
  }

  /// SHA-256 of the parameters: scores by another classifier cannot be compared.
  var checksum: String { Provenance(of: specimen.model).dataHash }
}

/// What is made of a generator's pictures, a stretch at a time.
struct GeneratedPictures {
  let sampling: Sampling
  let latents: Tensor

  /// As many pictures as are asked for, of latents that a seed gives.
  init(_ generator: Specimen, count: Int, seed: UInt64) throws(InspectError) {
    sampling = try Sampling(generator)
    latents = sampling.latents(seed: seed, count: count)
  }

  /// The pictures of a stretch of latents as brightness.
  func brightness(_ range: Range<Int>) throws(InspectError) -> Tensor { try checked(latents[range]) }
  /// The pictures of some latents as brightness.
  func brightness(_ chosen: [Int]) throws(InspectError) -> Tensor { try checked(latents.rows(chosen)) }

  private func checked(_ latents: Tensor) throws(InspectError) -> Tensor {
    let pictures = try sampling.pictures(of: latents)
    guard pictures.elements.allSatisfy(\.isFinite) else {
      throw InspectError(
        .notApplicable, sampling.name, "makes numbers that are not finite: its weights have run away")
    }
    return pictures
  }
}

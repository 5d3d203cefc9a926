internal import Core
internal import Render

/// Pooling in a generator or discriminator, where strided convolutions are to learn how to shrink and grow.
struct AdversaryPoolingRule: DiagnosisRule {
  let id = "gan-pooling"

  func verdict(on examination: Examination) throws -> Verdict {
    let parts = examination.adversaries
    guard !parts.isEmpty else { return .notApplicable }
    var found: [Finding] = []
    for part in parts {
      let pools = part.network.nodes.filter { $0.operation is MaxPool2d || $0.operation is AvgPool2d }.map(
        \.name)
      guard !pools.isEmpty else { continue }
      found.append(
        Finding(
          part.severity(.warning), network: part.name, layer: pools.count == 1 ? pools[0] : nil,
          part.sentence(
            pools.count == 1
              ? "the pooling layer \(pools[0]) shrinks the maps"
              : "\(pools.count) pooling layers shrink the maps (\(pools.named()))"),
          advice:
            "A DCGAN has none: convolutions with stride 2 learn what to keep, and let gradients through everywhere.",
          command: examination.command("architecture", network: part.name),
          measures: ["layers": Double(pools.count)]))
    }
    return .found(found, else: "no pooling")
  }
}

/// Batch norm where it is missing, or where it does harm.
struct AdversaryNormRule: DiagnosisRule {
  let id = "gan-batch-norm"

  func verdict(on examination: Examination) throws -> Verdict {
    let parts = examination.adversaries.filter { $0.layers.count > 1 }
    guard !parts.isEmpty else { return .notApplicable }
    var found: [Finding] = []
    for part in parts {
      let command = examination.command("architecture", network: part.name)
      let first = part.layers[0]
      let last = part.layers[part.layers.count - 1]
      if part.role == .generator, let norm = last.norm {
        found.append(
          Finding(
            part.severity(.warning), network: part.name, layer: norm.name,
            part.sentence("\(norm.name) normalises the picture itself"),
            advice:
              "Leave it out: with it the pictures sway from batch to batch, and training may be unstable.",
            command: command))
      }
      if part.role == .discriminator, let norm = first.norm {
        found.append(
          Finding(
            part.severity(.warning), network: part.name, layer: norm.name,
            part.sentence("\(norm.name) normalises what the first layer sees of the picture"),
            advice: "Leave it out: how bright and how varied pictures are should tell real from made.",
            command: command))
      }
      // The guideline asks for it in between; in a generator already behind the first layer.
      let wanted = part.role == .generator ? part.layers.dropLast() : part.inner
      let missing = wanted.filter { $0.norm == nil }.map(\.node.name)
      guard !missing.isEmpty else { continue }
      let isAll = missing.count == wanted.count
      let dropsOut = part.network.nodes.contains { $0.operation is Dropout }
      let isMild = !isAll || (part.role == .discriminator && dropsOut)
      found.append(
        Finding(
          part.severity(isMild ? .note : .warning), network: part.name,
          layer: missing.count == 1 ? missing[0] : nil,
          part.sentence("no batch norm follows \(missing.named())\(isMild && isAll ? ", only dropout" : "")"),
          advice:
            "Batch norm keeps every layer’s answers centred and scaled: without it deep GANs often do not begin to learn.",
          command: command, measures: ["layers": Double(missing.count)]))
    }
    return .found(found.sorted { $0.severity < $1.severity }, else: "batch norm is where it should be")
  }
}

/// Activations other than the guidelines': ReLU in G with tanh at its end, LeakyReLU in D.
struct AdversaryActivationRule: DiagnosisRule {
  let id = "gan-activations"

  func verdict(on examination: Examination) throws -> Verdict {
    let parts = examination.adversaries.filter { !$0.layers.isEmpty }
    guard !parts.isEmpty else { return .notApplicable }
    let found = parts.flatMap { part in
      part.role == .generator ? generator(part, examination) : discriminator(part, examination)
    }
    return .found(found.sorted { $0.severity < $1.severity }, else: "activations are those that a DCGAN has")
  }

  private func generator(_ part: AdversaryPart, _ examination: Examination) -> [Finding] {
    let command = examination.command("architecture", network: part.name)
    var found: [Finding] = []
    let bounded = part.layers.dropLast().compactMap(\.activation).filter {
      $0.operation is Tanh || $0.operation is Sigmoid
    }
    if !bounded.isEmpty {
      found.append(
        Finding(
          part.severity(.warning), network: part.name,
          part.sentence("\(bounded.map { "\($0.name) (\($0.operation.name))" }.named()) can saturate"),
          advice: "Use ReLU in a generator, and tanh only at its end.", command: command,
          measures: ["layers": Double(bounded.count)]))
    }
    let leaky = part.layers.dropLast().compactMap(\.activation).filter { $0.operation is LeakyReLU }
    if !leaky.isEmpty, part.isSure {
      found.append(
        Finding(
          .note, network: part.name,
          "The generator has LeakyReLU in \(leaky.count) layer\(leaky.count == 1 ? "" : "s"): the paper’s has ReLU, TensorFlow’s tutorial this.",
          advice: "Both work; try the other where training stalls.", command: command,
          measures: ["layers": Double(leaky.count)]))
    }
    let end =
      part.layers[part.layers.count - 1].activation
      ?? part.network.nodes.last { $0.name == part.network.output }
    if let end, !(end.operation is Tanh), !(end.operation is Sigmoid) {
      found.append(
        Finding(
          part.severity(.warning), network: part.name, layer: end.name,
          part.sentence(
            "nothing at the end, \(end.name) (\(end.operation.name)), keeps pictures within black and white"),
          advice: "End in tanh, with pictures scaled to −1 … 1.", command: command))
    }
    return found
  }

  private func discriminator(_ part: AdversaryPart, _ examination: Examination) -> [Finding] {
    let plain = part.layers.dropLast().compactMap(\.activation).filter { $0.operation is ReLU }
    guard !plain.isEmpty else { return [] }
    return [
      Finding(
        part.severity(.warning), network: part.name,
        part.sentence(
          "\(plain.map(\.name).named()) \(plain.count == 1 ? "is a ReLU" : "are ReLUs"), and where one is silent no gradient reaches the generator"
        ),
        advice: "Use LeakyReLU with slope 0.2 in a discriminator.",
        command: examination.command("architecture", network: part.name),
        measures: ["layers": Double(plain.count)])
    ]
  }
}

/// A generator whose pictures cannot be as dark or bright as the real ones.
struct OutputRangeRule: DiagnosisRule {
  let id = "gan-output-range"

  func verdict(on examination: Examination) throws -> Verdict {
    guard examination.run != nil,
      let part = examination.adversaries.first(where: { $0.role == .generator }),
      let end = part.network.nodes.first(where: { $0.name == part.network.output }),
      let probe = part.specimen.probe
    else { return .notApplicable }
    let limits: (low: Double, high: Double)
    switch end.operation {
    case is Tanh: limits = (-1, 1)
    case is Sigmoid: limits = (0, 1)
    default: return .notApplicable
    }
    let black = Double(probe.normalisation.value(of: 0, channel: 0))
    let white = Double(probe.normalisation.value(of: 255, channel: 0))
    func range(_ low: Double, _ high: Double) -> String {
      "\(Numbers.significant(low, digits: 2)) … \(Numbers.significant(high, digits: 2))"
    }
    let words =
      "\(end.operation.name) makes numbers within \(range(limits.low, limits.high)), real pictures lie within \(range(black, white))"
    guard abs(black - limits.low) > 0.05 || abs(white - limits.high) > 0.05 else { return .well(words) }
    return .found([
      Finding(
        .fault, network: part.name, layer: end.name,
        "\(words): the discriminator can tell them apart by brightness alone.",
        advice: "Scale the pictures to the generator’s range.",
        command: examination.command("samples", network: part.name),
        measures: ["black": black, "white": white, "lowest": limits.low, "highest": limits.high])
    ])
  }
}

/// Transposed convolutions whose kernels overlap unevenly: a checkerboard is built in (Odena, Dumoulin and Olah 2016).
struct CheckerboardRule: DiagnosisRule {
  let id = "checkerboard"

  func verdict(on examination: Examination) throws -> Verdict {
    var found: [Finding] = []
    var count = 0
    for specimen in examination.specimens {
      let spreading = specimen.model.network.nodes.compactMap { node in
        (node.operation as? ConvTranspose2d).map {
          (name: node.name, kernel: $0.kernelSize, stride: $0.stride)
        }
      }
      count += spreading.count
      let uneven = spreading.filter {
        $0.kernel.height % $0.stride.height != 0 || $0.kernel.width % $0.stride.width != 0
      }
      guard let first = uneven.first else { continue }
      let layers = uneven.map { "\($0.name): \($0.kernel), stride \(max($0.stride.height, $0.stride.width))" }
      found.append(
        Finding(
          .warning, network: specimen.name, layer: uneven.count == 1 ? first.name : nil,
          "Kernels whose size is no multiple of their stride paint some pixels more often than their neighbours (\(layers.named(4))).",
          advice:
            "Use kernels that the stride divides, as 4 × 4 with stride 2, or enlarge first and convolve then.",
          command: examination.run != nil && specimen.role == .generator
            ? examination.command("samples")
            : examination.command("filters", network: specimen.name, "--layer", first.name),
          measures: ["layers": Double(uneven.count)]))
    }
    return count == 0
      ? .notApplicable
      : .found(
        found,
        else:
          "\(count == 1 ? "the transposed convolution paints" : "all \(count) transposed convolutions paint") evenly"
      )
  }
}

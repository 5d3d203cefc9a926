internal import Core
internal import Render

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#endif

extension Examination {
  /// The health of every network's units that can be tried; why not, where none can.
  func healths() throws -> (known: [(specimen: Specimen, health: UnitHealth)], why: String) {
    var known: [(Specimen, UnitHealth)] = []
    var why = Examination.needsPictures
    for specimen in specimens where specimen.probe != nil {
      do { known.append((specimen, try health(of: specimen))) } catch let error as InspectError {
        why = error.reason
      }
    }
    return (known, why)
  }

  /// Whether a layer's share of bad units is a fault, a warning or a note.
  static func severity(of share: Double) -> Finding.Severity {
    share >= 0.9 ? .fault : share >= 0.1 ? .warning : .note
  }
}

/// Units that never answer, or always the same.
struct DeadUnitRule: DiagnosisRule {
  let id = "dead-units"

  func verdict(on examination: Examination) throws -> Verdict {
    let (known, why) = try examination.healths()
    guard !known.isEmpty else { return .untold(why) }
    var found: [Finding] = []
    var units = 0
    for (specimen, health) in known {
      let tried = "\(Numbers.grouped(health.count)) \(specimen.role == .generator ? "latents" : "pictures")"
      for layer in health.layers {
        units += layer.units.count
        let dead = layer.units.filter { $0.isDead || $0.findings.contains(.constant) }
        guard !dead.isEmpty else { continue }
        let share = Double(dead.count) / Double(layer.units.count)
        found.append(
          Finding(
            Examination.severity(of: share), network: specimen.name, layer: layer.name,
            "\(dead.count) of \(layer.units.count) units of \(layer.name) (\(Numbers.percent(share, decimals: 0))) \(dead.count == 1 ? "never answers" : "never answer") to any of \(tried): \(dead.count == 1 ? "number" : "numbers") \(dead.map(\.index).named()).",
            advice: share >= 0.1
              ? "They carry nothing on and can learn nothing more: fewer units would do, and a smaller learning rate or a leaky rectifier would keep more of them alive."
              : "A few dead units do no harm; they could be left out.",
            command: examination.command(
              "units", network: specimen.name, "--layer", layer.name, onPictures: true),
            measures: ["units": Double(dead.count), "share": share]))
      }
    }
    return .found(
      found.sorted { $0.severity < $1.severity },
      else: "all \(Numbers.grouped(units)) units answer to something")
  }
}

/// Units of a tanh or sigmoid that sit at the ends of their range.
struct SaturationRule: DiagnosisRule {
  let id = "saturated-units"

  func verdict(on examination: Examination) throws -> Verdict {
    let (known, _) = try examination.healths()
    var found: [Finding] = []
    var units = 0
    for (specimen, health) in known {
      for layer in health.layers {
        guard case .bounded = layer.answers else { continue }
        units += layer.units.count
        let saturated = layer.units.filter { $0.findings.contains(.saturated) }
        guard !saturated.isEmpty else { continue }
        let share = Double(saturated.count) / Double(layer.units.count)
        found.append(
          Finding(
            Examination.severity(of: share), network: specimen.name, layer: layer.name,
            "\(saturated.count) of \(layer.units.count) units of \(layer.name) (\(Numbers.percent(share, decimals: 0))) \(saturated.count == 1 ? "is" : "are") nearly always at an end of their range: \(saturated.count == 1 ? "number" : "numbers") \(saturated.map(\.index).named()).",
            advice:
              "Hardly any gradient passes them: begin with smaller weights, use batch norm, or ReLU in place of tanh and sigmoid.",
            command: examination.command(
              "units", network: specimen.name, "--layer", layer.name, onPictures: true),
            measures: ["units": Double(saturated.count), "share": share]))
      }
    }
    guard units > 0 else { return .notApplicable }
    return .found(
      found,
      else: "none of \(Numbers.grouped(units)) units of tanh or sigmoid is stuck at an end of its range")
  }
}

extension Examination {
  /// The layers with filters or features before each network's last: what is wrong with those can be told from weights alone.
  func layersBeforeLast() -> [(specimen: Specimen, node: Network.Node)] {
    specimens.flatMap { specimen in
      let network = specimen.model.network
      let last = ChannelFlow(network).lastLayers
      return network.nodes.filter { node in
        !last.contains(node.name)
          && (node.operation is Conv2d || node.operation is ConvTranspose2d || node.operation is Linear)
          && specimen.model.parameters[node.name, "weight"] != nil
      }.map { (specimen, $0) }
    }
  }
}

/// Filters of nothing but zeros.
struct ZeroFilterRule: DiagnosisRule {
  let id = "zero-filters"

  func verdict(on examination: Examination) throws -> Verdict {
    // A unit that was seen to be dead need not be named twice.
    var named: [String: Set<Int>] = [:]
    for (specimen, health) in try examination.healths().known {
      for layer in health.layers {
        named[specimen.name + "/" + layer.name] = Set(
          layer.units.filter { $0.isDead || $0.findings.contains(.constant) }.map(\.index))
      }
    }
    var found: [Finding] = []
    var count = 0
    for (specimen, node) in examination.layersBeforeLast() {
      guard let layer = ComparedLayer(node, in: specimen.model, ChannelFlow(specimen.model.network)),
        !layer.unitsAreInputs
      else { continue }
      count += layer.units
      let known = named[specimen.name + "/" + node.name] ?? []
      let zeros = (0..<layer.units).filter { unit in
        !known.contains(unit)
          && layer.weights[unit * layer.size..<(unit + 1) * layer.size].allSatisfy { abs($0) < 1e-12 }
      }
      guard !zeros.isEmpty else { continue }
      let share = Double(zeros.count) / Double(layer.units)
      found.append(
        Finding(
          share >= 0.5 ? .fault : .warning, network: specimen.name, layer: node.name,
          "\(zeros.count) of \(layer.units) filters of \(node.name) \(zeros.count == 1 ? "is" : "are") all zero: \(zeros.count == 1 ? "number" : "numbers") \(zeros.named()).",
          advice: "They see nothing: leave them out, or train anew from another start.",
          command: node.operation is Linear
            ? nil : examination.command("filters", network: specimen.name, "--layer", node.name),
          measures: ["filters": Double(zeros.count), "share": share]))
    }
    return count == 0
      ? .notApplicable : .found(found, else: "none of \(Numbers.grouped(count)) filters is all zero")
  }
}

/// Filters that look for the same.
struct DuplicateFilterRule: DiagnosisRule {
  let id = "duplicate-filters"
  private static let cosine = UnitHealth.Thresholds().duplicateCosine

  /// The probability that two directions of chance have a larger cosine: the share of a sphere in d dimensions that a cap has,
  /// ½ I_x((d − 1) / 2, ½) with x = 1 − cos² (Li 2011); the first term of its series, which is enough for so small a cap.
  static func chance(of dimensions: Int) -> Double {
    let a = Double(max(dimensions - 1, 1)) / 2
    let beta = exp(lgamma(a) + lgamma(0.5) - lgamma(a + 0.5))
    return 0.5 * pow(1 - cosine * cosine, a) / (a * beta)
  }

  func verdict(on examination: Examination) throws -> Verdict {
    var found: [Finding] = []
    var count = 0
    for (specimen, node) in examination.layersBeforeLast() {
      // A dense layer whose answer is folded into maps has a row for every place: no filters of their own.
      guard ChannelFlow(specimen.model.network).folded(from: node) == nil,
        let twins = try UnitTwins(of: node, in: specimen.model)?.nearest
      else { continue }
      // Of many directions in few dimensions some are near each other by chance.
      let dimensions = node.operation.parameters[0].shape.elementCount / max(twins.count, 1)
      guard Self.chance(of: dimensions) * Double(twins.count) < 0.05 else { continue }
      count += twins.count
      let pairs = twins.enumerated().compactMap { unit, twin in
        twin.flatMap { $0.cosine > Self.cosine ? (unit, $0.unit, $0.cosine) : nil }
      }
      let share = Double(pairs.count) / Double(twins.count)
      guard share >= 0.01 else { continue }
      let closest = pairs.max { ($0.2, $1.0) < ($1.2, $0.0) }!
      found.append(
        Finding(
          share >= 0.1 ? .warning : .note, network: specimen.name, layer: node.name,
          "\(pairs.count) of \(twins.count) filters of \(node.name) point where another does (cosine above \(Numbers.significant(Self.cosine))): numbers \(pairs.map(\.0).named()); most alike are \(closest.0) and \(closest.1), cosine \(Numbers.fixed(closest.2, decimals: 3)).",
          advice: share >= 0.1
            ? "The layer has more filters than it has use for: fewer would do."
            : "A few pairs do no harm; the layer may have more filters than it has use for.",
          command: examination.run != nil || specimen.probe != nil
            ? examination.command("units", network: specimen.name, "--layer", node.name, onPictures: true)
            : node.operation is Linear ? nil : examination.command("filters", "--layer", node.name),
          measures: ["filters": Double(pairs.count), "share": share, "largest_cosine": closest.2]))
    }
    return count == 0
      ? .notApplicable
      : .found(
        found.sorted { $0.severity < $1.severity },
        else:
          "no two of \(Numbers.grouped(count)) filters point the same way (cosine above \(Numbers.significant(Self.cosine)))"
      )
  }
}

internal import Core

/// The tensors of a layer that scales each channel by itself: batch norm, other norms, PReLU.
struct NormGroup {
  enum Kind {
    /// With running statistics.
    case batch
    /// With a scale and an offset alone: layer, group or instance norm.
    case other
    /// With slopes alone.
    case slopes
  }

  let name: String
  let kind: Kind
  /// Channels or features; 1 for a slope that all share.
  let size: Int
  let group: WeightGroup
  /// Its place among the groups.
  let place: Int

  /// A group all of whose tensors have one axis of one length; nil if this is none.
  init?(_ group: WeightGroup, at place: Int) {
    let shapes = Set(group.parameters.map(\.tensor.shape))
    guard shapes.count == 1, let shape = shapes.first, shape.rank == 1, (1...(1 << 24)).contains(shape[0])
    else {
      return nil
    }
    if group["running_mean"] != nil, group["running_var"] != nil {
      kind = .batch
    } else if group["weight"] != nil, group["bias"] != nil {
      kind = .other
    } else if group["weight"] != nil, group.parameters.count == 1,
      group.name.lowercased().contains("relu") || shape[0] == 1
    {
      kind = .slopes
    } else {
      return nil
    }
    name = group.name
    size = shape[0]
    self.group = group
    self.place = place
  }
}

/// Which layers' results, or inputs, are normalised by what.
struct NormAttachments {
  /// Behind a layer, by its place in the order.
  private(set) var behind: [Int: [NormGroup]] = [:]
  /// Before a layer.
  private(set) var before: [Int: [NormGroup]] = [:]
  /// What found no place.
  private(set) var remarks: [String] = []

  init(_ norms: [NormGroup], to layers: [SettledLayer], places: [String: Int], isOrdered: Bool) {
    let names = layers.map { NumberedName($0.name) }
    for norm in norms {
      let name = NumberedName(norm.name)
      let scores = layers.indices.map { index in
        Self.score(name, names[index], distance: norm.place - places[layers[index].name]!, isOrdered)
      }
      let candidates = layers.indices.filter { index in
        (layers[index].outputs == norm.size || norm.kind == .slopes && norm.size == 1)
          && !(behind[index] ?? []).contains { ($0.kind == .slopes) == (norm.kind == .slopes) }
      }
      if let best = candidates.max(by: { scores[$0] < scores[$1] }), scores[best] > Self.never {
        behind[best, default: []].append(norm)
      } else if norm.kind != .slopes,
        let next = layers.indices.first(where: {
          layers[$0].inputs == norm.size && before[$0] == nil
            && (!isOrdered || places[layers[$0].name]! > norm.place)
        })
      {
        before[next] = [norm]
      } else {
        remarks.append("left aside: \(norm.name): no layer has \(norm.size) channels for it")
      }
    }
  }

  private static let never = -1_000_000

  /// How much speaks for a norm standing behind a layer, `distance` groups after it.
  private static func score(
    _ own: NumberedName, _ other: NumberedName, distance: Int, _ isOrdered: Bool
  ) -> Int {
    if isOrdered { return distance > 0 ? -distance : never }
    var score = -abs(distance)
    if let number = own.number, let another = other.number {
      // `main.4` behind `main.3`; `bn2` behind `conv2`.
      if own.parent == other.parent, own.word == other.word, number > another {
        score += 20_000 - min(number - another, 9000)
      }
      if own.word != other.word, number == another { score += own.parent == other.parent ? 30_000 : 10_000 }
    }
    return score
  }
}

/// A name as a parent, a word and a number: `block.conv2`, or `main.3` with an empty word.
private struct NumberedName {
  var parent: Substring
  var word: Substring
  var number: Int?

  init(_ name: String) {
    let cut = name.lastIndex { $0 == "." || $0 == "/" }
    parent = cut.map { name[..<$0] } ?? ""
    let last = cut.map { name[name.index(after: $0)...] } ?? name[...]
    let digits = last.reversed().prefix { $0.isASCII && $0.isNumber }
    number = Int(String(digits.reversed()))
    word = last.dropLast(digits.count)
  }
}

#if canImport(COneDNN)

/// Which gradients can lie in the same memory, since one is read for the last time before the other is written, or turned into
/// the other in place: in a chain of layers two places are enough for all of them.
///
/// Made for the pass through the whole network. A pass that starts later or leaves something out writes fewer gradients
/// at the same times, so the plan holds for it as well. Gradients at the network's inputs stay to be read after a pass and
/// have memory of their own.
struct GradientPlan {
  /// A stretch of time, in kernels of the backward pass, and who needs memory for it.
  private struct Need {
    let value: Value
    let times: ClosedRange<Int>
    let byteCount: Int
    /// Whose gradient is turned into this one where it lies.
    let predecessor: Value?
  }

  private struct Place {
    var byteCount: Int
    var busyUntil: Int
    var users: [Value]
  }

  private var places: [Place] = []

  /// - Parameters:
  ///   - values: the network's inputs and what its kernels make.
  ///   - inputs: the network's inputs.
  ///   - kernels: in the order of the forward pass.
  init(_ values: [Value], inputs: [Value], _ kernels: [any OneDNNKernel]) {
    let needs = Self.needs(values, kernels).filter { need in !inputs.contains { $0 === need.value } }.sorted {
      ($0.times.lowerBound, $0.value.name) < ($1.times.lowerBound, $1.value.name)
    }
    for need in needs {
      if let predecessor = need.predecessor,
        let place = places.indices.first(where: { places[$0].users.last === predecessor }),
        places[place].busyUntil == need.times.lowerBound, places[place].byteCount >= need.byteCount
      {
        places[place].busyUntil = need.times.upperBound
        places[place].users.append(need.value)
        continue
      }
      let free = places.indices.filter { places[$0].busyUntil < need.times.lowerBound }
      // The smallest that is large enough, else the largest, to be made larger.
      let large = free.filter { places[$0].byteCount >= need.byteCount }
      let choice =
        large.min { places[$0].byteCount < places[$1].byteCount }
        ?? free.max { places[$0].byteCount < places[$1].byteCount }
      if let choice {
        places[choice].byteCount = max(places[choice].byteCount, need.byteCount)
        places[choice].busyUntil = need.times.upperBound
        places[choice].users.append(need.value)
      } else {
        places.append(
          Place(byteCount: need.byteCount, busyUntil: need.times.upperBound, users: [need.value]))
      }
    }
  }

  /// Gives the values their memory: what other plans have in the workspace, where it is large enough. To be done before any of
  /// their gradients is used.
  func apply(in workspace: Workspace) {
    var there = workspace.gradientPlaces
    for place in places.sorted(by: { $0.byteCount > $1.byteCount }) {
      let memory: AlignedMemory
      if let index = there.firstIndex(where: { $0.byteCount >= place.byteCount }) {
        memory = there.remove(at: index)
      } else {
        memory = AlignedMemory(byteCount: place.byteCount)
        workspace.gradientPlaces.append(memory)
      }
      for value in place.users { value.gradientMemory = memory }
    }
  }

  /// From the first reader's turn, or from the beginning, to the turn of the kernel that made the value.
  private static func needs(_ values: [Value], _ kernels: [any OneDNNKernel]) -> [Need] {
    let end = kernels.count
    var first: [ObjectIdentifier: Int] = [:]
    var last: [ObjectIdentifier: Int] = [:]
    func root(of value: Value) -> Value { value.gradientTwin.map(root) ?? value }
    for value in values {
      let key = ObjectIdentifier(root(of: value))
      let turns = kernels.indices.filter { kernels[$0].inputs.contains { $0 === value } }.map { end - 1 - $0 }
      first[key] = min(first[key] ?? end, turns.min() ?? -1)
      let made = kernels.firstIndex { $0.output === value }.map { end - 1 - $0 } ?? end
      last[key] = max(last[key] ?? -1, made)
    }
    return values.filter { $0.gradientTwin == nil }.map { value in
      let key = ObjectIdentifier(value)
      let readers = kernels.filter { kernel in kernel.inputs.contains { $0 === value } }
      let isTakenInPlace = readers.count == 1 && readers[0].takesGradientsInPlace
      return Need(
        value: value, times: min(first[key]!, last[key]!)...last[key]!,
        byteCount: value.data.layout.byteCount, predecessor: isTakenInPlace ? readers[0].output : nil)
    }
  }
}
#endif

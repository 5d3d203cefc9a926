import CAllocations

/// How many blocks of memory a training step asks for, once it has been done a few times.
struct AllocationCounts {
  var counts: [(work: String, ours: Double, libraries: Double)] = []

  init() throws {
    guard allocations_can_count() != 0 else { return }
    let steps = 10
    for work in try [Work.cnnStep(), .dcganStep(batch: 32), .dcgan64Step(batch: 8)] {
      let once = try work.prepare()
      // Past an epoch's end too, where the pictures are shuffled anew.
      for _ in 0..<6 { try once() }
      allocations_begin()
      for _ in 0..<steps { try once() }
      let counted = allocations_end()
      counts.append(
        (work.name, Double(counted.ours) / Double(steps), Double(counted.libraries) / Double(steps)))
    }
  }
}

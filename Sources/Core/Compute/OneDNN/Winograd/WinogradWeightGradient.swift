#if canImport(COneDNN)
internal import CKernels

/// The gradient of a convolution's weights by Winograd's points: at each point the product of the big picture's patches and
/// the small picture's tiles, summed over all tiles, is turned into taps at the end.
///
/// The small picture's points are made for a stretch of tiles; a thread then takes some of the big picture's channels at a
/// time, whose patches and sums stay in its cache.
final class WinogradWeightGradient {
  private let loops: kernels_table
  private let geometry: WinogradGeometry
  private let terms: [(grid: kernels_grid, rows: [Int], columns: [Int])]
  private let tiles: kernels_tiles
  private let tileCount: Int
  private let (big, small): (Int, Int)
  /// Tiles of a stretch; the big picture's channels of a share.
  private let (stretch, share): (Int, Int)
  private let sharesOfTerm: Int
  /// Numbers from one point to the next: of the small picture, of patches, of sums.
  private let (smallPoint, patchPoint, sumPoint): (Int, Int, Int)
  private let threads: Int
  /// Sums wait for the next stretch, if there is one.
  private let keepsSums: Bool
  private let smallMemory: BlockedTensor
  private let patchMemory: BlockedTensor
  private let sumMemory: BlockedTensor
  private lazy var partialSums = BlockedTensor(.plain([small]))

  /// Memory for all three, if it can be had by more stretches: then the sums of all shares have to wait for the next.
  private static let budget = 12 << 20

  init(_ geometry: WinogradGeometry, scratch: Scratch) {
    self.geometry = geometry
    loops = VectorLoops.table!
    terms = geometry.gathering[0].terms
    tiles = geometry.gatheringTiles
    tileCount = geometry.small[0] * tiles.rows * tiles.columns
    (big, small) = (geometry.big[1], geometry.small[1])
    threads = ThreadTeam.threads
    let (points, width) = (WinogradGeometry.pointCount, loops.width)
    // Whole blocks, and whole rows of a product where there are enough.
    let fair = big * terms.count / threads / width * width
    share = min(48, big, max(width, fair))
    sharesOfTerm = (big + share - 1) / share
    let sums = terms.count * sharesOfTerm
    // By copies, since not everything is known yet.
    let (tileCount, small, threads, share) = (tileCount, small, threads, share)
    func byteCount(_ stretches: Int) -> Int {
      let perTile = (small + threads * share) * ((tileCount + stretches - 1) / stretches)
      return points * (perTile + (stretches > 1 ? sums : threads) * share * small) * MemoryLayout<Float>.size
    }
    let numbers = 1...min(8, tileCount)
    let stretches =
      numbers.first { byteCount($0) <= Self.budget } ?? numbers.min { byteCount($0) < byteCount($1) }!
    stretch = (tileCount + stretches - 1) / stretches
    keepsSums = stretches > 1
    smallPoint = WinogradGeometry.apart(stretch * small)
    patchPoint = WinogradGeometry.apart(stretch * share)
    sumPoint = WinogradGeometry.apart(share * small)
    smallMemory = BlockedTensor(.plain([points * smallPoint]), sharing: nil)
    patchMemory = BlockedTensor(.plain([threads * points * patchPoint]), sharing: nil)
    sumMemory = BlockedTensor(
      .plain([(keepsSums ? sums : threads) * points * sumPoint]), sharing: nil)
    scratch.add([smallMemory, patchMemory, sumMemory])
  }

  private struct Job {
    let big: kernels_image
    let small: kernels_image
    let gradient: BlockedTensor
    let tiles: Range<Int>
    var isFirst: Bool { tiles.lowerBound == 0 }
    let isLast: Bool
  }

  /// Writes the gradient of a weight in its blocks, from the big picture and the small one, of which one is an input and the
  /// other the gradient at the output.
  /// - Parameter sums: where the small picture's sums by channel go, if somebody wants them.
  func run(
    big: BlockedTensor, small: BlockedTensor, into gradient: BlockedTensor, sums: BlockedTensor? = nil
  ) {
    for start in stride(from: 0, to: tileCount, by: stretch) {
      let end = min(start + stretch, tileCount)
      let job = Job(
        big: big.image, small: small.image, gradient: gradient, tiles: start..<end, isLast: end == tileCount)
      transforming.run(threads, on: job)
      if let sums { addTiles(job, to: sums.floats) }
      multiplying.run(threads, on: job)
    }
  }

  private lazy var transforming = ParallelLoop<Job> { [unowned self] in transform($0, $1) }
  private lazy var multiplying = ParallelLoop<Job> { [unowned self] in multiply($0, $1) }

  private var smallPoints: kernels_points {
    kernels_points(values: smallMemory.floats.baseAddress!, point: smallPoint, tile: small)
  }

  private func transform(_ job: Job, _ thread: Int) {
    var image = job.small
    var points = smallPoints
    let count = job.tiles.count
    let part = count * thread / threads..<count * (thread + 1) / threads
    points.values += part.lowerBound * small
    let start = job.tiles.lowerBound
    loops.result_points(
      &image, tiles, kernels_range(start: start + part.lowerBound, end: start + part.upperBound), points)
  }

  /// At the point (1, 1) a tile has the sum of its numbers.
  private func addTiles(_ job: Job, to sums: UnsafeMutableBufferPointer<Float>) {
    let ones = smallPoints.values + (WinogradGeometry.points + 1) * smallPoint
    if job.isFirst { sums.update(repeating: 0) }
    let partialSums = partialSums.floats
    // A few tiles at a time, since the rounding of one long sum would grow.
    for start in stride(from: 0, to: job.tiles.count, by: 64) {
      partialSums.update(repeating: 0)
      for tile in start..<min(start + 64, job.tiles.count) {
        for channel in 0..<small { partialSums[channel] += ones[tile * small + channel] }
      }
      for channel in 0..<small { sums[channel] += partialSums[channel] }
    }
  }

  private func multiply(_ job: Job, _ thread: Int) {
    let all = terms.count * sharesOfTerm
    for unit in all * thread / threads..<all * (thread + 1) / threads { multiply(job, unit: unit, thread) }
  }

  private func multiply(_ job: Job, unit: Int, _ thread: Int) {
    var image = job.big
    let (points, width) = (WinogradGeometry.pointCount, loops.width)
    let term = terms[unit / sharesOfTerm]
    let start = unit % sharesOfTerm * share
    let channels = start..<min(start + share, big)
    let blocks = kernels_range(start: channels.lowerBound / width, end: channels.upperBound / width)
    let patches = kernels_points(
      values: patchMemory.floats.baseAddress! + thread * points * patchPoint, point: patchPoint,
      tile: channels.count)
    loops.patch_points(
      &image, term.grid, tiles, kernels_range(start: job.tiles.lowerBound, end: job.tiles.upperBound), blocks,
      patches)
    let place = keepsSums ? unit : thread
    let sums = kernels_points(
      values: sumMemory.floats.baseAddress! + place * points * sumPoint, point: sumPoint,
      tile: small)
    for point in 0..<points {
      loops.product(
        channels.count, small, job.tiles.count, patches.values + point * patches.point, 1, channels.count,
        smallPoints.values + point * smallPoints.point, small, sums.values + point * sums.point, small,
        job.isFirst ? 0 : 1)
    }
    guard job.isLast else { return }
    var filters = geometry.filters(job.gradient, rows: term.rows, columns: term.columns)
    loops.filter_gradients(&filters, Int32(geometry.taps), blocks, sums)
  }
}
#endif

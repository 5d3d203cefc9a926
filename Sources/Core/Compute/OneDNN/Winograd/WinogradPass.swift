#if canImport(COneDNN)
internal import CKernels

/// One way of a convolution by Winograd's points, from the big picture into the small one or back.
///
/// A thread takes a stretch of tiles at a time, small enough that their points stay in its cache between the three steps:
/// patches to points, a matrix product at each point, points to results. The weights' points are as many numbers as
/// 25 / r² times the weights, too many for memory where channels are many, so they are made for one grid of results and
/// some of its channels at a time.
final class WinogradPass {
  private let loops: kernels_table
  private let geometry: WinogradGeometry
  private let products: [WinogradGeometry.Product]
  private let tiles: kernels_tiles
  private let tileCount: Int
  private let columnsAreBig: Bool
  /// Channels read, of one term; channels made.
  private let (read, made): (Int, Int)
  /// Rows of the matrix of weights: channels read, of all terms.
  private let depth: Int
  /// Tiles of a stretch, channels made at a time.
  private let (stretch, portion): (Int, Int)
  /// Numbers from one point to the next: of the weights, of patches, of results.
  private let (filterPoint, patchPoint, sumPoint): (Int, Int, Int)
  private let threads: Int
  private let filterMemory: BlockedTensor
  private let tileMemory: BlockedTensor
  /// Whether the weights' points are all in memory of their own, and of which state of the weights.
  private let keepsFilters: Bool
  private var keptVersion: Int?

  /// Bytes of the weights' points at a time, and of a stretch's: a share of the last cache, a few times the second.
  private static let (filterBytes, tileBytes) = (8 << 20, 5 << 20)

  /// - Parameters:
  ///   - gathers: from the big picture into the small one.
  ///   - keepsFilters: whether weights seldom change, so that their points are worth memory.
  init(_ geometry: WinogradGeometry, gathers: Bool, keepsFilters: Bool, scratch: Scratch) {
    self.geometry = geometry
    loops = VectorLoops.table!
    products = gathers ? geometry.gathering : geometry.spreading
    tiles = gathers ? geometry.gatheringTiles : geometry.spreadingTiles
    let (source, target) = gathers ? (geometry.big, geometry.small) : (geometry.small, geometry.big)
    tileCount = source[0] * tiles.rows * tiles.columns
    columnsAreBig = !gathers
    (read, made) = (source[1], target[1])
    depth = read * products[0].terms.count
    threads = ThreadTeam.threads
    self.keepsFilters = keepsFilters
    let (points, float) = (WinogradGeometry.pointCount, MemoryLayout<Float>.size)
    let pair = 2 * loops.width
    let column = points * depth * float
    portion = keepsFilters ? made : min(made, max(pair, Self.filterBytes / column / pair * pair))
    let fitting = max(1, Self.tileBytes / (points * (depth + portion) * float))
    // Even parts, of twelve rows of a product at once, or six. A grid that has few tiles is read with its weights' points once.
    let most = max(1, min(fitting, tileCount <= 66 ? 66 : 48))
    let parts = (tileCount + most - 1) / most
    stretch = ((tileCount + parts - 1) / parts + 5) / 6 * 6
    filterPoint = WinogradGeometry.apart(depth * portion)
    patchPoint = WinogradGeometry.apart(stretch * depth)
    sumPoint = WinogradGeometry.apart(stretch * portion)
    let filterLayout = Layout.plain([(keepsFilters ? products.count : 1) * points * filterPoint])
    filterMemory = keepsFilters ? BlockedTensor(filterLayout) : BlockedTensor(filterLayout, sharing: nil)
    tileMemory = BlockedTensor(.plain([threads * points * (patchPoint + sumPoint)]), sharing: nil)
    if keepsFilters {
      scratch.add([tileMemory])
    } else {
      scratch.add([filterMemory, tileMemory])
    }
  }

  private struct Job {
    let source: kernels_image
    let target: kernels_image
    let weight: BlockedTensor
    let bias: UnsafeMutablePointer<Float>?
    let slope: Float
    /// The grids of results and the channels made in this turn.
    let products: Range<Int>
    let channels: Range<Int>
  }

  /// - Parameters:
  ///   - version: a number that changes with the weight.
  ///   - bias: one number for each channel made, if there is one.
  ///   - slope: what negative results are multiplied by.
  func run(
    _ source: BlockedTensor, into target: BlockedTensor, weight: BlockedTensor, version: Int,
    bias: BlockedTensor? = nil, slope: Float = 1
  ) {
    let turn = keepsFilters ? products.count : 1
    for first in stride(from: 0, to: products.count, by: turn) {
      for start in stride(from: 0, to: made, by: portion) {
        let job = Job(
          source: source.image, target: target.image, weight: weight, bias: bias?.floats.baseAddress,
          slope: slope, products: first..<first + turn, channels: start..<min(start + portion, made))
        if !keepsFilters || keptVersion != version {
          filtering.run(turn * job.channels.count / loops.width, on: job)
          keptVersion = version
        }
        multiplying.run(threads, on: job)
      }
    }
  }

  private lazy var filtering = ParallelLoop<Job> { [unowned self] in makeFilterPoints($0, $1) }
  private lazy var multiplying = ParallelLoop<Job> { [unowned self] in multiply($0, $1) }

  /// Packs one block of channels made, of one product, as `product` reads it: two blocks side by side.
  private func makeFilterPoints(_ job: Job, _ round: Int) {
    let width = loops.width
    let blocks = job.channels.count / width
    let (product, block) = (products[job.products.lowerBound + round / blocks], round % blocks)
    let pair = block / 2 * 2
    let stride = min(2, blocks - pair) * width
    let points = WinogradGeometry.pointCount
    var packed = filterMemory.floats.baseAddress!
    packed += round / blocks * points * filterPoint + pair * width * depth + (block - pair) * width
    for term in product.terms {
      var filters = geometry.filters(job.weight, rows: term.rows, columns: term.columns)
      loops.filter_points(
        &filters, Int32(geometry.taps), columnsAreBig ? 1 : 0, job.channels.lowerBound / width + block,
        packed,
        filterPoint, stride)
      packed += read * stride
    }
  }

  /// One thread's share of all tiles, those of a later grid after those of an earlier.
  private func multiply(_ job: Job, _ thread: Int) {
    let all = tileCount * job.products.count
    let end = all * (thread + 1) / threads
    var tile = all * thread / threads
    while tile < end {
      let (number, first) = (tile / tileCount, tile % tileCount)
      let count = min(stretch, tileCount - first, end - tile)
      multiply(job, number, first..<first + count, thread)
      tile += count
    }
  }

  private func multiply(_ job: Job, _ number: Int, _ range: Range<Int>, _ thread: Int) {
    var (source, target) = (job.source, job.target)
    let product = products[job.products.lowerBound + number]
    let (width, columns) = (loops.width, job.channels.count)
    let points = WinogradGeometry.pointCount
    let memory = tileMemory.floats.baseAddress! + thread * points * (patchPoint + sumPoint)
    let patches = kernels_points(values: memory, point: patchPoint, tile: depth)
    let sums = kernels_points(values: memory + points * patchPoint, point: sumPoint, tile: columns)
    let tileRange = kernels_range(start: range.lowerBound, end: range.upperBound)
    for (index, term) in product.terms.enumerated() {
      var part = patches
      part.values += index * read
      loops.patch_points(
        &source, term.grid, tiles, tileRange, kernels_range(start: 0, end: read / width), part)
    }
    let filters = filterMemory.floats.baseAddress! + number * points * filterPoint
    for point in 0..<points {
      loops.product(
        range.count, columns, depth, patches.values + point * patches.point, depth, 1,
        filters + point * filterPoint, 0, sums.values + point * sums.point, columns, 0)
    }
    let blocks = kernels_range(
      start: job.channels.lowerBound / width, end: job.channels.upperBound / width)
    loops.results(&target, product.results, tiles, tileRange, blocks, sums, job.bias, job.slope)
  }
}
#endif

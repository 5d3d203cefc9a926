#if canImport(COneDNN)

/// The patches that a kernel of several taps sees of an image, laid out as channels: value `(channel, row, column)` of
/// the kernel at place `(y, x)` of the grid is the image's at `(y·stride + rows[row], x·stride + columns[column])`, or
/// zero outside of it. In memory the channels of patches lie in blocks, filled up with zeros.
final class Patches {
  /// Examples, channels, height, width of the image, which lies row-major.
  let image: [Int]
  /// Height and width of the grid.
  let grid: (height: Int, width: Int)
  let stride: (vertical: Int, horizontal: Int)
  let rows: [Int]
  let columns: [Int]
  let block: Int

  init(
    image: [Int], grid: (height: Int, width: Int), stride: (vertical: Int, horizontal: Int), rows: [Int],
    columns: [Int], block: Int
  ) {
    self.image = image
    self.grid = grid
    self.stride = stride
    self.rows = rows
    self.columns = columns
    self.block = block
  }

  private var taps: Int { rows.count * columns.count }
  /// Channels of the patches, without those that fill the last block.
  var channels: Int { image[1] * taps }
  var extents: [Int] { [image[0], channels, grid.height, grid.width] }
  private var blocks: Int { (channels + block - 1) / block }

  /// What the loops are at work on.
  private struct Memory {
    let images: UnsafeMutablePointer<Float>
    let patches: UnsafeMutablePointer<Float>
    let start: UnsafeMutablePointer<Float>?
  }

  /// Copies an image's patches.
  func gather(_ images: UnsafeMutablePointer<Float>, into patches: UnsafeMutablePointer<Float>) {
    gathering.run(image[0], on: Memory(images: images, patches: patches, start: nil))
  }

  /// Adds patches up to images that start from one number for each channel: the transpose of `gather`.
  func scatter(
    _ patches: UnsafeMutablePointer<Float>, into images: UnsafeMutablePointer<Float>,
    startingFrom start: UnsafeMutablePointer<Float>?
  ) {
    scattering.run(image[0], on: Memory(images: images, patches: patches, start: start))
  }

  private lazy var gathering = ParallelLoop<Memory> { [unowned self] in gather($1, $0) }
  private lazy var scattering = ParallelLoop<Memory> { [unowned self] in scatter($1, $0) }

  private func gather(_ example: Int, _ memory: Memory) {
    let (images, patches) = (memory.images, memory.patches)
    visit(example) { place, tap, count in
      var (from, to) = (images + place, patches + tap)
      for _ in 0..<count {
        to.pointee = from.pointee
        from += stride.horizontal
        to += block
      }
    } outside: { tap, count in
      var to = patches + tap
      for _ in 0..<count {
        to.pointee = 0
        to += block
      }
    }
  }

  private func scatter(_ example: Int, _ memory: Memory) {
    let (images, patches) = (memory.images, memory.patches)
    let plane = image[2] * image[3]
    for channel in 0..<image[1] {
      (images + (example * image[1] + channel) * plane).update(
        repeating: memory.start?[channel] ?? 0, count: plane)
    }
    visit(example) { place, tap, count in
      var (from, to) = (patches + tap, images + place)
      for _ in 0..<count {
        to.pointee += from.pointee
        from += block
        to += stride.horizontal
      }
    } outside: { _, _ in
    }
  }

  /// Goes through an example's patches: for every tap and row of the grid the stretch that lies inside of the image,
  /// and those outside.
  @inline(__always)
  private func visit(
    _ example: Int, inside: (_ place: Int, _ tap: Int, _ count: Int) -> Void,
    outside: (_ tap: Int, _ count: Int) -> Void
  ) {
    let (height, width) = (image[2], image[3])
    for channel in 0..<channels {
      let (row, column) = (rows[channel % taps / columns.count], columns[channel % columns.count])
      let plane = (example * image[1] + channel / taps) * height * width
      let start = (example * blocks + channel / block) * grid.height * grid.width * block + channel % block
      // Places of the grid whose column lies inside of the image.
      let first = min(max(0, (stride.horizontal - 1 - column) / stride.horizontal), grid.width)
      let end = max(first, min(grid.width, (width - column + stride.horizontal - 1) / stride.horizontal))
      for y in 0..<grid.height {
        let tap = start + y * grid.width * block
        let imageRow = y * stride.vertical + row
        guard 0..<height ~= imageRow else {
          outside(tap, grid.width)
          continue
        }
        outside(tap, first)
        inside(
          plane + imageRow * width + first * stride.horizontal + column, tap + first * block, end - first)
        outside(tap + end * block, grid.width - end)
      }
    }
  }
}
#endif

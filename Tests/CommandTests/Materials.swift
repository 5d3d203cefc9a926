import Core
import Foundation
import TestSupport
import Testing

/// What all tests here work on, made once: two tiny runs, a data set, and files with something wrong.
struct Materials: Sendable {
  /// The folder that holds them.
  let folder: String
  /// A classifier of three steps on drawn digits.
  var cnn: String { folder + "/cnn.h5" }
  /// A DCGAN of three steps on drawn digits.
  var gan: String { folder + "/gan.h5" }
  /// Three inputs of the classifier, as numbers.
  var inputs: String { folder + "/inputs.npy" }
  /// A figure of the classifier.
  var figure: String { folder + "/filters.svg" }
  /// A folder of IDX files: 352 pictures to train on, 64 to test.
  var stripes: String { folder + "/stripes" }

  /// The one copy.
  static var shared: Materials { get async throws { try await making.value } }

  private static let making = Task { try await Materials() }
  /// Removed when the tests are over, as well as a process can.
  private static let scratch = Result { try ScratchFolder() }

  private init() async throws {
    folder = try Self.scratch.get().path
    atexit { try? FileManager.default.removeItem(atPath: Materials.scratch.get().path) }
    async let classifier = vitrine("train", "cnn", "--steps", "3", "--out", cnn, "--quiet", in: folder)
    async let adversaries = vitrine("train", "dcgan", "--steps", "3", "--out", gan, "--quiet", in: folder)
    for outcome in [try await classifier, try await adversaries] {
      #expect(outcome.status == 0, "\(outcome.error)")
    }
    let figure = try await vitrine("filters", cnn, "-o", figure, in: folder)
    #expect(figure.status == 0, "\(figure.error)")
    var random = RandomStream(seed: 5, stream: 0)
    try NumPyFile.write(random.normal([3, 1, 28, 28]), to: inputs)
    try makeData()
    try makeDamagedRuns()
    try makeOtherFiles()
  }

  private func write(_ bytes: [UInt8], _ name: String) throws {
    let file = URL(fileURLWithPath: folder + "/" + name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  private func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped))
  }

  // MARK: Data sets

  /// Upright stripes are ones, level ones are zeros, slanted twos.
  private func makeData() throws {
    func pictures(_ count: Int) -> [UInt8] {
      (0..<count).flatMap { index in
        (0..<784).map { pixel -> UInt8 in
          let (x, y) = (pixel % 28 + index, pixel / 28 + index)
          return [y, x, x + y][index % 3] % 7 < 3 ? 230 : 20
        }
      }
    }
    let labels: (Int) -> [UInt8] = { (0..<$0).map { UInt8($0 % 3) } }
    let (train, test) = (352, 64)
    let good: [String: [UInt8]] = [
      "train-images-idx3-ubyte": IDX.pictures(train, pictures(train)),
      "train-labels-idx1-ubyte": IDX.labels(labels(train)),
      "t10k-images-idx3-ubyte": IDX.pictures(test, pictures(test)),
      "t10k-labels-idx1-ubyte": IDX.labels(labels(test)),
    ]
    func folder(_ name: String, _ changes: [String: [UInt8]]) throws {
      for (file, bytes) in good.merging(changes, uniquingKeysWith: { $1 }) {
        try write(bytes, name + "/" + file)
      }
    }
    try folder("stripes", [:])
    let images = good["train-images-idx3-ubyte"]!
    try folder("magic", ["train-images-idx3-ubyte": [0, 0, 0x18, 3] + images.dropFirst(4)])
    try folder("short", ["train-images-idx3-ubyte": images.dropLast()])
    try folder("counts", ["train-labels-idx1-ubyte": IDX.labels(labels(300))])
    try folder("swapped", ["train-images-idx3-ubyte": good["train-labels-idx1-ubyte"]!])
    try folder("mnist", ["train-labels-idx1-ubyte": IDX.labels([11] + labels(train).dropFirst())])
    try write([], "no-data/.hidden")
    for index in 0..<3 {
      try Picture(
        width: 28, height: 28 + index, channels: 1, samples: [UInt8](repeating: 9, count: 28 * (28 + index))
      )
      .writePNG(to: makeFolder("sizes/\(index)") + "/it.png")
    }
    try Picture(width: 28, height: 28, channels: 1, samples: [UInt8](repeating: 9, count: 784))
      .writePNG(to: makeFolder("one-class/a") + "/it.png")
  }

  private func makeFolder(_ name: String) throws -> String {
    try FileManager.default.createDirectory(atPath: folder + "/" + name, withIntermediateDirectories: true)
    return folder + "/" + name
  }

  private enum IDX {
    static func number(_ number: Int) -> [UInt8] {
      (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
    }
    static func pictures(_ count: Int, _ pixels: [UInt8]) -> [UInt8] {
      [0, 0, 8, 3] + number(count) + number(28) + number(28) + pixels
    }
    static func labels(_ labels: [UInt8]) -> [UInt8] { [0, 0, 8, 1] + number(labels.count) + labels }
  }

  // MARK: Files with something wrong

  private func makeDamagedRuns() throws {
    let run = try bytes(cnn)
    for cut in [20, 700, 40_000, run.count / 2, run.count - 1] {
      try write(Array(run[..<cut]), "cut-\(cut).h5")
    }
    try write(Array(run[..<40_000]), "cut.h5")
    try write([], "empty.h5")
    try write(Array("just words\n".utf8), "text.h5")
    try write(Array("<!DOCTYPE html><title>404</title>".utf8), "page.h5")
    try write(Array("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n".utf8), "pointer.h5")
    _ = try makeFolder("folder.h5")
    let foreign = try HDF5File(creating: folder + "/foreign.h5")
    try foreign.close()
    let newer = try HDF5File(creating: folder + "/newer.h5")
    try newer.set(attribute: "format", "vitrine-run")
    try newer.set(attribute: "version", numbers: [RunArchive.formatVersion + 1], isScalar: true)
    try newer.close()
    let hollow = try HDF5File(creating: folder + "/hollow.h5")
    try hollow.set(attribute: "format", "vitrine-run")
    try hollow.set(attribute: "version", numbers: [RunArchive.formatVersion], isScalar: true)
    try hollow.close()
  }

  private func makeOtherFiles() throws {
    let wide = Picture(width: 40, height: 30, channels: 1, samples: [UInt8](repeating: 77, count: 1200))
    try wide.writePNG(to: folder + "/wide.png")
    try write(Array(try bytes(folder + "/wide.png").prefix(60)), "cut.png")
    try write([0xFF, 0xD8, 0xFF, 0xE0, 0, 16] + Array("JFIF".utf8), "cut.jpg")
    try write(Array("no picture".utf8), "text.png")
    try write(Array("no numbers".utf8), "text.npy")
    let numbers = try bytes(inputs)
    try write(numbers.dropLast(), "cut.npy")
    try NumPyFile.write(Tensor([3, 1, 27, 28]), to: folder + "/shape.npy")
    // The header's first byte is no text, so bytes are exchanged and not letters.
    var complex = numbers
    let type = numbers.indices.first { numbers[$0...].starts(with: Array("<f4".utf8)) }!
    complex.replaceSubrange(type..<type + 3, with: Array("<c8".utf8))
    try write(complex, "complex.npy")
    let figure = try String(contentsOfFile: figure, encoding: .utf8)
    func changed(_ old: String, _ new: String, _ name: String) throws {
      let text = figure.replacingOccurrences(of: old, with: new)
      try #require(text != figure, "nothing to change: \(old)")
      try write(Array(text.utf8), name)
    }
    try changed("</svg>", "<!-- mine --></svg>", "retouched.svg")
    try changed("&quot;tool&quot;:&quot;vitrine ", "&quot;tool&quot;:&quot;vitrine 99.", "other-version.svg")
    try changed(
      "&quot;verb&quot;:&quot;filters&quot;", "&quot;verb&quot;:&quot;dream&quot;", "other-verb.svg")
    try changed("&quot;step&quot;:3", "&quot;step&quot;:33", "other-step.svg")
    try changed("vitrine-recipe", "a-recipe", "no-recipe.svg")
    try write(Array("keep me".utf8), "there.h5")
  }
}

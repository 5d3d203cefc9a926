import Core
import Foundation
import TestSupport
import Testing
import Train

@Suite struct IDXTests {
  /// Opens four training and two test pictures of 2 × 3; some files may be others, or empty for left out.
  private func open(
    _ others: [String: [UInt8]] = [:], name: String = "own", options: DataSet.Options = .init()
  ) throws -> DataSet {
    let folder = try ScratchFolder()
    defer { withExtendedLifetime(folder) {} }
    var files: [String: [UInt8]] = [
      "train-images-idx3-ubyte": Handmade.idx([4, 2, 3], Array(0..<24)),
      "train-labels-idx1-ubyte": Handmade.idx([4], [0, 1, 2, 1]),
      "t10k-images-idx3-ubyte": Handmade.idx([2, 2, 3], Array(100..<112)),
      "t10k-labels-idx1-ubyte": Handmade.idx([2], [1, 0]),
    ]
    files.merge(others) { $1 }
    for (file, bytes) in files where !bytes.isEmpty { try folder.write(bytes, "\(name)/\(file)") }
    return try DataSet.open(folder.path + "/" + name, options: options)
  }

  private func refusal(_ file: String, _ bytes: [UInt8], name: String = "own") throws -> DataError? {
    try refusal([file: bytes], name: name)
  }

  private func refusal(_ files: [String: [UInt8]], name: String = "own") throws -> DataError? {
    do {
      _ = try open(files, name: name)
      return nil
    } catch let error as DataError {
      // Paths are of the moment; the file's name is what counts.
      return DataError(error.code, String(error.subject.split(separator: "/").last ?? ""), error.reason)
    }
  }

  @Test func picturesAndLabelsComeInOrder() throws {
    let set = try open()
    #expect(set.name == "own")
    #expect(set.pictureShape == [1, 2, 3])
    #expect(set.train.pixels == Array(0..<24))
    #expect(set.train.labels == [0, 1, 2, 1])
    #expect(set.test.pixels == Array(100..<112))
    #expect(set.test.labels == [1, 0])
    #expect(set.classNames == ["0", "1", "2"])
    #expect(set.origin.hasSuffix("/own"))
    #expect(set.train.picture(at: 1).samples == [6, 7, 8, 9, 10, 11])
    #expect(set.train.classCounts(3) == [1, 2, 1])
  }

  @Test func packingChangesNeitherContentNorDigest() throws {
    let files = [
      "train-images-idx3-ubyte": Handmade.idx([4, 2, 3], Array(0..<24)),
      "t10k-labels-idx1-ubyte": Handmade.idx([2], [1, 0]),
    ]
    let packed = try ScratchFolder()
    for (file, bytes) in files { try packed.write(Handmade.gzip(bytes), "own/\(file).gz") }
    try packed.write(Handmade.idx([4], [0, 1, 2, 1]), "own/train-labels.idx1-ubyte")
    // Told by its content: this one is gzipped without saying so.
    try packed.write(Handmade.gzip(Handmade.idx([2, 2, 3], Array(100..<112))), "own/t10k-images-idx3-ubyte")
    let (first, second) = (try open(), try DataSet.open(packed.path + "/own"))
    withExtendedLifetime(packed) {}
    #expect(first.train == second.train)
    #expect(first.test == second.test)
    #expect(first.sha256 == second.sha256)
  }

  @Test func theDigestSeesEverySampleLabelAndShape() throws {
    let set = try open()
    func digest(_ train: LabelledPictures, _ test: LabelledPictures) -> String {
      DataSet(name: "other", classNames: ["a", "b", "c"], train: train, test: test, origin: "elsewhere")
        .sha256
    }
    #expect(digest(set.train, set.test) == set.sha256)
    var pixels = set.train.pixels
    pixels[5] += 1
    let shape: Shape = [1, 2, 3]
    #expect(digest(.init(shape: shape, pixels: pixels, labels: set.train.labels), set.test) != set.sha256)
    #expect(
      digest(.init(shape: shape, pixels: set.train.pixels, labels: [0, 1, 2, 2]), set.test) != set.sha256)
    #expect(
      digest(
        .init(shape: [1, 3, 2], pixels: set.train.pixels, labels: set.train.labels),
        .init(shape: [1, 3, 2], pixels: set.test.pixels, labels: set.test.labels)) != set.sha256)
  }

  @Test func everyElementTypeIsUnderstood() throws {
    let labels: [(UInt8, [UInt8])] = [
      (0x08, [0, 1, 2, 1]), (0x09, [0, 1, 2, 1]), (0x0B, [0, 0, 0, 1, 0, 2, 0, 1]),
      (0x0C, [0, 1, 2, 1].flatMap(Handmade.big)),
      (0x0D, [Float](arrayLiteral: 0, 1, 2, 1).flatMap { Handmade.big(Int($0.bitPattern)) }),
      (
        0x0E,
        [0.0, 1, 2, 1].flatMap {
          Handmade.big(Int($0.bitPattern >> 32)) + Handmade.big(Int($0.bitPattern & 0xFFFF_FFFF))
        }
      ),
    ]
    for (type, bytes) in labels {
      let set = try open(["train-labels-idx1-ubyte": Handmade.idx(type, [4], bytes)])
      #expect(set.train.labels == [0, 1, 2, 1], "type \(type)")
    }
    // 16-bit samples as they are; floats between 0 and 1 as shares of 255.
    let words: [UInt8] = (0..<12).flatMap { [0, UInt8(20 * $0)] as [UInt8] }
    let exact = try open(["t10k-images-idx3-ubyte": Handmade.idx(0x0B, [2, 2, 3], words)]).test.pixels
    #expect(exact == (0..<12).map { UInt8(20 * $0) })
    let shares = (0..<12).flatMap { Handmade.big(Int((Float($0) / 11).bitPattern)) }
    let scaled = try open(["t10k-images-idx3-ubyte": Handmade.idx(0x0D, [2, 2, 3], shares)]).test.pixels
    #expect(scaled == [0, 23, 46, 70, 93, 116, 139, 162, 185, 209, 232, 255])
  }

  @Test func colourPicturesHaveFourAxes() throws {
    let set = try open([
      "train-images-idx3-ubyte": Handmade.idx([4, 3, 1, 2], Array(0..<24)),
      "t10k-images-idx3-ubyte": Handmade.idx([2, 3, 1, 2], Array(0..<12)),
    ])
    #expect(set.pictureShape == [3, 1, 2])
  }

  @Test func withoutATestPartOneIsDrawnFromEachClass() throws {
    let files: [String: [UInt8]] = [
      "t10k-images-idx3-ubyte": [], "t10k-labels-idx1-ubyte": [],
      "train-images-idx3-ubyte": Handmade.idx([40, 1, 1], Array(0..<40)),
      "train-labels-idx1-ubyte": Handmade.idx([40], (0..<40).map { $0 < 20 ? 0 : 1 }),
    ]
    let (first, again) = (try open(files), try open(files))
    #expect(first.test.classCounts(2) == [3, 3])
    #expect(first.train.classCounts(2) == [17, 17])
    #expect(Set(first.train.pixels).union(first.test.pixels) == Set(0..<40))
    #expect(again.test == first.test)
    #expect(try open(files, options: .init(seed: 1)).test != first.test)
    #expect(try open(files, options: .init(testShare: 0)).test.count == 0)
    #expect(throws: DataError(.misuse, "test share", "expected at least 0 and less than 1, found 1.0")) {
      try open(files, options: .init(testShare: 1))
    }
  }

  // MARK: Refusals

  @Test func aWrongMagicNumberIsShown() throws {
    #expect(
      try refusal("train-images-idx3-ubyte", [0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: 20))
        == DataError(
          .malformed, "train-images-idx3-ubyte",
          "not an IDX file: its magic number is 0x504b0304, expected 0x00000801 for labels or 0x00000803 for pictures"
        ))
    #expect(
      try refusal("train-labels-idx1-ubyte", Handmade.idx(0x07, [1], [0]))?.reason
        == "not an IDX file: its magic number is 0x00000701, expected 0x00000801 for labels or 0x00000803 for pictures"
    )
    #expect(
      try refusal("train-labels-idx1-ubyte", [0, 0, 8, 0])
        == DataError(.malformed, "train-labels-idx1-ubyte", "has 0 axes, expected 1 to 8"))
  }

  @Test func aFileTooShortNamesBothLengths() throws {
    let name = "train-images-idx3-ubyte"
    let whole = Handmade.idx([4, 2, 3], Array(0..<24))
    #expect(
      try refusal(name, whole.dropLast(1))
        == DataError(.truncated, name, "too short: 4 × 2 × 3 elements take 24 bytes, found 23"))
    #expect(
      try refusal(name, Array(whole.prefix(16)))
        == DataError(.truncated, name, "too short: 4 × 2 × 3 elements take 24 bytes, found 0"))
    #expect(
      try refusal(name, Array(whole.prefix(10)))
        == DataError(.truncated, name, "ends within the header: expected 12 bytes, found 6"))
    #expect(
      try refusal(name, [0, 0])
        == DataError(.truncated, name, "ends within the magic number: expected 4 bytes, found 2"))
  }

  @Test func aFileTooLongSaysSo() throws {
    #expect(
      try refusal("t10k-labels-idx1-ubyte", Handmade.idx([2], [1, 0, 1]))
        == DataError(.malformed, "t10k-labels-idx1-ubyte", "too long: 2 elements take 2 bytes, more follow"))
  }

  @Test func extentsThatOverflowAreRefused() throws {
    let extents = [0x7FFF_FFFF, 0x7FFF_FFFF, 0x7FFF_FFFF]
    #expect(
      try refusal("train-images-idx3-ubyte", Handmade.idx(extents, [0]))
        == DataError(
          .malformed, "train-images-idx3-ubyte",
          "claims 2147483647 × 2147483647 × 2147483647 elements, which no file holds"))
    // It fits a number, but no memory is asked for what the file cannot hold.
    #expect(
      try refusal("train-images-idx3-ubyte", Handmade.gzip(Handmade.idx([0x7FFF_FFFF, 1000, 1000], [0])))
        == DataError(
          .truncated, "train-images-idx3-ubyte",
          "too short: 2147483647 × 1000 × 1000 elements take 2147483647000000 bytes, the gzipped file has only 40"
        ))
  }

  @Test func aCutGzipFileSaysHowFarItWent() throws {
    let packed = Handmade.gzip(Handmade.idx([4, 2, 3], Array(0..<24)))
    #expect(
      try refusal("train-images-idx3-ubyte", packed.dropLast(20))
        == DataError(
          .truncated, "train-images-idx3-ubyte",
          "the gzipped file ends early, after 28 unpacked bytes: fetch it again"))
  }

  @Test func aDamagedGzipFileSaysWhatZlibFound() throws {
    var packed = Handmade.gzip(Handmade.idx([4, 2, 3], Array(0..<24)))
    packed[packed.count - 7] ^= 1
    let error = try refusal("train-images-idx3-ubyte", packed)
    #expect(error?.code == .malformed)
    #expect(error?.reason.contains("the gzipped file is damaged") == true, "\(String(describing: error))")
    #expect(error?.reason.contains("incorrect data check") == true, "\(String(describing: error))")
  }

  @Test func countsThatDifferAreBothNamed() throws {
    #expect(
      try refusal("train-labels-idx1-ubyte", Handmade.idx([3], [0, 1, 2]))
        == DataError(
          .mismatch, "train-images-idx3-ubyte", "4 pictures, but 3 labels in train-labels-idx1-ubyte"))
  }

  @Test func labelsOutOfRangeAreNamed() throws {
    #expect(
      try refusal("train-labels-idx1-ubyte", Handmade.idx([4], [0, 1, 10, 1]), name: "mnist")
        == DataError(.mismatch, "train-labels-idx1-ubyte", "label 2 is 10, expected 0 … 9"))
    #expect(
      try refusal("train-labels-idx1-ubyte", Handmade.idx(0x09, [4], [0, 0xFF, 1, 1]))
        == DataError(.mismatch, "train-labels-idx1-ubyte", "label 1 is -1, expected 0 … 999"))
  }

  @Test func samplesOutOfRangeAreNamed() throws {
    let samples = (0..<24).flatMap { [UInt8($0 == 7 ? 1 : 0), UInt8($0)] }
    #expect(
      try refusal("train-images-idx3-ubyte", Handmade.idx(0x0B, [4, 2, 3], samples))
        == DataError(.malformed, "train-images-idx3-ubyte", "sample 7 is 263.0, expected 0 … 255"))
    let nan = [Float](repeating: .nan, count: 24).flatMap { Handmade.big(Int($0.bitPattern)) }
    #expect(
      try refusal("train-images-idx3-ubyte", Handmade.idx(0x0D, [4, 2, 3], nan))?.reason
        == "sample 0 is nan, expected 0 … 255")
  }

  @Test func picturesInPlaceOfLabelsAreRecognised() throws {
    #expect(
      try refusal("train-labels-idx1-ubyte", Handmade.idx([4, 2, 3], Array(0..<24)))?.reason
        == "expected labels as one axis, found 4 × 2 × 3: are these pictures?")
    #expect(
      try refusal("train-images-idx3-ubyte", Handmade.idx([4], [0, 1, 2, 1]))?.reason
        == "expected pictures as count × height × width, found 4: are these labels?")
    #expect(
      try refusal("train-images-idx3-ubyte", Handmade.idx([4, 0, 3], []))?.reason
        == "holds no pictures: 4 × 0 × 3")
  }

  @Test func missingHalvesAreNamed() throws {
    #expect(
      try refusal("train-labels-idx1-ubyte", [])
        == DataError(
          .missing, "train-images-idx3-ubyte", "its labels are missing: there is no file of the other kind"))
    #expect(
      try refusal(["train-images-idx3-ubyte": [], "train-labels-idx1-ubyte": []])
        == DataError(.missing, "own", "holds no training pictures (train-images-idx3-ubyte, .gz or not)"))
  }

  @Test func partsOfDifferentSizesAreRefused() throws {
    #expect(
      try refusal("t10k-images-idx3-ubyte", Handmade.idx([2, 3, 2], Array(100..<112)))
        == DataError(.mismatch, "own", "training pictures are [1, 2, 3], test pictures are [1, 3, 2]"))
  }

  @Test func twoFilesOfOneRoleAreRefused() throws {
    #expect(
      try refusal("letters-train-images-idx3-ubyte", Handmade.idx([1, 2, 3], [0, 0, 0, 0, 0, 0]))
        == DataError(
          .mismatch, "own",
          "which of these is meant: letters-train-images-idx3-ubyte, train-images-idx3-ubyte? Keep one in the folder"
        ))
  }

  // MARK: Real data

  struct Known: CustomTestStringConvertible {
    var name: String
    var mean: Double
    var deviation: Double
    var trainCounts: [Int]
    var testCounts: [Int]
    var sha256: String
    var testDescription: String { name }
  }

  @Test(arguments: [
    Known(
      name: "mnist", mean: 0.1307, deviation: 0.3081,
      trainCounts: [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
      testCounts: [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009],
      sha256: "9ab52d50242c3863c0693885e7219b5ac73ed7063b0c35b7d8eb3d006b776778"),
    Known(
      name: "fashion-mnist", mean: 0.2860, deviation: 0.3530,
      trainCounts: [Int](repeating: 6000, count: 10), testCounts: [Int](repeating: 1000, count: 10),
      sha256: "76b20e651f1e3cedd4b325ee396ddb1e8808e4a44027657f74b0f2205a32ee29"),
  ])
  func theRealSetsHaveTheirKnownNumbers(_ known: Known) throws {
    guard let path = RealData.path(known.name) else { return }
    let clock = ContinuousClock()
    var set: DataSet?
    let seconds = try clock.measure { set = try DataSet.open(path) } / .seconds(1)
    print("\(known.name): opened in \(Int(seconds * 1000)) ms")
    let data = try #require(set)
    #expect(data.pictureShape == [1, 28, 28])
    #expect(data.train.classCounts(10) == known.trainCounts)
    #expect(data.test.classCounts(10) == known.testCounts)
    let normalisation = Normalisation(of: data.train)
    #expect(abs(Double(normalisation.mean[0]) - known.mean) < 5e-5)
    #expect(abs(Double(normalisation.deviation[0]) - known.deviation) < 5e-5)
    #expect(data.sha256 == known.sha256)
    #expect(data.classNames.count == 10)
  }

  @Test func aRealTruncatedDownloadIsRefused() throws {
    guard let path = RealData.path("odd/kmnist-t10k-images-idx3-ubyte.truncated.gz") else { return }
    let folder = try ScratchFolder()
    let images = try folder.write(
      [UInt8](Data(contentsOf: URL(fileURLWithPath: path))), "train-images-idx3-ubyte.gz")
    try folder.write(Handmade.idx([1], [0]), "train-labels-idx1-ubyte")
    do {
      _ = try DataSet.open(folder.path)
      Issue.record("a truncated file was read")
    } catch {
      #expect(error.code == .truncated)
      #expect(error.subject == images)
      #expect(error.reason.hasPrefix("the gzipped file ends early, after "))
    }
  }
}

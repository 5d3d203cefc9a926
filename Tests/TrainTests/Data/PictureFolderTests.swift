import Core
import TestSupport
import Testing
import Train

@Suite struct PictureFolderTests {
  private func grey(_ value: UInt8, _ width: Int = 2, _ height: Int = 2) throws -> [UInt8] {
    try Picture(
      width: width, height: height, channels: 1, samples: [UInt8](repeating: value, count: width * height)
    ).png()
  }

  private func red(_ value: UInt8) throws -> [UInt8] {
    try Picture(
      width: 2, height: 2, channels: 3,
      samples: [UInt8](repeating: value, count: 4) + [UInt8](repeating: 0, count: 8)
    ).png()
  }

  @Test func subFoldersAreClassesInNaturalOrder() throws {
    let folder = try ScratchFolder()
    for (name, value) in [("10", 10), ("2", 2), ("Apple", 3), ("banana", 4)] {
      for index in 0..<2 { try folder.write(grey(UInt8(value + 100 * index)), "set/\(name)/\(index).png") }
    }
    try folder.write(Array("notes".utf8), "set/2/readme.txt")
    try folder.write([0], "set/2/.hidden.png")
    let set = try DataSet.open(folder.path + "/set")
    #expect(set.name == "set")
    #expect(set.classNames == ["2", "10", "Apple", "banana"])
    #expect(set.pictureShape == [1, 2, 2])
    #expect(set.train.labels == [0, 1, 2, 3])
    #expect(set.test.labels == [0, 1, 2, 3])
    for part in [set.train, set.test] {
      for index in 0..<4 { #expect(part.pixels[index * 4] % 100 == [2, 10, 3, 4][index]) }
    }
  }

  @Test func oneColouredPictureMakesAllOfThemColoured() throws {
    let folder = try ScratchFolder()
    try folder.write(grey(7), "a/1.png")
    try folder.write(red(200), "b/1.png")
    let set = try DataSet.open(folder.path)
    #expect(set.pictureShape == [3, 2, 2])
    #expect(set.train.count == 2)
    #expect(set.test.count == 0)
    #expect(
      set.train.pixels == [UInt8](repeating: 7, count: 12) + [200, 200, 200, 200]
        + [UInt8](repeating: 0, count: 8))
  }

  @Test func aFlatFolderIsOneClass() throws {
    let folder = try ScratchFolder()
    for index in 0..<20 { try folder.write(grey(UInt8(index)), "faces/\(index).png") }
    // A picture without an ending is known by its beginning.
    try folder.write(grey(20), "faces/last")
    let set = try DataSet.open(folder.path + "/faces")
    #expect(set.classNames == ["faces"])
    #expect(set.train.count == 18)
    #expect(set.test.count == 3)
    #expect(Set(set.train.pixels + set.test.pixels) == Set(0...20))
  }

  @Test func trainAndTestFoldersAreKeptApart() throws {
    let folder = try ScratchFolder()
    for (name, value) in [
      ("train/cat", 1), ("train/dog", 2), ("train/emu", 3), ("test/dog", 4), ("test/cat", 5),
    ] {
      try folder.write(grey(UInt8(value)), "\(name)/1.png")
    }
    let set = try DataSet.open(folder.path)
    #expect(set.classNames == ["cat", "dog", "emu"])
    #expect(set.train.labels == [0, 1, 2])
    #expect(set.test.labels == [0, 1])
    #expect([set.test.pixels[0], set.test.pixels[4]] == [5, 4])
    // Other classes are numbered by the training part's.
    try folder.write(grey(9), "test/fox/1.png")
    #expect(
      throws: DataError(
        .mismatch, folder.path + "/test/fox",
        "a class without training pictures; those with are cat, dog, emu")
    ) { try DataSet.open(folder.path) }
  }

  @Test func aTestClassLessDoesNotShiftTheOthers() throws {
    let folder = try ScratchFolder()
    for name in ["train/a", "train/b", "train/c", "test/a", "test/c"] {
      try folder.write(grey(1), "\(name)/1.png")
    }
    #expect(try DataSet.open(folder.path).test.labels == [0, 2])
  }

  @Test func picturesOfTwoSizesNeedASize() throws {
    let folder = try ScratchFolder()
    let first = try folder.write(grey(50, 4, 4), "a/1.png")
    let second = try folder.write(grey(60, 6, 2), "b/1.png")
    #expect(
      throws: DataError(
        .mismatch, second, "is 6 × 2 pixels, \(first) is 4 × 4; bring all to one size, as with --size 32")
    ) { try DataSet.open(folder.path) }
    let set = try DataSet.open(folder.path, options: .init(size: PictureSize(width: 3, height: 2)))
    #expect(set.pictureShape == [1, 2, 3])
    #expect(set.train.pixels == [UInt8](repeating: 50, count: 6) + [UInt8](repeating: 60, count: 6))
    #expect(throws: DataError(.misuse, "size", "expected 1 to 4096 pixels a side, found 0 × 2")) {
      try DataSet.open(folder.path, options: .init(size: PictureSize(width: 0, height: 2)))
    }
  }

  @Test func trainAndTestOfTwoSizesNeedASize() throws {
    let folder = try ScratchFolder()
    let first = try folder.write(grey(1, 2, 2), "train/a/1.png")
    let second = try folder.write(grey(1, 2, 3), "test/a/1.png")
    #expect(
      throws: DataError(
        .mismatch, second, "is 2 × 3 pixels, \(first) is 2 × 2; bring all to one size, as with --size 32")
    ) { try DataSet.open(folder.path) }
  }

  @Test func aBadPictureIsNamed() throws {
    let folder = try ScratchFolder()
    try folder.write(grey(1), "a/1.png")
    let bad = try folder.write(Array("GIF89a".utf8), "a/2.png")
    #expect(throws: DataError(.malformed, bad, "expected a PNG or JPEG picture, found a GIF")) {
      try DataSet.open(folder.path)
    }
  }

  @Test func looseFilesBesideClassesAreRefused() throws {
    let folder = try ScratchFolder()
    try folder.write(grey(1), "a/1.png")
    let loose = try folder.write(grey(1), "loose.png")
    #expect(
      throws: DataError(.mismatch, loose, "lies beside sub-folders that are classes; move it into one of a")
    ) { try DataSet.open(folder.path) }
  }

  @Test func anEmptyFolderSaysWhatWouldBeRead() throws {
    let folder = try ScratchFolder()
    #expect(
      throws: DataError(
        .missing, folder.path,
        "holds no data: neither IDX files (train-images-idx3-ubyte.gz), nor CIFAR-10 batches (data_batch_1.bin), "
          + "nor PNG or JPEG pictures")
    ) { try DataSet.open(folder.path) }
  }

  // MARK: Names

  @Test func namesAreLookedUpInOrder() throws {
    let (first, second) = (try ScratchFolder(), try ScratchFolder())
    try first.write(grey(1), "birds/a/1.png")
    try second.write(grey(2), "birds/a/1.png")
    try second.write(grey(3), "fish/1.png")
    try second.write(grey(3), "split/train/x/1.png")
    try second.write(Array("nothing".utf8), "notes/x.txt")
    let locations = DataLocations(folders: [first.path, second.path])
    #expect(try DataSet.open("birds", locations: locations).train.pixels.first == 1)
    #expect(try DataSet.open("fish", locations: locations).train.pixels.first == 3)
    #expect(try DataSet.open("split", locations: locations).classNames == ["x"])
    #expect(locations.names == ["birds", "fish", "split"])
    #expect(
      throws: DataError(
        .missing, "mnist",
        "no such data set; there are digits (built in), birds, fish, split; looked in \(first.path), \(second.path), "
          + "and for a folder of this name; put its files into \(second.path)/mnist")
    ) { try DataSet.open("mnist", locations: locations) }
    #expect(throws: DataError(.missing, "/no/such/folder", "no such folder")) {
      try DataSet.open("/no/such/folder", locations: locations)
    }
    let file = try first.write([0], "file.bin")
    #expect(throws: DataError(.missing, file, "is a file; give the folder that it lies in")) {
      try DataSet.open(file, locations: locations)
    }
    #expect(locations.folder(of: "../" + (first.path.split(separator: "/").last ?? "")) == nil)
  }
}

import Core
import TestSupport
import Testing
import Train

@Suite struct CIFARTests {
  private func record(_ label: UInt8, _ red: UInt8, _ green: UInt8, _ blue: UInt8) -> [UInt8] {
    [label] + [red, green, blue].flatMap { [UInt8](repeating: $0, count: 1024) }
  }

  private let names = Array("plane\ncar\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n".utf8)

  @Test func batchesAreReadInNaturalOrder() throws {
    let folder = try ScratchFolder()
    try folder.write(record(3, 1, 2, 3), "data_batch_2.bin")
    try folder.write(record(9, 4, 5, 6) + record(0, 7, 8, 9), "data_batch_1.bin")
    try folder.write(record(5, 10, 11, 12), "data_batch_10.bin")
    try folder.write(record(1, 13, 14, 15), "test_batch.bin")
    try folder.write(names, "batches.meta.txt")
    let set = try DataSet.open(folder.path)
    #expect(set.pictureShape == [3, 32, 32])
    #expect(set.train.labels == [9, 0, 3, 5])
    #expect((0..<4).map { set.train.pixels[$0 * 3072] } == [4, 7, 1, 10])
    #expect([0, 1023, 1024, 2048].map { set.test.pixels[$0] } == [13, 13, 14, 15])
    #expect(set.test.labels == [1])
    #expect(
      set.classNames == ["plane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"])
  }

  private func refusal(_ files: [String: [UInt8]]) throws -> (DataError?, String) {
    let folder = try ScratchFolder()
    for (name, bytes) in files { try folder.write(bytes, name) }
    do {
      _ = try DataSet.open(folder.path)
      return (nil, folder.path)
    } catch { return (error, folder.path) }
  }

  @Test func sizesAndLabelsThatDoNotFitAreNamed() throws {
    let whole = record(0, 0, 0, 0)
    var (error, path) = try refusal(["data_batch_1.bin": whole + whole.dropLast(1)])
    #expect(
      error
        == DataError(
          .malformed, path + "/data_batch_1.bin",
          "6145 bytes are not a whole number of records of 3073 (one label, 3 × 32 × 32 samples)"))
    (error, path) = try refusal(["data_batch_1.bin": []])
    #expect(error?.code == .truncated)
    (error, path) = try refusal(["data_batch_1.bin": whole + record(10, 0, 0, 0)])
    #expect(
      error == DataError(.mismatch, path + "/data_batch_1.bin", "the label of record 1 is 10, expected 0 … 9")
    )
    (error, path) = try refusal(["test_batch.bin": whole])
    #expect(error == DataError(.missing, path, "holds no training pictures (data_batch_1.bin)"))
    (error, path) = try refusal(["data_batch_1.bin": whole, "batches.meta.txt": Array("cat\ndog".utf8)])
    #expect(error == DataError(.mismatch, path + "/batches.meta.txt", "expected 10 class names, found 2"))
  }

  @Test func anUnpackedArchiveIsFoundOneFolderDown() throws {
    let folder = try ScratchFolder()
    try folder.write(record(7, 1, 2, 3), "cifar10/cifar-10-batches-bin/data_batch_1.bin")
    let locations = DataLocations(folders: [folder.path])
    let set = try DataSet.open("cifar10", locations: locations)
    #expect(set.name == "cifar10")
    #expect(set.train.labels == [7])
    #expect(set.test.count == 0)
    #expect(locations.names == ["cifar10"])
  }

  @Test func thePythonVersionIsRecognised() throws {
    let (error, path) = try refusal(["data_batch_1": [0x80, 2]])
    #expect(
      error
        == DataError(.malformed, path, "holds CIFAR-10's Python version; its binary version (.bin) is read"))
  }

  @Test func theRealSubsetHasItsKnownNumbers() throws {
    guard let path = RealData.path("cifar10") else { return }
    let set = try DataSet.open(path)
    #expect(set.train.classCounts(10) == [Int](repeating: 500, count: 10))
    #expect(set.test.classCounts(10) == [Int](repeating: 100, count: 10))
    #expect(set.classNames.first == "airplane")
    #expect(set.classNames.last == "truck")
    // NumPy over the file: means and deviations of the three planes, divided by 255.
    let normalisation = Normalisation(of: set.train)
    expectClose(Tensor([3], normalisation.mean), Tensor([3], [0.491112, 0.480801, 0.444388]), absolute: 1e-6)
    expectClose(
      Tensor([3], normalisation.deviation), Tensor([3], [0.246269, 0.244429, 0.262191]), absolute: 1e-6)
    #expect(set.sha256 == "8ab1477b832a630cdc9722d10cc6ac88f6112af8b804b5795c5fcd1830e69b30")
  }
}

internal import Core

extension DataSet {
  static func isCIFARBatch(_ name: String) -> Bool {
    name.hasSuffix(".bin") && (name.hasPrefix("data_batch") || name.hasPrefix("test_batch"))
  }

  /// CIFAR-10 in its binary version: records of a label and 3 × 32 × 32 samples, red plane first.
  static func cifar10(_ folder: Folder, name: String, _ options: Options) throws(DataError) -> DataSet {
    let batches = folder.files.filter(isCIFARBatch)
    let trainFiles = batches.filter { $0.hasPrefix("data") }
    guard !trainFiles.isEmpty else {
      throw DataError(.missing, folder.path, "holds no training pictures (data_batch_1.bin)")
    }
    let train = try records(trainFiles.map { folder.path + "/" + $0 })
    let testFiles = batches.filter { $0.hasPrefix("test") }
    let parts: (train: LabelledPictures, test: LabelledPictures) =
      if testFiles.isEmpty { try divided(train, options) } else {
        (train, try records(testFiles.map { folder.path + "/" + $0 }))
      }
    return DataSet(
      name: name, classNames: try classNames(of: folder), train: parts.train, test: parts.test,
      origin: folder.path)
  }

  private static func classNames(of folder: Folder) throws(DataError) -> [String] {
    guard folder.files.contains("batches.meta.txt") else { return (0...9).map(String.init) }
    let path = folder.path + "/batches.meta.txt"
    let bytes: [UInt8]
    do { bytes = try ByteReader.contents(of: path, limit: 1 << 16) } catch { throw DataError(error) }
    let names = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
      .filter { !$0.allSatisfy(\.isWhitespace) }
    guard names.count == 10 else {
      throw DataError(.mismatch, path, "expected 10 class names, found \(names.count)")
    }
    return names.map(String.init)
  }

  private static func records(_ paths: [String]) throws(DataError) -> LabelledPictures {
    let shape: Shape = [3, 32, 32]
    let size = 1 + shape.elementCount
    var pixels: [UInt8] = []
    var labels: [Int32] = []
    for path in paths {
      let bytes: [UInt8]
      do { bytes = try ByteReader.contents(of: path) } catch { throw DataError(error) }
      guard !bytes.isEmpty, bytes.count.isMultiple(of: size) else {
        throw DataError(
          bytes.count < size ? .truncated : .malformed, path,
          "\(bytes.count) bytes are not a whole number of records of \(size) (one label, 3 × 32 × 32 samples)"
        )
      }
      for start in stride(from: 0, to: bytes.count, by: size) {
        guard bytes[start] <= 9 else {
          throw DataError(
            .mismatch, path, "the label of record \(start / size) is \(bytes[start]), expected 0 … 9")
        }
        labels.append(Int32(bytes[start]))
        pixels.append(contentsOf: bytes[start + 1..<start + size])
      }
    }
    return LabelledPictures(shape: shape, pixels: pixels, labels: labels)
  }
}

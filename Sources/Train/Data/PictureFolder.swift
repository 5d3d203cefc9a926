internal import Core

/// The pictures in a folder: one sub-folder a class, or all in one class.
struct PictureFolder {
  struct Entry {
    var path: String
    var label: Int32
  }

  let path: String
  var classNames: [String]
  var entries: [Entry]

  init(_ folder: Folder) throws(DataError) {
    path = folder.path
    classNames = []
    entries = []
    for name in folder.folders {
      let files = Self.pictures(in: try Folder(folder.path + "/" + name))
      guard !files.isEmpty else { continue }
      entries += files.map { Entry(path: $0, label: Int32(classNames.count)) }
      classNames.append(name)
    }
    let loose = Self.pictures(in: folder)
    if classNames.isEmpty, !loose.isEmpty {
      classNames = [DataSet.lastComponent(folder.path)]
      entries = loose.map { Entry(path: $0, label: 0) }
    } else if let first = loose.first {
      throw DataError(
        .mismatch, first, "lies beside sub-folders that are classes; move it into one of \(classNames.listed)"
      )
    }
  }

  static func hasPictures(_ folder: Folder) -> Bool {
    let inside = folder.folders.lazy.compactMap { try? Folder(folder.path + "/" + $0) }
    return !pictures(in: folder).isEmpty
      || inside.contains { part in
        !pictures(in: part).isEmpty
          || part.folders.contains {
            (try? Folder(part.path + "/" + $0)).map { !pictures(in: $0).isEmpty } ?? false
          }
      }
  }

  /// The files that are called as pictures are, and those without an ending that begin as one does.
  private static func pictures(in folder: Folder) -> [String] {
    let endings = [
      ".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic",
    ]
    return folder.files.filter { name in
      guard name.contains(".") else { return Picture.isPicture(at: folder.path + "/" + name) }
      let name = name.lowercased()
      return endings.contains { name.hasSuffix($0) }
    }.map { folder.path + "/" + $0 }
  }

  /// Reads a folder's pictures: brought to a size, or checked to be of one.
  func load(_ size: PictureSize?) throws(DataError) -> [Picture] {
    var pictures: [Picture] = []
    pictures.reserveCapacity(entries.count)
    for entry in entries {
      let picture: Picture
      do { picture = try Picture(contentsOf: entry.path) } catch {
        throw DataError(
          error.code == .missing ? .missing : error.code == .truncated ? .truncated : .malformed,
          error.subject, error.reason)
      }
      if size == nil, let first = pictures.first, first.size != picture.size {
        throw DataError.sizes(entries[0].path, first.size, entry.path, picture.size)
      }
      pictures.append(size.map(picture.fitted) ?? picture)
    }
    return pictures
  }
}

extension DataError {
  fileprivate static func sizes(
    _ first: String, _ firstSize: PictureSize, _ second: String, _ secondSize: PictureSize
  ) -> DataError {
    DataError(
      .mismatch, second,
      "is \(secondSize) pixels, \(first) is \(firstSize); bring all to one size, as with --size 32")
  }
}

extension DataSet {
  /// A folder of PNG and JPEG pictures.
  static func pictures(_ folder: Folder, name: String, _ options: Options) throws(DataError) -> DataSet {
    if let size = options.size {
      guard (1...4096).contains(size.width), (1...4096).contains(size.height) else {
        throw DataError(.misuse, "size", "expected 1 to 4096 pixels a side, found \(size)")
      }
    }
    let testName = ["test", "val", "valid", "validation"].first(where: folder.folders.contains)
    guard folder.folders.contains("train"), let testName else {
      var only = try PictureFolder(folder)
      // A training part alone; beside other classes with pictures, "train" is a class like them.
      if only.entries.isEmpty, folder.folders.contains("train") {
        only = try PictureFolder(Folder(folder.path + "/train"))
      }
      guard !only.entries.isEmpty else { throw nothing(folder) }
      let all = assembled([try only.load(options.size)], labels: [only.entries.map(\.label)])[0]
      let parts = try divided(all, options)
      return DataSet(
        name: name, classNames: only.classNames, train: parts.train, test: parts.test, origin: folder.path)
    }
    let train = try PictureFolder(Folder(folder.path + "/train"))
    var test = try PictureFolder(Folder(folder.path + "/" + testName))
    guard !train.entries.isEmpty else { throw nothing(try Folder(train.path)) }
    // The classes are those of the training part; a flat folder has one, whatever it is called.
    if train.classNames.count == 1, test.classNames.count == 1 { test.classNames = train.classNames }
    if let unknown = test.classNames.first(where: { !train.classNames.contains($0) }) {
      throw DataError(
        .mismatch, "\(test.path)/\(unknown)",
        "a class without training pictures; those with are \(train.classNames.listed)")
    }
    let renumbered = test.classNames.map { Int32(train.classNames.firstIndex(of: $0) ?? 0) }
    for index in test.entries.indices {
      test.entries[index].label = renumbered[Int(test.entries[index].label)]
    }
    let (trainPictures, testPictures) = (try train.load(options.size), try test.load(options.size))
    if let first = trainPictures.first, let second = testPictures.first, first.size != second.size {
      throw DataError.sizes(train.entries[0].path, first.size, test.entries[0].path, second.size)
    }
    let parts = assembled(
      [trainPictures, testPictures], labels: [train, test].map { $0.entries.map(\.label) })
    return DataSet(
      name: name, classNames: train.classNames, train: parts[0], test: parts[1], origin: folder.path)
  }

  private static func nothing(_ folder: Folder) -> DataError {
    DataError(
      .missing, folder.path,
      "holds no data: neither IDX files (train-images-idx3-ubyte.gz), nor CIFAR-10 batches (data_batch_1.bin), "
        + "nor PNG or JPEG pictures")
  }

  /// Decoded pictures side by side in memory: grey if all of them are.
  private static func assembled(_ parts: [[Picture]], labels: [[Int32]]) -> [LabelledPictures] {
    let isGrey = parts.allSatisfy { $0.allSatisfy(\.isGrey) }
    let size = parts.lazy.flatMap { $0 }.first?.size ?? PictureSize(width: 1, height: 1)
    return zip(parts, labels).map { pictures, labels in
      LabelledPictures(
        shape: [isGrey ? 1 : 3, size.height, size.width],
        pixels: pictures.flatMap { isGrey ? $0.greyscale().samples : $0.colour().samples }, labels: labels)
    }
  }
}

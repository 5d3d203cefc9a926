internal import Core

/// What a file of an IDX set holds, by its name: `train-images-idx3-ubyte.gz`, `t10k-labels.idx1-ubyte`.
struct IDXRole: Hashable {
  enum Part: Hashable { case train, test }
  enum Kind: Hashable { case images, labels }

  var part: Part
  var kind: Kind

  init(_ part: Part, _ kind: Kind) {
    self.part = part
    self.kind = kind
  }

  init?(_ name: String) {
    let name = name.lowercased()
    guard name.contains("idx") || name.contains("ubyte") else { return nil }
    guard name.contains("images") || name.contains("labels") else { return nil }
    kind = name.contains("images") ? .images : .labels
    if name.contains("t10k") || name.contains("test") {
      part = .test
    } else if name.contains("train") {
      part = .train
    } else {
      return nil
    }
  }
}

extension DataSet {
  static func idx(_ folder: Folder, name: String, _ options: Options) throws(DataError) -> DataSet {
    let known = knownClasses(name)
    guard let train = try part(.train, of: folder, known?.count) else {
      throw DataError(
        .missing, folder.path, "holds no training pictures (train-images-idx3-ubyte, .gz or not)")
    }
    let test = try part(.test, of: folder, known?.count)
    if let test, test.shape != train.shape {
      throw DataError(
        .mismatch, folder.path, "training pictures are \(train.shape), test pictures are \(test.shape)")
    }
    let parts: (train: LabelledPictures, test: LabelledPictures) =
      if let test { (train, test) } else { try divided(train, options) }
    let highest = max(parts.train.labels.max() ?? 0, parts.test.labels.max() ?? 0)
    return DataSet(
      name: name, classNames: known ?? (0...Int(highest)).map(String.init), train: parts.train,
      test: parts.test, origin: folder.path)
  }

  /// The class names of sets that everyone knows.
  private static func knownClasses(_ name: String) -> [String]? {
    let name = name.lowercased()
    if name.contains("fashion") {
      return [
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
        "Ankle boot",
      ]
    }
    return name == "mnist" ? (0...9).map(String.init) : nil
  }

  private static func part(
    _ part: IDXRole.Part, of folder: Folder, _ classes: Int?
  ) throws(DataError) -> LabelledPictures? {
    let images = try file(IDXRole(part, .images), of: folder)
    let labels = try file(IDXRole(part, .labels), of: folder)
    guard let images, let labels else {
      guard let lone = images ?? labels else { return nil }
      throw DataError(
        .missing, lone,
        "its \(images == nil ? "pictures" : "labels") are missing: there is no file of the other kind")
    }
    let pictures = try IDXFile(images).pictures()
    let classNumbers = try IDXFile(labels).labels(classes: classes)
    guard pictures.count == classNumbers.count else {
      throw DataError(
        .mismatch, images,
        "\(pictures.count) pictures, but \(classNumbers.count) labels in \(lastComponent(labels))")
    }
    return LabelledPictures(shape: pictures.shape, pixels: pictures.pixels, labels: classNumbers)
  }

  /// The file of a role; where one is there packed and unpacked, the unpacked.
  private static func file(_ role: IDXRole, of folder: Folder) throws(DataError) -> String? {
    let all = folder.files.filter { IDXRole($0) == role }
    let names = all.filter { !($0.hasSuffix(".gz") && all.contains(String($0.dropLast(3)))) }
    guard names.count <= 1 else {
      throw DataError(
        .mismatch, folder.path, "which of these is meant: \(names.listed)? Keep one in the folder")
    }
    return names.first.map { folder.path + "/" + $0 }
  }
}

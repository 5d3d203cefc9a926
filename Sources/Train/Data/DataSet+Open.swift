internal import Core
internal import FoundationEssentials

extension DataSet {
  /// Opens a data set by its name or by its folder.
  ///
  /// - `digits`: the built-in one, drawn anew from the seed;
  /// - a name such as `mnist`, `fashion-mnist` or `cifar10`: the sub-folder of that name in `locations`;
  /// - a folder: IDX files (gzipped or not), CIFAR-10 batches, or PNG and JPEG pictures, one sub-folder a class
  ///   (inside `train` and `test`, if these are there). Pictures without sub-folders are one class.
  ///
  /// - Throws: `DataError` with the file and both values where something does not fit; for an unknown name,
  ///   which there are and where they were looked for.
  public static func open(
    _ source: String, options: Options = Options(), locations: DataLocations = .standard
  ) throws(DataError) -> DataSet {
    if source == "digits" { return try digits(options).fitted(to: options.size) }
    if let folder = locations.folder(of: source) {
      return try open(folder: folder, options).fitted(to: options.size)
    }
    if Folder.exists(source) { return try open(folder: source, options).fitted(to: options.size) }
    throw unknown(source, locations)
  }

  private static func unknown(_ source: String, _ locations: DataLocations) -> DataError {
    if FileManager.default.fileExists(atPath: source) {
      return DataError(.missing, source, "is a file; give the folder that it lies in")
    }
    if source.contains("/") { return DataError(.missing, source, "no such folder") }
    let found = locations.names
    let there = (["digits (built in)"] + found).listed
    let looked =
      locations.folders.isEmpty
      ? "" : "; looked in \(locations.folders.listed), and for a folder of this name"
    let advice =
      ["mnist", "fashion-mnist", "cifar10"].contains(source) && !locations.folders.isEmpty
      ? "; put its files into \(locations.folders.last ?? "")/\(source)" : ""
    return DataError(.missing, source, "no such data set; there are \(there)\(looked)\(advice)")
  }

  private static func open(folder path: String, _ options: Options) throws(DataError) -> DataSet {
    let folder = try Folder(path)
    let name = lastComponent(path)
    switch Content(of: folder) {
    case .idx: return try idx(folder, name: name, options)
    case .cifar: return try cifar10(folder, name: name, options)
    case .other: break
    }
    // Archives unpack into a folder of their own: look one step further down.
    for inner in folder.folders {
      let inner = try Folder(path + "/" + inner)
      switch Content(of: inner) {
      case .idx: return try idx(inner, name: name, options)
      case .cifar: return try cifar10(inner, name: name, options)
      case .other: continue
      }
    }
    if folder.files.contains("data_batch_1") {
      throw DataError(.malformed, path, "holds CIFAR-10's Python version; its binary version (.bin) is read")
    }
    return try pictures(folder, name: name, options)
  }

  /// True if a folder seems to hold a data set.
  static func hasData(_ path: String) -> Bool {
    guard let folder = try? Folder(path) else { return false }
    switch Content(of: folder) {
    case .idx, .cifar: return true
    case .other:
      return PictureFolder.hasPictures(folder)
        || folder.folders.contains { inner in
          (try? Folder(path + "/" + inner)).map { Content(of: $0) != .other } ?? false
        }
    }
  }

  private enum Content {
    case idx, cifar, other

    init(of folder: Folder) {
      if folder.files.contains(where: { IDXRole($0) != nil }) {
        self = .idx
      } else if folder.files.contains(where: isCIFARBatch) {
        self = .cifar
      } else {
        self = .other
      }
    }
  }

  /// The last part of a path that is a name.
  static func lastComponent(_ path: String) -> String {
    path.split(separator: "/").last(where: { $0 != "." && $0 != ".." }).map(String.init) ?? path
  }

  /// A set without test pictures, divided: from each class a share drawn by the seed, at least one of two.
  static func divided(
    _ pictures: LabelledPictures, _ options: Options
  ) throws(DataError) -> (train: LabelledPictures, test: LabelledPictures) {
    guard options.testShare >= 0, options.testShare < 1 else {
      throw DataError(
        .misuse, "test share", "expected at least 0 and less than 1, found \(options.testShare)")
    }
    var members: [Int32: [Int]] = [:]
    for (index, label) in pictures.labels.enumerated() { members[label, default: []].append(index) }
    var stream = RandomStream(seed: options.seed, stream: DataStream.testSplit)
    var isTest = [Bool](repeating: false, count: pictures.count)
    for label in members.keys.sorted() {
      var indices = members[label] ?? []
      let share = Int((Double(indices.count) * options.testShare).rounded())
      let wanted = options.testShare == 0 ? 0 : min(indices.count - 1, max(1, share))
      for place in 0..<wanted {
        indices.swapAt(place, place + stream.index(below: indices.count - place))
        isTest[indices[place]] = true
      }
    }
    let all = 0..<pictures.count
    return (pictures.selecting(all.filter { !isTest[$0] }), pictures.selecting(all.filter { isTest[$0] }))
  }
}

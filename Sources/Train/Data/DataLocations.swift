internal import Core
internal import FoundationEssentials

/// Where data sets are looked for by name: folders with a sub-folder for each set.
public struct DataLocations: Hashable, Sendable {
  /// The folders, in the order they are looked in.
  public var folders: [String]

  /// Given folders.
  public init(folders: [String]) { self.folders = folders }

  /// The folder in the environment's `VITRINE_DATA`, if set, then `~/.cache/vitrine`.
  public static var standard: DataLocations {
    let environment = ProcessInfo.processInfo.environment
    var folders: [String] = []
    if let data = environment["VITRINE_DATA"], !data.isEmpty { folders.append(data) }
    if let home = environment["HOME"], !home.isEmpty { folders.append(home + "/.cache/vitrine") }
    return DataLocations(folders: folders)
  }

  /// The folder of a set, if one is there.
  public func folder(of name: String) -> String? {
    guard !name.isEmpty, !name.contains("/"), name != ".", name != ".." else { return nil }
    return folders.map { $0 + "/" + name }.first(where: Folder.exists)
  }

  /// The sets that are there to be opened by name: folders that hold IDX files, CIFAR batches or pictures.
  public var names: [String] {
    var names: Set<String> = []
    for folder in folders {
      for name in (try? Folder(folder).folders) ?? [] where DataSet.hasData(folder + "/" + name) {
        names.insert(name)
      }
    }
    return names.sorted(by: naturallyPrecedes)
  }
}

/// What is in a folder: names of visible files and of sub-folders, in natural order.
struct Folder {
  let path: String
  private(set) var files: [String] = []
  private(set) var folders: [String] = []

  static func exists(_ path: String) -> Bool {
    var isFolder = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder
  }

  init(_ path: String) throws(DataError) {
    self.path = path
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw DataError(.missing, path, Folder.exists(path) ? "may not be read" : "no such folder")
    }
    for name in names.sorted(by: naturallyPrecedes) where !name.hasPrefix(".") && !name.hasPrefix("__") {
      if Folder.exists(path + "/" + name) { folders.append(name) } else { files.append(name) }
    }
  }
}

/// Names in the order people expect: `2` before `10`, capitals beside small letters.
func naturallyPrecedes(_ left: String, _ right: String) -> Bool {
  let (a, b) = (Array(left.lowercased().utf8), Array(right.lowercased().utf8))
  let digits: ClosedRange<UInt8> = 0x30...0x39
  var (i, j) = (0, 0)
  while i < a.count, j < b.count {
    if digits.contains(a[i]), digits.contains(b[j]) {
      let (first, second) = (a[i...].prefix(while: digits.contains), b[j...].prefix(while: digits.contains))
      let (x, y) = (Array(first.drop { $0 == 0x30 }), Array(second.drop { $0 == 0x30 }))
      if x != y { return x.count != y.count ? x.count < y.count : x.lexicographicallyPrecedes(y) }
      (i, j) = (first.endIndex, second.endIndex)
    } else if a[i] != b[j] {
      return a[i] < b[j]
    } else {
      (i, j) = (i + 1, j + 1)
    }
  }
  if a.count - i != b.count - j { return a.count - i < b.count - j }
  return left < right
}

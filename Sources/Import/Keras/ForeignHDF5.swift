internal import Core

/// An HDF5 file of unknown origin: what is read of it is checked first, and nothing outside it is touched.
struct ForeignHDF5: Sendable {
  /// What errors call the file.
  let name: String
  let file: HDF5File
  /// The file's true size in bytes.
  private let size: Int

  /// Opens a file. Every file of unknown origin comes in here.
  /// - Parameters:
  ///   - name: what errors call it, if it is in another file.
  ///   - part: the bytes of the file that are the HDF5 file, if others are around it.
  init(_ path: String, named name: String? = nil, part: Range<Int>? = nil) throws(ImportError) {
    self.name = name ?? path
    do throws(ArchiveError) {
      let whole = try SystemFile.identity(path).size
      size = part?.count ?? whole
      file = try HDF5File(reading: path, named: name, part: part)
    } catch { throw ImportError(error) }
  }

  /// Deeper folders and more members than these are nobody's model.
  private static let deepest = 24
  private static let mostMembers = 100_000

  /// The paths of all datasets below a group, folder by folder; numbers in their order.
  func datasetPaths(below group: String = "", leavingOut excluded: Set<String> = []) throws(ImportError)
    -> [String]
  {
    var paths: [String] = []
    var count = 0
    func walk(_ path: String, _ depth: Int) throws(ImportError) {
      for entry in try entries(of: path) where depth > 0 || !excluded.contains(entry.name) {
        count += 1
        guard depth < ForeignHDF5.deepest, count <= ForeignHDF5.mostMembers else {
          throw ImportError(.unsafe, "\(name):\(path)", "holds more groups within groups than any model does")
        }
        let inner = path.isEmpty ? entry.name : path + "/" + entry.name
        switch entry.kind {
        case .dataset: paths.append(inner)
        case .group: try walk(inner, depth + 1)
        case .other: continue
        }
      }
    }
    try walk(group, 0)
    return paths
  }

  /// The members of a group; numbers in their order, which HDF5 does not know.
  func entries(of path: String) throws(ImportError) -> [HDF5Entry] {
    let entries: [HDF5Entry]
    do throws(ArchiveError) { entries = try location(path).entries() } catch { throw ImportError(error) }
    guard entries.allSatisfy({ Int($0.name) != nil }) else { return entries }
    return entries.sorted { Int($0.name)! < Int($1.name)! }
  }

  func location(_ path: String) throws(ArchiveError) -> any HDF5Location {
    path.isEmpty ? file : try file.group(path)
  }

  func contains(_ path: String) throws(ImportError) -> Bool {
    do throws(ArchiveError) { return try file.contains(path) } catch { throw ImportError(error) }
  }

  /// A text at a group; nil where there is no such attribute.
  func text(_ attribute: String, at path: String = "") throws(ImportError) -> String? {
    do throws(ArchiveError) {
      let location = try location(path)
      return try location.hasAttribute(attribute) ? location.text(attribute: attribute) : nil
    } catch { throw ImportError(error) }
  }

  /// A list of texts, which Keras cuts into several numbered attributes if it is longer than HDF5 allows.
  func texts(_ attribute: String, at path: String) throws(ImportError) -> [String]? {
    do throws(ArchiveError) {
      let location = try location(path)
      if try location.hasAttribute(attribute) { return try location.texts(attribute: attribute) }
      var texts: [String] = []
      var part = 0
      while try location.hasAttribute(attribute + String(part)) {
        texts += try location.texts(attribute: attribute + String(part))
        part += 1
      }
      return part == 0 ? nil : texts
    } catch { throw ImportError(error) }
  }

  /// A whole number at a group; nil where there is no such attribute.
  func whole(_ attribute: String, at path: String) throws(ImportError) -> Int? {
    do throws(ArchiveError) {
      let location = try location(path)
      return try location.hasAttribute(attribute)
        ? location.numbers(attribute: attribute, as: Int.self).first : nil
    } catch { throw ImportError(error) }
  }

  // MARK: Tensors

  /// The numbers at a path, to be read when they are asked for; nil if these are no numbers.
  /// - Throws: `ImportError` if the file does not have as many as it says.
  func tensor(_ path: String) throws(ImportError) -> StoredTensor? {
    do throws(ArchiveError) {
      let dataset = try file.dataset(path)
      let extents = try dataset.extents()
      guard extents.count <= 32, let count = Shape(extents).checkedElementCount else {
        throw ArchiveError(
          .damaged, "\(name):\(path)", "\(Shape(extents)) numbers are more than any memory holds")
      }
      let elementType: String
      let hasType = try dataset.hasAttribute("dtype")
      let isHalf = hasType ? try dataset.text(attribute: "dtype") == "bfloat16" : false
      switch try dataset.typeClass() {
      case .integer(let bytes): elementType = isHalf ? "bfloat16" : "int\(bytes * 8)"
      case .float(let bytes): elementType = "float\(bytes * 8)"
      default:
        guard isHalf else { return nil }
        elementType = "bfloat16"
      }
      try checkStorage(dataset, count)
      return StoredTensor(path, Shape(extents), elementType: elementType) { () throws(ImportError) in
        try read(path, isHalf: elementType == "bfloat16")
      }
    } catch { throw ImportError(error) }
  }

  /// Packed to less than a thousandth, larger arrays than this are not believed.
  private static let harmlessCount = 1 << 25

  private func checkStorage(_ dataset: HDF5Dataset, _ count: Int) throws(ArchiveError) {
    let stored: Int
    switch try dataset.storage() {
    case .elsewhere:
      throw ArchiveError(.mismatch, dataset.subject, "its numbers are in another file, which is not opened")
    case .compact: return
    case .chunked(let size): stored = size
    case .contiguous(let offset, let bytes):
      guard let offset else {
        stored = 0
        break
      }
      guard bytes <= size, offset <= size - bytes else {
        throw ArchiveError(
          .damaged, dataset.subject, "its numbers lie beyond the end of the file; copy it again")
      }
      return
    }
    guard count <= ForeignHDF5.harmlessCount || count / 1000 <= stored else {
      throw ArchiveError(
        .damaged, dataset.subject, "\(stored) bytes claim to unfold to \(count) numbers; that is not believed"
      )
    }
  }

  private func read(_ path: String, isHalf: Bool) throws(ImportError) -> Tensor {
    do throws(ArchiveError) {
      let dataset = try file.dataset(path)
      let shape = Shape(try dataset.extents())
      guard isHalf else { return Tensor(shape, try dataset.read(Float.self)) }
      let bytes = try dataset.bytes(width: 2)
      return Tensor(
        shape,
        stride(from: 0, to: bytes.count, by: 2).map {
          Float(bitPattern: UInt32(bytes[$0]) << 16 | UInt32(bytes[$0 + 1]) << 24)
        })
    } catch { throw ImportError(error) }
  }
}

extension ImportError {
  /// The same failure in the words of this module.
  init(_ error: ArchiveError) {
    let code: Code =
      switch error.code {
      case .cannotOpen: .missing
      case .notHDF5: .notAModel
      case .damaged where error.reason.contains("cut short"): .truncated
      case .mismatch where error.reason.contains("another file"): .unsafe
      case .mismatch where error.reason.contains("filter"): .unsupported
      case .cannotWrite, .diskFull, .exists: .cannotWrite
      default: .malformed
      }
    self.init(code, error.subject, error.reason)
  }
}

package import Core

/// NumPy's arrays as files of tensors: one (`.npy`) or several by name (`.npz`).
public enum NumPyTensors {
  /// True if a file that begins so is a single array.
  public static func recognises(_ head: [UInt8]) -> Bool { head.starts(with: [0x93] + Array("NUMPY".utf8)) }

  /// Opens an array or an archive of arrays; numbers are read when asked for.
  /// - Throws: `ImportError` if it is missing, neither, damaged, or holds Python objects.
  public static func open(_ path: String) throws(ImportError) -> TensorFile {
    if ZipFile.recognises(try ForeignHead.read(path)) { return try open(try ZipFile.forImport(path)) }
    let part: FilePart
    let head: [UInt8]
    do throws(FileError) {
      part = try OpenFile(path).whole
      head = try part.head(NumPyLayout.longestHead)
    } catch {
      throw ImportError(error)
    }
    let layout: NumPyLayout
    do { layout = try NumPyLayout(head: head, size: part.count, named: path) } catch {
      throw ImportError(error)
    }
    var name = path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...]
    if name.hasSuffix(".npy") { name = name.dropLast(4) }
    let tensor = StoredTensor(String(name), layout.shape, elementType: layout.descriptor) {
      () throws(ImportError) in
      do throws(FileError) { return try layout.tensor(in: part) } catch { throw ImportError(error) }
    }
    return TensorFile(path: path, format: "NumPy array", tensors: [tensor])
  }

  /// Opens an archive of arrays that is already open as a zip.
  /// - Throws: `ImportError` as the other `open` does.
  package static func open(_ zip: ZipFile) throws(ImportError) -> TensorFile {
    let (members, refused): ([NumPyArchive.Member], [NumPyError])
    do { (members, refused) = try NumPyArchive.members(of: zip) } catch { throw ImportError(error) }
    if members.isEmpty, let first = refused.first { throw ImportError(first) }
    return TensorFile(
      path: zip.path, format: "NumPy archive",
      tensors: members.map { member in
        StoredTensor(member.name, member.layout.shape, elementType: member.layout.descriptor) {
          () throws(ImportError) in
          do throws(NumPyError) { return try member.tensor() } catch { throw ImportError(error) }
        }
      },
      remarks: refused.map { "left aside: \($0.subject.dropFirst(zip.path.count + 1)): \($0.reason)" })
  }
}

extension ZipFile {
  /// Opens a zip, telling of failures as this module does.
  static func forImport(_ path: String) throws(ImportError) -> ZipFile {
    do { return try ZipFile(path) } catch { throw ImportError(error) }
  }
}

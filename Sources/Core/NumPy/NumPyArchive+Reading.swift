extension NumPyArchive {
  /// One array of an archive: its shape is known, its numbers are read when somebody asks for them.
  package struct Member: Sendable {
    /// Its name, without `.npy`.
    package let name: String
    /// What its header says.
    package let layout: NumPyLayout
    private let zip: ZipFile
    private let entry: ZipFile.Entry

    fileprivate init(_ zip: ZipFile, _ entry: ZipFile.Entry) throws(NumPyError) {
      let head: [UInt8]
      do { head = try zip.head(of: entry, NumPyLayout.longestHead) } catch { throw NumPyError(error) }
      name = String(entry.name.dropLast(4))
      layout = try NumPyLayout(head: head, size: entry.size, named: "\(zip.path):\(entry.name)")
      self.zip = zip
      self.entry = entry
    }

    /// Reads the numbers; what is deflated is unpacked whole.
    /// - Throws: `NumPyError` if the file can no longer be read, or the packed bytes are damaged.
    package func tensor() throws(NumPyError) -> Tensor {
      do throws(FileError) {
        if let part = zip.part(of: entry) { return try layout.tensor(in: part) }
        return layout.tensor(of: try zip.contents(of: entry, limit: 1 << 32))
      } catch {
        throw NumPyError(error)
      }
    }
  }

  /// The arrays of an archive, in its order, and why others in it are not read: text, complex numbers.
  /// - Throws: `NumPyError` if it is no archive of arrays, damaged, or holds Python objects.
  package static func members(
    of zip: ZipFile
  ) throws(NumPyError) -> (members: [Member], refused: [NumPyError]) {
    var members: [Member] = []
    var refused: [NumPyError] = []
    for entry in zip.entries where entry.name.hasSuffix(".npy") {
      do throws(NumPyError) { members.append(try Member(zip, entry)) } catch {
        guard error.code == .elementType else { throw error }
        refused.append(error)
      }
    }
    guard !members.isEmpty || !refused.isEmpty || zip.entries.isEmpty else {
      throw NumPyError(.notAnArray, zip.path, "a zip without arrays (.npy) in it")
    }
    return (members, refused)
  }

  /// Reads the arrays of a file, in its order; arrays that hold no numbers are left out.
  /// - Throws: `NumPyError` if it is missing, no archive of arrays, damaged, or holds Python objects.
  public static func read(_ path: String) throws(NumPyError) -> [(name: String, tensor: Tensor)] {
    let zip: ZipFile
    do { zip = try ZipFile(path) } catch { throw NumPyError(error) }
    var arrays: [(name: String, tensor: Tensor)] = []
    for member in try members(of: zip).members { arrays.append((member.name, try member.tensor())) }
    return arrays
  }
}

extension NumPyError {
  /// The same failure, told by the reader of files or zips.
  package init(_ error: FileError) {
    let code: Code =
      switch error.code {
      case .missing, .unreadable: .missing
      case .truncated: .truncated
      case .damaged, .unsupported: .malformed
      case .refused: .unsafe
      case .unwritable: .unwritable
      }
    self.init(code, error.subject, error.reason)
  }
}

internal import Core

/// A file of tensors without an architecture: names, shapes and numbers.
public struct TensorFile: Sendable {
  /// Where it is.
  public let path: String
  /// What kind of file it is: `safetensors`, `PyTorch 3, zip`.
  public let format: String
  /// Every tensor in it, as the file has it.
  public let tensors: [StoredTensor]
  /// The tensors that are a network's, under the names that the network has for them; the others are an optimiser's, say.
  public let parameters: [StoredTensor]
  /// True if the tensors stand in the order in which the network's layers were made; nil if that is not known.
  public let isOrdered: Bool?
  /// What else the file says of itself.
  public let metadata: [String: String]
  /// What was left aside or assumed, a line each.
  public let remarks: [String]

  /// A file from its parts.
  public init(
    path: String, format: String, tensors: [StoredTensor], parameters: [StoredTensor]? = nil,
    isOrdered: Bool? = nil,
    metadata: [String: String] = [:], remarks: [String] = []
  ) {
    self.path = path
    self.format = format
    self.tensors = tensors
    self.parameters = parameters ?? tensors
    self.isOrdered = isOrdered
    self.metadata = metadata
    self.remarks = remarks
  }

  /// The tensor of a name; nil if there is none.
  public subscript(name: String) -> StoredTensor? { tensors.first { $0.name == name } }
}

extension StoredTensor {
  /// Numbers that lie in a part of a file, row by row. The part must be as long as the shape takes.
  init(
    _ name: String, _ shape: Shape, elementType: String, _ format: NumberFormat, in part: FilePart,
    isBigEndian: Bool = false
  ) {
    self.init(name, shape, elementType: elementType) { () throws(ImportError) in
      do throws(FileError) { return try format.tensor(shape, in: part, isBigEndian: isBigEndian) } catch {
        throw ImportError(
          error.code == .damaged ? .unsupported : .truncated, "\(error.subject):\(name)", error.reason)
      }
    }
  }
}

/// What a file is that is no model, as far as its first bytes tell.
enum ForeignHead {
  /// Reads the first bytes of a file.
  /// - Throws: `ImportError` if it is missing, empty, or a pointer to a file that is kept elsewhere.
  static func read(_ path: String, _ count: Int = 64) throws(ImportError) -> [UInt8] {
    let head: [UInt8]
    do throws(FileError) { head = try OpenFile(path).whole.head(count) } catch { throw ImportError(error) }
    try check(head, path)
    return head
  }

  /// - Throws: `ImportError` if a file that begins so holds no tensors, whatever it is called.
  static func check(_ head: [UInt8], _ path: String) throws(ImportError) {
    guard !head.isEmpty else { throw ImportError(.notAModel, path, "the file is empty") }
    guard !head.starts(with: Array("version https://git-lfs".utf8)) else {
      throw ImportError(
        .notAModel, path, "is a pointer of Git LFS, not the model itself; run 'git lfs pull' where it is from"
      )
    }
  }
}

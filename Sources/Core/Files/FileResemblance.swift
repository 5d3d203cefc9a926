/// What a file looks like by its first bytes, for those who expected something else.
package struct FileResemblance: CustomStringConvertible {
  /// In words: `a PNG picture`, `text`, `nothing known`.
  package let description: String

  /// By the first bytes, some 96 of them.
  package init(_ head: [UInt8]) { description = Self.name(head) }

  private static func name(_ head: [UInt8]) -> String {
    let known: [(bytes: [UInt8], name: String)] = [
      (Array("\u{89}PNG".unicodeScalars.map { UInt8($0.value) }), "a PNG picture"),
      ([0xFF, 0xD8, 0xFF], "a JPEG picture"),
      ([0x1F, 0x8B], "a gzip file"),
      (Array("PK".utf8), "a zip archive (.keras, .npz, .pt)"),
      ([0x93] + Array("NUMPY".utf8), "a NumPy array"),
      (Array("CDF".utf8), "a netCDF-3 file"),
      (Array("MATLAB".utf8), "a MATLAB file"),
      (Array("version https://git-lfs".utf8), "a pointer of git-lfs; 'git lfs pull' fetches the file itself"),
      (Array("GGUF".utf8), "a GGUF model"),
      (Array("%PDF".utf8), "a PDF page"),
      ([0x08], "a protocol buffer (ONNX?)"),
      ([0x80, 0x02], "a Python pickle"), ([0x80, 0x03], "a Python pickle"),
      ([0x80, 0x04], "a Python pickle"), ([0x80, 0x05], "a Python pickle"),
      (Array("{".utf8), "JSON"), (Array("<".utf8), "a page of HTML or XML"),
    ]
    if let match = known.first(where: { head.starts(with: $0.bytes) }) { return match.name }
    if head.count > 8, head[8] == UInt8(ascii: "{") { return "a safetensors file" }
    if head.allSatisfy({ $0 == 0 }) { return "zeros" }
    if head.allSatisfy({ $0 >= 0x20 && $0 < 0x7F || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 || $0 >= 0x80 }) {
      return "text"
    }
    return "nothing known"
  }
}

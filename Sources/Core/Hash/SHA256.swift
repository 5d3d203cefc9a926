internal import CCrypto

/// A SHA-256 sum being computed: take in bytes piece by piece, then read the digest.
///
/// ```swift
/// var sum = SHA256()
/// sum.update([UInt8]("abc".utf8))
/// sum.hexDigest  // "ba7816bf…15ad"
/// ```
public struct SHA256: ~Copyable {
  private let context: OpaquePointer

  /// The sum of nothing yet.
  public init() {
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      preconditionFailure("libcrypto has no SHA-256")
    }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Takes in the bytes of a piece of memory.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    precondition(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1, "libcrypto's SHA-256 failed")
  }

  /// Takes in an array's elements as they lie in memory: little-endian on every machine this runs on.
  public mutating func update<Element: BitwiseCopyable>(_ elements: [Element]) {
    elements.withUnsafeBytes { update($0) }
  }

  /// Takes in a text's UTF-8 bytes.
  public mutating func update(_ text: String) {
    var text = text
    text.withUTF8 { update(UnsafeRawBufferPointer($0)) }
  }

  /// The sum of all bytes so far: 32 bytes. More may be taken in afterwards.
  public var digest: [UInt8] {
    guard let copy = EVP_MD_CTX_new() else { preconditionFailure("out of memory") }
    defer { EVP_MD_CTX_free(copy) }
    var digest = [UInt8](repeating: 0, count: 32)
    precondition(
      EVP_MD_CTX_copy_ex(copy, context) == 1 && EVP_DigestFinal_ex(copy, &digest, nil) == 1,
      "libcrypto's SHA-256 failed")
    return digest
  }

  /// The sum of all bytes so far as 64 lower-case hexadecimal digits.
  public var hexDigest: String { SHA256.hexadecimal(digest) }

  /// Bytes as lower-case hexadecimal digits.
  package static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The hexadecimal sum of one array's elements.
  public static func hexDigest<Element: BitwiseCopyable>(of elements: [Element]) -> String {
    var sum = SHA256()
    sum.update(elements)
    return sum.hexDigest
  }
}

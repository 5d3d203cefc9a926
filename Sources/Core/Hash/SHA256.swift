internal import CCrypto

/// The SHA-256 digest of bytes given piece by piece, computed by OpenSSL.
public struct SHA256 {
  private final class Context {
    let pointer = EVP_MD_CTX_new()
    init() { EVP_DigestInit_ex(pointer, EVP_sha256(), nil) }
    deinit { EVP_MD_CTX_free(pointer) }
  }

  private var context = Context()

  /// The digest of no bytes yet.
  public init() {}

  /// Takes in more bytes, behind those given before.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
    if !isKnownUniquelyReferenced(&context) {
      let copy = Context()
      EVP_MD_CTX_copy_ex(copy.pointer, context.pointer)
      context = copy
    }
    EVP_DigestUpdate(context.pointer, base, bytes.count)
  }

  /// The digest of all bytes so far: 64 hexadecimal digits, lower case.
  public func hexDigest() -> String {
    let copy = Context()
    EVP_MD_CTX_copy_ex(copy.pointer, context.pointer)
    var digest = [UInt8](repeating: 0, count: 32)
    EVP_DigestFinal_ex(copy.pointer, &digest, nil)
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}

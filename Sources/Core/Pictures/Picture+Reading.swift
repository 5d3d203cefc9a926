extension Picture {
  /// More pixels than this are refused before they are decoded: a few kilobytes can claim billions.
  public static let usualPixelLimit = 64_000_000

  /// Reads a PNG or JPEG file; which of both is told by its first bytes, not by its name.
  ///
  /// Grey files become one channel, all others three. 16-bit samples are reduced to eight, palettes looked up,
  /// transparency laid over white, a camera's orientation followed.
  /// - Throws: `PictureError` if the file is missing, no picture, cut off, damaged or over `pixelLimit`.
  public init(contentsOf path: String, pixelLimit: Int = Picture.usualPixelLimit) throws(PictureError) {
    let bytes: [UInt8]
    do { bytes = try ByteReader.contents(of: path) } catch { throw PictureError(error) }
    try self.init(decoding: bytes, named: path, pixelLimit: pixelLimit)
  }

  /// Decodes the bytes of a PNG or JPEG file.
  /// - Parameter named: what errors call the file.
  /// - Throws: `PictureError` if they are no picture, cut off, damaged or over `pixelLimit`.
  public init(
    decoding bytes: [UInt8], named name: String, pixelLimit: Int = Picture.usualPixelLimit
  ) throws(PictureError) {
    switch FileKind(of: bytes) {
    case .png: self = try PNGCodec.decode(bytes, named: name, pixelLimit: pixelLimit)
    case .jpeg: self = try JPEGDecoder.decode(bytes, named: name, pixelLimit: pixelLimit)
    case .empty: throw PictureError(.notAPicture, name, "the file is empty")
    case .other(let kind):
      throw PictureError(.notAPicture, name, "expected a PNG or JPEG picture, found \(kind)")
    }
  }

  /// True if a file begins as a PNG or JPEG file does.
  package static func isPicture(at path: String) -> Bool {
    guard let beginning = try? ByteReader.contents(of: path, upTo: 8) else { return false }
    return switch FileKind(of: beginning) {
    case .png, .jpeg: true
    case .empty, .other: false
    }
  }

  /// Checks extents that a file claims, before memory is asked for.
  static func check(width: Int, height: Int, named name: String, pixelLimit: Int) throws(PictureError) {
    guard width > 0, height > 0 else {
      throw PictureError(.empty, name, "has no pixels: \(width) × \(height)")
    }
    let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
    guard !overflow, pixels <= pixelLimit else {
      throw PictureError(
        .tooLarge, name, "\(width) × \(height) pixels are more than the \(pixelLimit) that are read")
    }
  }
}

/// What a file looks like, by its first bytes.
enum FileKind: Hashable {
  case png
  case jpeg
  case empty
  /// Something else: what to call it in a message.
  case other(String)

  init(of bytes: [UInt8]) {
    func begins(_ text: String, at offset: Int = 0) -> Bool {
      bytes.dropFirst(offset).starts(with: text.utf8)
    }
    func begins(_ signature: [UInt8]) -> Bool { bytes.starts(with: signature) }
    if bytes.isEmpty {
      self = .empty
    } else if begins([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else if begins([0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if begins([0x89, 0x50, 0x4E, 0x47]) {
      self = .other("a PNG whose line ends were changed, as by a transfer in text mode")
    } else if begins("GIF8") {
      self = .other("a GIF")
    } else if begins("II*\0") || begins("MM\0*") || begins("II+\0") || begins("MM\0+") {
      self = .other("a TIFF")
    } else if begins("RIFF") && begins("WEBP", at: 8) {
      self = .other("a WebP")
    } else if begins("BM") {
      self = .other("a BMP")
    } else if begins("ftyp", at: 4) {
      self = .other("a HEIC, AVIF or MP4 file")
    } else if begins([0, 0, 0, 12]) && begins("jP  ", at: 4) || begins([0xFF, 0x4F, 0xFF, 0x51]) {
      self = .other("a JPEG 2000")
    } else if begins("%PDF") {
      self = .other("a PDF")
    } else if begins("version https://git-lfs") {
      self = .other("a git-lfs pointer: run 'git lfs pull' to get the picture itself")
    } else if begins([0x1F, 0x8B]) {
      self = .other("a gzipped file")
    } else if begins("PK\u{3}\u{4}") {
      self = .other("a zip archive")
    } else if begins([0x89, 0x48, 0x44, 0x46]) {
      self = .other("an HDF5 file")
    } else if begins([0x93]) && begins("NUMPY", at: 1) {
      self = .other("a NumPy array")
    } else if begins("P"), bytes.count > 1, (0x31...0x37).contains(bytes[1]) {
      self = .other("a PNM")
    } else {
      self = .other(Self.text(bytes) ?? "unknown binary data")
    }
  }

  /// Recognises markup and other text; nil for what is not text.
  private static func text(_ bytes: [UInt8]) -> String? {
    let head = bytes.prefix(256)
    guard head.allSatisfy({ $0 >= 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }) else { return nil }
    let words = String(decoding: head, as: UTF8.self).lowercased()
    let start = words.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
    if start.hasPrefix("<!doctype html") || start.hasPrefix("<html") {
      return "an HTML page, as a download that failed leaves behind"
    }
    if words.contains("<svg") { return "an SVG drawing" }
    return start.hasPrefix("<") ? "markup" : "text"
  }
}

internal import CPNG

/// PNG by libpng's simplified interface, which does palettes, bit depths and interlacing by itself.
enum PNGCodec {
  static func decode(_ bytes: [UInt8], named name: String, pixelLimit: Int) throws(PictureError) -> Picture {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    // The image keeps the pointer between the two calls, so both are made while the bytes are lent.
    let decoded = bytes.withUnsafeBytes {
      memory -> Result<(samples: [UInt8], bytesPerPixel: Int), PictureError> in
      Result { () throws(PictureError) in
        guard png_image_begin_read_from_memory(&image, memory.baseAddress, memory.count) != 0 else {
          throw failure(&image, name)
        }
        try Picture.check(
          width: Int(image.width), height: Int(image.height), named: name, pixelLimit: pixelLimit)
        let isColour = image.format & UInt32(PNG_FORMAT_FLAG_COLOR) != 0
        image.format = UInt32(PNG_FORMAT_FLAG_ALPHA) | (isColour ? UInt32(PNG_FORMAT_FLAG_COLOR) : 0)
        // Otherwise 16-bit samples would be taken for linear light and come out too bright.
        image.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB)
        let bytesPerPixel = isColour ? 4 : 2
        let stride = Int(image.width) * bytesPerPixel
        var samples = [UInt8](repeating: 0, count: stride * Int(image.height))
        guard png_image_finish_read(&image, nil, &samples, Int32(stride), nil) != 0 else {
          throw failure(&image, name)
        }
        return (samples, bytesPerPixel)
      }
    }
    let (samples, bytesPerPixel) = try decoded.get()
    return overWhite(
      samples, bytesPerPixel: bytesPerPixel, width: Int(image.width), height: Int(image.height))
  }

  /// Interleaved samples with alpha to planes without, mixed as browsers mix: in the stored (not linear) values.
  private static func overWhite(
    _ samples: [UInt8], bytesPerPixel: Int, width: Int, height: Int
  ) -> Picture {
    let (channels, plane) = (bytesPerPixel - 1, width * height)
    let planes = [UInt8](unsafeUninitializedCapacity: channels * plane) { planes, count in
      samples.withUnsafeBufferPointer { samples in
        for channel in 0..<channels {
          for index in 0..<plane {
            let sample = UInt32(samples[index * bytesPerPixel + channel])
            let alpha = UInt32(samples[index * bytesPerPixel + channels])
            planes[channel * plane + index] = UInt8((sample * alpha + 255 * (255 - alpha) + 127) / 255)
          }
        }
      }
      count = channels * plane
    }
    return Picture(width: width, height: height, channels: channels, samples: planes)
  }

  private static func failure(_ image: inout png_image, _ name: String) -> PictureError {
    let message = withUnsafeBytes(of: &image.message) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    if message.contains("read beyond end") || message.contains("Not enough image data") {
      return PictureError(.truncated, name, "the PNG ends early; get the file again")
    }
    if message.contains("Invalid IHDR") || message.contains("width") || message.contains("height") {
      return PictureError(.malformed, name, "the PNG's header is invalid: \(message)")
    }
    return PictureError(.malformed, name, "the PNG is damaged: \(message)")
  }

  static func encode(_ picture: Picture, named name: String) throws(PictureError) -> [UInt8] {
    let (channels, plane) = (picture.channels, picture.width * picture.height)
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    image.width = UInt32(picture.width)
    image.height = UInt32(picture.height)
    image.format = channels == 3 ? UInt32(PNG_FORMAT_FLAG_COLOR) : 0
    defer { png_image_free(&image) }
    var interleaved = picture.samples
    if channels == 3 {
      for channel in 0..<3 {
        for index in 0..<plane { interleaved[index * 3 + channel] = picture.samples[channel * plane + index] }
      }
    }
    // More than any PNG of these samples needs: deflate grows what it cannot pack by under 1 %.
    var size = interleaved.count + interleaved.count / 64 + picture.height + 65536
    var bytes = [UInt8](repeating: 0, count: size)
    guard png_image_write_to_memory(&image, &bytes, &size, 0, interleaved, 0, nil) != 0 else {
      let reason = failure(&image, name).reason
      throw PictureError(.unwritable, name, reason)
    }
    return Array(bytes[..<size])
  }
}

extension Picture {
  /// The bytes of a PNG file of this picture: eight bits a sample, grey or colour.
  public func png() throws(PictureError) -> [UInt8] { try PNGCodec.encode(self, named: "PNG") }

  /// Writes a PNG file, whole or not at all.
  /// - Throws: `PictureError` if it cannot be written.
  public func writePNG(to path: String) throws(PictureError) {
    let bytes = try PNGCodec.encode(self, named: path)
    do { try ByteWriter.write(bytes, to: path) } catch {
      throw PictureError(.unwritable, error.subject, error.reason)
    }
  }
}

internal import CTurboJPEG

/// JPEG by libturbojpeg, baseline and progressive, grey, colour and the printers' CMYK.
enum JPEGDecoder {
  static func decode(_ bytes: [UInt8], named name: String, pixelLimit: Int) throws(PictureError) -> Picture {
    guard let handle = tjInitDecompress() else {
      throw PictureError(
        .malformed, name, "libturbojpeg does not start: \(String(cString: tjGetErrorStr2(nil)))")
    }
    defer { tjDestroy(handle) }
    var (width, height, subsampling, colourSpace): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
    guard
      tjDecompressHeader3(
        handle, bytes, UInt(bytes.count), &width, &height, &subsampling, &colourSpace) == 0
    else { throw failure(handle, bytes, name) }
    try Picture.check(width: Int(width), height: Int(height), named: name, pixelLimit: pixelLimit)

    let isFourColour = colourSpace == Int32(TJCS_CMYK.rawValue) || colourSpace == Int32(TJCS_YCCK.rawValue)
    let isGrey = colourSpace == Int32(TJCS_GRAY.rawValue)
    let format = isGrey ? TJPF_GRAY : isFourColour ? TJPF_CMYK : TJPF_RGB
    let bytesPerPixel = isGrey ? 1 : isFourColour ? 4 : 3
    var samples = [UInt8](repeating: 0, count: Int(width) * Int(height) * bytesPerPixel)
    // A progressive file of thousands of scans would decode for minutes; the flag stops at 500.
    let status = tjDecompress2(
      handle, bytes, UInt(bytes.count), &samples, width, 0, height, Int32(format.rawValue),
      Int32(TJFLAG_LIMITSCANS))
    if status != 0 {
      let message = String(cString: tjGetErrorStr2(handle))
      // Stray bytes between segments harm nothing; every other warning means lost picture content.
      guard tjGetErrorCode(handle) == Int32(TJERR_WARNING.rawValue), message.contains("extraneous bytes")
      else {
        throw failure(handle, bytes, name)
      }
    }
    let picture = planes(samples, bytesPerPixel: bytesPerPixel, width: Int(width), height: Int(height))
    return picture.turned(ExifOrientation.find(in: bytes))
  }

  private static func failure(_ handle: tjhandle, _ bytes: [UInt8], _ name: String) -> PictureError {
    let message = String(cString: tjGetErrorStr2(handle))
    // A whole file ends in the marker FF D9; one that has it can still lack data inside.
    let hasEnd = bytes.count > 4 && bytes.suffix(2).elementsEqual([0xFF, 0xD9])
    if !hasEnd || message.lowercased().contains("premature end") {
      return PictureError(.truncated, name, "the JPEG ends early or lacks data inside; get the file again")
    }
    return PictureError(.malformed, name, "the JPEG is damaged: \(message)")
  }

  /// Interleaved samples to planes; cyan, magenta, yellow and black as Adobe stores them (255 is no ink) to
  /// red, green, blue without a colour profile.
  private static func planes(
    _ samples: [UInt8], bytesPerPixel: Int, width: Int, height: Int
  ) -> Picture {
    let plane = width * height
    let channels = min(3, bytesPerPixel)
    guard channels == 3 else { return Picture(width: width, height: height, channels: 1, samples: samples) }
    let planes = [UInt8](unsafeUninitializedCapacity: 3 * plane) { planes, count in
      samples.withUnsafeBufferPointer { samples in
        for channel in 0..<3 {
          for index in 0..<plane {
            let sample = samples[index * bytesPerPixel + channel]
            planes[channel * plane + index] =
              bytesPerPixel == 3
              ? sample : UInt8((UInt32(sample) * UInt32(samples[index * 4 + 3]) + 127) / 255)
          }
        }
      }
      count = 3 * plane
    }
    return Picture(width: width, height: height, channels: 3, samples: planes)
  }
}

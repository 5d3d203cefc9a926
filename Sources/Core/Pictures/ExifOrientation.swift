/// How a camera was held: the orientation tag (0x0112) of the Exif block in a JPEG file.
///
/// Source: Exif 2.3, section 4.6.4 (A); the block is a small TIFF file in the APP1 segment.
enum ExifOrientation: UInt16 {
  case upright = 1
  case mirrored
  case upsideDown
  case mirroredUpsideDown
  case transposed
  case quarterTurnNeeded
  case transversed
  case threeQuarterTurnNeeded

  /// The orientation that a JPEG file states; upright if it states none or states it wrongly.
  static func find(in bytes: [UInt8]) -> ExifOrientation {
    var position = 2
    while position + 4 <= bytes.count, bytes[position] == 0xFF {
      let marker = bytes[position + 1]
      if marker == 0xFF {
        position += 1
        continue
      }
      // The picture data begin at SOS; nothing about it stands behind.
      if marker == 0xDA || marker == 0xD9 { break }
      let length = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
      let end = position + 2 + length
      guard length >= 2, end <= bytes.count else { break }
      let segment = bytes[position + 4..<max(position + 4, end)]
      if marker == 0xE1, segment.starts(with: Array("Exif\0\0".utf8)) {
        return TIFF(bytes: segment.dropFirst(6)).orientation ?? .upright
      }
      position = end
    }
    return .upright
  }

  private struct TIFF {
    let bytes: ArraySlice<UInt8>

    func number(_ offset: Int, bytes count: Int) -> Int? {
      guard offset >= 0, offset + count <= bytes.count else { return nil }
      let digits = bytes[(bytes.startIndex + offset)..<(bytes.startIndex + offset + count)]
      return (bytes.first == 0x49 ? Array(digits.reversed()) : Array(digits)).reduce(0) { $0 << 8 | Int($1) }
    }

    var orientation: ExifOrientation? {
      guard number(2, bytes: 2) == 42, let directory = number(4, bytes: 4),
        let entries = number(directory, bytes: 2)
      else { return nil }
      for entry in 0..<entries {
        let offset = directory + 2 + 12 * entry
        guard let tag = number(offset, bytes: 2) else { return nil }
        if tag == 0x0112, number(offset + 2, bytes: 2) == 3, let value = number(offset + 8, bytes: 2) {
          return ExifOrientation(rawValue: UInt16(value))
        }
      }
      return nil
    }
  }
}

extension Picture {
  /// The picture as it was meant to be seen.
  func turned(_ orientation: ExifOrientation) -> Picture {
    if orientation == .upright { return self }
    let isSideways = orientation.rawValue >= 5
    let (newWidth, newHeight) = isSideways ? (height, width) : (width, height)
    var turned = [UInt8](repeating: 0, count: samples.count)
    var place = 0
    for channel in 0..<channels {
      for row in 0..<newHeight {
        for column in 0..<newWidth {
          let (oldRow, oldColumn) =
            switch orientation {
            case .upright: (row, column)
            case .mirrored: (row, width - 1 - column)
            case .upsideDown: (height - 1 - row, width - 1 - column)
            case .mirroredUpsideDown: (height - 1 - row, column)
            case .transposed: (column, row)
            case .quarterTurnNeeded: (height - 1 - column, row)
            case .transversed: (height - 1 - column, width - 1 - row)
            case .threeQuarterTurnNeeded: (column, width - 1 - row)
            }
          turned[place] = samples[(channel * height + oldRow) * width + oldColumn]
          place += 1
        }
      }
    }
    return Picture(width: newWidth, height: newHeight, channels: channels, samples: turned)
  }
}

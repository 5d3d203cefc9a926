import Core
import Foundation
import TestSupport
import Testing

/// Reads handmade pictures, and real ones against what Pillow 13 decodes (its samples hashed as planes).
@Suite struct PictureReadingTests {
  private func decode(_ png: HandmadePNG) throws -> Picture {
    try Picture(decoding: png.bytes, named: "it.png")
  }

  @Test func greyBytesComeAsTheyAre() throws {
    let picture = try decode(
      HandmadePNG(width: 3, height: 2, bitDepth: 8, colourType: 0, rows: [0, 1, 2, 3, 0, 250, 128, 255]))
    #expect(picture.shape == [1, 2, 3])
    #expect(picture.samples == [1, 2, 3, 250, 128, 255])
  }

  @Test func colourComesAsPlanes() throws {
    let picture = try decode(
      HandmadePNG(width: 2, height: 1, bitDepth: 8, colourType: 2, rows: [0, 10, 20, 30, 40, 50, 60]))
    #expect(picture.shape == [3, 1, 2])
    #expect(picture.samples == [10, 40, 20, 50, 30, 60])
  }

  @Test func sixteenBitsKeepTheirUpperHalf() throws {
    let picture = try decode(
      HandmadePNG(
        width: 4, height: 1, bitDepth: 16, colourType: 0, rows: [0, 0, 0, 0x40, 0x40, 0x80, 0x80, 0xFF, 0xFF])
    )
    #expect(picture.samples == [0, 0x40, 0x80, 0xFF])
  }

  @Test func oneBitBecomesBlackAndWhite() throws {
    let picture = try decode(
      HandmadePNG(width: 10, height: 1, bitDepth: 1, colourType: 0, rows: [0, 0b1010_0000, 0b0100_0000]))
    #expect(picture.samples == [255, 0, 255, 0, 0, 0, 0, 0, 0, 255])
  }

  @Test func paletteColoursAreLookedUp() throws {
    let picture = try decode(
      HandmadePNG(
        width: 2, height: 1, bitDepth: 8, colourType: 3, palette: [1, 2, 3, 200, 100, 50], rows: [0, 1, 0]))
    #expect(picture.samples == [200, 1, 100, 2, 50, 3])
  }

  @Test func transparencyIsLaidOverWhite() throws {
    let grey = try decode(
      HandmadePNG(width: 3, height: 1, bitDepth: 8, colourType: 4, rows: [0, 0, 0, 0, 128, 100, 255]))
    #expect(grey.samples == [255, 127, 100])
    let colour = try decode(
      HandmadePNG(width: 1, height: 1, bitDepth: 8, colourType: 6, rows: [0, 200, 0, 50, 51]))
    #expect(colour.samples == [244, 204, 214])
  }

  @Test func interlacedRowsFindTheirPlaces() throws {
    // Adam7, 3 × 3: pass 1 has (0,0); pass 4 has (2,0); pass 5 row 2: (0,2), (2,2); pass 6 has x = 1 of rows 0
    // and 2; pass 7 has row 1.
    let rows: [UInt8] = [0, 1, 0, 3, 0, 7, 9, 0, 2, 0, 8, 0, 4, 5, 6]
    let picture = try decode(
      HandmadePNG(width: 3, height: 3, bitDepth: 8, colourType: 0, isInterlaced: true, rows: rows))
    #expect(picture.samples == [1, 2, 3, 4, 5, 6, 7, 8, 9])
  }

  @Test func theSignatureDecidesNotTheName() throws {
    let folder = try ScratchFolder()
    let path = try folder.write(
      HandmadePNG(width: 1, height: 1, bitDepth: 8, colourType: 0, rows: [0, 77]).bytes, "photo.jpg")
    #expect(try Picture(contentsOf: path).samples == [77])
  }

  // A slope 24 × 16, `(8 y + 4 x) mod 256`; made by Pillow: Image.fromarray(slope).save(…, quality=92, optimize=True).
  private static let slopeJPEG = """
    /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQ\
    CgwSExIQEw8QEBD/wAALCAAQABgBAREA/8QAFgABAQEAAAAAAAAAAAAAAAAABwAI/8QAGRAAAQUAAAAAAAAAAAAAAAAAAAYHJDKh/9oACAEB\
    AAA/AMNJptqR8FVNNtSPgqpptqR8JNNtSPgrJptqR8FVNNtSPh//2Q==
    """
  private static let slope = [UInt8](Data(base64Encoded: slopeJPEG) ?? Data())

  @Test func aGreyJPEGHasOneChannel() throws {
    let picture = try Picture(decoding: Self.slope, named: "slope.jpg")
    #expect(picture.shape == [1, 16, 24])
    for row in 0..<16 {
      for column in 0..<24 {
        #expect(abs(Int(picture[0, row, column]) - (8 * row + 4 * column)) <= 1, "at \(column), \(row)")
      }
    }
  }

  // 8 × 8 of cyan 200, black 50; made by Pillow: Image.fromarray(ink, 'CMYK').save(…, quality=95, optimize=True).
  @Test func printersInkBecomesLight() throws {
    let file = """
      /9j/7gAOQWRvYmUAZAAAAAAA/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBggLCAkKCgoKCgYICwwL\
      CgwJCgoK/8AAFAgACAAIBEMRAE0RAFkRAEsRAP/EABQAAQAAAAAAAAAAAAAAAAAAAAn/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oADgRDAE0A\
      WQBLAAA/ADbP4fwmj//Z
      """
    let picture = try Picture(decoding: [UInt8](#require(Data(base64Encoded: file))), named: "ink.jpg")
    #expect(picture.shape == [3, 8, 8])
    // Pillow's own conversion gives (44, 205, 205).
    #expect([picture[0, 0, 0], picture[1, 0, 0], picture[2, 0, 0]] == [44, 205, 205])
  }

  /// The slope with an Exif block that says how the camera was held.
  private func held(_ orientation: UInt8, littleEndian: Bool) -> [UInt8] {
    let entry: [UInt8] =
      littleEndian
      ? [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]
      : [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]
    let block = Array("Exif\0\0".utf8) + entry
    return Self.slope[..<2] + [0xFF, 0xE1, 0, UInt8(block.count + 2)] + block + Self.slope[2...]
  }

  @Test(arguments: [UInt8](1...8), [false, true])
  func theCamerasOrientationIsFollowed(_ orientation: UInt8, littleEndian: Bool) throws {
    let upright = try Picture(decoding: Self.slope, named: "slope.jpg")
    let picture = try Picture(decoding: held(orientation, littleEndian: littleEndian), named: "held.jpg")
    #expect(picture.size == (orientation < 5 ? upright.size : PictureSize(width: 16, height: 24)))
    // Where the stored picture's first row begins and ends (top left, top right), by the Exif standard:
    // the row is the top, top, bottom, bottom, left, right, right, left side of what is shown.
    let (w, h) = (picture.width - 1, picture.height - 1)
    let places: [(first: (Int, Int), last: (Int, Int))] = [
      ((0, 0), (0, w)), ((0, w), (0, 0)), ((h, w), (h, 0)), ((h, 0), (h, w)),
      ((0, 0), (h, 0)), ((0, w), (h, w)), ((h, w), (0, w)), ((h, 0), (0, 0)),
    ]
    let (first, last) = places[Int(orientation) - 1]
    #expect(picture[0, first.0, first.1] == upright[0, 0, 0])
    #expect(picture[0, last.0, last.1] == upright[0, 0, 23])
  }

  struct Photo: CustomTestStringConvertible {
    var name: String
    var shape: Shape
    var sha256: String
    var testDescription: String { name }
  }

  @Test(arguments: [
    Photo(
      name: "camera.png", shape: [1, 512, 512],
      sha256: "5cb24482a53416f99052258be2b1ee38cd31c559a70c8a8b321cba231b332e21"),
    Photo(
      name: "astronaut.png", shape: [3, 512, 512],
      sha256: "9d1263ba0e684c996ad8d59ebeeb479d2608e2d7bb09a217aafcb77f1c5f9533"),
    Photo(
      name: "horse.png", shape: [3, 328, 400],
      sha256: "521032c1de6f49543364c84e8a05d2b8a626a4dbe7393e0bcd1b33f7b3d07e1f"),
    Photo(
      name: "palette_color.png", shape: [3, 10, 10],
      sha256: "e0d13545384a236b15b23cb38a8e42d86ecfb5029d6473ed3115d993480b88cb"),
    Photo(
      name: "rocket.jpg", shape: [3, 427, 640],
      sha256: "94bc01cd6c3812d001dc262b1fc2de79c32671282dd2a1043f7ac6e120b19f94"),
    Photo(
      name: "kodak/kodim04.png", shape: [3, 768, 512],
      sha256: "d35ecb1b54c3ac3e0eb454d23791e06838836a43ecf672dd19481a87c2412e9d"),
  ])
  func photographsDecodeAsInPillow(_ photo: Photo) throws {
    guard let path = RealData.path("photos/\(photo.name)") else { return }
    let picture = try Picture(contentsOf: path)
    #expect(picture.shape == photo.shape)
    #expect(SHA256.hexDigest(of: picture.samples) == photo.sha256)
  }

  @Test func aPictureWrittenComesBack() throws {
    let folder = try ScratchFolder()
    for channels in [1, 3] {
      let samples = (0..<channels * 35).map { UInt8(truncatingIfNeeded: $0 * 37) }
      let picture = Picture(width: 7, height: 5, channels: channels, samples: samples)
      let path = folder.path + "/\(channels).png"
      try picture.writePNG(to: path)
      #expect(try Picture(contentsOf: path) == picture)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["1.png", "3.png"])
  }

  @Test func noiseFitsIntoTheMemoryOfAWrittenPNG() throws {
    var stream = RandomStream(seed: 5)
    let samples = (0..<3 * 300 * 200).map { _ in UInt8(truncatingIfNeeded: stream.nextWord()) }
    let picture = Picture(width: 300, height: 200, channels: 3, samples: samples)
    #expect(try Picture(decoding: picture.png(), named: "noise") == picture)
  }

  // MARK: Refusals

  private func refusal(_ bytes: [UInt8], limit: Int = Picture.usualPixelLimit) -> PictureError? {
    do {
      _ = try Picture(decoding: bytes, named: "it", pixelLimit: limit)
      return nil
    } catch { return error }
  }

  struct Impostor: CustomTestStringConvertible {
    var bytes: [UInt8]
    var found: String
    init(_ text: String, _ found: String) { (bytes, self.found) = (Array(text.utf8), found) }
    init(_ bytes: [UInt8], _ found: String) { (self.bytes, self.found) = (bytes, found) }
    var testDescription: String { found }
  }

  @Test(arguments: [
    Impostor("GIF89a…", "a GIF"), Impostor("II*\0…", "a TIFF"), Impostor("MM\0*…", "a TIFF"),
    Impostor("RIFF\0\0\0\0WEBPVP8 ", "a WebP"), Impostor("BM\0\0", "a BMP"),
    Impostor("\n<!DOCTYPE html><html>", "an HTML page, as a download that failed leaves behind"),
    Impostor(
      "version https://git-lfs.github.com/spec/v1\noid sha256:00",
      "a git-lfs pointer: run 'git lfs pull' to get the picture itself"),
    Impostor("<?xml version='1.0'?><svg>", "an SVG drawing"), Impostor("%PDF-1.5", "a PDF"),
    Impostor("hello", "text"), Impostor([0x1F, 0x8B, 8], "a gzipped file"),
    Impostor(
      [0x89, 0x50, 0x4E, 0x47, 0x0A, 0x1A],
      "a PNG whose line ends were changed, as by a transfer in text mode"),
    Impostor([0x89, 0x48, 0x44, 0x46], "an HDF5 file"), Impostor([0, 1, 2, 3], "unknown binary data"),
  ])
  func whatIsNoPictureIsCalledByItsName(_ impostor: Impostor) {
    let error = refusal(impostor.bytes)
    #expect(error?.code == .notAPicture)
    #expect(error?.description == "it: expected a PNG or JPEG picture, found \(impostor.found)")
  }

  @Test func aMissingPictureNamesItsPath() {
    #expect(throws: PictureError(.missing, "/no/such.png", "no such file")) {
      try Picture(contentsOf: "/no/such.png")
    }
  }

  @Test func aFolderIsNoPicture() throws {
    let folder = try ScratchFolder()
    #expect(throws: PictureError(.missing, folder.path, "is a folder, not a file")) {
      try Picture(contentsOf: folder.path)
    }
  }

  @Test func anEmptyFileSaysSo() {
    #expect(refusal([]) == PictureError(.notAPicture, "it", "the file is empty"))
  }

  @Test func aCutPNGIsTruncated() {
    let whole = HandmadePNG(
      width: 8, height: 8, bitDepth: 8, colourType: 0, rows: [UInt8](repeating: 0, count: 72)
    )
    .bytes
    for length in [33, 40, 60, 100] {
      #expect(
        refusal(Array(whole.prefix(length)))
          == PictureError(.truncated, "it", "the PNG ends early; get the file again"), "\(length) bytes")
    }
  }

  @Test func aDamagedPNGSaysWhatItsLibraryFound() {
    var bytes = HandmadePNG(width: 2, height: 2, bitDepth: 8, colourType: 0, rows: [0, 1, 2, 0, 3, 4]).bytes
    bytes[20] ^= 1
    let error = refusal(bytes)
    #expect(error?.code == .malformed)
    #expect(error?.reason.contains("CRC") == true, "\(String(describing: error))")
  }

  @Test func aCutJPEGIsTruncated() {
    for length in [100, 150, Self.slope.count - 12] {
      let error = refusal(Array(Self.slope.prefix(length)))
      #expect(error?.code == .truncated, "\(length): \(String(describing: error))")
    }
  }

  @Test func aRealCutJPEGIsTruncated() throws {
    guard let path = RealData.path("photos/truncated.jpg") else { return }
    #expect(
      throws: PictureError(.truncated, path, "the JPEG ends early or lacks data inside; get the file again")
    ) { try Picture(contentsOf: path) }
  }

  @Test func aRealTIFFIsCalledOne() throws {
    guard let path = RealData.path("photos/chessboard_GRAY_U16.tif") else { return }
    #expect(throws: PictureError(.notAPicture, path, "expected a PNG or JPEG picture, found a TIFF")) {
      try Picture(contentsOf: path)
    }
  }

  @Test func aBombIsRefusedBeforeItIsUnpacked() {
    let bomb = HandmadePNG(width: 60_000, height: 60_000, bitDepth: 8, colourType: 6, rows: [0]).bytes
    #expect(
      refusal(bomb)
        == PictureError(.tooLarge, "it", "60000 × 60000 pixels are more than the 64000000 that are read"))
    #expect(
      refusal(Self.slope, limit: 100)
        == PictureError(.tooLarge, "it", "24 × 16 pixels are more than the 100 that are read"))
  }

  @Test func aPNGWithoutPixelsIsRefused() {
    let error = refusal(HandmadePNG(width: 0, height: 4, bitDepth: 8, colourType: 0, rows: []).bytes)
    #expect(error?.code == .malformed)
    #expect(error?.reason.contains("header is invalid") == true, "\(String(describing: error))")
  }

  @Test func everyCutAndEveryFlippedByteIsDecodedOrRefused() {
    let png = HandmadePNG(
      width: 3, height: 3, bitDepth: 8, colourType: 3, isInterlaced: true, palette: [1, 2, 3, 4, 5, 6],
      rows: [0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0]
    ).bytes
    var refused = 0
    for file in [png, held(6, littleEndian: true)] {
      for index in file.indices {
        var damaged = file
        damaged[index] ^= 0xFF
        if refusal(damaged, limit: 1_000_000) != nil { refused += 1 }
        if refusal(Array(file[..<index]), limit: 1_000_000) != nil { refused += 1 }
      }
    }
    #expect(refused > png.count)
  }

  @Test func aPictureThatCannotBeWrittenLeavesNothing() {
    let picture = Picture(width: 1, height: 1, channels: 1, samples: [0])
    #expect(
      throws: PictureError(
        .unwritable, "/no/such/it.png", "cannot be written: the folder does not exist; make it first")
    ) {
      try picture.writePNG(to: "/no/such/it.png")
    }
  }
}

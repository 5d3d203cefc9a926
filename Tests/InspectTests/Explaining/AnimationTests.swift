import Core
import Inspect
import Render
import TestSupport
import Testing

/// Animated PNGs, taken apart and put together again as a program that shows them does.
@Suite struct AnimationTests {
  /// A frame as it is to be seen, and for how long.
  private struct Seen {
    var pixels: [UInt8]
    var seconds: Double
  }

  private struct Film {
    var width = 0
    var height = 0
    /// Frames and repetitions that the file announces; none means forever.
    var count = 0
    var plays = -1
    var frames: [Seen] = []
    /// Pixels that are stored, all frames together.
    var stored = 0
  }

  private func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }

  /// Follows the PNG specification, third edition, 11.3.3.2: every frame is a PNG of its own rectangle, drawn over the last.
  private func film(_ file: [UInt8]) throws -> Film {
    let chunks = try PNGFile(file).chunks
    let header = chunks[0].content
    var film = Film()
    (film.width, film.height) = (number(header[0..<4]), number(header[4..<8]))
    var canvas = [UInt8](repeating: 0, count: 3 * film.width * film.height)
    var control: [UInt8] = []
    var data: [UInt8] = []
    var sequence = 0
    func finish() throws {
      guard !control.isEmpty else { return }
      let (width, height) = (number(control[4..<8]), number(control[8..<12]))
      let (left, top) = (number(control[12..<16]), number(control[16..<20]))
      var part = try PNGFile(Array(file[..<8]))
      part.append("IHDR", Array(control[4..<12]) + header[8...])
      part.append("IDAT", data)
      part.append("IEND", [])
      let picture = try Picture(decoding: part.bytes, named: "frame").colour()
      try #require(picture.width == width && picture.height == height)
      for channel in 0..<3 {
        for y in 0..<height {
          for x in 0..<width {
            canvas[(channel * film.height + top + y) * film.width + left + x] = picture[channel, y, x]
          }
        }
      }
      #expect(control[24] == 0 && control[25] == 0, "left standing, drawn over")
      film.stored += width * height
      film.frames.append(
        Seen(pixels: canvas, seconds: Double(number(control[20..<22])) / Double(number(control[22..<24]))))
    }
    for chunk in chunks {
      switch chunk.name {
      case "acTL": (film.count, film.plays) = (number(chunk.content[0..<4]), number(chunk.content[4..<8]))
      case "fcTL":
        try finish()
        #expect(number(chunk.content[0..<4]) == sequence)
        sequence += 1
        (control, data) = (chunk.content, [])
      case "IDAT": data += chunk.content
      case "fdAT":
        #expect(number(chunk.content[0..<4]) == sequence)
        sequence += 1
        data += chunk.content[4...]
      default: break
      }
    }
    try finish()
    return film
  }

  private func sheet() throws -> ArithmeticSheet {
    ArithmeticSheet(try SlidingArithmetic(.convolution, input: 4, kernel: 3))
  }

  @Test func everyFrameIsItsStillDrawing() throws {
    let animation = try sheet().animation()
    let film = try film(animation.apng(scale: 1))
    #expect(
      film.count == 5 && film.frames.count == 5 && film.plays == 0, "four steps, and the beginning; forever")
    for (figure, seen) in zip(animation.frames, film.frames) {
      let still = try Picture(decoding: figure.png(scale: 1), named: "still").colour()
      #expect(still.width == film.width && still.height == film.height)
      #expect(still.samples == seen.pixels)
    }
    #expect(film.frames[0].pixels != film.frames[1].pixels)
    #expect(film.frames.map(\.seconds) == [0.7, 0.7, 0.7, 0.7, 2.1].map { ($0 * 1000).rounded() / 1000 })
    // Only what changes is stored.
    #expect(film.stored < 4 * film.width * film.height)
  }

  @Test func framesOfSeveralSizesGetTheLargest() throws {
    let figures = [20.0, 60, 40].map { side in Figure("") { Space(width: side, height: side / 2) } }
    let film = try film(Animation(frames: figures, secondsPerFrame: 1).apng(scale: 1))
    #expect(film.width == 100 && film.height == 70)
    #expect(film.frames.count == 3)
    // All are paper, to the edge.
    #expect(film.frames.allSatisfy { $0.pixels.allSatisfy { $0 == 255 } })
  }

  @Test func aProgramThatKnowsNoAnimationShowsTheFirstFrame() throws {
    let animation = try sheet().animation()
    let shown = try Picture(decoding: animation.apng(scale: 1), named: "film")
    #expect(
      shown.samples == (try Picture(decoding: animation.frames[0].png(scale: 1), named: "first").samples))
  }

  @Test(arguments: ["film.png", "film.apng", "film.pdf"])
  func theSameAnimationGivesTheSameBytesAndCarriesItsRecipe(
    _ name: String
  ) throws {
    let folder = try ScratchFolder()
    let path = folder.path + "/" + name
    let animation = try sheet().animation()
    try animation.write(to: path)
    #expect(
      try animation.bytes(as: Animation.Format(path: path))
        == sheet().animation().bytes(as: .init(path: path)))
    let recipe = try FigureRecipe.read(from: path)
    #expect(recipe == animation.recipe && recipe.verb == "explain conv")
    try Verification.compare(path, with: animation)
  }

  @Test func anotherEndingIsRefused() {
    let error = #expect(throws: RenderError.self) { try Animation.Format(path: "a.b/film.gif") }
    #expect(
      error?.description
        == "a.b/film.gif: has the extension .gif; what moves is written as .png, .apng or .pdf (a flip-book)")
  }

  @Test func aFlipBookHasEveryFrameOnce() throws {
    let animation = try ArithmeticSheet(SlidingArithmetic(.convolution, input: 7, kernel: 3)).animation()
    let book = animation.flipBook()
    #expect(book.pages.count > 1 && book.pageSize == PageDocument.a4)
    let texts = book.pages.flatMap { page in
      page.parts.flatMap { Scene(size: PageDocument.a4, elements: $0.elements).words }
    }
    for step in 0...25 { #expect(texts.count { $0 == "step \(step) of 25" } == 1) }
    for page in book.pages {
      for part in page.parts where part.scale < 1 || part.place.x > 0 {
        #expect(part.place.x >= 28 && part.place.y >= 28)
      }
    }
  }
}

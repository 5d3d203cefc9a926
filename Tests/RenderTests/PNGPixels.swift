import CCairo
import Render
import Testing

/// A PNG file's pixels, read back by Cairo.
func pixels(_ file: [UInt8]) throws -> (width: Int, height: Int, at: (Int, Int) -> Color) {
  final class Reader {
    var bytes: [UInt8]
    var place = 0
    init(_ bytes: [UInt8]) { self.bytes = bytes }
  }
  let reader = Reader(file)
  let surface = cairo_image_surface_create_from_png_stream(
    { closure, data, count in
      let reader = Unmanaged<Reader>.fromOpaque(closure!).takeUnretainedValue()
      guard reader.place + Int(count) <= reader.bytes.count else { return CAIRO_STATUS_READ_ERROR }
      for index in 0..<Int(count) { data![index] = reader.bytes[reader.place + index] }
      reader.place += Int(count)
      return CAIRO_STATUS_SUCCESS
    }, Unmanaged.passUnretained(reader).toOpaque())
  defer { cairo_surface_destroy(surface) }
  try #require(cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS)
  let (width, height) = (
    Int(cairo_image_surface_get_width(surface)), Int(cairo_image_surface_get_height(surface))
  )
  let rowLength = Int(cairo_image_surface_get_stride(surface))
  let data = try #require(cairo_image_surface_get_data(surface))
  let copy = Array(UnsafeBufferPointer(start: data, count: rowLength * height))
  return (
    width, height,
    { x, y in
      let at = y * rowLength + x * 4
      return Color(red: copy[at + 2], green: copy[at + 1], blue: copy[at])
    }
  )
}

/// How numbers lie in a file: of what kind they are and how many bytes each takes.
package enum NumberFormat: Hashable, Sendable, CaseIterable {
  case float64, float32, float16, bfloat16
  /// Eight bits: four of exponent and three of mantissa, or five and two; no infinities with `fn` and `fnuz`, no
  /// negative zero with `fnuz` (Micikevicius et al. 2022; Noune et al. 2022).
  case float8e4m3fn, float8e5m2, float8e4m3fnuz, float8e5m2fnuz
  /// Eight bits of exponent: powers of two (the scale of the OCP microscaling formats).
  case float8e8m0
  case int8, int16, int32, int64, uint8, uint16, uint32, uint64
  case boolean

  /// Bytes of one number.
  package var size: Int {
    switch self {
    case .float64, .int64, .uint64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    default: 1
    }
  }

  /// Turns stored numbers into floats: 64-bit floats and integers beyond 2²⁴ are rounded to the nearest.
  /// Traps unless there are bytes for as many numbers as the result holds.
  package func convert(
    _ bytes: UnsafeRawBufferPointer, isBigEndian: Bool = false, into result: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(bytes.count / size >= result.count, "fewer bytes than numbers")
    func each<Stored: FixedWidthInteger>(_: Stored.Type, _ value: (Stored) -> Float) {
      for place in result.indices {
        let stored = bytes.loadUnaligned(fromByteOffset: place * MemoryLayout<Stored>.size, as: Stored.self)
        result[place] = value(isBigEndian ? Stored(bigEndian: stored) : Stored(littleEndian: stored))
      }
    }
    switch self {
    case .float64: each(UInt64.self) { Float(Double(bitPattern: $0)) }
    case .float32: each(UInt32.self) { Float(bitPattern: $0) }
    case .float16: each(UInt16.self) { Self.half($0) }
    case .bfloat16: each(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
    case .float8e4m3fn, .float8e5m2, .float8e4m3fnuz, .float8e5m2fnuz, .float8e8m0:
      let values = (0...255).map { eightBitFloat(UInt8($0)) }
      each(UInt8.self) { values[Int($0)] }
    case .int8: each(Int8.self) { Float($0) }
    case .int16: each(Int16.self) { Float($0) }
    case .int32: each(Int32.self) { Float($0) }
    case .int64: each(Int64.self) { Float($0) }
    case .uint8: each(UInt8.self) { Float($0) }
    case .uint16: each(UInt16.self) { Float($0) }
    case .uint32: each(UInt32.self) { Float($0) }
    case .uint64: each(UInt64.self) { Float($0) }
    case .boolean: each(UInt8.self) { $0 == 0 ? 0 : 1 }
    }
  }

  /// A number of half precision. Moving its exponent and mantissa into place leaves it 2¹¹² too small, subnormal numbers
  /// included; `Float16` itself is not there on every machine.
  static func half(_ bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let rest = UInt32(bits & 0x7fff) << 13
    if bits & 0x7c00 == 0x7c00 { return Float(bitPattern: sign | 0x7f80_0000 | rest) }
    return Float(bitPattern: sign | (Float(bitPattern: rest) * 0x1p112).bitPattern)
  }

  private func eightBitFloat(_ bits: UInt8) -> Float {
    func value(exponentBits: Int, bias: Int) -> Float {
      let mantissaBits = 7 - exponentBits
      let mantissa = Float(Int(bits) & (1 << mantissaBits - 1)) / Float(1 << mantissaBits)
      let exponent = Int(bits & 0x7f) >> mantissaBits
      let magnitude =
        exponent == 0
        ? Float(sign: .plus, exponent: 1 - bias, significand: mantissa)
        : Float(sign: .plus, exponent: exponent - bias, significand: 1 + mantissa)
      return bits & 0x80 == 0 ? magnitude : -magnitude
    }
    return switch self {
    case .float8e4m3fn: bits & 0x7f == 0x7f ? .nan : value(exponentBits: 4, bias: 7)
    case .float8e4m3fnuz: bits == 0x80 ? .nan : value(exponentBits: 4, bias: 8)
    case .float8e5m2fnuz: bits == 0x80 ? .nan : value(exponentBits: 5, bias: 16)
    case .float8e8m0: bits == 0xff ? .nan : Float(sign: .plus, exponent: Int(bits) - 127, significand: 1)
    // The upper half of a number of half precision.
    default: Self.half(UInt16(bits) << 8)
    }
  }
}

extension NumberFormat {
  /// Reads numbers from a part of a file as a tensor; only what is asked for is in memory.
  /// - Throws: `FileError` if the part does not have as many bytes as the shape takes, or cannot be read.
  package func tensor(_ shape: Shape, in part: FilePart, isBigEndian: Bool = false) throws(FileError)
    -> Tensor
  {
    guard let count = shape.checkedElementCount, count * size == part.count else {
      throw FileError(
        .damaged, part.file.path, "\(shape) does not take the \(part.count) bytes that are there")
    }
    var failure: FileError?
    let tensor = Tensor(shape) { result in
      do throws(FileError) { try read(part, isBigEndian: isBigEndian, into: result) } catch {
        failure = error
        result.update(repeating: 0)
      }
    }
    if let failure { throw failure }
    return tensor
  }

  private func read(
    _ part: FilePart, isBigEndian: Bool, into result: UnsafeMutableBufferPointer<Float>
  ) throws(FileError) {
    #if _endian(little)
    if self == .float32 && !isBigEndian {
      return try part.read(into: UnsafeMutableRawBufferPointer(result))
    }
    #endif
    let stretch = 1 << 16
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: stretch * size, alignment: 8)
    defer { block.deallocate() }
    for start in stride(from: 0, to: result.count, by: stretch) {
      let count = min(stretch, result.count - start)
      let bytes = UnsafeMutableRawBufferPointer(rebasing: block[..<(count * size)])
      try part.read(from: start * size, into: bytes)
      convert(
        UnsafeRawBufferPointer(bytes), isBigEndian: isBigEndian,
        into: UnsafeMutableBufferPointer(rebasing: result[start..<start + count]))
    }
  }
}

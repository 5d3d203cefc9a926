internal import Core

extension DataSet {
  /// The built-in set: handwriting-like digits, 28 × 28, white on black, drawn from the seed.
  ///
  /// Every picture depends on the seed, its part and its index alone; a larger set begins as a smaller one.
  /// Picture `i` shows the digit `i mod 10`.
  static func digits(_ options: Options) throws(DataError) -> DataSet {
    for (name, count, least) in [
      ("training digits", options.trainCount, 1), ("test digits", options.testCount, 0),
    ] {
      guard (least...10_000_000).contains(count) else {
        throw DataError(.misuse, name, "expected \(least) to 10000000, found \(count)")
      }
    }
    return DataSet(
      name: "digits", classNames: (0...9).map(String.init),
      train: digits(options.trainCount, seed: options.seed, stream: DataStream.trainDigit),
      test: digits(options.testCount, seed: options.seed, stream: DataStream.testDigit),
      origin: "built in, seed \(options.seed)")
  }

  private static func digits(
    _ count: Int, seed: UInt64, stream: (Int) -> UInt64
  ) -> LabelledPictures {
    let size = DigitWriter.sampleCount
    var writer = DigitWriter()
    let pixels = [UInt8](unsafeUninitializedCapacity: count * size) { buffer, initialised in
      for index in 0..<count {
        writer.write(
          index % 10, seed: seed, stream: stream(index),
          into: UnsafeMutableBufferPointer(rebasing: buffer[index * size..<(index + 1) * size]))
      }
      initialised = count * size
    }
    return LabelledPictures(
      shape: [1, DigitWriter.side, DigitWriter.side], pixels: pixels,
      labels: (0..<count).map { Int32($0 % 10) })
  }
}

internal import Core

extension DataSet {
  /// The set with its pictures brought to a size, as those of a folder are while they are read.
  /// - Throws: `DataError` if no picture can have that size.
  func fitted(to size: PictureSize?) throws(DataError) -> DataSet {
    guard let size else { return self }
    guard (1...4096).contains(size.width), (1...4096).contains(size.height) else {
      throw DataError(.misuse, "size", "expected 1 to 4096 pixels a side, found \(size)")
    }
    guard train.height != size.height || train.width != size.width else { return self }
    return DataSet(
      name: name, classNames: classNames, train: train.fitted(to: size), test: test.fitted(to: size),
      origin: origin)
  }
}

extension LabelledPictures {
  fileprivate func fitted(to size: PictureSize) -> LabelledPictures {
    let shape: Shape = [channels, size.height, size.width]
    var pixels: [UInt8] = []
    pixels.reserveCapacity(count * shape.elementCount)
    for index in 0..<count { pixels.append(contentsOf: picture(at: index).fitted(to: size).samples) }
    return LabelledPictures(shape: shape, pixels: pixels, labels: labels)
  }
}

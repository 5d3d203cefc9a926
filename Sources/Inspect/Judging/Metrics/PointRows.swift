package import Core

/// Points of many numbers, read some at a time: the rows of a tensor, pictures that lie as bytes, or what a classifier makes of
/// these, of which not all need to be in memory.
package struct PointRows {
  /// How many points there are.
  package let count: Int
  /// Numbers of a point.
  package let length: Int
  private let read: ([Int]) throws -> [Float]

  /// Points that are read when they are needed.
  /// - Parameter read: gives the numbers of some points, in the order asked for.
  package init(count: Int, length: Int, read: @escaping ([Int]) throws -> [Float]) {
    (self.count, self.length, self.read) = (count, length, read)
  }

  /// The examples of a tensor `[count, …]`, at least one number each.
  package init(_ tensor: Tensor) {
    self.init(count: tensor.shape[0], length: tensor.shape.perExample.elementCount) {
      tensor.rows($0).elements
    }
  }

  /// Pictures as brightness, 0 black to 1 white.
  package init(_ pictures: Probe) {
    self.init(count: pictures.count, length: pictures.pictureShape.perExample.elementCount) {
      pictures.brightness($0).elements
    }
  }

  /// Some of the points, in the order that is given.
  package func chosen(_ places: [Int]) -> PointRows {
    PointRows(count: places.count, length: length) { try read($0.map { places[$0] }) }
  }

  /// These points and others behind them.
  package func followed(by others: PointRows) -> PointRows {
    precondition(length == others.length, "points of \(length) and \(others.length) numbers")
    return PointRows(count: count + others.count, length: length) { asked in
      // What is asked for is a stretch, or some from one side: no need to interleave.
      let (own, rest) = (asked.filter { $0 < count }, asked.filter { $0 >= count })
      precondition(asked.starts(with: own), "points of the first kind are asked for first")
      return try (own.isEmpty ? [] : read(own)) + (rest.isEmpty ? [] : others.read(rest.map { $0 - count }))
    }
  }

  /// The numbers of a stretch of points, point by point.
  package func callAsFunction(_ range: Range<Int>) throws -> [Float] { try read(Array(range)) }
  /// The numbers of some points, in the order that is given.
  package func callAsFunction(_ places: [Int]) throws -> [Float] { try read(places) }
}

extension Tensor {
  /// Some of the rows of `[rows, …]`, in the order that is given.
  func rows(_ chosen: [Int]) -> Tensor {
    let size = shape.perExample.elementCount
    return Tensor(shape.perExample.batched(chosen.count)) { result in
      for (place, row) in chosen.enumerated() {
        precondition(row >= 0 && row < shape[0], "row \(row) of \(shape)")
        for index in 0..<size { result[place * size + index] = elements[row * size + index] }
      }
    }
  }
}

extension Probe {
  /// Some of the pictures as brightness, 0 black to 1 white, `[count, channels, height, width]`.
  package func brightness(_ chosen: [Int]) -> Tensor {
    let size = pictureShape.perExample.elementCount
    return Tensor(pictureShape.perExample.batched(chosen.count)) { result in
      for (place, picture) in chosen.enumerated() {
        precondition(picture >= 0 && picture < count, "picture \(picture) of \(count)")
        for index in 0..<size { result[place * size + index] = Float(pictures[picture * size + index]) / 255 }
      }
    }
  }
}

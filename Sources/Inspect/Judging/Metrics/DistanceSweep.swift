internal import Core

/// The squared distances of points to other points, a block at a time, by products of matrices: never all of them in memory.
package enum DistanceSweep {
  /// References of a block, at most: with a batch of queries some megabytes of distances.
  private static let block = 4096
  private static let batch = 256

  /// Visits the squared Euclidean distances from every query to every reference.
  /// - Parameters:
  ///   - queries: points of as many numbers as the references have.
  ///   - progress: is told the share that is done.
  ///   - body: is given a query, a range of references, and the squared distances to these, which it may change.
  package static func visit(
    from queries: PointRows, to references: PointRows, progress: (Double) -> Void = { _ in },
    _ body: (_ query: Int, _ references: Range<Int>, _ squares: UnsafeMutableBufferPointer<Float>) -> Void
  ) throws {
    precondition(queries.length == references.length, "points of \(queries.length) and \(references.length)")
    guard queries.count > 0, references.count > 0 else { return }
    let (length, batch) = (queries.length, min(batch, queries.count))
    let parts = (references.count + block - 1) / block
    let size = ((references.count + parts - 1) / parts + 15) / 16 * 16
    // A linear layer is a matrix product, and the executor has the fastest there is here.
    let network = try Network.sequential(
      "products", input: .init("queries", [length]),
      ["product": Linear(inputFeatures: length, outputFeatures: size, hasBias: false)])
    let executor = try makeExecutor(for: network, batch: batch, mode: .inference)
    // About their middle the points are nearest zero, and |a|² + |b|² − 2ab loses the fewest digits.
    let middle = try mean(of: references)
    let asked = centred(try queries(0..<queries.count), about: middle)
    let lengths = squares(of: asked, length)
    var row = [Float](repeating: 0, count: size)
    for start in stride(from: 0, to: references.count, by: size) {
      let range = start..<min(start + size, references.count)
      var known = centred(try references(range), about: middle)
      let others = squares(of: known, length)
      known += [Float](repeating: 0, count: (size - range.count) * length)
      var parameters = Parameters()
      parameters["product.weight"] = Tensor([size, length], known)
      try executor.load(parameters)
      for first in stride(from: 0, to: queries.count, by: batch) {
        let last = min(first + batch, queries.count)
        let part = Tensor([last - first, length], Array(asked[first * length..<last * length]))
        try executor.forward(part.filled(to: batch))
        let products = try executor.output()
        products.elements.withUnsafeBufferPointer { products in
          row.withUnsafeMutableBufferPointer { row in
            for query in first..<last {
              let own = lengths[query]
              let line = products.baseAddress! + (query - first) * size
              others.withUnsafeBufferPointer { others in
                for other in 0..<others.count { row[other] = max(0, own + others[other] - 2 * line[other]) }
              }
              body(query, range, UnsafeMutableBufferPointer(rebasing: row[..<range.count]))
            }
          }
        }
        progress(
          (Double(start) + Double(range.count) * Double(last) / Double(queries.count))
            / Double(references.count))
      }
    }
  }

  /// The mean of some of the points: any point in their midst will do.
  private static func mean(of points: PointRows) throws -> [Float] {
    let count = min(points.count, 1000)
    var sums = [Double](repeating: 0, count: points.length)
    let elements = try points(0..<count)
    for point in 0..<count {
      for place in 0..<points.length { sums[place] += Double(elements[point * points.length + place]) }
    }
    return sums.map { Float($0 / Double(count)) }
  }

  private static func centred(_ elements: [Float], about middle: [Float]) -> [Float] {
    var result = elements
    let length = middle.count
    result.withUnsafeMutableBufferPointer { result in
      for start in stride(from: 0, to: result.count, by: max(length, 1)) {
        for place in 0..<length { result[start + place] -= middle[place] }
      }
    }
    return result
  }

  private static func squares(of elements: [Float], _ length: Int) -> [Float] {
    (0..<elements.count / max(length, 1)).map { point in
      var sum = 0.0
      for value in elements[point * length..<(point + 1) * length] { sum += Double(value) * Double(value) }
      return Float(sum)
    }
  }
}

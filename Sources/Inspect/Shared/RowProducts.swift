internal import Core

/// Scalar products of the rows of a matrix with other rows, as many at once as a core can do.
struct RowProducts {
  /// How many rows there are.
  let count: Int
  private let length: Int
  private let executor: any Executor

  /// Prepares the products with the rows of a matrix `[count, length]`, at least one row of one number.
  init(with rows: Tensor) throws(NetworkError) {
    (count, length) = (rows.shape[0], rows.shape[1])
    // A linear layer is a matrix product, and the executor has the fastest there is here.
    let network = try Network.sequential(
      "products", input: .init("rows", [length]),
      ["product": Linear(inputFeatures: length, outputFeatures: count, hasBias: false)])
    var parameters = Parameters()
    parameters["product.weight"] = rows
    executor = try makeExecutor(for: network, batch: min(256, count), mode: .inference)
    try executor.load(parameters)
  }

  /// Multiplies some other rows with all of the matrix, a stretch at a time.
  /// - Parameters:
  ///   - others: `[others, length]`.
  ///   - visit: is told a range of the others, and their products in front of `[…, count]`.
  func products(
    of others: Tensor, visit: (Range<Int>, Tensor) throws -> Void
  ) throws {
    let batch = executor.batch
    for start in stride(from: 0, to: others.shape[0], by: batch) {
      let range = start..<min(start + batch, others.shape[0])
      var elements = Array(others.elements[range.lowerBound * length..<range.upperBound * length])
      elements += [Float](repeating: 0, count: (batch - range.count) * length)
      try executor.forward(Tensor([batch, length], elements))
      try visit(range, executor.output())
    }
  }
}

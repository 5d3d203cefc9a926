public import Core
internal import Render

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#endif

extension Specimen {
  /// A picture as the network is to be given it, `[1, channels, height, width]`.
  /// - Throws: `PictureError` if it cannot be read, `InspectError` if it does not fit.
  public func input(from path: String) throws -> Tensor {
    try Example(.picture(Picture(contentsOf: path), name: path), for: self).input
  }

  /// An answer in words: for a classifier the three likeliest classes of every input, else the numbers.
  public func described(_ answer: Tensor) -> [String] {
    (0..<answer.shape[0]).map { index in
      let row = answer[index].elements
      guard role == .classifier, answer.shape.rank == 2 else {
        let shown = row.prefix(8).map { Numbers.significant(Double($0), digits: 5) }.joined(separator: " ")
        return row.count > 8 ? "\(shown) … (\(row.count) numbers; -o writes them all)" : shown
      }
      let said = Prediction(logits: logits(of: answer), classNames: probe?.classNames ?? [])
      return said.ranking(of: index).prefix(3).map { label, probability in
        "\(said.classNames[label]) \(Numbers.percent(probability))"
      }.joined(separator: " · ")
    }
  }

  /// Scores of which an answer is the softmax, where the network ends in one; else the answer itself.
  private func logits(of answer: Tensor) -> Tensor {
    let output = model.network.nodes.first { $0.name == model.network.output }
    return output?.operation is Softmax ? answer.map { log(max($0, .leastNormalMagnitude)) } : answer
  }
}

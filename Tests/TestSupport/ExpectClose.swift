package import Core
package import Testing

/// Checks that two tensors agree: first in shape, then in having no NaN, then in their worst element.
package func expectClose(
  _ actual: Tensor, _ expected: Tensor, absolute: Float = 1e-5, relative: Float = 0,
  because reason: String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  guard actual.shape == expected.shape else {
    Issue.record(
      "\(reason): expected shape \(expected.shape), found \(actual.shape)", sourceLocation: sourceLocation)
    return
  }
  var worst: (index: Int, excess: Float) = (0, -.infinity)
  for index in 0..<actual.elements.count {
    let difference = abs(actual.elements[index] - expected.elements[index])
    guard difference.isFinite else {
      Issue.record(
        "\(reason): element \(index) is \(actual.elements[index]), expected \(expected.elements[index])",
        sourceLocation: sourceLocation)
      return
    }
    let excess = difference - (absolute + relative * abs(expected.elements[index]))
    if excess > worst.excess { worst = (index, excess) }
  }
  if worst.excess > 0 {
    Issue.record(
      """
      \(reason): element \(worst.index) of \(actual.shape) is \(actual.elements[worst.index]), expected \
      \(expected.elements[worst.index]), off by \(abs(actual.elements[worst.index] - expected.elements[worst.index]))
      """, sourceLocation: sourceLocation)
  }
}

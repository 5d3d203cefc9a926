package import Core
package import Testing

/// Checks that parameters, or gradients at them, agree by name, shape and number, each within a share of its scale.
package func expectClose(
  _ actual: Parameters, _ expected: Parameters, ofScale tolerance: Float, floor: Float = 0,
  because reason: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(actual.names == expected.names, "\(reason)", sourceLocation: sourceLocation)
  for name in expected.names {
    guard let found = actual[name] else { continue }
    expectClose(
      Values<Float>(found), Values(expected[name]!), ofScale: tolerance, floor: floor,
      because: "\(name), \(reason)",
      sourceLocation: sourceLocation)
  }
}

/// Checks that values agree in shape and, element by element, within a share of a scale: the largest expected number,
/// or `floor` if that is larger (for tensors whose true value is zero and whose computed one is rounding).
package func expectClose<Scalar>(
  _ actual: Values<Scalar>, _ expected: Values<Scalar>, ofScale tolerance: Scalar, floor: Scalar = 0,
  because reason: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  guard actual.shape == expected.shape else {
    Issue.record(
      "\(reason): expected shape \(expected.shape), found \(actual.shape)", sourceLocation: sourceLocation)
    return
  }
  let scale = expected.elements.reduce(floor) { max($0, abs($1)) }
  var worst: (index: Int, difference: Scalar) = (0, 0)
  for index in expected.elements.indices {
    let difference = abs(actual.elements[index] - expected.elements[index])
    guard difference.isFinite else {
      Issue.record(
        "\(reason): element \(index) is \(actual.elements[index]), expected \(expected.elements[index])",
        sourceLocation: sourceLocation)
      return
    }
    if difference > worst.difference { worst = (index, difference) }
  }
  if worst.difference > tolerance * scale {
    Issue.record(
      """
      \(reason): element \(worst.index) of \(actual.shape) is \(actual.elements[worst.index]), expected \
      \(expected.elements[worst.index]): off by \(worst.difference / scale) of the scale \(scale), \
      allowed \(tolerance)
      """, sourceLocation: sourceLocation)
  }
}

extension [Double] {
  /// The middle one of the sorted numbers; of an even count the upper of the two.
  var median: Double { sorted()[count / 2] }

  /// The smallest and the largest.
  var range: ClosedRange<Double> { self.min()!...self.max()! }
}

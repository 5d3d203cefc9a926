/// Why one node of a graph cannot be expressed: the rest of the graph can.
struct ONNXRefusal: Error {
  /// What is not supported or makes no sense.
  let reason: String
  /// True if the only trouble is that examples of a batch do not stay apart: read as one example, it may work.
  var touchesBatch = false
  /// True if shapes do not fit each other: where a size was assumed, it may be that.
  var isAboutSizes = false

  init(_ reason: String, touchesBatch: Bool = false) {
    self.reason = reason
    self.touchesBatch = touchesBatch
  }
}

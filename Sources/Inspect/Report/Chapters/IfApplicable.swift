extension [Report.Illustration] {
  /// A chapter's figures; none where the network or run has nothing of the kind that they show.
  static func ifApplicable(_ figures: () throws -> [Report.Illustration]) throws -> [Report.Illustration] {
    do { return try figures() } catch let error as InspectError
      where error.code == .notApplicable || error.code == .input
    {
      return []
    }
  }
}

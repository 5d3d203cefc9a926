import ArgumentParser

/// Names with commas between: `conv1,conv2`.
struct NameList: ExpressibleByArgument, Codable {
  var names: [String]

  init?(argument: String) {
    names = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    if names.contains("") { return nil }
  }
}

/// Whole numbers from 0 with commas between: `5,12,31`.
struct NumberList: ExpressibleByArgument, Codable {
  var numbers: [Int]

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    numbers = parts.compactMap { Int($0) }
    guard numbers.count == parts.count, numbers.allSatisfy({ $0 >= 0 }) else { return nil }
  }
}

import ArgumentParser
import Core
import Import

/// How numbers of images lie in the files that go in and come out.
enum LayoutChoice: String, ExpressibleByArgument, CaseIterable {
  /// As the framework that wrote the model has them.
  case file
  /// `[count, channels, height, width]`.
  case channelsFirst = "channels-first"
  /// `[count, height, width, channels]`.
  case channelsLast = "channels-last"

  /// The layouts of a network's values by this choice.
  func layouts(of network: Network, inFile: [String: ValueLayout]) -> [String: ValueLayout] {
    switch self {
    case .file: return inFile
    // A value without a batch axis has none in any layout.
    case .channelsFirst: return inFile.filter { $0.value == .withoutBatch }
    case .channelsLast:
      let shapes = network.knownShapes()
      return inFile.merging(shapes.filter { $0.value.rank == 4 }.mapValues { _ in .channelsLast }) { $1 }
    }
  }
}

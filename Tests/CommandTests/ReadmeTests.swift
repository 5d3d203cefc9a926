import Core
import Foundation
import TestSupport
import Testing

/// The README's program stands in a file that is built: here it is held to what the README shows, and run.
struct ReadmeTests {
  private let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test func theProgramInTheReadmeIsTheOneThatIsBuilt() throws {
    let readme = try String(contentsOf: checkout.appendingPathComponent("README.md"), encoding: .utf8)
    let program = try String(
      contentsOf: checkout.appendingPathComponent("Examples/DrawGallery/main.swift"), encoding: .utf8)
    #expect(readme.contains("```swift\n" + program + "```\n"))
    // A second program would have to be built as well.
    #expect(readme.components(separatedBy: "```swift").count == 2)
  }

  @Test func theProgramInTheReadmeDrawsTheFiltersOfARun() throws {
    let folder = try ScratchFolder()
    try recordRun(to: folder.path + "/cnn.h5")
    let process = Process()
    process.executableURL = products.appendingPathComponent("DrawGallery")
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let drawing = try String(contentsOfFile: folder.path + "/filters.svg", encoding: .utf8)
    let (hasTitle, hasPicture) = (
      drawing.contains(">What conv1 looks for</title>"), drawing.contains("<image")
    )
    #expect(hasTitle)
    #expect(hasPicture, "the filters are one embedded picture")
  }

  /// A run of one snapshot: one convolution of six filters.
  private func recordRun(to path: String) throws {
    let network = try Network.sequential(
      "tiny", input: Network.Input("image", [1, 8, 8]),
      ["conv1": Conv2d(inputChannels: 1, outputChannels: 6, kernelSize: 3)])
    var random = RandomStream(seed: 7, stream: 0)
    let parameters = Parameters(initialising: network, by: .kaimingUniform, from: &random)
    let plan = RunPlan(
      recipe: "{}", seed: 7, networks: [RunNetwork(name: "classifier", role: .classifier, network: network)])
    let recorder = try RunRecorder(creating: path, plan)
    try recorder.snapshot(step: 0, epoch: 0, seconds: 0, parameters: ["classifier": parameters])
    try recorder.finish(.complete)
  }

  /// Where the package's programs are: beside the bundle of its tests.
  private var products: URL {
    let bundle = CommandLine.arguments.first { $0.contains(".xctest") } ?? CommandLine.arguments[0]
    let end = bundle.range(of: ".xctest")?.upperBound ?? bundle.endIndex
    return URL(fileURLWithPath: String(bundle[..<end])).deletingLastPathComponent()
  }
}

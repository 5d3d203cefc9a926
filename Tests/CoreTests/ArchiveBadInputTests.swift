import Core
import Foundation
import Testing

@Suite struct ArchiveBadInputTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    try Data(bytes).write(to: URL(filePath: scratch.path(name)))
    return scratch.path(name)
  }

  /// The one line that opening a file gives, without the file's name.
  private func line(_ path: String) -> String? {
    let error = archiveError { _ = try RunArchive(opening: path) }
    #expect(error?.description.contains("\n") == false)
    #expect(error?.subject.hasPrefix(path) == true)
    return error?.description.replacingOccurrences(of: path, with: "FILE")
  }

  @Test func whatIsNoRunSaysWhatItIs() throws {
    #expect(line(scratch.path("none.h5")) == "FILE: no such file; check the name")
    #expect(line(scratch.folder.path) == "FILE: this is a directory; give a file")
    #expect(line(try write("empty.h5", [])) == "FILE: the file is empty; make or copy it again")
    func looks(_ like: String) -> String {
      "FILE: not an HDF5 file: this looks like \(like); give a run or model in HDF5"
    }
    #expect(line(try write("a", Array("hello".utf8))) == looks("text"))
    #expect(
      line(try write("b", [0x89] + Array("PNG\r\n\u{1A}\n".utf8) + [0, 0, 0])) == looks("a PNG picture"))
    #expect(
      line(try write("c", Array("PK\u{3}\u{4}".utf8) + [0, 0])) == looks("a zip archive (.keras, .npz, .pt)"))
    #expect(
      line(try write("d", [9, 0, 0, 0, 0, 0, 0, 0] + Array("{\"w\"".utf8))) == looks("a safetensors file"))
    #expect(line(try write("e", [UInt8](repeating: 0, count: 5000))) == looks("zeros"))
    #expect(line("/dev/null") == "FILE: this is not an ordinary file")
  }

  @Test func aTruncatedRunSaysHowMuchIsThere() throws {
    try SmallRun.make(scratch.path("run.h5"))
    let whole = [UInt8](try Data(contentsOf: URL(filePath: scratch.path("run.h5"))))
    for kept in [whole.count - 1, whole.count / 2, 2000, 100, 48] {
      #expect(
        line(try write("cut.h5", Array(whole.prefix(kept))))
          == "FILE: the file is cut short: \(kept) bytes of \(whole.count) are there; copy it again")
    }
    #expect(
      line(try write("cut.h5", Array(whole.prefix(20))))
        == "FILE: the file ends after 20 bytes, inside its head; copy it again")
  }

  @Test func aKilledRunThatIsCutShortAfterwardsRefusesWhatItLacks() throws {
    let path = scratch.path("run.h5")
    let recorder = try RunRecorder(creating: path, SmallRun.plan)
    try SmallRun.snapshot(recorder, 0)
    try SmallRun.record(recorder, 1...50)
    let whole = try Data(contentsOf: URL(filePath: path))  // as a kill at this instant leaves it
    try SmallRun.check(RunArchive(opening: write("copy.h5", Array(whole))))
    for kept in stride(from: whole.count - 1, to: 0, by: -whole.count / 40) {
      let cut = try write("cut.h5", Array(whole.prefix(kept)))
      // Either it says that it is damaged, or everything that it gives out is right.
      do { try SmallRun.check(RunArchive(opening: cut)) } catch let error as ArchiveError {
        #expect(error.code == .damaged, "\(error)")
      }
    }
    try recorder.finish(.complete)
  }

  @Test func hdf5ThatIsNoRunSaysWhatWasExpected() throws {
    let path = scratch.path("other.h5")
    let file = try HDF5File(creating: path)
    try file.makeDataset("x", of: Float.self, [2]).write([1, 2] as [Float])
    try file.close()
    #expect(
      line(path) == "FILE: an HDF5 file, but not a run: expected the attribute 'format' to be 'vitrine-run'; "
        + "it may hold anything")
    let keras = try HDF5File(creating: scratch.path("keras.h5"))
    try keras.makeGroup("model_weights")
    try keras.close()
    #expect(line(scratch.path("keras.h5"))?.hasSuffix("it looks like a Keras model") == true)
  }

  @Test func aNewerVersionAsksForAnUpdate() throws {
    let path = scratch.path("newer.h5")
    let file = try HDF5File(creating: path)
    try file.set(attribute: "format", "vitrine-run")
    try file.set(attribute: "version", numbers: [2], isScalar: true)
    try file.close()
    let error = archiveError { _ = try RunArchive(opening: path) }
    #expect(error?.code == .newerVersion)
    #expect(error?.reason == "made by a newer Vitrine (format 2); this one reads up to 1: update")
  }

  /// A run file in which something is not as it should be.
  private func incomplete(_ name: String, _ body: (HDF5File) throws -> Void) throws -> String {
    let file = try HDF5File(creating: scratch.path(name))
    try file.set(attribute: "format", "vitrine-run")
    try file.set(attribute: "version", numbers: [1], isScalar: true)
    try file.set(attribute: "created", "2025-01-01T00:00:00Z")
    try file.set(attribute: "tool", "test")
    try file.set(attribute: "seed", numbers: [1], isScalar: true)
    try body(file)
    try file.close()
    return scratch.path(name)
  }

  @Test func readingAMissingDatasetNamesItsPath() throws {
    let path = try incomplete("a.h5") { _ in }
    #expect(line(path) == "FILE:/config: there is no such dataset; the file is not what it should be")
  }

  @Test func readingADatasetOfAnotherKindNamesBoth() throws {
    let path = try incomplete("a.h5") { file in
      try file.makeDataset("/config", of: Int.self, [3]).write([1, 2, 3])
    }
    #expect(line(path) == "FILE:/config: expected strings, found 64-bit integers")
  }

  @Test func aNetworkThatIsNoneSaysWhere() throws {
    let path = try incomplete("a.h5") { file in
      try file.makeDataset("/config", texts: ["{}"], isScalar: true)
      let group = try file.makeGroup("/networks/x")
      try group.set(attribute: "role", "oracle")
    }
    #expect(
      line(path)
        == "FILE:/networks/x@role: expected one of classifier, generator, discriminator, found 'oracle'")
    let broken = try incomplete("b.h5") { file in
      try file.makeDataset("/config", texts: ["{}"], isScalar: true)
      let group = try file.makeGroup("/networks/x")
      try group.set(attribute: "role", "classifier")
      try file.makeDataset("/networks/x/architecture", texts: [#"{"name":"x"}"#], isScalar: true)
    }
    #expect(line(broken) == "FILE:/networks/x/architecture: not a network: 'inputs' is missing")
  }

  @Test func aParameterOfAnotherShapeNamesBoth() throws {
    // The network says [3, 1, 3, 3], the file another: as if somebody had edited it.
    let path = scratch.path("run.h5")
    try SmallRun.make(path)
    let bytes = try Data(contentsOf: URL(filePath: path))
    var text = bytes
    let range = try #require(text.range(of: Data(#""outputChannels":3"#.utf8)))
    text.replaceSubrange(range, with: Data(#""outputChannels":4"#.utf8))
    let fc = try #require(text.range(of: Data(#""inputFeatures":48"#.utf8)))
    text.replaceSubrange(fc, with: Data(#""inputFeatures":64"#.utf8))
    try text.write(to: URL(filePath: path))
    let run = try RunArchive(opening: path)
    let error = archiveError { _ = try run.model(of: "classifier", at: run.snapshot(.first)) }
    #expect(
      error?.description == path + ":/networks/classifier/parameters/conv1/weight: "
        + "expected [3, 4, 1, 3, 3], found [3, 3, 1, 3, 3]")
    let shape = archiveError {
      _ = try run.activations(of: "relu1", in: "classifier", at: run.snapshot(.last))
    }
    #expect(shape?.reason == "expected [3, 2, 4, 4, 4], found [3, 2, 3, 4, 4]")
  }

  @Test func unknownNamesListWhatThereIs() throws {
    try SmallRun.make(scratch.path("run.h5"))
    let run = try RunArchive(opening: scratch.path("run.h5"))
    let last = try run.snapshot(.last)
    func reason(_ body: () throws -> Void) -> String? {
      let error = archiveError(body)
      #expect(error?.code == .unknownName)
      return error?.reason
    }
    #expect(reason { _ = try run.snapshot(.step(7)) } == "no snapshot at step 7; there are 0, 5, 10")
    #expect(
      reason { _ = try run.model(of: "critic", at: last) }
        == "no network 'critic'; there are classifier, generator")
    #expect(
      reason { _ = try run.parameter("conv2.weight", of: "classifier", at: last) }
        == "no parameter of 'classifier' 'conv2.weight'; there are conv1.weight, conv1.bias, fc.weight, fc.bias"
    )
    #expect(
      reason { _ = try run.activations(of: "flat", in: "classifier", at: last) }
        == "no recorded layer of 'classifier' 'flat'; there are relu1, fc")
    #expect(reason { _ = try run.metric("x") } == "no metric 'x'; there are loss, accuracy, seconds")
    #expect(
      reason { _ = try run.statistic("x", of: "generator") }
        == "no statistic of 'generator' 'x'; there are none")
    #expect(
      reason { _ = try run.evaluation("x") } == "no evaluation 'x'; there are validation_loss, test_accuracy")
  }

  @Test func anOutputThatCannotBeWrittenSaysWhy() throws {
    func line(_ path: String) -> String? {
      archiveError { _ = try RunRecorder(creating: path, SmallRun.plan) }?.reason
    }
    #expect(
      line(scratch.path("none/run.h5")) == "there is no directory '\(scratch.path("none"))'; make it first")
    #expect(
      line(scratch.folder.path)
        == "there is such a file already; choose another name, or give --overwrite or --resume")
    let file = try write("file", [1])
    #expect(
      line(file) == "there is such a file already; choose another name, or give --overwrite or --resume")
    #expect(line(file + "/run.h5") == "'\(file)' is not a directory")
    let forbidden = archiveError { _ = try RunRecorder(creating: "/proc/run.h5", SmallRun.plan) }
    #expect(forbidden?.code == .cannotWrite && forbidden?.subject == "/proc/run.h5")
    let folder = archiveError {
      _ = try RunRecorder(creating: scratch.folder.path, SmallRun.plan, replacing: true)
    }
    #expect(folder?.reason == "this is a directory; give a file name")
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path) == ["file"])
  }

  @Test func anExistingFileIsReplacedWhenAsked() throws {
    let path = try write("run.h5", [1, 2, 3])
    try RunRecorder(creating: path, SmallRun.plan, replacing: true).finish(.endedEarly)
    #expect(try RunArchive(opening: path).state == .endedEarly)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path) == ["run.h5"])
  }
}

import Core
import Import
import TestSupport
import Testing

/// Files of public projects give what Keras computed of them, at the output and at every layer.
@Suite struct KerasRealTests {
  static let files = ["h5", "hdf5", "keras"].flatMap { ending in
    ForeignFiles.paths(in: "expected", ending: ".\(ending).npz").map { String($0.fileName.dropLast(4)) }
      .filter { !$0.hasPrefix("titu1994") }
  }

  @Test(arguments: files) func filesGiveWhatKerasComputed(_ name: String) throws {
    guard let path = ForeignFiles.path(name), let expected = ForeignFiles.path("expected/\(name).npz"),
      let summaries = ForeignFiles.path("expected/\(name).json")
    else { return }
    let model = try KerasFile.open(path)
    let arrays = try arrays(expected)
    // What a Lambda does is Python; what was expected begins behind it.
    let lambda = model.network.nodes.first { ($0.operation as? Unsupported)?.operation == "Lambda" }
    let run = try ForeignRun(model, on: inputs(arrays), behind: lambda?.name)
    expectClose(
      try run.output(), try #require(arrays["output0"]), absolute: 1e-4, relative: 1e-4, because: name)
    for summary in try LayerSummary.read(summaries) where summary.layer != lambda?.name {
      let found = LayerSummary(of: try run.value(summary.layer), named: summary.layer)
      let difference = summary.difference(from: found)
      #expect(difference == nil, "\(name)")
    }
  }

  @Test(arguments: [
    "k2_nested_trainable.h5", "k2_nested.keras", "k3_bad_base.keras", "k2_nested_frozen.h5", "k3_nested.h5",
    "k3_nested.keras",
  ])
  func nestedModelsGiveWhatKerasComputed(_ name: String) throws {
    guard let path = ForeignFiles.path("synthetic/" + name) else { return }
    let stem = name.split(separator: ".")[0]
    let name = stem == "k2_nested" ? "k2_nested_trainable" : stem
    guard let expected = ForeignFiles.path("synthetic/\(name).expected.npz") else { return }
    let arrays = try arrays(expected)
    let run = try ForeignRun(try KerasFile.open(path), on: inputs(arrays))
    expectClose(try run.output(), try #require(arrays["output0"]), absolute: 1e-4, relative: 1e-4)
  }

  @Test(arguments: [
    "k3_padding_matrix.h5", "k3_padding_matrix.keras", "k2_activations.h5", "k3_activations.keras",
  ])
  func everyLayerOfAMatrixGivesWhatKerasComputed(_ name: String) throws {
    guard let path = ForeignFiles.path("synthetic/" + name),
      let expected = ForeignFiles.path("synthetic/\(name.split(separator: ".")[0]).expected.npz")
    else { return }
    let arrays = try arrays(expected)
    let run = try ForeignRun(try KerasFile.open(path), on: inputs(arrays))
    for (layer, tensor) in arrays where !layer.hasPrefix("input") {
      expectClose(try run.value(layer), tensor, absolute: 1e-4, relative: 1e-4, because: layer)
    }
    #expect(arrays.count > 10)
  }
}

import CHDF5
import Core
import Foundation
import Testing

/// The file as any other program meets it: looked at with libhdf5 itself, each time in a process of its own,
/// because no two threads may be in libhdf5.
@Suite struct ArchiveLayoutTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private struct Layout: Equatable {
    var extents: [UInt64]
    var limits: [UInt64]
    var chunk: [UInt64]
    var filters: Int32
    var type: Int32
    var size: Int
  }

  private static func layout(_ file: hid_t, _ path: String) -> Layout {
    let dataset = H5Dopen2(file, path, 0)
    precondition(dataset >= 0, path)
    let (space, creation, type) = (H5Dget_space(dataset), H5Dget_create_plist(dataset), H5Dget_type(dataset))
    let rank = Int(H5Sget_simple_extent_ndims(space))
    var extents = [hsize_t](repeating: 0, count: rank)
    var limits = extents
    H5Sget_simple_extent_dims(space, &extents, &limits)
    var chunk = extents
    let isChunked = H5Pget_layout(creation) == H5D_CHUNKED
    if isChunked { H5Pget_chunk(creation, Int32(rank), &chunk) }
    return Layout(
      extents: extents.map { UInt64($0) }, limits: limits.map { UInt64($0) },
      chunk: isChunked ? chunk.map { UInt64($0) } : [], filters: H5Pget_nfilters(creation),
      type: H5Tget_class(type).rawValue, size: H5Tget_size(type))
  }

  private static func text(_ object: hid_t, _ path: String, _ name: String) -> String {
    let attribute = H5Aopen_by_name(object, path, name, 0, 0)
    let type = H5Aget_type(attribute)
    precondition(H5Tis_variable_str(type) == 0, "\(path)@\(name) is not of fixed length")
    var bytes = [UInt8](repeating: 0, count: Int(H5Aget_storage_size(attribute)))
    H5Aread(attribute, type, &bytes)
    return String(decoding: bytes.filter { $0 != 0 }, as: UTF8.self)
  }

  @Test func timeComesFirstAndASnapshotIsAChunk() async throws {
    let path = scratch.path("run.h5")
    try SmallRun.make(path, steps: 12)
    await #expect(processExitsWith: .success) { [path = path as String] in
      let file = H5Fopen(path, vitrine_H5F_ACC_RDONLY(), 0)
      let unlimited = UInt64.max
      let (float, integer, string) = (H5T_FLOAT.rawValue, H5T_INTEGER.rawValue, H5T_STRING.rawValue)
      func expect(
        _ path: String, _ extents: [UInt64], chunk: [UInt64], filters: Int32 = 0, _ type: Int32, _ size: Int,
        sourceLocation: SourceLocation = #_sourceLocation
      ) {
        let limits = chunk.isEmpty || path.hasPrefix("/probe") ? extents : [unlimited] + extents.dropFirst()
        #expect(
          ArchiveLayoutTests.layout(file, path)
            == Layout(
              extents: extents, limits: limits, chunk: chunk, filters: filters, type: type, size: size),
          sourceLocation: sourceLocation)
      }
      expect(
        "/networks/classifier/parameters/conv1/weight", [3, 3, 1, 3, 3], chunk: [1, 3, 1, 3, 3], float, 4)
      expect("/networks/generator/parameters/bn/running_var", [3, 4], chunk: [1, 4], float, 4)
      expect("/networks/classifier/activations/relu1", [3, 2, 3, 4, 4], chunk: [1, 2, 3, 4, 4], float, 4)
      expect("/networks/classifier/statistics/conv1/gradient_norm", [12], chunk: [1024], float, 8)
      expect("/snapshots/step", [3], chunk: [256], integer, 8)
      expect("/snapshots/epoch", [3], chunk: [256], float, 8)
      expect("/snapshots/time", [3], chunk: [256], float, 8)
      expect("/metrics/loss", [12], chunk: [1024], float, 8)
      expect("/metrics/step", [12], chunk: [1024], integer, 8)
      expect("/evaluations/confusion", [2, 4, 4], chunk: [1, 4, 4], integer, 4)
      expect("/samples/images", [3, 9, 2, 2, 1], chunk: [1, 9, 2, 2, 1], filters: 1, integer, 1)
      expect("/probe/inputs", [7, 1, 6, 6], chunk: [7, 1, 6, 6], filters: 1, integer, 1)
      expect("/probe/labels", [7], chunk: [], integer, 4)
      expect("/probe/latents", [9, 5], chunk: [], float, 4)
      expect("/probe/class_names", [4], chunk: [], string, 7)
      expect("/config", [], chunk: [], string, SmallRun.plan.recipe.utf8.count)
      expect("/state", [], chunk: [], integer, 1)
      expect("/resume/b/tensors/conv1.weight", [3, 1, 3, 3], chunk: [], float, 4)
    }
  }

  @Test func metricsSayHowTheyArePlotted() async throws {
    let path = scratch.path("run.h5")
    try SmallRun.make(path, steps: 5)
    await #expect(processExitsWith: .success) { [path = path as String] in
      let file = H5Fopen(path, vitrine_H5F_ACC_RDONLY(), 0)
      func text(_ path: String, _ name: String) -> String { ArchiveLayoutTests.text(file, path, name) }
      #expect(text("/", "format") == "vitrine-run")
      #expect(text("/", "NX_class") == "NXroot")
      #expect(text("/", "default") == "metrics")
      #expect(text("/metrics", "NX_class") == "NXdata")
      #expect(text("/metrics", "signal") == "loss")
      #expect(text("/metrics", "axes") == "step")
      #expect(text("/metrics", "auxiliary_signals") == "accuracyseconds")
      #expect(text("/evaluations", "NX_class") == "NXdata")
      #expect(text("/evaluations", "signal") == "validation_loss")
      #expect(text("/networks/generator", "role") == "generator")
    }
  }

  @Test func aVeryLargeTensorIsCutIntoChunksThatHDF5CanHold() {
    let series = RunSchema.Series.chunk(of: [70_000, 30_000])
    #expect(series[0] == 1 && series.reduce(1, *) * 4 < 4 << 30 && series[2] == 30_000)
    #expect(RunSchema.Series.chunk(of: [2, 3_000_000_000]) == [1, 1, 1 << 28])
    #expect(RunSchema.Series.chunk(of: [64, 32, 5, 5]) == [1, 64, 32, 5, 5])
  }
}

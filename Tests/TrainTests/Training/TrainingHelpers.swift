import Core
import Foundation
import TestSupport
import Testing
import Train

/// Small pictures with a clear difference between their classes, so that training takes milliseconds.
enum Stripes {
  static let classNames = ["rows", "columns", "checks"]

  /// Stripes two pixels wide under noise; picture `i` is of class `i mod 3`.
  static func data(
    train: Int = 57, test: Int = 19, side: Int = 8, channels: Int = 1, seed: UInt64 = 1
  ) -> DataSet {
    func pictures(_ count: Int, stream: UInt64) -> LabelledPictures {
      var random = RandomStream(seed: seed, stream: stream)
      var pixels: [UInt8] = []
      for index in 0..<count {
        for channel in 0..<channels {
          for row in 0..<side {
            for column in 0..<side {
              let (down, across) = (row / 2 % 2, column / 2 % 2)
              let isBright = [down, across, down ^ across][index % 3] == 1
              // Channels differ, so that none can stand for another.
              pixels.append(UInt8((isBright ? 150 - 40 * channel : 10) + Int(random.nextWord() % 90)))
            }
          }
        }
      }
      return LabelledPictures(
        shape: [channels, side, side], pixels: pixels, labels: (0..<count).map { Int32($0 % 3) })
    }
    return DataSet(
      name: "stripes", classNames: classNames, train: pictures(train, stream: 1),
      test: pictures(test, stream: 2), origin: "drawn for tests")
  }

  /// Batches of 8: 6 steps an epoch for a classifier (5 of 57 pictures are for validation), 7 for a GAN.
  static func recipe(_ preset: Preset, epochs: Int = 2, seed: UInt64 = 7) -> Recipe {
    var recipe = Recipe(preset: preset, seed: seed)
    recipe.batch = 8
    recipe.epochs = epochs
    recipe.validationCount = 9
    return recipe
  }

  /// The stripes as the IDX files of a folder.
  static func write(_ data: DataSet, to folder: ScratchFolder, _ name: String) throws -> String {
    for (part, pictures) in [("train", data.train), ("t10k", data.test)] {
      let shape = [pictures.count, pictures.height, pictures.width]
      try folder.write(Handmade.idx(shape, pictures.pixels), "\(name)/\(part)-images-idx3-ubyte")
      try folder.write(
        Handmade.idx([pictures.count], pictures.labels.map { UInt8($0) }), "\(name)/\(part)-labels-idx1-ubyte"
      )
    }
    return folder.path + "/" + name
  }
}

/// What a training told while it went on.
final class Journal {
  private(set) var events: [TrainingEvent] = []

  func note(_ event: TrainingEvent) { events.append(event) }

  var steps: [StepReport] {
    events.compactMap { if case .step(let report) = $0 { report } else { nil } }
  }
  var evaluations: [EvaluationReport] {
    events.compactMap { if case .evaluated(let report) = $0 { report } else { nil } }
  }
  var stored: [Int] { events.compactMap { if case .stored(let step) = $0 { step } else { nil } } }
}

extension Trainer {
  /// Trains until a number of steps is done, then stops in good order.
  @discardableResult
  func train(recordingTo path: String, stoppingAfter last: Int) throws -> TrainingSummary {
    let stop = StopRequest()
    return try train(recordingTo: path, stop: stop) { event in
      if case .step(let report) = event, report.step == last { stop.request() }
    }
  }
}

/// Every number a run holds but its clock's, as bits, by what it is.
///
/// - Parameter steps: which snapshots and evaluations to look at; nil for all.
func everyNumber(of run: RunArchive, at steps: Set<Int>? = nil) throws -> [String: [UInt64]] {
  var numbers: [String: [UInt64]] = [:]
  func note(_ name: String, _ values: [Double]) { numbers[name] = values.map(\.bitPattern) }
  func note(_ name: String, _ tensor: Tensor) {
    numbers["\(name) \(tensor.shape)"] = tensor.elements.map { UInt64($0.bitPattern) }
  }
  func isWanted(_ step: Int) -> Bool { steps?.contains(step) ?? true }

  for name in run.metricNames {
    let series = try run.metric(name)
    note("steps of \(name)", series.steps.map(Double.init))
    note(name, series.values)
  }
  for name in run.evaluationNames {
    let series = try run.evaluation(name)
    let wanted = series.steps.indices.filter { isWanted(series.steps[$0]) }
    note("steps of \(name)", wanted.map { Double(series.steps[$0]) })
    note(name, wanted.map { series.values[$0] })
  }
  if run.confusionClasses != nil {
    for matrix in try run.confusionMatrices() where isWanted(matrix.step) {
      note("confusion at \(matrix.step)", matrix.counts.map(Double.init))
    }
  }
  let snapshots = run.snapshots.filter { isWanted($0.step) }
  note("snapshots", snapshots.flatMap { [Double($0.step), $0.epoch] })
  for network in run.networks {
    for name in network.statistics {
      note("\(name) of \(network.name)", try run.statistic(name, of: network.name).values)
    }
    for snapshot in snapshots {
      let at = "of \(network.name) at \(snapshot.step)"
      let parameters = try run.model(of: network.name, at: snapshot).parameters
      for name in parameters.names { note("\(name) \(at)", parameters[name]!) }
      for node in network.recordedActivations {
        note("value of \(node) \(at)", try run.activations(of: node, in: network.name, at: snapshot))
      }
    }
  }
  if run.sampleShape != nil {
    for snapshot in snapshots {
      note("samples at \(snapshot.step)", try run.samples(at: snapshot).map(Double.init))
    }
  }
  let state = try run.resumeState()
  note("resume step", [Double(state.step)])
  for (name, tensor) in state.tensors { note("\(name) to resume from", tensor) }
  return numbers
}

/// Checks that two runs hold the same numbers, bit for bit.
func expectSameNumbers(
  _ actual: [String: [UInt64]], _ expected: [String: [UInt64]],
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(
    Set(actual.keys).symmetricDifference(expected.keys).sorted() == [], sourceLocation: sourceLocation)
  let different = expected.keys.filter { actual[$0] != expected[$0] }.sorted()
  #expect(different == [], sourceLocation: sourceLocation)
}

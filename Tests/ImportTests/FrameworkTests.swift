import Core
import Foundation
import Import
import TestSupport
import Testing
import Train

/// What is exported, run by the frameworks that it is written for. They are installed by scripts/frameworks.
@Suite struct FrameworkTests {
  private struct Job {
    let name: String
    let model: Model
    let input: Tensor
  }

  /// Every preset's networks, with random weights and statistics.
  private static func jobs() throws -> [Job] {
    var jobs: [Job] = []
    func add(_ name: String, _ network: Network) throws {
      var seed = RandomStream(seed: 7, stream: 0)
      var model = try Model(network, Parameters(initialising: network, by: .kaimingUniform, from: &seed))
      for node in network.nodes {
        for declaration in node.operation.parameters {
          // Statistics and offsets that are not 0 and 1, so that an order mistaken shows.
          guard declaration.shape.rank == 1, let tensor = model.parameters[node.name, declaration.name] else {
            continue
          }
          var random = RandomStream(seed: UInt64(jobs.count), stream: UInt64(declaration.name.utf8.count))
          let noise = random.normal(tensor.shape)
          model.parameters[node.name, declaration.name] = Tensor(
            tensor.shape, zip(tensor.elements, noise.elements).map { abs($0 + 0.1 * $1) })
        }
      }
      var random = RandomStream(seed: 3, stream: 1)
      jobs.append(Job(name: name, model: model, input: random.normal(network.inputs[0].shape.batched(3))))
    }
    for preset in Preset.allCases {
      switch preset.task {
      case .classify: try add(preset.rawValue, preset.classifier(picture: [1, 28, 28], classes: 10))
      case .generate:
        let side = preset == .dcgan64 ? 64 : 28
        let pair = try preset.adversaries(picture: [1, side, side])
        try add(preset.rawValue + "-generator", pair.generator)
        try add(preset.rawValue + "-discriminator", pair.discriminator)
      }
    }
    return jobs
  }

  @Test func exportedPresetsGiveTheSameNumbersInTheirFrameworks() throws {
    guard FrameworkPython.path != nil else { return }
    let scratch = try ScratchFolder()
    let jobs = try Self.jobs()
    var expected: [(file: String, tensor: Tensor)] = []
    for job in jobs {
      let answer = try Inference(job.model).answer(to: [job.model.network.inputs[0].name: job.input])
      for format in [ExportFormat.onnx, .keras, .h5] {
        let path = "\(scratch.path)/\(job.name).\(format.rawValue)"
        try format.write(job.model, to: path)
        let layout: ValueLayout = format == .onnx ? .same : .channelsLast
        try NumPyArchive.write([("input", layout.toFile(job.input))], to: path + ".npz")
        expected.append((path + ".npy", layout.toFile(answer)))
      }
      let path = "\(scratch.path)/\(job.name).safetensors"
      try ExportFormat.safetensors.write(job.model, to: path)
      try NumPyArchive.write([("none", Tensor([1]))], to: path + ".npz")
    }
    try FrameworkPython.runModels(in: scratch.path)
    for (file, tensor) in expected {
      let found = try NumPyFile.read(file)
      #expect(found.shape == tensor.shape, "\(file)")
      let distance = zip(found.elements, tensor.elements).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
      #expect(distance <= 1e-5 * max(1, tensor.maximumMagnitude), "\(file): differs by \(distance)")
    }
    for job in jobs {
      let found = try NumPyArchive.read("\(scratch.path)/\(job.name).safetensors.tensors.npz")
      #expect(found.count == job.model.parameters.names.count)
      for (name, tensor) in found { #expect(job.model.parameters[name] == tensor, "\(job.name): \(name)") }
    }
  }
}

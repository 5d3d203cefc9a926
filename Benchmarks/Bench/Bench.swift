import ArgumentParser
import CAllocations
import Core
import Foundation
import Train

/// Measures the engine, beside PyTorch where there is one.
@main
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measures speed and memory of training and inference, beside PyTorch in the same run.",
    subcommands: [Measure.self, Profile.self, Job.self], defaultSubcommand: Measure.self)
}

/// Does one work of ours over and over, for profilers.
struct Profile: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Does one work of ours over and over, for profilers.")

  @Argument(help: "The work's name, such as dcgan-step.") var name: String
  @Option(help: "How often.") var count = 30
  @Option(help: "Pictures in a batch.") var batch: Int?

  func run() throws {
    let works = try Work.all(batch: batch)
    guard let work = works.first(where: { $0.name == name }) else {
      throw ValidationError("there are \(works.map(\.name).joined(separator: ", "))")
    }
    let comparison = try Comparison(work, worker: nil, rounds: count, seconds: 0)
    let seconds = comparison.ours.median
    print("\(name): \(seconds.milliseconds), \((work.flops / seconds / 1e9).formatted(1)) GFLOP/s")
  }
}

/// Measures everything and writes it down.
struct Measure: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Measures everything and writes it down.")

  @Option(help: "The Python that has PyTorch; without it nothing is compared.") var python: String?
  @Option(help: "The folder of PyTorch's scripts.") var pytorch = "Benchmarks/pytorch"
  @Option(help: "The folder that holds mnist/; without it what learns is left out.") var data: String?
  @Option(help: "The page to write the tables into.") var out: String?
  @Option(help: "How often the sides take turns.") var rounds = 7
  @Option(help: "Seconds of each turn.") var seconds = 1.5
  @Option(help: "Sections to measure, with commas: steps, jobs, recording, allocations, growth.")
  var only = "steps,jobs,recording,allocations,growth"

  func run() throws {
    let sections = Set(only.split(separator: ",").map(String.init))
    let worker = try python.map { try PyTorchWorker(python: $0, scripts: pytorch) }
    var page = Page()
    page.add(
      "Measured on \(Machine.description)\(worker.map { "; PyTorch \($0.version) with oneDNN \($0.oneDNN)" } ?? "");"
        + " medians of \(rounds) rounds in which the sides took turns, the spread of rounds in brackets.")
    if sections.contains("steps") { try page.add(steps: Steps(worker, rounds: rounds, seconds: seconds)) }
    if sections.contains("growth") { try page.add(growth: Growth(worker, seconds: seconds / 2)) }
    let scripts = worker == nil ? nil : python.map { (python: $0, folder: pytorch) }
    if sections.contains("jobs") { try page.add(jobs: JobTimes(scripts, data: data, rounds: min(3, rounds))) }
    if sections.contains("recording") { try page.add(recording: RecordingShare(data: data)) }
    if sections.contains("allocations") { try page.add(allocations: AllocationCounts()) }
    print(page.text)
    if let out { try page.write(into: out) }
  }
}

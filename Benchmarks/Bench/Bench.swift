import ArgumentParser
import Core
import Train

@main
struct Bench: ParsableCommand {
  @Option(help: "Only this work, only ours: for profilers.") var profile: String?
  @Option(help: "How often.") var count = 30
  @Option(help: "Pictures in a batch.") var batch: Int?

  func run() throws {
    let works = try [
      Work.dcganStep(batch: batch ?? 128), Work.cnnStep(batch: batch ?? 128), Work.dcgan64Step(batch: batch ?? 64),
      Work.dcgan64Inference(batch: batch ?? 1), Work.cnnActivations(),
    ]
    let clock = ContinuousClock()
    for work in works where profile == nil || work.name == profile {
      let once = try work.prepare()
      for _ in 0..<3 { try once() }
      var seconds: [Double] = []
      for _ in 0..<count {
        let time = try clock.measure { try once() }
        seconds.append(time / .seconds(1))
      }
      seconds.sort()
      let median = seconds[seconds.count / 2]
      print(work.name, "median \(median * 1e3) ms", "\(Double(work.batch) / median) img/s", "\(work.flops / median / 1e9) GFLOP/s")
    }
  }
}

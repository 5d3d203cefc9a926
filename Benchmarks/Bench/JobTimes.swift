import Foundation

/// Whole jobs as processes: how long until a test accuracy, how much memory.
struct JobTimes {
  /// Seconds from the start of the process to 98.3 % of MNIST's test pictures.
  var accuracy: (ours: [Double], theirs: [Double])?
  /// The largest memory of training, in bytes; what PyTorch holds before there is any network in brackets.
  var memory: [(network: String, ours: Int, theirs: Int?, imported: Int?)] = []

  init(_ scripts: (python: String, folder: String)?, data: String?, rounds: Int) throws {
    let bench = CommandLine.arguments[0]
    func theirs(_ script: String, _ arguments: [String]) throws -> Command? {
      try scripts.map {
        try Command(
          $0.python, ["\($0.folder)/\(script).py", "--form", "channels_last"] + arguments,
          environment: Command.foreignEnvironment)
      }
    }
    if let data {
      var times: (ours: [Double], theirs: [Double]) = ([], [])
      for seed in 0..<rounds {
        times.ours.append(
          try Command(bench, ["job", "accuracy", "--data", data + "/mnist", "--seed", "\(seed)"]).seconds)
        if let command = try theirs("time_to_accuracy", ["--data", data, "--seed", "\(seed)"]) {
          times.theirs.append(command.seconds)
        }
        Progress.say("to 98.3 %, seed \(seed): \(times.ours.last!) s, PyTorch \(times.theirs.last ?? 0) s")
      }
      accuracy = times
      for network in ["cnn", "dcgan"] {
        try measure(network, ["--data", data + "/mnist"], ["--data", data])
      }
    }
    try measure("dcgan-64", ["--batch", "64"], ["--batch", "64"])

    func measure(_ network: String, _ options: [String], _ theirOptions: [String]) throws {
      let ours = try Command(bench, ["job", "memory", "--network", network, "--batches", "20"] + options)
      let other = try theirs("memory", ["--network", network, "--batches", "20"] + theirOptions)
      func bytes(_ name: String) -> Int? { (other?.answer[name] as? Int).map { $0 * 1_024 } }
      memory.append((network, ours.peakMemory, bytes("peak_kib"), bytes("import_kib")))
      Progress.say(
        "memory of \(network): \(ours.peakMemory >> 20) MiB, PyTorch \((bytes("peak_kib") ?? 0) >> 20) MiB")
    }
  }
}

import Foundation

/// What was measured on, and what a process has used.
enum Machine {
  static let cpuInfo = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""

  static var hasAVX512: Bool { cpuInfo.contains("avx512f") }

  /// The processor, its cores and what vector instructions it has.
  static var description: String {
    let model = field("model name", in: cpuInfo) ?? "unknown processor"
    let vectors = hasAVX512 ? "AVX-512" : cpuInfo.contains("avx2") ? "AVX2" : "no AVX2"
    return "\(model), \(ProcessInfo.processInfo.activeProcessorCount) cores, \(vectors)"
  }

  /// The largest memory that a process has held so far, in bytes; nil once it is gone.
  static func peakMemory(of process: Int32) -> Int? {
    guard let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8),
      let line = field("VmHWM", in: status), let kilobytes = Int(line.prefix { $0.isNumber })
    else { return nil }
    return kilobytes * 1_024
  }

  private static func field(_ name: String, in text: String) -> String? {
    text.split(separator: "\n").first { $0.hasPrefix(name) }?.split(separator: ":").last?
      .trimmingCharacters(in: .whitespaces)
  }
}

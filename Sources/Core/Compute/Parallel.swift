#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// A loop on the threads that oneDNN computes with, for work of our own between its primitives.
///
/// The threads are OpenMP's: a second pool would fight them for the cores, since a team that has just finished a
/// primitive waits for the next one in a busy loop. Where there is no such team the loop runs on one thread. A loop is
/// made once and run often, each time on another job, because making one allocates and running it does not.
package final class ParallelLoop<Job> {
  private let body: (Job, Int) -> Void
  private var job: Job?
  private lazy var team = ThreadTeam { [unowned self] round in body(job!, round) }

  /// A loop over rounds that do not depend on each other: so the result does not depend on the number of threads.
  package init(_ body: @escaping (Job, Int) -> Void) { self.body = body }

  /// Does the rounds `0 ..< count` of a job, each once, in even stretches on all threads.
  package func run(_ count: Int, on job: Job) {
    self.job = job
    team.run(count)
    self.job = nil
  }
}

/// What of a loop does not know its job: C calls back into it.
final class ThreadTeam {
  /// How many threads share a loop of many rounds.
  static let threads = library.map { Int($0.most()) } ?? 1

  private let body: (Int) -> Void
  private var count = 0

  init(_ body: @escaping (Int) -> Void) { self.body = body }

  func run(_ count: Int) {
    guard count > 1, let library = Self.library else {
      for round in 0..<count { body(round) }
      return
    }
    self.count = count
    library.start(
      { team in
        let team = Unmanaged<ThreadTeam>.fromOpaque(team!).takeUnretainedValue()
        let (thread, threads) = (Int(ThreadTeam.library!.thread()), Int(ThreadTeam.library!.threads()))
        for round in team.count * thread / threads..<team.count * (thread + 1) / threads { team.body(round) }
      }, Unmanaged.passUnretained(self).toOpaque(), 0, 0)
  }

  /// What GCC's compiler calls in the OpenMP library; LLVM's library offers it as well.
  private struct Library: Sendable {
    typealias Start =
      @convention(c) (
        @convention(c) (UnsafeMutableRawPointer?) -> Void, UnsafeMutableRawPointer?, UInt32, UInt32
      ) -> Void
    typealias Number = @convention(c) () -> Int32
    let start: Start
    let thread: Number
    let threads: Number
    let most: Number
  }

  private static let library: Library? = {
    guard let start = dlsym(nil, "GOMP_parallel"), let thread = dlsym(nil, "omp_get_thread_num"),
      let threads = dlsym(nil, "omp_get_num_threads"), let most = dlsym(nil, "omp_get_max_threads")
    else { return nil }
    return Library(
      start: unsafeBitCast(start, to: Library.Start.self),
      thread: unsafeBitCast(thread, to: Library.Number.self),
      threads: unsafeBitCast(threads, to: Library.Number.self),
      most: unsafeBitCast(most, to: Library.Number.self))
  }()
}

/// A row of numbers in stretches of a fixed length, which do not depend on the number of threads.
package struct Stretches: Sendable {
  /// Numbers in all.
  package let count: Int
  /// Numbers in a stretch but the last: enough that a small network is one thread's work.
  package static let length = 16_384

  /// The stretches of a row.
  package init(of count: Int) { self.count = count }

  /// How many there are.
  package var number: Int { (count + Self.length - 1) / Self.length }

  /// One of them.
  package subscript(index: Int) -> Range<Int> {
    index * Self.length..<min((index + 1) * Self.length, count)
  }
}

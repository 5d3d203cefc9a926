#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// The threads that oneDNN computes with, for loops of our own between its primitives.
///
/// They are OpenMP's: a second pool of threads would fight them for the cores, since a team that has just finished a
/// primitive waits for the next one in a busy loop. Where there is no such team a loop runs on one thread.
package enum Parallel {
  /// Runs `body` for `0 ..< count`, each number once, in even stretches on all threads.
  ///
  /// What `body` does for one number must not depend on another: then the result does not depend on the number
  /// of threads either.
  package static func run(_ count: Int, _ body: (Int) -> Void) {
    guard count > 1, let team else {
      for index in 0..<count { body(index) }
      return
    }
    withoutActuallyEscaping(body) { body in
      var job = Job(count: count, body: body)
      withUnsafeMutablePointer(to: &job) { job in
        team.start(
          { job in
            let job = job!.assumingMemoryBound(to: Job.self)
            let (thread, threads) = (Int(Parallel.team!.thread()), Int(Parallel.team!.threads()))
            for index in job.pointee.count * thread / threads..<job.pointee.count * (thread + 1) / threads {
              job.pointee.body(index)
            }
          }, job, 0, 0)
      }
    }
  }

  /// Runs `body` over `0 ..< count` in stretches of a fixed length, which do not depend on the number of threads.
  package static func run(_ count: Int, inStretchesOf length: Int, _ body: (Range<Int>) -> Void) {
    run((count + length - 1) / length) { body($0 * length..<min(($0 + 1) * length, count)) }
  }

  private struct Job {
    let count: Int
    let body: (Int) -> Void
  }

  /// What GCC's compiler calls in the OpenMP library; LLVM's library offers it as well.
  private struct Team: Sendable {
    typealias Start =
      @convention(c) (
        @convention(c) (UnsafeMutableRawPointer?) -> Void, UnsafeMutableRawPointer?, UInt32, UInt32
      ) -> Void
    typealias Number = @convention(c) () -> Int32
    let start: Start
    let thread: Number
    let threads: Number
  }

  private static let team: Team? = {
    guard let start = dlsym(nil, "GOMP_parallel"), let thread = dlsym(nil, "omp_get_thread_num"),
      let threads = dlsym(nil, "omp_get_num_threads")
    else { return nil }
    return Team(
      start: unsafeBitCast(start, to: Team.Start.self), thread: unsafeBitCast(thread, to: Team.Number.self),
      threads: unsafeBitCast(threads, to: Team.Number.self))
  }()
}

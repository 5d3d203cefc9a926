import Train

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Turns the first Ctrl-C into a wish to stop in good order; a second one ends the program at once.
enum Interruption {
  private static let stop = StopRequest()

  static func requested() -> StopRequest {
    // Made now: a signal handler must not initialise anything.
    let stop = stop
    signal(SIGINT) { _ in
      Interruption.stop.request()
      signal(SIGINT, SIG_DFL)
    }
    signal(SIGTERM) { _ in Interruption.stop.request() }
    // A log that nobody reads any more (`| head`) must not end the training.
    signal(SIGPIPE, SIG_IGN)
    return stop
  }
}

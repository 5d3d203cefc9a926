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
    admit([SIGINT, SIGTERM])
    return stop
  }

  /// Lets signals through that whoever started the program has blocked, as one does who starts it from a worker
  /// thread of a dispatch queue: a program inherits what is blocked.
  private static func admit(_ signals: [Int32]) {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal) }
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }
}

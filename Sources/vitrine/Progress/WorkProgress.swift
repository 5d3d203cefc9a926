import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Tells how far a figure has come that takes seconds: a bar on a terminal, nothing in a log.
///
/// Nothing is drawn in the first half second: most figures are done by then.
final class WorkProgress: Sendable {
  private struct State {
    var lastDrawn = ContinuousClock.now
    var isShown = false
  }
  private let state = Mutex(State())
  private let what: String
  private let isWanted: Bool

  /// Progress of a work: `draws`, `maximises`.
  init(_ what: String, isQuiet: Bool) {
    self.what = what
    isWanted = !isQuiet && isatty(STDERR_FILENO) == 1
  }

  /// Notes that a share of the work, 0 … 1, is done.
  func show(_ share: Double) {
    guard isWanted else { return }
    state.withLock { state in
      let now = ContinuousClock.now
      guard now - state.lastDrawn > .milliseconds(state.isShown ? 100 : 500) else { return }
      state.lastDrawn = now
      state.isShown = true
      print(toStandardError: "\r\u{1B}[K\(progressBar(share)) · \(what)")
    }
  }

  /// Takes the bar away.
  func end() {
    state.withLock { state in
      if state.isShown { print(toStandardError: "\r\u{1B}[K") }
      state.isShown = false
    }
  }
}

/// `████░░░░ 50 %`
func progressBar(_ share: Double) -> String {
  let width = 24
  let full = min(max(Int(share * Double(width)), 0), width)
  return String(repeating: "█", count: full) + String(repeating: "░", count: width - full)
    + " \(Int(share * 100)) %"
}

internal import Synchronization

/// A wish that training end in good order: set by anyone, such as a signal handler, seen between two steps.
public final class StopRequest: Sendable {
  private let flag = Atomic(false)

  /// Nobody wants to stop yet.
  public init() {}

  /// Asks for the end. Safe to call from a signal handler.
  public func request() { flag.store(true, ordering: .relaxed) }

  /// True once somebody asked.
  public var isRequested: Bool { flag.load(ordering: .relaxed) }
}

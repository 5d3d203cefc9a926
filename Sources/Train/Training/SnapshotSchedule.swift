/// After which steps a run is stored whole: densely at first, when most changes, then after every epoch.
///
/// Steps 0, 1, 2, 4, 8, … up to the first epoch's end, then each epoch's end; the last step always.
public struct SnapshotSchedule: Hashable, Sendable {
  /// Steps in an epoch.
  public let stepsPerEpoch: Int
  /// Steps in the whole run.
  public let totalSteps: Int

  /// The schedule of a run.
  public init(stepsPerEpoch: Int, totalSteps: Int) {
    self.stepsPerEpoch = stepsPerEpoch
    self.totalSteps = totalSteps
  }

  /// True if the run is stored once this many steps are done.
  public func includes(_ step: Int) -> Bool {
    if step == 0 || step == totalSteps || step % stepsPerEpoch == 0 { return true }
    return step < stepsPerEpoch && step.nonzeroBitCount == 1
  }

  /// True if an epoch, or the run, ends with this step.
  public func endsEpoch(_ step: Int) -> Bool { step > 0 && (step % stepsPerEpoch == 0 || step == totalSteps) }
}

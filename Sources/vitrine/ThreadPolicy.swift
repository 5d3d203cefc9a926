#if canImport(Glibc)
import Glibc

/// How oneDNN's threads wait for each other.
///
/// Its OpenMP library lets a thread that is done spin for some milliseconds. Alone on a machine that is well; beside
/// another program every spin takes time from the thread that is waited for, and training slows down many times
/// over. A short spin costs nothing measurable alone. OpenMP reads its settings before `main`, so the program
/// starts itself anew with them, once.
enum ThreadPolicy {
  private static let setting = "GOMP_SPINCOUNT"
  private static let others = ["OMP_WAIT_POLICY"]

  /// Starts the program anew with the setting, unless somebody has made one.
  static func apply() {
    guard getenv(setting) == nil, others.allSatisfy({ getenv($0) == nil }) else { return }
    setenv(setting, "2000", 1)
    var arguments = CommandLine.arguments.map { strdup($0) } + [nil]
    // Returns only if it fails; then the default does.
    execv("/proc/self/exe", &arguments)
  }
}
#endif

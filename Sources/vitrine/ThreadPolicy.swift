#if canImport(Glibc)
import Glibc
#endif

/// How oneDNN's threads wait for each other.
///
/// Its OpenMP library lets a thread that is done spin for some milliseconds. Alone on a machine that is well; beside
/// another program every spin takes time from the thread that is waited for: with three compilers running, training
/// took 54 to 61 s so and 23 to 26 s with a short spin. OpenMP reads its settings before `main`, so the program
/// starts itself anew with them, once.
enum ThreadPolicy {
  /// Starts the program anew with the setting, unless somebody has made one.
  static func apply() {
    #if os(Linux)
    let setting = "GOMP_SPINCOUNT"
    guard getenv(setting) == nil, getenv("OMP_WAIT_POLICY") == nil else { return }
    setenv(setting, "2000", 1)
    var arguments = CommandLine.arguments.map { strdup($0) } + [nil]
    // Returns only if it fails; then the default does.
    execv("/proc/self/exe", &arguments)
    #endif
  }
}

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Shortens a file in its place, which readers that have it open see.
func truncateFile(_ path: String, to count: Int) -> Bool { truncate(path, off_t(count)) == 0 }

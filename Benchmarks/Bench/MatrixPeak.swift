import Foundation

/// The speed of a large matrix product in OpenBLAS on both cores: what the machine can do at best.
final class MatrixPeak {
  /// Which kernel OpenBLAS uses.
  let kernel: String
  private let product: Product
  private let size = 4_096
  private let matrices: [UnsafeMutablePointer<Float>]

  private typealias Product =
    @convention(c) (
      Int32, Int32, Int32, Int32, Int32, Int32, Float, UnsafePointer<Float>, Int32, UnsafePointer<Float>,
      Int32,
      Float, UnsafeMutablePointer<Float>, Int32
    ) -> Void

  /// Nil where the library is not installed.
  init?() {
    // The library is to choose for itself, whatever somebody has set for other programs.
    unsetenv("OPENBLAS_CORETYPE")
    unsetenv("OPENBLAS_L2_SIZE")
    let names = ["libopenblas.so.0", "libopenblas.so", "/opt/homebrew/opt/openblas/lib/libopenblas.dylib"]
    guard let library = names.lazy.compactMap({ dlopen($0, RTLD_NOW) }).first,
      let product = dlsym(library, "cblas_sgemm")
    else { return nil }
    self.product = unsafeBitCast(product, to: Product.self)
    typealias Name = @convention(c) () -> UnsafePointer<CChar>
    kernel =
      dlsym(library, "openblas_get_corename").map { String(cString: unsafeBitCast($0, to: Name.self)()) }
      ?? "?"
    let count = size * size
    matrices = (0..<3).map { _ in
      let matrix = UnsafeMutablePointer<Float>.allocate(capacity: count)
      matrix.initialize(repeating: 0.5, count: count)
      return matrix
    }
  }

  deinit { for matrix in matrices { matrix.deallocate() } }

  /// Floating-point operations a second, of one product.
  func measure() -> Double {
    let n = Int32(size)
    let seconds =
      ContinuousClock().measure {
        product(101, 111, 111, n, n, n, 1, matrices[0], n, matrices[1], n, 0, matrices[2], n)
      } / .seconds(1)
    return 2 * Double(size) * Double(size) * Double(size) / seconds
  }
}

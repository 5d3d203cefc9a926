/// `x` where positive, `α · (eˣ − 1)` where not (Clevert et al. 2016).
public struct ELU: Elementwise {
  /// Called `ELU`, as in PyTorch and Keras; ONNX writes `Elu`.
  public static let name = "ELU"
  /// α: negative numbers tend to −α.
  public var alpha: Float
  /// An exponential linear unit.
  public init(alpha: Float = 1) { self.alpha = alpha }
  /// Complains of an α that is not finite.
  public var flaw: String? { finiteFlaw("alpha", alpha) }
}

/// `scale · ELU(x)` with the constants that keep mean 0 and variance 1 from layer to layer (Klambauer et al. 2017).
public struct SELU: Elementwise {
  /// Called `SELU`, as in PyTorch and Keras; ONNX writes `Selu`.
  public static let name = "SELU"
  /// α: negative numbers tend to −scale · α.
  public var alpha: Float
  /// What the whole is multiplied by.
  public var scale: Float
  /// A scaled exponential linear unit; ONNX may name other constants.
  public init(alpha: Float = 1.6732632, scale: Float = 1.0507009) {
    self.alpha = alpha
    self.scale = scale
  }
  /// Complains of constants that are not finite.
  public var flaw: String? { firstFlaw(finiteFlaw("alpha", alpha), finiteFlaw("scale", scale)) }
}

/// `x` where positive, `α · (e^{x / α} − 1)` where not: its derivative has no step for any α (Barron 2017).
public struct CELU: Elementwise {
  /// Called `CELU`, as in PyTorch and Keras; ONNX writes `Celu`.
  public static let name = "CELU"
  /// α: negative numbers tend to −α. Not 0.
  public var alpha: Float
  /// A continuously differentiable exponential linear unit.
  public init(alpha: Float = 1) { self.alpha = alpha }
  /// Complains of an α of 0, which is divided by, or one that is not finite.
  public var flaw: String? {
    alpha.isFinite && alpha != 0 ? nil : "an alpha of \(alpha), expected a finite number but 0"
  }
}

/// `x · Φ(x)`, Φ being the share of a normal distribution below x (Hendrycks & Gimpel 2016).
public struct GELU: Elementwise {
  /// Called `GELU`, as in PyTorch; Keras and ONNX write `gelu` and `Gelu`.
  public static let name = "GELU"
  /// True for `x / 2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))`, false for `x / 2 · (1 + erf(x / √2))`.
  public var isApproximate: Bool
  /// A Gaussian error linear unit.
  public init(isApproximate: Bool = false) { self.isApproximate = isApproximate }
}

/// `ln(1 + eˣ)`: a ReLU without a kink.
public struct Softplus: Elementwise {
  /// Called `Softplus`, as in PyTorch and ONNX.
  public static let name = "Softplus"
  /// A soft rectifier.
  public init() {}
}

/// `x / (1 + |x|)`: any number to −1 … 1.
public struct Softsign: Elementwise {
  /// Called `Softsign`, as in PyTorch and ONNX.
  public static let name = "Softsign"
  /// A soft sign.
  public init() {}
}

/// `x · σ(β · x)`, σ being the sigmoid (Ramachandran et al. 2017).
public struct SiLU: Elementwise {
  /// Called `SiLU`, as in PyTorch; Keras and ONNX also write `swish` and `Swish`.
  public static let name = "SiLU"
  /// β: the larger, the closer to a ReLU.
  public var beta: Float
  /// A sigmoid linear unit; with β other than 1 a swish.
  public init(beta: Float = 1) { self.beta = beta }
  /// Complains of a β that is not finite.
  public var flaw: String? { finiteFlaw("beta", beta) }
}

/// `x · tanh(ln(1 + eˣ))` (Misra 2019).
public struct Mish: Elementwise {
  /// Called `Mish`, as in PyTorch, Keras and ONNX.
  public static let name = "Mish"
  /// A Mish unit.
  public init() {}
}

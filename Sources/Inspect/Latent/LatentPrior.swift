package import Core
internal import Render

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#endif

/// What a generator's latents were drawn from in its training.
public enum LatentPrior: String, Hashable, Sendable, CaseIterable {
  /// Every number from the normal distribution N(0, 1), as our runs have it.
  case normal
  /// Every number evenly from −1 to 1, as the first DCGANs had it.
  case uniform

  /// One number's standard deviation.
  package var deviation: Double { self == .normal ? 1 : (1.0 / 3).squareRoot() }

  /// Latents of a seed, `[count, …]`: those of `Sampling.latents`, brought to this prior.
  ///
  /// A uniform number is `erf(z / √2)` of the normal one, so that a seed means the same place of either distribution.
  package func latents(of sampling: Sampling, seed: UInt64, count: Int) -> Tensor {
    let normal = sampling.latents(seed: seed, count: count)
    guard self == .uniform else { return normal }
    return normal.map { Float(erf(Double($0) / 2.0.squareRoot())) }
  }

  /// The prior in a figure's line of facts.
  func fact(of sampling: Sampling, _ specimen: Specimen) -> String {
    self == .normal
      ? sampling.priorFact(of: specimen)
      : "z ~ U(\(Numbers.minus)1, 1) of \(Numbers.grouped(sampling.dimensions)) numbers, as said"
  }

  /// The recipe's option, where the prior is not the usual one.
  var option: FigureRecipe.Entry? { self == .normal ? nil : .init("prior", .string(rawValue)) }
}

/// How long a prior's latents are: nearly all lie in a thin shell.
package struct LatentShell: Hashable, Sendable {
  /// The mean length.
  package let mean: Double
  /// The standard deviation of the length.
  package let deviation: Double

  /// The shell of a prior in a number of dimensions, at least one.
  ///
  /// Of the normal distribution it is exact. Of the uniform one ‖z‖² has mean d/3 and variance 4d/45; the length's moments
  /// are those of a root about that mean, to the second order: 5.768 and 0.258 for d = 100.
  package init(of prior: LatentPrior, dimensions: Int) {
    switch prior {
    case .normal:
      let shell = NormalShell(dimensions: dimensions)
      (mean, deviation) = (shell.mean, shell.deviation)
    case .uniform:
      let d = Double(dimensions)
      (mean, deviation) = ((d / 3).squareRoot() * (1 - 1 / (10 * d)), (1.0 / 15).squareRoot())
    }
  }

  /// The mean ± 2 standard deviations: about 95 % of all draws.
  package var usual: ClosedRange<Double> { max(mean - 2 * deviation, 0)...mean + 2 * deviation }
}

extension LatentInterpolation.End {
  /// The latent itself, in the generator's shape.
  /// - Throws: `InspectError` with both shapes if it does not fit, or if it holds numbers that are not finite.
  func latent(for sampling: Sampling, _ prior: LatentPrior) throws(InspectError) -> Tensor {
    switch self {
    case .seed(let seed): return prior.latents(of: sampling, seed: seed, count: 1)[0]
    case .latent(let tensor, let name):
      guard tensor.shape.elementCount == sampling.dimensions else {
        throw InspectError(
          .input, name,
          "holds \(tensor.shape), but '\(sampling.name)' takes one latent of \(sampling.latentShape)")
      }
      guard tensor.elements.allSatisfy(\.isFinite) else {
        throw InspectError(.input, name, "holds numbers that are not finite; a latent has none")
      }
      return tensor.reshaped(sampling.latentShape)
    }
  }

  /// SHA-256 of a latent from elsewhere; nil for a seed, which the recipe holds.
  var fingerprint: String? {
    if case .latent(let latent, _) = self { SHA256.hexDigest(of: latent.elements) } else { nil }
  }
}

extension Provenance {
  /// The provenance of a figure for which latents from elsewhere were read, and other networks.
  func adding(_ ends: [LatentInterpolation.End], _ networks: Specimen?...) -> Provenance {
    var result = self
    for network in networks { if let network { result = result.adding(network.provenance.dataHash) } }
    for hash in ends.compactMap(\.fingerprint) { result = result.adding(hash) }
    return result
  }
}

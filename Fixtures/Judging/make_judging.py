"""Reference numbers for the metrics by which a classifier judges a generator: Fréchet and kernel distance, precision, recall,
density, coverage, nearest-neighbour tests, scores of classes.

    python Fixtures/Judging/make_judging.py

Python 3.11, NumPy 2.4.6, SciPy 1.17.1, scikit-learn 1.9.1. Everything is computed in float64 from float32 inputs.
"""
from pathlib import Path

import numpy as np
from scipy import linalg, special, stats
from sklearn.metrics.pairwise import pairwise_distances, polynomial_kernel
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors

rng = np.random.default_rng(11)
n, m, d = 260, 240, 12

# Features as ReLUs give them: never negative, some often zero, correlated, far from the origin.
mix = rng.normal(size=(d, d)) / np.sqrt(d)
real = np.maximum(rng.normal(size=(n, d)) @ mix + 0.6, 0).astype(np.float32)
fake = np.maximum(1.1 * rng.normal(size=(m, d)) @ mix + 0.75, 0).astype(np.float32)
r, f = real.astype(np.float64), fake.astype(np.float64)


def frechet(a, b):
    sa, sb = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    root = linalg.sqrtm(sa @ sb)
    assert np.abs(np.imag(root)).max() < 1e-6
    return ((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(sa + sb - 2 * np.real(root))


def discrepancy(x, y):
    """KID of two sets: squared MMD, unbiased, cubic kernel."""
    kernel = lambda a, b: polynomial_kernel(a, b, degree=3, gamma=1 / a.shape[1], coef0=1)
    kx, ky, kxy = kernel(x, x), kernel(y, y), kernel(x, y)
    return (
        (kx.sum() - np.trace(kx)) / (len(x) * (len(x) - 1))
        + (ky.sum() - np.trace(ky)) / (len(y) * (len(y) - 1))
        - 2 * kxy.mean()
    )


def manifold(x, y, k):
    """The formulas of precision, recall, density and coverage as their authors publish them."""
    own = np.sort(pairwise_distances(x), axis=1)[:, k]
    others = np.sort(pairwise_distances(y), axis=1)[:, k]
    between = pairwise_distances(x, y)
    inside = between < own[:, None]
    return [
        inside.any(0).mean(), (between < others[None]).any(1).mean(), inside.sum(0).mean() / k,
        (between.min(1) < own).mean(),
    ]


def two_sample(x, y):
    """Leave-one-out accuracy of a nearest neighbour: of x, of y, of all."""
    points = np.concatenate([x, y])
    kind = np.repeat([0, 1], [len(x), len(y)])
    near = NearestNeighbors(n_neighbors=2, algorithm="brute").fit(points).kneighbors(return_distance=False)
    right = kind[near[:, 0]] == kind
    return [right[kind == 0].mean(), right[kind == 1].mean(), right.mean()]


logits = (3 * rng.normal(size=(1500, 10)) + np.linspace(-1, 1, 10)).astype(np.float32)
p = special.softmax(logits.astype(np.float64), axis=1)


def inception(p):
    return np.exp((special.rel_entr(p, p.mean(0))).sum(1).mean())


parts = [inception(part) for part in np.array_split(p, 10)]
shares = rng.dirichlet(np.full(10, 20.0))
marginal = p.mean(0)
mode = np.exp(special.rel_entr(p, shares).sum(1).mean() - special.rel_entr(marginal, shares).sum())

said = p.argmax(1)
counts = np.bincount(said, minlength=10)
chi = stats.chisquare(counts, shares * counts.sum())
top = p.max(1)

truth = (r[:, :6].sum(1) > np.median(r[:, :6].sum(1))).astype(int)
named = (f[:, :6].sum(1) > np.median(f[:, :6].sum(1))).astype(int)
trial = KNeighborsClassifier(1, algorithm="brute").fit(f, named)
nearest = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(r)
distance, index = nearest.kneighbors(f)

tails = np.array([[x, k, stats.chi2.sf(x, k)] for k in (1, 2, 3, 8, 9, 99) for x in (0.0, 0.3, 4.0, 16.9, 60.0)])

arrays = dict(
    real=real, fake=fake, frechet=[frechet(r, f)], kid=[discrepancy(r, f)],
    manifold3=manifold(r, f, 3), manifold5=manifold(r, f, 5), two_sample=two_sample(r, f),
    logits=logits, shares=shares, inception=[inception(p), np.std(parts)], mode=[mode],
    counts=counts, chi_square=[chi.statistic, chi.pvalue],
    class_distances=[special.rel_entr(counts / counts.sum(), shares).sum(), np.abs(counts / counts.sum() - shares).sum() / 2],
    confidence=[top.mean(), (top >= 0.9).mean(), special.entr(p).sum(1).mean()],
    truth=truth, named=named, trial_error=[1 - trial.score(r, truth)],
    nearest=index[:, 0], nearest_distance=distance[:, 0], chi_square_tails=tails,
)
# Single precision holds every number to 6e-8, far below what is asked of it.
np.savez_compressed(
    Path(__file__).with_name("judging.npz"), **{name: np.asarray(value, np.float32) for name, value in arrays.items()}
)
for name, value in arrays.items():
    if np.size(value) < 6:
        print(name, np.asarray(value))

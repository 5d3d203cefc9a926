"""Reference numbers for embeddings and for centred kernel alignment, by scikit-learn and NumPy.

    python Fixtures/Embedding/make_embedding.py

Writes embedding.npz (points, their principal components, scikit-learn's t-SNE with its trustworthiness) and cka.npz.
"""

import pathlib

import numpy as np
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE, trustworthiness

here = pathlib.Path(__file__).parent
random = np.random.default_rng(20)


def clouds(classes=7, each=100, numbers=24):
    """Bent clouds that touch each other, all numbers at or above zero as behind a ReLU."""
    points, labels = [], []
    for label in range(classes):
        centre = random.normal(0, 1.6, numbers)
        spread = random.normal(0, 1, (3, numbers))
        inner = random.normal(0, 1, (each, 3))
        cloud = centre + inner @ spread * 0.6 + np.sin(inner[:, :1] * 2) * random.normal(0, 0.8, numbers)
        points.append(cloud + random.normal(0, 0.25, (each, numbers)))
        labels += [label] * each
    return np.maximum(np.concatenate(points), 0).astype(np.float16).astype(np.float32), labels


points, labels = clouds()
exact = points.astype(np.float64)
pca = PCA(n_components=5, svd_solver="full").fit(exact)
components = pca.transform(exact)
tsne = TSNE(perplexity=30, init="pca", learning_rate="auto", max_iter=1000, random_state=0)
layout = tsne.fit_transform(points)
symmetric = random.normal(0, 1, (17, 17))
symmetric = (symmetric + symmetric.T) / 2
# Two eigenvalues that are the same, and a row of zeros.
vectors = np.linalg.qr(symmetric)[0]
values = np.concatenate([[3, 3, 0], random.normal(0, 1, 14)])
symmetric = vectors @ np.diag(values) @ vectors.T
symmetric = (symmetric + symmetric.T) / 2

np.savez_compressed(
    here / "embedding.npz",
    points=points.astype(np.float32),
    labels=np.array(labels, np.float32),
    components=components[:, :2],
    variance_ratios=pca.explained_variance_ratio_,
    pca_trustworthiness=np.array([trustworthiness(exact, components[:, :2], n_neighbors=12)]),
    layout=layout.astype(np.float64),
    tsne_trustworthiness=np.array([trustworthiness(exact, layout, n_neighbors=12)]),
    tsne_divergence=np.array([tsne.kl_divergence_]),
    symmetric=symmetric,
    eigenvalues=np.linalg.eigvalsh(symmetric)[::-1].copy(),
)


def feature_cka(x, y, debiased=False):
    """As Kornblith et al. 2019 publish it, in feature space."""
    x = x - x.mean(0)
    y = y - y.mean(0)
    both = np.linalg.norm(x.T @ y) ** 2
    own, others = np.linalg.norm(x.T @ x), np.linalg.norm(y.T @ y)
    if debiased:
        n = x.shape[0]
        rx, ry = np.einsum("ij,ij->i", x, x), np.einsum("ij,ij->i", y, y)
        sx, sy = rx.sum(), ry.sum()

        def fixed(q, ra, rb, sa, sb):
            return q - n / (n - 2) * ra.dot(rb) + sa * sb / ((n - 1) * (n - 2))

        both = fixed(both, rx, ry, sx, sy)
        own = np.sqrt(fixed(own**2, rx, rx, sx, sx))
        others = np.sqrt(fixed(others**2, ry, ry, sy, sy))
    return both / (own * others)


x = random.normal(0, 1, (90, 40)).astype(np.float32)
turn = np.linalg.qr(random.normal(0, 1, (40, 40)))[0]
near = (np.maximum(x, 0) @ random.normal(0, 1, (40, 17)) + 2).astype(np.float32)
far = random.normal(0, 3, (90, 200)).astype(np.float32)
sets = {"x": x, "turned": (3 * x.astype(np.float64) @ turn).astype(np.float32), "near": near, "far": far}
names = list(sets)
table = lambda debiased: np.array(
    [[feature_cka(sets[a].astype(np.float64), sets[b].astype(np.float64), debiased) for b in names] for a in names])
np.savez_compressed(here / "cka.npz", biased=table(False), debiased=table(True), **sets)

"""Reference numbers for the non-negative factorisation, computed by scikit-learn.

    pip install scikit-learn     # see README.md for the version these numbers were made with
    python Fixtures/nmf.py

writes nmf.json beside itself: matrices of multiples of 1/64, and how much of each is left over after the best of eight
factorisations. A factorisation has no unique answer, so only its error is kept.
"""

import json
import pathlib

import numpy as np
from sklearn.decomposition import NMF

random = np.random.default_rng(5)


def grid(x):
    return np.round(x * 64) / 64


def case(title, matrix, factors):
    best = min(
        NMF(factors, init=init, solver="cd", tol=1e-6, max_iter=5000, random_state=seed)
        .fit(matrix).reconstruction_err_
        for seed, init in enumerate(["nndsvda"] + ["random"] * 7)
    )
    return dict(
        title=title, columns=matrix.shape[1], factors=factors, matrix=matrix.flatten().tolist(),
        error=float(f"{(best**2 / (matrix**2).sum()):.9g}"),
    )


def weights(outputs, inputs, size):
    """Kernels as a layer has them: a few shared patterns of signed weights, and noise."""
    patterns = random.normal(size=(4, inputs))
    taps = random.normal(size=(outputs, size, 4)) ** 3 / 3
    w = 0.25 * grid(taps @ patterns + random.normal(size=(outputs, size, inputs)))
    w = w.reshape(-1, inputs)
    return np.concatenate([np.maximum(w, 0), np.maximum(-w, 0)], 1)


cases = [
    case("even noise", grid(random.uniform(size=(20, 12))), 3),
    case("kernels, three factors", weights(12, 8, 9), 3),
    case("kernels, five factors", weights(6, 10, 4), 5),
]
path = pathlib.Path(__file__).with_name("nmf.json")
path.write_text("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
print(path, [c["error"] for c in cases])

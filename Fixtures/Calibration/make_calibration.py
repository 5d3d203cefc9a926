"""Calibration by its published formulas in NumPy, held against scikit-learn where that has one: Fixtures/Calibration/calibration.npz.

  logits [600, 5], labels [600]   an over-confident classifier, with a few confidences on the edges of bins
  ece, mce, brier, nll, accuracy, confidence, temperature, nll_at_temperature, ece_at_temperature
  counts [15], accuracies [15], confidences [15]   bins (k/15, (k+1)/15]
"""

import pathlib

import numpy as np
from scipy.optimize import minimize_scalar
from sklearn.metrics import log_loss

here = pathlib.Path(__file__).parent
random = np.random.default_rng(11)
count, classes = 600, 5
labels = random.integers(0, classes, count)
logits = random.normal(0, 2.5, (count, classes))
logits[np.arange(count), labels] += random.normal(3.0, 3.0, count)
logits[0] = [200, 0, 0, 0, 0]  # a certain mistake: a loss of 200, not of infinity
labels[0] = 2
logits[1] = 0  # confidence 1/5 = 3/15: an edge belongs to the bin beneath it
logits = logits.astype(np.float32)
wide = logits.astype(np.float64)


def measures(z):
    z = z - z.max(axis=1, keepdims=True)
    logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    p = np.exp(logp)
    said, confidence = p.argmax(axis=1), p.max(axis=1)
    # Guo et al. 2017, equations 3 and 5: bins ((m - 1) / M, m / M].
    place = np.clip(np.ceil(confidence * 15).astype(int) - 1, 0, 14)
    counts = np.bincount(place, minlength=15)
    with np.errstate(invalid="ignore"):
        accuracies = np.bincount(place, said == labels, 15) / counts
        confidences = np.bincount(place, confidence, 15) / counts
    gap = np.abs(accuracies - confidences)
    one_hot = np.eye(classes)[labels]
    nll = -logp[np.arange(count), labels].mean()
    return {
        "counts": counts, "accuracies": accuracies, "confidences": confidences,
        "ece": np.nansum(counts / count * gap), "mce": np.nanmax(gap),
        "brier": ((p - one_hot) ** 2).sum(axis=1).mean(), "nll": nll,
        "accuracy": (said == labels).mean(), "confidence": confidence.mean(),
    }


found = measures(wide)
z = wide[1:] - wide[1:].max(axis=1, keepdims=True)
p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
own = -np.log(p[np.arange(count - 1), labels[1:]]).mean()
assert abs(log_loss(labels[1:], p, labels=range(classes)) - own) < 1e-9
best = minimize_scalar(lambda t: measures(wide / t)["nll"], bounds=(0.05, 20), method="bounded", options={"xatol": 1e-12})
cooled = measures(wide / best.x)
arrays = {k: np.atleast_1d(np.nan_to_num(v, nan=-1).astype(np.float64)) for k, v in found.items()}
arrays |= {
    "logits": logits, "labels": labels.astype(np.float32), "temperature": np.array([best.x]),
    "nll_at_temperature": np.array([cooled["nll"]]), "ece_at_temperature": np.array([cooled["ece"]]),
}
np.savez_compressed(here / "calibration.npz", **arrays)

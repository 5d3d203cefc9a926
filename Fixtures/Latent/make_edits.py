"""Moments of strokes, structural similarity and diversity by their formulas in NumPy and SciPy: Fixtures/Latent/edits.npz.

  pictures [10, 1, 28, 28]   soft strokes of several slants, one dark on light, one of noise, one empty, one cut off by the edge
  colours [3, 3, 12, 17]     colour pictures that are no squares
  moments [10, 4]            area, slant, thickness, width of each of the pictures (of the dark one with is_dark)
  colour_moments [3, 4]
  ssim [10, 10], psnr [10, 10], colour_ssim [3, 3]   the structural similarity as scikit-image computes it (windows of 7 x 7 of even
                             weight, sample covariance, data range 1), the signal-to-noise ratio in decibels, 0 on the diagonal
  distance, dissimilarity    means over all pairs of the pictures
"""

import pathlib

import numpy as np
from scipy.ndimage import uniform_filter

here = pathlib.Path(__file__).parent
random = np.random.default_rng(7)
side = 28


def stroke(angle, width, length, x0=13.5, y0=13.5):
    """A soft bar about a middle, its angle from upright to the right in radians."""
    y, x = np.mgrid[:side, :side]
    along = (x - x0) * np.sin(angle) - (y - y0) * np.cos(angle)
    across = (x - x0) * np.cos(angle) + (y - y0) * np.sin(angle)
    soft = lambda d, half: np.clip(half - np.abs(d) + 0.5, 0, 1)
    return soft(along, length / 2) * soft(across, width / 2)


pictures = np.stack(
    [
        stroke(0, 3, 20), stroke(0.4, 3, 20), stroke(-0.5, 2, 18), stroke(np.pi / 4, 4.5, 22), stroke(np.pi / 2, 3, 16),
        np.clip(stroke(0.3, 2.5, 18) + stroke(-0.7, 3, 12, 10, 16), 0, 1), 1 - stroke(0.4, 3, 20), random.random((side, side)),
        np.zeros((side, side)), stroke(0.2, 6, 40, 25, 10),
    ]
)[:, None].astype(np.float32)
colours = random.random((3, 3, 12, 17)).astype(np.float32)
colours[1] = np.clip(colours[0] + 0.1 * random.normal(size=colours[0].shape), 0, 1)


def moments(picture, is_dark=False):
    level = picture.astype(np.float64).mean(axis=0)
    if is_dark:
        level = 1 - level
    w = np.where(level >= 0.1, level, 0)
    area = w.sum()
    if area == 0:
        return [0, 0, 0, 0]
    row, column = np.mgrid[: w.shape[0], : w.shape[1]]
    up = w.shape[0] - 1 - row  # y counts upwards
    mx, my = (w * column).sum() / area, (w * up).sum() / area
    mu = lambda p, q: (w * (column - mx) ** p * (up - my) ** q).sum()
    padded = np.pad(w, 1)
    a, b, c, d = padded[:-1, :-1], padded[:-1, 1:], padded[1:, :-1], padded[1:, 1:]
    perimeter = np.hypot((b + d - a - c) / 2, (c + d - a - b) / 2).sum()
    return [area, mu(1, 1) / mu(0, 2), 2 * area / perimeter, np.sqrt(12 * mu(2, 0) / area)]


def ssim_plane(x, y):
    count = 49
    ux, uy = uniform_filter(x, 7), uniform_filter(y, 7)
    scale = count / (count - 1)
    vx = scale * (uniform_filter(x * x, 7) - ux * ux)
    vy = scale * (uniform_filter(y * y, 7) - uy * uy)
    vxy = scale * (uniform_filter(x * y, 7) - ux * uy)
    c1, c2 = 0.01**2, 0.03**2
    s = ((2 * ux * uy + c1) * (2 * vxy + c2)) / ((ux**2 + uy**2 + c1) * (vx + vy + c2))
    return s[3:-3, 3:-3].mean()


def ssim(x, y):
    return np.mean([ssim_plane(a.astype(np.float64), b.astype(np.float64)) for a, b in zip(x, y)])


def psnr(x, y):
    error = ((x.astype(np.float64) - y.astype(np.float64)) ** 2).mean()
    return 10 * np.log10(1 / error) if error > 0 else 0


def table(f, items):
    return np.array([[f(a, b) for b in items] for a in items])


n = len(pictures)
pairs = [(i, j) for i in range(n) for j in range(i + 1, n)]
similarity = table(ssim, pictures)
np.savez_compressed(
    here / "edits.npz",
    pictures=pictures, colours=colours,
    moments=np.array([moments(p, i == 6) for i, p in enumerate(pictures)], np.float32),
    colour_moments=np.array([moments(p) for p in colours], np.float32),
    ssim=similarity.astype(np.float32), psnr=table(psnr, pictures).astype(np.float32),
    colour_ssim=table(ssim, colours).astype(np.float32),
    distance=np.float32([np.mean([np.linalg.norm(pictures[i].astype(np.float64) - pictures[j]) for i, j in pairs])]),
    dissimilarity=np.float32([np.mean([1 - similarity[i, j] for i, j in pairs])]),
)
print(np.array([moments(p, i == 6) for i, p in enumerate(pictures)]).round(3))

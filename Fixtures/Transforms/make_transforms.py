"""Pictures moved, enlarged and turned by SciPy (order 1): Fixtures/Transforms/transforms.npz.

  pictures [2, 3, 9, 7]           two pictures of three channels
  transforms [n, 4]               right, down, scale, degrees against the clock
  constant [2 * n, 3, 9, 7]       beyond the edges -0.5 (mode grid-constant), a picture's transforms one after the other
  edge     [2 * n, 3, 9, 7]       edges continued (mode nearest)
PyTorch's grid_sample (align_corners, zeros) is asked as well: both must agree.
"""

import pathlib

import numpy as np
import torch
from scipy.ndimage import affine_transform

here = pathlib.Path(__file__).parent
random = np.random.default_rng(2)
height, width = 9, 7
pictures = random.normal(0, 1, (2, 3, height, width)).astype(np.float32)
transforms = np.array([
    [0, 0, 1, 0], [0, 2, 1, 0], [0, -2.25, 1, 0], [1.5, 0.75, 1, 0], [0, 0, 1.8, 0], [0, 0, 1.35, 0],
    [0, 0, 0.6, 0], [0, 0, 1, 90], [0, 0, 1, 180], [0, 0, 1, 37], [0, 0, 1, -215], [1, -2, 1.3, 70],
    [30, 0, 1, 0],
], dtype=np.float64)
middle = np.array([(height - 1) / 2, (width - 1) / 2])


def backward(right, down, scale, degrees):
    """From a place (row, column) of the new picture to that of the old."""
    angle = np.deg2rad(degrees)
    c, s = np.cos(angle), np.sin(angle)
    # Against the clock with rows downwards: (x, y) -> (c x + s y, -s x + c y), times the scale, plus the move.
    forward = scale * np.array([[c, -s], [s, c]])  # on (row, column)
    inverse = np.linalg.inv(forward)
    return inverse, middle - inverse @ (middle + np.array([down, right]))


def by_torch(plane, matrix, offset):
    rows, columns = np.mgrid[0:height, 0:width]
    places = np.tensordot(matrix, np.stack([rows, columns]), 1) + offset[:, None, None]
    grid = np.stack([2 * places[1] / (width - 1) - 1, 2 * places[0] / (height - 1) - 1], -1)
    return torch.nn.functional.grid_sample(
        torch.tensor(plane, dtype=torch.float64)[None, None] + 0.5, torch.tensor(grid)[None], align_corners=True,
        padding_mode="zeros")[0, 0].numpy() - 0.5


results = {"constant": [], "edge": []}
for picture in pictures:
    for transform in transforms:
        matrix, offset = backward(*transform)
        for name, mode in [("constant", "grid-constant"), ("edge", "nearest")]:
            planes = [
                affine_transform(p.astype(np.float64), matrix, offset, order=1, mode=mode, cval=-0.5) for p in picture]
            results[name].append(np.stack(planes))
        for plane, found in zip(picture, results["constant"][-1]):
            assert np.allclose(by_torch(plane, matrix, offset), found, atol=1e-9)
np.savez_compressed(
    here / "transforms.npz", pictures=pictures, transforms=transforms,
    constant=np.stack(results["constant"]).astype(np.float32), edge=np.stack(results["edge"]).astype(np.float32))

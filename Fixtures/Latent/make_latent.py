"""Reference numbers for a generator's Jacobian, the principal directions of its first layer, and slerp.

    python Fixtures/Latent/make_latent.py

Writes latent.npz: a small generator's weights, latents, the norms of its Jacobian's columns (automatic differentiation in double
precision), NumPy's singular value decomposition of the first layer and of the Jacobian, GANSpace's directions by its own way
(scikit-learn's PCA of sampled numbers, then a regression), and slerp as in soumith/dcgan.torch.
"""

import pathlib

import numpy as np
import torch
from sklearn.decomposition import PCA

here = pathlib.Path(__file__).parent
torch.manual_seed(3)
random = np.random.default_rng(3)
d, channels, side = 6, 8, 3

linear = torch.nn.Linear(d, channels * side * side)
spread = torch.nn.ConvTranspose2d(channels, 1, 4, stride=2, padding=1)
with torch.no_grad():
    # Directions that are well apart, and one number that is not used.
    basis = np.linalg.qr(random.normal(0, 1, (d, d)))[0]
    weight = random.normal(0, 0.5, (channels * side * side, d)) * np.array([2.0, 1.6, 1.2, 0.9, 0.6, 0.3]) @ basis.T
    weight[:, 4] = 0
    linear.weight.copy_(torch.tensor(weight))
    spread.weight.mul_(3)


def generate(z):
    """Brightness, 0 black to 1 white."""
    maps = torch.tanh(linear(z)).reshape(-1, channels, side, side)
    return (torch.tanh(spread(maps)) + 1) / 2


weights = {
    "linear.weight": linear.weight, "linear.bias": linear.bias, "spread.weight": spread.weight, "spread.bias": spread.bias,
}
arrays = {name: value.detach().numpy().copy() for name, value in weights.items()}
linear.double()
spread.double()
latents = random.normal(0, 1, (5, d)).astype(np.float32)
arrays["latents"] = latents
jacobians = np.stack([
    torch.autograd.functional.jacobian(lambda z: generate(z[None])[0].flatten(), torch.tensor(z, dtype=torch.float64)).numpy()
    for z in latents
])
arrays["norms"] = np.linalg.norm(jacobians, axis=1).astype(np.float32)
arrays["maps"] = np.abs(jacobians).mean(0).T.astype(np.float32)
_, values, right = np.linalg.svd(jacobians[0], full_matrices=False)
arrays["jacobian_values"] = values.astype(np.float32)
arrays["jacobian_right"] = right.astype(np.float32)

first = linear.weight.detach().numpy()
_, values, right = np.linalg.svd(first, full_matrices=False)
arrays["first_values"] = values.astype(np.float32)
arrays["first_right"] = right.astype(np.float32)

# GANSpace, section 2.1, for BigGAN: sample, analyse, and find the latents that make the components by least squares.
z = random.normal(0, 1, (40_000, d))
y = z @ first.T + linear.bias.detach().numpy()
pca = PCA(n_components=4, svd_solver="full").fit(y)
x = pca.transform(y)
directions = np.linalg.lstsq(x, z - z.mean(0), rcond=None)[0]
arrays["ganspace"] = (directions / np.linalg.norm(directions, axis=1, keepdims=True)).astype(np.float32)
arrays["ganspace_shares"] = pca.explained_variance_ratio_.astype(np.float32)


def slerp(t, low, high):
    omega = np.arccos(np.clip(np.dot(low / np.linalg.norm(low), high / np.linalg.norm(high)), -1, 1))
    so = np.sin(omega)
    return np.sin((1.0 - t) * omega) / so * low + np.sin(t * omega) / so * high


ends = random.normal(0, 1, (2, 100)).astype(np.float32)
arrays["ends"] = ends
arrays["slerp"] = np.stack([slerp(t, *ends.astype(np.float64)) for t in np.linspace(0, 1, 11)]).astype(np.float32)
np.savez(here / "latent.npz", **arrays)

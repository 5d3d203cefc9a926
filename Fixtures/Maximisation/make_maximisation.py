"""Reference numbers for activation maximisation and expanded weights, computed by PyTorch and NumPy in double precision.

    pip install torch numpy     # see ../README.md for the versions these numbers were made with
    python Fixtures/Maximisation/make_maximisation.py

writes painting.npz (spectra, what the network is given of them, and gradients), ascent.npz (forty steps of Adam on a small
network), and expanded.npz (kernels composed by transposed convolutions) beside itself.
"""

import pathlib

import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(3)
folder = pathlib.Path(__file__).parent
random = np.random.default_rng(3)

COLOUR = np.array([[0.26, 0.09, 0.02], [0.27, 0.00, -0.05], [0.27, -0.09, 0.03]])
COLOUR = torch.tensor(COLOUR / np.max(np.linalg.norm(COLOUR, axis=0)))


def painted(spectra, height, width):
    """Lucid's fft_image, to_valid_rgb: brightness 0 … 1. spectra is [n, c, 2, h, w // 2 + 1]."""
    fy = np.fft.fftfreq(height)[:, None]
    fx = np.fft.fftfreq(width)[None, : width // 2 + 1]
    frequency = np.sqrt(fx * fx + fy * fy)
    scale = torch.tensor(1 / np.maximum(frequency, 1 / max(width, height)) * np.sqrt(width * height))
    spectrum = torch.complex(spectra[:, :, 0], spectra[:, :, 1]) * scale
    image = torch.fft.irfft2(spectrum, s=(height, width)) / 4
    # PyTorch's inverse is NumPy's.
    check = np.fft.irfft2(spectrum.detach().numpy(), s=(height, width)) / 4
    assert np.abs(check - image.detach().numpy()).max() < 1e-12
    if image.shape[1] == 3:
        image = torch.einsum("ij,njhw->nihw", COLOUR, image)
    return torch.sigmoid(image)


def wobbled(image, scale, degrees, before, after):
    """Shifted, scaled, turned and shifted again, grey outside."""
    height, width = image.shape[-2:]
    rim = 8
    image = F.pad(image, (rim,) * 4, value=0.5)
    angle = np.deg2rad(degrees)
    y, x = torch.meshgrid(torch.arange(height) * 1.0, torch.arange(width) * 1.0, indexing="ij")
    dx, dy = x - (width - 1) / 2 + after[0], y - (height - 1) / 2 + after[1]
    sx = (np.cos(angle) * dx - np.sin(angle) * dy) / scale + (width - 1) / 2 + before[0]
    sy = (np.sin(angle) * dx + np.cos(angle) * dy) / scale + (height - 1) / 2 + before[1]
    grid = torch.stack(
        [2 * (sx + rim) / (width + 2 * rim - 1) - 1, 2 * (sy + rim) / (height + 2 * rim - 1) - 1], -1)
    return F.grid_sample(
        image, grid[None].expand(len(image), -1, -1, -1), mode="bilinear", padding_mode="border",
        align_corners=True)


def single(array):
    return np.asarray(array, dtype=np.float32)


arrays = {}
wobbles = [(1, 0, (0, 0), (0, 0)), (1.05, 4, (-1, 1), (0.5, -0.5)), (0.95, -5, (1, 0), (-0.5, 0.5))]
for channels, height, width in [(1, 28, 28), (3, 12, 10), (1, 7, 5)]:
    spectra = torch.tensor(single(0.1 * random.normal(size=(3, channels, 2, height, width // 2 + 1))))
    spectra = spectra.double().requires_grad_()
    mean, deviation = ([0.1307], [0.3081]) if channels == 1 else ([0.5, 0.4, 0.3], [0.2, 0.3, 0.25])
    image = painted(spectra, height, width)
    inputs = torch.cat([wobbled(image[i : i + 1], *wobble) for i, wobble in enumerate(wobbles)])
    inputs = (inputs - torch.tensor(mean)[:, None, None]) / torch.tensor(deviation)[:, None, None]
    upstream = torch.tensor(single(random.normal(size=inputs.shape))).double()
    (inputs * upstream).sum().backward()
    name = f"{channels}x{height}x{width}"
    arrays |= {
        f"{name}.spectra": single(spectra.detach()), f"{name}.inputs": single(inputs.detach()),
        f"{name}.upstream": single(upstream), f"{name}.gradient": single(spectra.grad),
    }
arrays["wobbles"] = single([[w[0], w[1], *w[2], *w[3]] for w in wobbles])
np.savez(folder / "painting.npz", **arrays)

# Forty steps on a small network, TensorFlow's Adam (its small number stands outside the correction).
w1, b1 = single(0.4 * random.normal(size=(4, 1, 3, 3))), single(0.1 * random.normal(size=4))
w2, b2 = single(0.3 * random.normal(size=(3, 4, 3, 3))), single(0.1 * random.normal(size=3))
start = single(0.01 * random.normal(size=(3, 1, 2, 12, 7)))
steps = 40


def score(image):
    x = (image - 0.25) / 0.5
    x = F.relu(F.conv2d(x, torch.tensor(w1).double(), torch.tensor(b1).double(), padding=1))
    x = F.conv2d(x, torch.tensor(w2).double(), torch.tensor(b2).double())
    # Picture i is painted for channel i behind a ReLU; while that is silent, before it.
    return [x[i, i].clamp(min=0).mean() if (x[i, i] > 0).any() else x[i, i].mean() for i in range(3)]


value = torch.tensor(start).double()
first, second = torch.zeros_like(value), torch.zeros_like(value)
for step in range(1, steps + 1):
    value = value.detach().requires_grad_()
    sum(score(painted(value, 12, 12))).backward()
    first = 0.9 * first + 0.1 * value.grad
    second = 0.999 * second + 0.001 * value.grad**2
    rate = 0.05 * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
    value = value.detach() + rate * first / (second.sqrt() + 1e-8)
image = painted(value, 12, 12)
np.savez(
    folder / "ascent.npz", w1=w1, b1=b1, w2=w2, b2=b2, start=start, steps=single([steps]),
    pictures=single(image), reached=single([max(0, float(x)) for x in score(image)]))

# Convolution, batch norm, ReLU, max pooling, strided convolution, composed from the back by transposed convolutions.
v1, v2 = single(random.normal(size=(4, 2, 3, 3))), single(random.normal(size=(5, 4, 3, 2)))
gamma, variance = single(random.uniform(0.5, 2, 4)), single(random.uniform(0.2, 3, 4))
kernel = torch.tensor(v2).double()  # [unit, map, y, x]
factor = torch.tensor(gamma).double() / torch.sqrt(torch.tensor(variance).double() + 1e-5)
window = torch.full((4, 1, 2, 2), 0.25)
kernel = F.conv_transpose2d(kernel, window, stride=2, groups=4) * factor[:, None, None]
kernel = F.conv_transpose2d(kernel, torch.tensor(v1).double())
# The chain without ReLU, with the mean for the maximum, is one convolution with that kernel.
x = torch.tensor(random.normal(size=(2, 2, 24, 24)))
chain = F.conv2d(x, torch.tensor(v1).double()) * factor[:, None, None]
chain = F.conv2d(F.avg_pool2d(chain, 2), torch.tensor(v2).double(), stride=(2, 1))
whole = F.conv2d(x, kernel, stride=(4, 2))
assert torch.allclose(chain, whole[..., : chain.shape[2], : chain.shape[3]]), "the composed kernel is another map"
np.savez(
    folder / "expanded.npz", v1=v1, v2=v2, gamma=gamma, variance=variance, kernel=single(kernel))
for file in sorted(folder.glob("*.npz")):
    print(file, file.stat().st_size)

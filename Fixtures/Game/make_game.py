"""Numbers for the figures of the game: scikit-learn's logistic regression, NumPy's spectra, one step of a generator by PyTorch.

    python Fixtures/Game/make_game.py
"""
import os

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression

here = os.path.dirname(os.path.abspath(__file__))


def sixty_fourths(values):
    """Exact in every precision."""
    return np.round(np.asarray(values) * 64) / 64


def logistic():
    random = np.random.default_rng(7)
    features = sixty_fourths(np.maximum(random.normal(size=(500, 6)), 0))  # as behind a ReLU
    # Two maps that say nearly the same, and one that is always dead.
    features[:, 4] = sixty_fourths(features[:, 3] + random.normal(scale=0.05, size=500))
    features[:, 5] = 0
    truth = features @ np.array([2.0, -1.5, 0.0, 0.7, 0.7, 0.0]) - 0.8
    answers = (random.uniform(size=500) < 1 / (1 + np.exp(-truth))).astype(np.float32)
    # What a line separates without a rest: only the penalty keeps the weights finite.
    apart = sixty_fourths(random.normal(size=(40, 2)))
    apart_answers = (apart[:, 0] > 0.2).astype(np.float32)
    result = {"features": features, "answers": answers, "apart": apart, "apart_answers": apart_answers}
    for name, x, y in [("features", features, answers), ("apart", apart, apart_answers)]:
        for strength in [1.0, 0.05]:
            model = LogisticRegression(C=strength, tol=1e-12, max_iter=100_000, solver="lbfgs").fit(x, y)
            other = LogisticRegression(C=strength, tol=1e-10, max_iter=1000, solver="newton-cholesky").fit(x, y)
            assert np.allclose(model.coef_, other.coef_, rtol=1e-4, atol=1e-6), (model.coef_, other.coef_)
            result[f"{name}_C{strength}"] = np.append(other.coef_[0], other.intercept_)
    np.savez_compressed(os.path.join(here, "logistic.npz"), **{k: v.astype(np.float32) for k, v in result.items()})


def power(pictures, u, v):
    count, height, width = pictures.shape
    wave = np.exp(-2j * np.pi * (u * np.arange(width)[None, :] + v * np.arange(height)[:, None]))
    return np.mean(np.abs((pictures * wave).sum(axis=(1, 2))) ** 2) / (height * width)


def index(pictures, stride):
    means = [pictures[:, a::stride, b::stride].mean() for a in range(stride) for b in range(stride)]
    return np.var(means) / pictures.var()


def spectra():
    random = np.random.default_rng(11)
    result = {}
    for name, count, height, width, stride in [("even", 5, 28, 28, 2), ("odd", 3, 9, 12, 3), ("wide", 2, 8, 20, 4)]:
        pictures = sixty_fourths(random.uniform(size=(count, height, width)))
        pictures[:, ::stride, ::stride] = sixty_fourths(np.minimum(pictures[:, ::stride, ::stride] + 0.25, 1))
        transform = np.abs(np.fft.fft2(pictures)) ** 2 / (height * width)
        log_power = np.fft.fftshift(np.log10(transform + 1e-6).mean(axis=0))
        result[name] = pictures
        result[f"{name}_log_power"] = log_power
        rows, columns = np.arange(height), np.arange(width)
        v, u = np.meshgrid(
            np.minimum(rows, height - rows) / height, np.minimum(columns, width - columns) / width, indexing="ij")
        # Half a step counts for the ring farther out.
        rings = np.floor(np.sqrt(u * u + v * v) * min(height, width) + 0.5).astype(int)
        plain = np.fft.ifftshift(log_power)
        result[f"{name}_radial"] = np.array(
            [(ring / min(height, width), plain[rings == ring].mean()) for ring in np.unique(rings)])
        steps = range(stride // 2 + 1)
        result[f"{name}_stride"] = np.array(
            [(a / stride, b / stride, power(pictures, a / stride, b / stride)) for b in steps for a in steps if a + b > 0])
        result[f"{name}_index"] = np.array([index(pictures, stride)])
        if name == "even":
            assert np.isclose(power(pictures, 0.5, 0.5), transform[:, height // 2, width // 2].mean())
    np.savez_compressed(os.path.join(here, "spectra.npz"), **{k: np.asarray(v).astype(np.float32) for k, v in result.items()})


class Generator(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = torch.nn.Linear(3, 4 * 3 * 3, bias=False)
        self.bn = torch.nn.BatchNorm2d(4)
        self.deconv = torch.nn.ConvTranspose2d(4, 1, 4, stride=2, padding=1)

    def forward(self, z):
        return torch.tanh(self.deconv(torch.relu(self.bn(self.fc(z).reshape(-1, 4, 3, 3)))))


class Discriminator(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(1, 3, 4, stride=2, padding=1)
        self.bn = torch.nn.BatchNorm2d(3)
        self.logit = torch.nn.Linear(3 * 3 * 3, 1)

    def forward(self, x):
        h = torch.nn.functional.leaky_relu(self.bn(self.conv(x)), 0.2)
        return self.logit(h.flatten(1))


def move():
    torch.manual_seed(3)
    G, D = Generator().double().eval(), Discriminator().double().eval()
    with torch.no_grad():
        for network in (G, D):
            for name, tensor in list(network.named_parameters()) + list(network.named_buffers()):
                if "num_batches" in name:
                    continue
                if "running_var" in name:
                    tensor.uniform_(0.5, 1.5)
                else:
                    tensor.normal_(0.0, 0.4)
                tensor.copy_(torch.round(tensor * 64) / 64)
    z = torch.round(torch.randn(5, 3, dtype=torch.float64) * 64) / 64
    fakes = G(z)
    fakes.retain_grad()
    scores = D(fakes)
    losses = torch.nn.functional.binary_cross_entropy_with_logits(scores, torch.ones_like(scores), reduction="none")
    losses.mean().backward()
    push = -fakes.grad * len(z)  # of each fake's own loss
    rate = 0.5
    result = {"z": z, "fakes": fakes, "push": push, "scores": scores}
    for side, network in [("G", G), ("D", D)]:
        for name, tensor in list(network.named_parameters()) + list(network.named_buffers()):
            if "num_batches" not in name:
                result[f"{side}.{name}"] = tensor.detach().clone()
    norm = torch.sqrt(sum((p.grad**2).sum() for p in G.parameters()))
    with torch.no_grad():
        for parameter in G.parameters():
            parameter -= rate * parameter.grad
        after = G(z)
        result |= {"after": after, "scores_after": D(after), "norm": norm.reshape(1)}
    np.savez_compressed(
        os.path.join(here, "move.npz"), **{k: v.detach().numpy().astype(np.float32) for k, v in result.items()})


logistic()
spectra()
move()

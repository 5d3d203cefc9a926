"""What single units of a small network look for, by PyTorch, Captum and NumPy: deconvnet.npz.

Top pictures by torch, reconstructions by Captum's Deconvolution of one unit (times the unit's answer, which Zeiler and Fergus carry
back where Captum carries a one), occlusion by Captum with steps as wide as the window and by a plain loop with steps of one, spectra
by NumPy, their peaks refined by SciPy.

    python Fixtures/Deconvnet/make_deconvnet.py
"""

import pathlib

import numpy as np
import torch
from captum.attr import Deconvolution, Occlusion
from scipy.optimize import minimize
from torch import nn

torch.manual_seed(5)
torch.set_default_dtype(torch.float64)
rng = np.random.default_rng(5)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 3, padding=1)
        self.relu1 = nn.ReLU()
        self.pool1 = nn.MaxPool2d(2)
        self.conv2 = nn.Conv2d(6, 8, 3, padding=1)
        self.bn2 = nn.BatchNorm2d(8)
        self.relu2 = nn.ReLU()
        self.pool2 = nn.MaxPool2d(2)
        self.fc = nn.Linear(8 * 25, 4)

    def upto(self, x, last):
        for name in ["conv1", "relu1", "pool1", "conv2", "bn2", "relu2", "pool2"]:
            x = getattr(self, name)(x)
            if name == last:
                return x

    def forward(self, x):
        return self.fc(self.upto(x, "pool2").flatten(1))


net = Net().eval()
with torch.no_grad():
    net.bn2.weight.copy_(torch.tensor(rng.uniform(-1.5, 1.5, 8)))
    net.bn2.bias.copy_(torch.tensor(rng.uniform(-0.2, 0.4, 8)))
    net.bn2.running_mean.copy_(torch.tensor(rng.uniform(-0.3, 0.3, 8)))
    net.bn2.running_var.copy_(torch.tensor(rng.uniform(0.05, 0.4, 8)))
    for parameter in list(net.parameters()) + [net.bn2.running_mean, net.bn2.running_var]:
        parameter.copy_(parameter.float().double())  # what single precision can hold

# Strokes of chance in bytes; the network is given bytes / 255.
pictures = np.zeros((14, 1, 20, 20))
yy, xx = np.mgrid[0:20, 0:20]
for picture in pictures:
    for _ in range(3):
        angle, offset, width = rng.uniform(0, np.pi), rng.uniform(-6, 6), rng.uniform(0.8, 2.0)
        distance = (xx - 9.5) * np.cos(angle) + (yy - 9.5) * np.sin(angle) - offset
        picture[0] = np.maximum(picture[0], np.exp(-((distance / width) ** 2)))
pictures = np.round(pictures * 255)
x = torch.tensor(pictures).float().div(255).double()

with torch.no_grad():
    net.fc.weight.mul_(4)  # a power of two: still single precision
    net.fc.bias.copy_(-(net(x) - net.fc.bias).mean(0).float().double())

out = {"pictures": pictures}
for name, tensor in net.state_dict().items():
    if not name.endswith("num_batches_tracked"):
        out[name] = tensor.numpy()

TOP = 3
for layer, node in [("conv1", "conv1"), ("conv2", "bn2")]:
    value = net.upto(x, node).detach()
    count, units, height, width = value.shape
    flat = value.flatten(2)
    highest, places = flat.max(2)
    # Of equals in single precision the earlier picture, which topk would leave to chance.
    top = torch.sort(highest.T.float(), dim=1, descending=True, stable=True)
    top = type(top)((top.values[:, :TOP], top.indices[:, :TOP]))

    class Part(nn.Module):
        def forward(self, x):
            return net.upto(x, node)

    part = Part()
    part.net = net
    attribution = Deconvolution(part)
    projections = []
    for unit in range(units):
        for picture in top.indices[unit]:
            place = int(places[picture, unit])
            found = attribution.attribute(
                x[picture : picture + 1], target=(unit, place // width, place % width)
            )
            answer = float(highest[picture, unit])
            projections.append(found.detach().numpy()[0] * (answer if answer > 0 else 1))
    out[layer + ".top_pictures"] = top.indices.numpy()
    out[layer + ".top_values"] = top.values.numpy()
    out[layer + ".top_places"] = np.stack(
        [[int(places[p, u]) for p in top.indices[u]] for u in range(units)]
    )
    out[layer + ".projections"] = np.stack(projections)

# Occlusion of one picture, class 2: Captum with steps as wide as the window, and a plain loop with steps of one.
fill = float(x.mean())
softmax = nn.Softmax(dim=1)
with torch.no_grad():
    found = Occlusion(lambda z: softmax(net(z))).attribute(
        x[3:4], target=2, sliding_window_shapes=(1, 4, 4), strides=(1, 4, 4), baselines=fill
    )
    out["occlusion.captum"] = found.numpy()[0, 0]
    steps = 20 - 3 + 1
    probability, activity = np.zeros((steps, steps)), np.zeros((steps, steps))
    strongest = int(net.upto(x[3:4], "relu2").sum((2, 3)).argmax())
    for row in range(steps):
        for column in range(steps):
            hidden = x[3:4].clone()
            hidden[:, :, row : row + 3, column : column + 3] = fill
            probability[row, column] = softmax(net(hidden))[0, 2]
            activity[row, column] = net.upto(hidden, "relu2")[0, strongest].sum()
out["occlusion.fill"] = np.array([fill])
out["occlusion.map"] = np.array([strongest])
out["occlusion.probability"] = probability
out["occlusion.activity"] = activity
with torch.no_grad():
    out["occlusion.whole"] = softmax(net(x[3:4]))[0].numpy()

# Spectra of the first layer's kernels and the peaks of those less their mean.
kernels = net.conv1.weight.detach().numpy()[:, 0]
out["spectra"] = np.abs(np.fft.fftshift(np.fft.fft2(kernels, s=(64, 64)), axes=(1, 2)))[:3]
peaks = []
for kernel in kernels:
    centred = kernel - kernel.mean()
    ky, kx = np.mgrid[0:3, 0:3]

    def magnitude(f):
        return abs((centred * np.exp(-2j * np.pi * (f[0] * kx + f[1] * ky))).sum())

    grid = [(u / 64, v / 64) for v in range(33) for u in range(-32, 33)]
    start = max(grid, key=magnitude)
    best = minimize(
        lambda f: -magnitude(f), start, bounds=[(-0.5, 0.5), (-0.5, 0.5)], tol=1e-14
    )
    u, v = best.x
    peaks.append(
        [np.hypot(u, v), np.degrees(np.arctan2(-u, -v)) % 180, 1 - magnitude((-v, u)) / magnitude((u, v))]
    )
out["peaks"] = np.array(peaks)

# What is named by whom when unit 4 of conv2 is silent.
with torch.no_grad():
    out["named"] = net(x).argmax(1).numpy()
    value = net.upto(x, "relu2")
    value[:, 4] = 0
    out["named.silent"] = net.fc(net.pool2(value).flatten(1)).argmax(1).numpy()
    out["logits.silent"] = net.fc(net.pool2(value).flatten(1)).numpy()

np.savez_compressed(
    pathlib.Path(__file__).with_name("deconvnet.npz"),
    **{name: np.asarray(value, dtype=np.float32) for name, value in out.items()},
)
print({name: np.asarray(value).shape for name, value in out.items()})
print(out["named"], out["named.silent"], peaks)

"""What NumPy and PyTorch make of weights and gradients: Fixtures/Distributions/distributions.npz.

  moments        [4, 300]   numbers at four moments, the last with a far tail
  edges          [129]      numpy.linspace over the 0.1 and 99.9 percentile of all of them
  counts         [4, 130]   below, numpy.histogram over the edges, above
  percentiles    [4, 7]     numpy.percentile of each moment: 0 5 25 50 75 95 100
  images, labels            pictures of bytes / 255 and their classes
  <name>, grad:<name>       parameters of a small classifier (conv, batch norm in inference, ReLU, pooling, dropout off, linear)
                            and the gradient of the mean cross-entropy by them, in float64
  loss                      that cross-entropy
"""

import pathlib

import numpy as np
import torch

here = pathlib.Path(__file__).parent
random = np.random.default_rng(5)

moments = np.stack([
    random.normal(0, 0.05, 300),
    random.normal(0.02, 0.1, 300),
    np.where(random.random(300) < 0.4, 0.0, random.normal(0, 0.02, 300)),
    random.standard_t(2, 300) * 0.1,
]).astype(np.float32)
wide = moments.astype(np.float64)
low, high = np.percentile(wide, [0.1, 99.9])
edges = np.linspace(low, high, 129)
counts = np.array([[np.sum(m < low), *np.histogram(m, edges)[0], np.sum(m > high)] for m in wide])
assert (counts.sum(axis=1) == 300).all()
percentiles = np.percentile(wide, [0, 5, 25, 50, 75, 95, 100], axis=1).T

torch.manual_seed(3)
network = torch.nn.Sequential()
network.add_module("conv1", torch.nn.Conv2d(1, 3, 3, padding=1))
network.add_module("bn1", torch.nn.BatchNorm2d(3))
network.add_module("relu1", torch.nn.ReLU())
network.add_module("pool1", torch.nn.MaxPool2d(2))
network.add_module("flatten", torch.nn.Flatten())
network.add_module("dropout", torch.nn.Dropout(0.5))
network.add_module("fc", torch.nn.Linear(27, 4))
network.double().eval()
with torch.no_grad():
    for name, tensor in network.state_dict().items():
        if tensor.dtype.is_floating_point:
            # Multiples of 1/64 are exact in every precision.
            tensor.copy_(torch.round(torch.randn_like(tensor) * 24) / 64)
    network.bn1.running_var.copy_(torch.tensor([0.5, 1.0, 2.0]))
count = 130  # more than one batch, the last not full
pictures = random.integers(0, 256, (count, 1, 6, 6)).astype(np.uint8)
labels = random.integers(0, 4, count)
images = torch.tensor(pictures.astype(np.float64) / 255)
loss = torch.nn.functional.cross_entropy(network(images), torch.tensor(labels))
loss.backward()

arrays = {
    "moments": moments, "edges": edges, "counts": counts.astype(np.float64), "percentiles": percentiles,
    "pictures": pictures.astype(np.float32), "labels": labels.astype(np.float32),
    "loss": np.array([loss.item()]),
}
for name, tensor in network.state_dict().items():
    if tensor.dtype.is_floating_point:
        arrays[name] = tensor.numpy().astype(np.float32)
for name, parameter in network.named_parameters():
    arrays["grad:" + name] = parameter.grad.numpy()
np.savez_compressed(here / "distributions.npz", **arrays)

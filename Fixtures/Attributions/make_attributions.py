"""Attributions of three small networks by Captum, and Grad-CAM++ and rank statistics by their formulas.

    python Fixtures/Attributions/make_attributions.py

writes plain.npz (convolutions, ReLU, pooling, a linear layer), normed.npz (batch norm) and pooled.npz (colour, global average pooling:
Grad-CAM is there CAM) beside itself: the parameters by the names of our nodes, the pictures, the classes asked about, and every
map, computed in float64 and stored in float32. ranks.json has Spearman's rho and structural similarity of pairs of maps.
"""

import json
import pathlib
from collections import OrderedDict

import numpy as np
import torch
from captum.attr import (
    Deconvolution,
    GuidedBackprop,
    IntegratedGradients,
    LayerAttribution,
    LayerGradCam,
    Occlusion,
    Saliency,
)
from scipy.stats import spearmanr
from torch import nn

HERE = pathlib.Path(__file__).parent
torch.manual_seed(5)


def gaussian(*shape):
    """Random numbers that are exact in float32."""
    return (torch.randn(*shape, dtype=torch.float64) * 64).round() / 64


def prepare(network):
    network = network.double().eval()
    for name, tensor in network.state_dict().items():
        if "num_batches" in name:
            continue
        scale = 1.0
        if name.endswith("weight") and tensor.dim() > 1:
            scale = 2.0 / (tensor[0].numel() ** 0.5)
        values = ((torch.randn_like(tensor) * scale) * 256).round() / 256
        if name.endswith("running_var") or "bn" in name and name.endswith("weight"):
            values = values.abs() + 0.5
        tensor.copy_(values)
    return network


def plain():
    return prepare(
        nn.Sequential(
            OrderedDict(
                conv1=nn.Conv2d(1, 4, 3, padding=1), relu1=nn.ReLU(), pool1=nn.MaxPool2d(2),
                conv2=nn.Conv2d(4, 6, 3, padding=1), relu2=nn.ReLU(), flatten=nn.Flatten(),
                fc=nn.Linear(6 * 8 * 8, 5),
            )
        )
    )


def normed():
    return prepare(
        nn.Sequential(
            OrderedDict(
                conv1=nn.Conv2d(1, 4, 3, padding=1), bn1=nn.BatchNorm2d(4), relu1=nn.ReLU(),
                conv2=nn.Conv2d(4, 6, 3, stride=2, padding=1), bn2=nn.BatchNorm2d(6), relu2=nn.ReLU(),
                pool2=nn.AvgPool2d(2), flatten=nn.Flatten(), fc=nn.Linear(6 * 4 * 4, 5),
            )
        )
    )


def pooled():
    return prepare(
        nn.Sequential(
            OrderedDict(
                conv1=nn.Conv2d(3, 4, 3, padding=1), relu1=nn.ReLU(),
                conv2=nn.Conv2d(4, 6, 3, padding=1), relu2=nn.ReLU(),
                gap=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten(), fc=nn.Linear(6, 5),
            )
        )
    )


def plus_plus(network, layer, x, target):
    """Grad-CAM++ of one picture: w_k = sum of relu(g) g^2 / (2 g^2 + g^3 sum(A))."""
    kept = {}
    module = dict(network.named_modules())[layer]
    handle = module.register_forward_hook(lambda _, __, out: kept.update(value=out))
    score = network(x)[0, target]
    handle.remove()
    a = kept["value"]
    (g,) = torch.autograd.grad(score, a)
    a, g = a[0].detach().numpy(), g[0].numpy()
    below = 2 * g**2 + a.sum(axis=(1, 2), keepdims=True) * g**3
    alpha = np.divide(g**2, below, out=np.zeros_like(g), where=below != 0)
    w = (alpha * np.maximum(g, 0)).sum(axis=(1, 2))
    return np.maximum((w[:, None, None] * a).sum(axis=0), 0)


def stack(maps):
    return torch.cat([m.detach() for m in maps]).numpy()


def expected(network, x, targets, noise, steps, window, deviation):
    result = {}
    pairs = [(x[i : i + 1], int(t)) for i, t in enumerate(targets)]
    result["logits"] = network(x).detach().numpy()
    result["saliency"] = stack(Saliency(network).attribute(p.clone(), target=t) for p, t in pairs)
    result["guided"] = stack(GuidedBackprop(network).attribute(p.clone(), target=t) for p, t in pairs)
    result["deconvnet"] = stack(Deconvolution(network).attribute(p.clone(), target=t) for p, t in pairs)
    smooth = []
    for p, t in pairs:
        copies = (p + deviation * noise).requires_grad_()
        (g,) = torch.autograd.grad(network(copies)[:, t].sum(), copies)
        smooth.append(g.mean(0, keepdim=True))
    result["smoothgrad"] = stack(smooth)
    for name, level in (("black", 0.0), ("white", 1.0)):
        maps, deltas = [], []
        for p, t in pairs:
            m, delta = IntegratedGradients(network).attribute(
                p, baselines=torch.full_like(p, level), target=t, n_steps=steps, method="riemann_middle",
                return_convergence_delta=True,
            )
            maps.append(m)
            deltas.append(float(delta))
        result[f"ig-{name}"] = stack(maps)
        result[f"ig-{name}-delta"] = np.array(deltas)
    size = tuple(x.shape[2:])
    for layer in ("relu2", "conv2"):
        cams = [
            LayerGradCam(network, dict(network.named_modules())[layer]).attribute(p, target=t) for p, t in pairs
        ]
        result[f"gradcam-{layer}-signed"] = stack(cams)
        result[f"gradcam-{layer}"] = stack(
            LayerAttribution.interpolate(torch.relu(c), size, interpolate_mode="bilinear") for c in cams
        )
    result["gradcam++"] = np.stack([plus_plus(network, "relu2", p, t) for p, t in pairs])[:, None]
    mean = x.mean(dim=(0, 2, 3))
    result["occlusion"] = stack(
        Occlusion(network).attribute(
            p, sliding_window_shapes=(x.shape[1], window, window), strides=(x.shape[1], 1, 1), target=t,
            baselines=mean[None, :, None, None].expand_as(p),
        )[:, :1]
        for p, t in pairs
    )
    return result


def write(name, network, x, targets, **extra):
    steps, draws, window = 64, 6, 4
    noise = gaussian(draws, *x.shape[1:])
    deviation = 0.15  # of a range of 1
    arrays = {f"parameters/{k}": v.numpy() for k, v in network.state_dict().items() if "num_batches" not in k}
    arrays.update(inputs=x.numpy(), targets=np.array(targets), noise=noise.numpy())
    arrays.update(expected(network, x, targets, noise, steps, window, deviation))
    arrays.update(extra)
    np.savez_compressed(HERE / f"{name}.npz", **{k: np.asarray(v, dtype=np.float32) for k, v in arrays.items()})


def pictures(count, *shape):
    """Pictures of whole bytes from 0 to 1, blobs rather than noise."""
    small = torch.rand(count, shape[0], 4, 4, dtype=torch.float64)
    large = nn.functional.interpolate(small, shape[1:], mode="bilinear", align_corners=False)
    # Whole bytes, and as the float32 number that a byte becomes.
    return ((large * 255).round().float() / 255).double()


x = pictures(3, 1, 16, 16)
write("plain", plain(), x, [0, 3, 2])
write("normed", normed(), pictures(3, 1, 16, 16), [1, 4, 0])

network = pooled()
x = pictures(2, 3, 12, 12)
# CAM (Zhou et al. 2016): the maps that are averaged, weighted by the class's row of the linear layer; Grad-CAM has it divided by
# the number of places.
a = network[:4](x).detach()
cam = torch.einsum("bkhw,bk->bhw", a, network.fc.weight[[2, 4]].detach()) / (12 * 12)
# A picture so large that occlusion moves by two pixels, and whose last square is cut off.
large = pictures(1, 3, 57, 58)
mean = large.mean(dim=(0, 2, 3))
wide = Occlusion(network).attribute(
    large, sliding_window_shapes=(3, 8, 8), strides=(3, 2, 2), target=1, baselines=mean[None, :, None, None].expand_as(large)
)[:, :1]
write(
    "pooled", network, x, [2, 4], cam=cam.detach().numpy(), **{"large-input": large.numpy(), "large-occlusion": wide.detach().numpy()}
)


def ssim(a, b, side=7):
    """Mean structural similarity (Wang et al. 2004) of windows of even weight, sample variances, range 1."""
    c1, c2 = 0.01**2, 0.03**2
    wa = np.lib.stride_tricks.sliding_window_view(a, (side, side)).reshape(-1, side * side)
    wb = np.lib.stride_tricks.sliding_window_view(b, (side, side)).reshape(-1, side * side)
    ma, mb = wa.mean(1), wb.mean(1)
    va, vb = wa.var(1, ddof=1), wb.var(1, ddof=1)
    cov = ((wa - ma[:, None]) * (wb - mb[:, None])).sum(1) / (side * side - 1)
    return float((((2 * ma * mb + c1) * (2 * cov + c2)) / ((ma**2 + mb**2 + c1) * (va + vb + c2))).mean())


rng = np.random.default_rng(3)
cases = []
for ties in (False, True):
    a = rng.random((12, 10))
    b = 0.6 * a + 0.4 * rng.random((12, 10))
    if ties:
        a, b = np.floor(a * 4) / 4, np.maximum(b - 0.5, 0)
    a, b = a.astype(np.float32).astype(np.float64), b.astype(np.float32).astype(np.float64)
    cases.append(
        {"a": a.ravel().tolist(), "b": b.ravel().tolist(), "height": 12, "width": 10,
         "spearman": float(spearmanr(a.ravel(), b.ravel()).statistic), "ssim": ssim(a, b)}
    )
(HERE / "ranks.json").write_text(json.dumps(cases) + "\n")

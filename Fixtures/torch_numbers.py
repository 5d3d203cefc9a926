"""Reference numbers for the operations on numbers that imported networks bring, computed by PyTorch in float64.

    pip install torch            # see README.md for the version these numbers were made with
    python Fixtures/torch_numbers.py

writes torch_numbers.json beside itself, in the form of torch_operations.json.

Inputs, parameters and upstream gradients are multiples of 1/64: exact in any precision, short to print.
"""

import json
import pathlib

import torch
import torch.nn.functional as F

from torch_operations import graph, one

torch.manual_seed(22)
torch.set_default_dtype(torch.float64)


def single(x):
    """The number as a 32-bit float holds it: hyper-parameters are stored as such."""
    return torch.tensor(x, dtype=torch.float32).double().item()


def numbers(*shape, deviation=1.0, positive=False):
    x = 0.5 + torch.rand(shape) if positive else deviation * torch.randn(shape)
    return (x * 64).round() / 64


# --- Vitrine's operations, by PyTorch ---------------------------------------------------------------------------------


def aligned(xs):
    """Examples aligned at their ends behind the batch axis, as Vitrine spreads them; PyTorch would align the batch too."""
    rank = max(x.dim() for x in xs)
    return [x.reshape(x.shape[0], *[1] * (rank - x.dim()), *x.shape[1:]) for x in xs]


def combining(function):
    def combined(o, p, *xs):
        first, *rest = aligned(xs)
        for x in rest:
            first = function(first, x)
        return first

    return combined


def matmul(o, p, a, b):
    row, column = a.dim() == 2, b.dim() == 2
    a, b = aligned([a.unsqueeze(-2) if row else a, b.unsqueeze(-1) if column else b])
    product = a @ b
    if row:
        product = product.squeeze(-2)
    return product.squeeze(-1) if column else product


def clipped(o, p, x):
    threshold, slope = single(o["threshold"]), single(o["slope"])
    y = torch.where(x >= threshold, x, slope * (x - threshold))
    return y if o.get("maximum") is None else torch.where(x >= single(o["maximum"]), single(o["maximum"]), y)


def layer_norm(o, p, x):
    axes = o["axes"]
    centred = x - x.mean(axes, keepdim=True)
    y = centred / (centred.square().mean(axes, keepdim=True) + single(o["epsilon"])).sqrt()
    for name, apply in (("weight", torch.mul), ("bias", torch.add)):
        if name in p:
            y = apply(*aligned([y, p[name].unsqueeze(0)]))
    return y


POINTWISE = dict(
    absolute=torch.abs, ceiling=torch.ceil, cosine=torch.cos, erf=torch.erf, exponential=torch.exp, floor=torch.floor,
    logarithm=torch.log, negative=torch.neg, reciprocal=torch.reciprocal, round=torch.round, sign=torch.sign,
    sine=torch.sin, squareRoot=torch.sqrt, square=torch.square,
)

REDUCE = dict(
    mean=lambda x, a, k: x.mean(a, k),
    sum=lambda x, a, k: x.sum(a, k),
    maximum=lambda x, a, k: x.amax(a, k),
    minimum=lambda x, a, k: x.amin(a, k),
    l1=lambda x, a, k: x.abs().sum(a, k),
    l2=lambda x, a, k: x.square().sum(a, k).sqrt(),
    sumSquare=lambda x, a, k: x.square().sum(a, k),
    logSum=lambda x, a, k: x.sum(a, k).log(),
    logSumExp=lambda x, a, k: x.logsumexp(a, k),
)


def reduce(o, p, x):
    if o["kind"] != "product":
        return REDUCE[o["kind"]](x, o["axes"], o["keepsAxes"])
    for axis in sorted(o["axes"], reverse=True):
        x = x.prod(axis, o["keepsAxes"])
    return x


OPERATIONS = {
    "PReLU": lambda o, p, x: torch.where(x > 0, x, x * p["weight"]),
    "ELU": lambda o, p, x: F.elu(x, single(o["alpha"])),
    "SELU": lambda o, p, x: torch.where(
        x > 0, single(o["scale"]) * x, single(o["scale"]) * single(o["alpha"]) * torch.expm1(x)
    ),
    "CELU": lambda o, p, x: F.celu(x, single(o["alpha"])),
    "GELU": lambda o, p, x: F.gelu(x, approximate="tanh" if o["isApproximate"] else "none"),
    "Softplus": lambda o, p, x: F.softplus(x, threshold=1e6),
    "Softsign": lambda o, p, x: F.softsign(x),
    "SiLU": lambda o, p, x: x * torch.sigmoid(single(o["beta"]) * x),
    "Mish": lambda o, p, x: F.mish(x),
    "Hardsigmoid": lambda o, p, x: (single(o["slope"]) * x + single(o["offset"])).clamp(0, 1),
    "Hardswish": lambda o, p, x: F.hardswish(x),
    "Hardtanh": lambda o, p, x: F.hardtanh(
        x, single(o.get("minimum", -float("inf"))), single(o.get("maximum", float("inf")))
    ),
    "Threshold": lambda o, p, x: F.threshold(x, single(o["threshold"]), 0),
    "ClippedReLU": clipped,
    "Softmax": lambda o, p, x: F.softmax(x, o["axis"]),
    "LogSoftmax": lambda o, p, x: F.log_softmax(x, o["axis"]),
    "Pointwise": lambda o, p, x: POINTWISE[o["function"]](x),
    "Rescale": lambda o, p, x: x * torch.tensor([single(s) for s in o["scale"]]).reshape(-1, *[1] * (x.dim() - 2))
    + torch.tensor([single(s) for s in o["offset"]]).reshape(-1, *[1] * (x.dim() - 2)),
    "Add": combining(torch.add),
    "Multiply": combining(torch.mul),
    "Subtract": combining(torch.sub),
    "Divide": combining(torch.div),
    "Power": combining(torch.pow),
    "Maximum": combining(torch.maximum),
    "Minimum": combining(torch.minimum),
    "Average": lambda o, p, *xs: combining(torch.add)(o, p, *xs) / len(xs),
    "MatMul": matmul,
    "Constant": lambda o, p: p["value"].unsqueeze(0),
    "Reduce": reduce,
    "LayerNorm": layer_norm,
    "InstanceNorm2d": lambda o, p, x: F.instance_norm(
        x, weight=p.get("weight"), bias=p.get("bias"), eps=single(o["epsilon"])
    ),
    "GroupNorm": lambda o, p, x: F.group_norm(x, o["groups"], p.get("weight"), p.get("bias"), single(o["epsilon"])),
    "LocalResponseNorm": lambda o, p, x: F.local_response_norm(
        x, o["size"], single(o["alpha"]), single(o["beta"]), single(o["k"])
    ),
    "BatchNorm1d": lambda o, p, x, training: F.batch_norm(
        x, p["running_mean"], p["running_var"], p["weight"], p["bias"],
        training=training, momentum=single(o["momentum"]), eps=single(o["epsilon"]),
    ),
    "Flatten": lambda o, p, x: x.flatten(1),
    "Tanh": lambda o, p, x: torch.tanh(x),
}


def run(network, parameters, inputs, mode):
    values = dict(inputs)
    for node in network["nodes"]:
        of_node = {
            name[len(node["name"]) + 1 :]: value
            for name, value in parameters.items()
            if name.startswith(node["name"] + ".")
        }
        more = [mode == "training"] if node["operation"] == "BatchNorm1d" else []
        given = [values[name] for name in node["inputs"]]
        values[node["name"]] = OPERATIONS[node["operation"]](node["options"], of_node, *given, *more)
    return values[network["output"]]


# --- Vitrine's networks, as JSON --------------------------------------------------------------------------------------


def random_parameters(network):
    parameters = {}
    for node in network["nodes"]:
        kind, o, name = node["operation"], node["options"], node["name"]
        if kind == "PReLU":
            parameters[f"{name}.weight"] = numbers(*o["slopeShape"], positive=True)
        elif kind == "Constant":
            parameters[f"{name}.value"] = numbers(*o["shape"])
        elif "Norm" in kind and kind != "LocalResponseNorm":
            shape = o.get("parameterShape") or [o.get("channels", o.get("features"))]
            if o.get("hasScale", o.get("isAffine", True)):
                parameters[f"{name}.weight"] = numbers(*shape, positive=True)
            if o.get("hasOffset", o.get("isAffine", True)):
                parameters[f"{name}.bias"] = numbers(*shape)
            if kind == "BatchNorm1d":
                parameters[f"{name}.running_mean"] = numbers(*shape)
                parameters[f"{name}.running_var"] = numbers(*shape, positive=True)
    return parameters


# --- Cases ------------------------------------------------------------------------------------------------------------


def stored(tensor):
    values = [float(f"{x:.12g}") for x in tensor.detach().flatten().tolist()]
    return dict(shape=list(tensor.shape), elements=[int(x) if x == int(x) else x for x in values])


def stored_all(tensors):
    return {name: stored(tensor) for name, tensor in tensors.items()}


def case(title, network, batch=2, mode="inference", positive=False):
    parameters = random_parameters(network)
    before = {name: value.clone() for name, value in parameters.items()}
    trainable = [name for name in parameters if "running" not in name and not name.endswith(".value")]
    for name in trainable:
        parameters[name].requires_grad_()
    inputs = {
        i["name"]: numbers(batch, *i["shape"], deviation=2, positive=positive).requires_grad_()
        for i in network["inputs"]
    }
    output = run(network, parameters, inputs, mode)
    gradient = numbers(*output.shape)
    output.backward(gradient)
    return dict(
        title=title, network=network, batch=batch, mode=mode, rule="plain", earlierInputs=[],
        inputs=stored_all(inputs), parameters=stored_all(before),
        output=stored(output), outputGradient=stored(gradient),
        inputGradients={name: stored(x.grad) for name, x in inputs.items()},
        parameterGradients={name: stored(parameters[name].grad) for name in trainable},
        statistics={name: stored(x) for name, x in parameters.items() if "running" in name},
    )


def cases():
    functions = [
        ("ELU", dict(alpha=1)), ("ELU", dict(alpha=0.3)), ("SELU", dict(alpha=1.6732632, scale=1.0507009)),
        ("CELU", dict(alpha=0.5)), ("GELU", dict(isApproximate=False)), ("GELU", dict(isApproximate=True)),
        ("Softplus", {}), ("Softsign", {}), ("SiLU", dict(beta=1)), ("SiLU", dict(beta=1.7)), ("Mish", {}),
        ("Hardsigmoid", dict(slope=1 / 6, offset=0.5)), ("Hardsigmoid", dict(slope=0.2, offset=0.5)), ("Hardswish", {}),
        ("Hardtanh", dict(minimum=-1, maximum=1)), ("Hardtanh", dict(minimum=0)), ("Hardtanh", dict(maximum=0.5)),
        ("Threshold", dict(threshold=1.1)), ("ClippedReLU", dict(maximum=1.5, slope=0, threshold=0)),
        ("ClippedReLU", dict(maximum=2, slope=0.25, threshold=0.7)), ("ClippedReLU", dict(slope=0.1, threshold=-0.3)),
    ]
    for name, options in functions:
        yield case(" ".join([name] + [f"{k} {v:.3g}" for k, v in options.items()]), one((name, options), (2, 3, 3)))
    for name in POINTWISE:
        positive = name in ("logarithm", "squareRoot", "reciprocal")
        yield case(name, one(("Pointwise", dict(function=name)), (2, 3, 3)), positive=positive)
    yield case("slopes of each channel", one(("PReLU", dict(slopeShape=[3, 1, 1])), (3, 2, 4)))
    yield case("a slope of each number", one(("PReLU", dict(slopeShape=[3, 2])), (3, 2)))
    yield case("a single slope", one(("PReLU", dict(slopeShape=[1])), (3, 2, 4)))
    yield case("softmax along the last axis", one(("Softmax", dict(axis=-1)), (2, 3, 4)))
    yield case("softmax along axis 2", one(("Softmax", dict(axis=2)), (2, 3, 4)))
    yield case("logarithms of a softmax", one(("LogSoftmax", dict(axis=1)), (5,)), batch=3)
    yield case("logarithms of a softmax along axis 2", one(("LogSoftmax", dict(axis=2)), (2, 3, 4)))
    yield case("scaling all alike", one(("Rescale", dict(scale=[1 / 127.5], offset=[-1])), (3, 2, 2)))
    yield case("scaling each channel", one(("Rescale", dict(scale=[0.5, 2, 3], offset=[0.1])), (3, 2, 2)))
    for name in ("Add", "Multiply", "Maximum", "Minimum", "Average"):
        yield case(f"{name} of three", one((name, {}), (3, 2, 4), (3, 1, 1), (2, 4)))
    for name in ("Subtract", "Divide", "Power"):
        yield case(f"{name}, the second spread", one((name, {}), (3, 2, 4), (2, 1)), positive=name != "Subtract")
        yield case(f"{name}, both spread", one((name, {}), (3, 1, 4), (2, 1)), positive=name != "Subtract")
    yield case("matrices", one(("MatMul", {}), (3, 5), (5, 2)))
    yield case("matrices, leading axes spread", one(("MatMul", {}), (2, 1, 3, 4), (3, 4, 2)))
    yield case("a row and matrices", one(("MatMul", {}), (4,), (3, 4, 2)))
    yield case("matrices and a column", one(("MatMul", {}), (3, 2, 4), (4,)))
    yield case("two vectors", one(("MatMul", {}), (4,), (4,)))
    yield case(
        "a constant in a larger batch",
        graph(
            "constants", {"x": (3, 4)},
            [
                ("offset", ("Constant", dict(shape=[4])), []), ("matrix", ("Constant", dict(shape=[4, 2])), []),
                ("power", ("Constant", dict(shape=[])), []), ("curved", ("Tanh", {}), ["offset"]),
                ("sum", ("Add", {}), ["curved", "x"]), ("product", ("MatMul", {}), ["sum", "matrix"]),
                ("scaled", ("Multiply", {}), ["power", "product"]), ("flat", ("Flatten", {}), ["scaled"]),
            ],
        ), batch=3,
    )
    for kind in [*REDUCE, "product"]:
        for axes, keeps in (([2, 3], False), ([1, 3], True), ([-1], False)):
            positive = kind == "logSum"
            options = dict(kind=kind, axes=axes, keepsAxes=keeps)
            if kind == "product" and -1 in axes:
                continue
            yield case(f"{kind} along {axes}", one(("Reduce", options), (3, 2, 4)), positive=positive)
    norm = dict(epsilon=1e-3, hasScale=True, hasOffset=True)
    yield case("layer norm", one(("LayerNorm", dict(norm, axes=[1], parameterShape=[7])), (7,)))
    yield case("layer norm over all", one(("LayerNorm", dict(norm, axes=[1, 2, 3], parameterShape=[3, 2, 4])), (3, 2, 4)))
    yield case("layer norm over channels", one(("LayerNorm", dict(norm, axes=[1], parameterShape=[3, 1, 1])), (3, 2, 4)))
    yield case(
        "layer norm, offsets only",
        one(("LayerNorm", dict(norm, axes=[-1], parameterShape=[4], hasScale=False)), (3, 4)),
    )
    yield case("instance norm", one(("InstanceNorm2d", dict(channels=3, epsilon=1e-5, isAffine=True)), (3, 4, 5)))
    yield case("instance norm, plain", one(("InstanceNorm2d", dict(channels=3, epsilon=1e-2, isAffine=False)), (3, 4, 5)))
    yield case("group norm", one(("GroupNorm", dict(groups=2, channels=6, epsilon=1e-5, isAffine=True)), (6, 2, 3)))
    yield case("group norm of vectors", one(("GroupNorm", dict(groups=2, channels=8, epsilon=1e-5, isAffine=True)), (8,)))
    yield case(
        "response norm, an odd window", one(("LocalResponseNorm", dict(size=3, alpha=0.5, beta=0.75, k=1)), (5, 2, 2))
    )
    yield case(
        "response norm, an even window", one(("LocalResponseNorm", dict(size=4, alpha=0.1, beta=0.5, k=2)), (5, 2, 2))
    )
    for mode in ("training", "inference"):
        yield case(
            f"batch norm over sequences, {mode}",
            one(("BatchNorm1d", dict(features=3, epsilon=1e-5, momentum=0.1)), (3, 5)), batch=3, mode=mode,
        )


found = list(cases())
path = pathlib.Path(__file__).with_name("torch_numbers.json")
path.write_text("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in found) + "\n]\n")
print(path, len(found), path.stat().st_size)

"""Reference numbers for every operation, computed by PyTorch in float64.

    pip install torch            # see README.md for the version these numbers were made with
    python Fixtures/torch_operations.py

writes torch_operations.json and torch_networks.json beside itself. Each case holds a network in Vitrine's own
JSON, its inputs and parameters, and what PyTorch makes of them: the output and, for a fixed gradient at
the output, the gradients at inputs and parameters, and the running statistics afterwards.

Inputs, parameters and upstream gradients are multiples of 1/64: exact in any precision, short to print.
"""

import json
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(20)
torch.set_default_dtype(torch.float64)


def single(x):
    """The number as a 32-bit float holds it: hyper-parameters are stored as such."""
    return torch.tensor(x, dtype=torch.float32).double().item()


def numbers(*shape, deviation=1.0, positive=False):
    x = 0.5 + torch.rand(*shape) if positive else deviation * torch.randn(*shape)
    return (x * 64).round() / 64


class Rectified(torch.autograd.Function):
    """ReLU or LeakyReLU whose backward pass follows a rule.

    guided: relu(gradient) where the input was positive, as Captum's GuidedBackprop and TensorFlow's usual gradient
    override do for a ReLU; deconvnet: relu(gradient). A LeakyReLU is treated as the ReLU the rules were written for.
    """

    @staticmethod
    def forward(context, x, slope, rule):
        context.save_for_backward(x)
        context.rule = rule
        return torch.where(x > 0, x, slope * x)

    @staticmethod
    def backward(context, gradient):
        (x,) = context.saved_tensors
        gradient = gradient.clamp(min=0)
        if context.rule == "guided":
            gradient = gradient * (x > 0)
        return gradient, None, None


# --- Vitrine's operations, by PyTorch ---------------------------------------------------------------------------------


def padded(x, padding, value=0.0):
    top, left, bottom, right = padding
    return F.pad(x, (left, right, top, bottom), value=value)


def conv(o, p, x, mode, rule):
    return F.conv2d(
        padded(x, o["padding"]), p["weight"], p.get("bias"), o["stride"], 0, o["dilation"], o["groups"]
    )


def conv_transpose(o, p, x, mode, rule):
    # Asymmetric padding is a crop of the whole; output padding is the part of it that a smaller crop leaves.
    top, left, bottom, right = o["padding"]
    extra = o["outputPadding"]
    whole = F.conv_transpose2d(
        x, p["weight"], p.get("bias"), o["stride"], 0, extra, o["groups"], o["dilation"]
    )
    return whole[:, :, top : whole.shape[2] - bottom, left : whole.shape[3] - right]


def batch_norm(o, p, x, mode, rule):
    return F.batch_norm(
        x, p["running_mean"], p["running_var"], p["weight"], p["bias"],
        training=mode == "training", momentum=single(o["momentum"]), eps=single(o["epsilon"]),
    )


def rectified(o, p, x, mode, rule):
    slope = single(o.get("slope", 0.0))
    if rule != "plain":
        return Rectified.apply(x, slope, rule)
    return F.leaky_relu(x, slope) if "slope" in o else F.relu(x)


def max_pool(o, p, x, mode, rule):
    return F.max_pool2d(
        padded(x, o["padding"], -float("inf")), o["kernelSize"], o["stride"], ceil_mode=o["roundsUp"]
    )


def avg_pool(o, p, x, mode, rule):
    def pool(image):
        return F.avg_pool2d(padded(image, o["padding"]), o["kernelSize"], o["stride"])

    return pool(x) if o["countsPadding"] else pool(x) / pool(torch.ones_like(x))


OPERATIONS = {
    "Conv2d": conv,
    "ConvTranspose2d": conv_transpose,
    "Linear": lambda o, p, x, m, r: F.linear(x, p["weight"], p.get("bias")),
    "BatchNorm2d": batch_norm,
    "BatchNorm1d": batch_norm,
    "ReLU": rectified,
    "LeakyReLU": rectified,
    "Tanh": lambda o, p, x, m, r: torch.tanh(x),
    "Sigmoid": lambda o, p, x, m, r: torch.sigmoid(x),
    "Softmax": lambda o, p, x, m, r: F.softmax(x, dim=1),
    "MaxPool2d": max_pool,
    "AvgPool2d": avg_pool,
    "GlobalAvgPool2d": lambda o, p, x, m, r: F.adaptive_avg_pool2d(x, 1).flatten(1),
    "Upsample": lambda o, p, x, m, r: F.interpolate(x, scale_factor=tuple(map(float, o["factor"])), mode="nearest"),
    "Dropout": lambda o, p, x, m, r: x,  # the masks are Vitrine's own: only inference can be compared
    "Flatten": lambda o, p, x, m, r: x.flatten(1),
    "Reshape": lambda o, p, x, m, r: x.reshape(x.shape[0], *o["shape"]),
    "Add": lambda o, p, x, m, r: sum(x),
    "Concatenate": lambda o, p, x, m, r: torch.cat(x, dim=1),
}


def run(network, parameters, inputs, mode, rule="plain"):
    values = dict(inputs)
    for node in network["nodes"]:
        of_node = {
            name[len(node["name"]) + 1 :]: value
            for name, value in parameters.items()
            if name.startswith(node["name"] + ".")
        }
        given = [values[name] for name in node["inputs"]]
        if node["operation"] not in ("Add", "Concatenate"):
            (given,) = given
        values[node["name"]] = OPERATIONS[node["operation"]](node["options"], of_node, given, mode, rule)
    return values[network["output"]]


# --- Vitrine's networks, as JSON --------------------------------------------------------------------------------------


def pair(x):
    return list(x) if isinstance(x, (list, tuple)) else [x, x]


def quad(x):
    return list(x) if isinstance(x, (list, tuple)) else [x] * 4


def conv_options(i, o, kernel, stride=1, padding=0, dilation=1, groups=1, bias=True):
    return dict(
        inputChannels=i, outputChannels=o, kernelSize=pair(kernel), stride=pair(stride),
        padding=quad(padding), dilation=pair(dilation), groups=groups, hasBias=bias,
    )


def convolution(*args, **options):
    return ("Conv2d", conv_options(*args, **options))


def transposed(*args, output_padding=0, **options):
    return ("ConvTranspose2d", dict(conv_options(*args, **options), outputPadding=pair(output_padding)))


def linear(i, o, bias=True):
    return ("Linear", dict(inputFeatures=i, outputFeatures=o, hasBias=bias))


def norm2d(channels, epsilon=1e-5, momentum=0.1):
    return ("BatchNorm2d", dict(channels=channels, epsilon=epsilon, momentum=momentum))


def norm1d(features, epsilon=1e-5, momentum=0.1):
    return ("BatchNorm1d", dict(features=features, epsilon=epsilon, momentum=momentum))


def max_pooling(kernel, stride=None, padding=0, rounds_up=False):
    return (
        "MaxPool2d",
        dict(kernelSize=pair(kernel), stride=pair(stride or kernel), padding=quad(padding), roundsUp=rounds_up),
    )


def avg_pooling(kernel, stride=None, padding=0, counts_padding=True):
    return (
        "AvgPool2d",
        dict(
            kernelSize=pair(kernel), stride=pair(stride or kernel), padding=quad(padding),
            countsPadding=counts_padding,
        ),
    )


def graph(name, inputs, nodes):
    """Nodes are (name, (operation, options), input names)."""
    return dict(
        name=name,
        inputs=[dict(name=n, shape=list(s)) for n, s in inputs.items()],
        nodes=[dict(name=n, operation=op, options=options, inputs=reads) for n, (op, options), reads in nodes],
        output=nodes[-1][0],
    )


def one(operation, *shapes):
    names = ["x", "y", "z"][: len(shapes)]
    return graph("one", dict(zip(names, shapes)), [("node", operation, names)])


def chain(name, shape, /, **operations):
    previous, nodes = "x", []
    for node, operation in operations.items():
        nodes.append((node, operation, [previous]))
        previous = node
    return graph(name, {"x": shape}, nodes)


def random_parameters(network):
    parameters = {}
    for node in network["nodes"]:
        o, name = node["options"], node["name"]
        if node["operation"] == "Conv2d":
            shapes = {"weight": [o["outputChannels"], o["inputChannels"] // o["groups"], *o["kernelSize"]]}
            outputs = o["outputChannels"]
        elif node["operation"] == "ConvTranspose2d":
            shapes = {"weight": [o["inputChannels"], o["outputChannels"] // o["groups"], *o["kernelSize"]]}
            outputs = o["outputChannels"]
        elif node["operation"] == "Linear":
            shapes = {"weight": [o["outputFeatures"], o["inputFeatures"]]}
            outputs = o["outputFeatures"]
        elif node["operation"].startswith("BatchNorm"):
            outputs = o.get("channels", o.get("features"))
            parameters[f"{name}.weight"] = numbers(outputs, positive=True)
            parameters[f"{name}.bias"] = numbers(outputs)
            parameters[f"{name}.running_mean"] = numbers(outputs)
            parameters[f"{name}.running_var"] = numbers(outputs, positive=True)
            continue
        else:
            continue
        # Sums of products of about the size of what goes in, so that no sigmoid saturates.
        terms = torch.Size(shapes["weight"][1:]).numel()
        parameters[f"{name}.weight"] = numbers(*shapes["weight"], deviation=terms**-0.5)
        if o["hasBias"]:
            parameters[f"{name}.bias"] = numbers(outputs)
    return parameters


# --- Cases ------------------------------------------------------------------------------------------------------------


def stored(tensor):
    values = [float(f"{x:.12g}") for x in tensor.detach().flatten().tolist()]
    return dict(shape=list(tensor.shape), elements=[int(x) if x == int(x) else x for x in values])


def stored_all(tensors):
    return {name: stored(tensor) for name, tensor in tensors.items()}


def case(title, network, batch=2, mode="inference", rule="plain", steps=1):
    """One case; with several steps, all but the last only move running statistics."""
    parameters = random_parameters(network)
    before = {name: value.clone() for name, value in parameters.items()}
    trainable = [name for name in parameters if "running" not in name]
    for name in trainable:
        parameters[name].requires_grad_()
    every_input = []
    for step in range(steps):
        inputs = {i["name"]: numbers(batch, *i["shape"]).requires_grad_() for i in network["inputs"]}
        every_input.append(inputs)
        output = run(network, parameters, inputs, mode, rule)
    gradient = numbers(*output.shape)
    output.backward(gradient)
    result = dict(
        title=title, network=network, batch=batch, mode=mode, rule=rule,
        earlierInputs=[stored_all(inputs) for inputs in every_input[:-1]],
        inputs=stored_all(every_input[-1]), parameters=stored_all(before),
        output=stored(output), outputGradient=stored(gradient),
        inputGradients={name: stored(x.grad) for name, x in every_input[-1].items()},
        parameterGradients={name: stored(parameters[name].grad) for name in trainable},
        statistics={name: stored(x) for name, x in parameters.items() if "running" in name},
    )
    return result


def operation_cases():
    yield case("convolution", one(convolution(2, 3, 3), (2, 5, 6)))
    yield case("convolution, same padding, no bias", one(convolution(2, 2, 3, padding=1, bias=False), (2, 4, 5)))
    yield case("convolution, stride 2, one row and column left over", one(convolution(1, 2, 3, stride=2), (1, 6, 8)))
    yield case(
        "convolution, unequal sides of everything",
        one(
            convolution(2, 2, (2, 3), stride=(2, 1), padding=(1, 0, 2, 3), dilation=(1, 2)),
            (2, 5, 4),
        ),
    )
    yield case(
        "convolution, TensorFlow's same padding at stride 2",
        one(convolution(1, 2, 5, stride=2, padding=(1, 1, 2, 2)), (1, 6, 6)),
    )
    yield case("convolution, dilation 2", one(convolution(1, 2, 3, padding=2, dilation=2), (1, 5, 5)))
    yield case("convolution, three groups", one(convolution(6, 3, 2, groups=3), (6, 3, 4)))
    yield case("convolution, one channel a group", one(convolution(3, 6, 3, padding=1, groups=3), (3, 3, 3)))
    yield case("convolution, one pixel", one(convolution(3, 2, 1), (3, 1, 1)))
    yield case("convolution, kernel as large as the image", one(convolution(2, 3, (4, 3)), (2, 4, 3)))
    yield case("transposed convolution", one(transposed(2, 3, 3), (2, 3, 4)))
    yield case("transposed convolution, 4 × 4 at stride 2", one(transposed(3, 2, 4, stride=2, padding=1, bias=False), (3, 3, 3)))
    yield case(
        "transposed convolution, 5 × 5 at stride 2 with output padding",
        one(transposed(1, 2, 5, stride=2, padding=2, output_padding=1), (1, 3, 3)),
    )
    yield case(
        "transposed convolution, unequal sides of everything",
        one(
            transposed(
                2, 2, (3, 2), stride=(2, 3), padding=(0, 1, 2, 1), dilation=(2, 1), output_padding=(1, 2)
            ),
            (2, 3, 3),
        ),
    )
    yield case("transposed convolution, two groups", one(transposed(4, 2, 3, stride=2, groups=2), (4, 2, 3)))
    yield case("transposed convolution, from one pixel", one(transposed(4, 2, 4), (4, 1, 1)))
    yield case("linear", one(linear(5, 4), (5,)), batch=3)
    yield case("linear, no bias", one(linear(3, 6, bias=False), (3,)), batch=1)
    yield case("batch norm in training, two steps", one(norm2d(3), (3, 2, 3)), batch=4, mode="training", steps=2)
    yield case(
        "batch norm in training, Keras's numbers",
        one(norm2d(2, epsilon=1e-3, momentum=0.01), (2, 3, 3)), batch=2, mode="training",
    )
    yield case("batch norm in inference", one(norm2d(3), (3, 2, 3)))
    yield case("batch norm over vectors in training, two steps", one(norm1d(5), (5,)), batch=6, mode="training", steps=2)
    yield case("batch norm over vectors in inference", one(norm1d(5), (5,)))
    for rule in ("plain", "guided", "deconvnet"):
        yield case(f"ReLU, {rule}", one(("ReLU", {}), (2, 3, 3)), rule=rule)
        yield case(f"LeakyReLU, {rule}", one(("LeakyReLU", dict(slope=0.2)), (2, 3, 3)), rule=rule)
    yield case("tanh", one(("Tanh", {}), (2, 3, 3)))
    yield case("sigmoid", one(("Sigmoid", {}), (2, 3, 3)))
    yield case("softmax", one(("Softmax", {}), (7,)), batch=3)
    yield case("softmax over an image's channels", one(("Softmax", {}), (4, 2, 3)))
    yield case("max pooling", one(max_pooling(2), (2, 4, 6)))
    yield case("max pooling, overlapping and padded", one(max_pooling(3, stride=2, padding=1), (2, 6, 7)))
    yield case("max pooling, odd size rounded up", one(max_pooling(2, rounds_up=True), (2, 5, 7)))
    yield case(
        "max pooling, padded and rounded up, unequal sides",
        one(max_pooling((3, 2), stride=(2, 3), padding=(1, 1, 0, 0), rounds_up=True), (1, 7, 7)),
    )
    yield case("average pooling", one(avg_pooling(2), (2, 4, 5)))
    yield case("average pooling that counts padding", one(avg_pooling(3, stride=2, padding=1), (2, 5, 6)))
    yield case(
        "average pooling that counts pixels only, unequal sides",
        one(avg_pooling((3, 2), stride=(2, 1), padding=(1, 0, 2, 1), counts_padding=False), (2, 4, 4)),
    )
    yield case("global average pooling", one(("GlobalAvgPool2d", {}), (3, 3, 4)))
    yield case("nearest-neighbour enlargement", one(("Upsample", dict(factor=[2, 3])), (2, 3, 2)))
    yield case("dropout in inference", one(("Dropout", dict(rate=0.3)), (6,)))
    yield case("flattening", one(("Flatten", {}), (2, 3, 2)))
    yield case("reshaping", one(("Reshape", dict(shape=[3, 2, 2])), (12,)))
    yield case("adding three", one(("Add", {}), (2, 2, 3), (2, 2, 3), (2, 2, 3)))
    yield case("putting three behind each other", one(("Concatenate", {}), (1, 2, 3), (3, 2, 3), (2, 2, 3)))


def network_cases():
    relu, leaky, flatten = ("ReLU", {}), ("LeakyReLU", dict(slope=0.2)), ("Flatten", {})
    classifier = dict(
        conv1=convolution(1, 4, 3, padding=1), relu1=relu, pool1=max_pooling(2),
        conv2=convolution(4, 6, 3), relu2=relu, pool2=max_pooling(2, rounds_up=True),
        drop=("Dropout", dict(rate=0.25)), flat=flatten,
        fc1=linear(12, 8), relu3=relu, fc2=linear(8, 5),
    )
    for rule in ("plain", "guided", "deconvnet"):
        yield case(f"a small classifier, {rule}", chain("classifier", (1, 10, 9), **classifier), batch=2, rule=rule)
    yield case(
        "a small generator in training",
        chain(
            "generator", (6,),
            fc=linear(6, 36, bias=False), shape=("Reshape", dict(shape=[4, 3, 3])),
            bn1=norm2d(4), relu1=relu, up1=transposed(4, 3, 4, stride=2, padding=1, bias=False),
            bn2=norm2d(3), relu2=relu, up2=transposed(3, 1, 4, stride=2, padding=1), tanh=("Tanh", {}),
        ),
        batch=4, mode="training", steps=2,
    )
    discriminator = chain(
        "discriminator", (1, 12, 12),
        conv1=convolution(1, 3, 4, stride=2, padding=1), leaky1=leaky,
        conv2=convolution(3, 4, 4, stride=2, padding=1, bias=False), bn2=norm2d(4), leaky2=leaky,
        flat=flatten, fc=linear(36, 1), probability=("Sigmoid", {}),
    )
    yield case("a small discriminator in training", discriminator, batch=4, mode="training", steps=2)
    yield case("a small discriminator, guided", discriminator, rule="guided")
    yield case(
        "branches that meet: a residual and a concatenation",
        graph(
            "branches", {"x": (2, 6, 6)},
            [
                ("conv1", convolution(2, 3, 3, padding=1), ["x"]),
                ("relu1", relu, ["conv1"]),
                ("conv2", convolution(3, 3, 3, padding=1), ["relu1"]),
                ("sum", ("Add", {}), ["conv2", "conv1"]),
                ("down", avg_pooling(2), ["sum"]),
                ("up", ("Upsample", dict(factor=[2, 2])), ["down"]),
                ("both", ("Concatenate", {}), ["up", "relu1", "x"]),
                ("mean", ("GlobalAvgPool2d", {}), ["both"]),
                ("fc", linear(8, 3), ["mean"]),
                ("softmax", ("Softmax", {}), ["fc"]),
            ],
        ),
    )


def write(name, cases):
    path = pathlib.Path(__file__).with_name(name)
    text = ",\n".join(json.dumps(c, ensure_ascii=False, separators=(",", ":")) for c in cases)
    path.write_text(f"[\n{text}\n]\n", encoding="utf-8")
    print(f"{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    print(f"PyTorch {torch.__version__}")
    write("torch_operations.json", list(operation_cases()))
    write("torch_networks.json", list(network_cases()))

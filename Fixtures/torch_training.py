"""Reference numbers for losses and optimisers, computed by PyTorch in float64.

    pip install torch            # see README.md for the version these numbers were made with
    python Fixtures/torch_training.py

writes torch_training.json beside itself: cross-entropy and binary cross-entropy of logits with their gradients, and
ten steps of Adam and of SGD with momentum on a handful of numbers.

Logits, starting points and gradients are exact as 32-bit floats; rates and betas are rounded to 32 bits first, since
that is how recipes store them.
"""

import json
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(21)
torch.set_default_dtype(torch.float64)


def single(x):
    return torch.tensor(x, dtype=torch.float32).double().item()


def stored(tensor):
    values = [float(f"{x:.12g}") for x in tensor.detach().flatten().tolist()]
    return [int(x) if x == int(x) and abs(x) < 1e15 else x for x in values]


def numbers(*shape, deviation=1.0):
    return (deviation * torch.randn(*shape) * 64).round() / 64


# --- Losses -----------------------------------------------------------------------------------------------------------


def cross_entropy(title, logits, labels):
    logits = logits.clone().requires_grad_()
    loss = F.cross_entropy(logits, torch.tensor(labels))
    loss.backward()
    return dict(
        title=title, classes=logits.shape[1], logits=stored(logits), labels=labels, loss=loss.item(),
        gradient=stored(logits.grad), correct=int((logits.argmax(1) == torch.tensor(labels)).sum()),
    )


def cross_entropy_cases():
    yield cross_entropy("ten classes", numbers(6, 10, deviation=2), [3, 0, 9, 9, 5, 1])
    yield cross_entropy("two classes, one picture", numbers(1, 2), [1])
    huge = torch.zeros(5, 4)
    huge[0, 2] = 1e4
    huge[1, 1] = -1e4
    huge[2] = torch.tensor([1e4, -1e4, 1e4, 0])
    huge[3] = -1e4
    huge[4] = torch.tensor([1e4, 9.9990234375e3, -1e4, 0])
    yield cross_entropy("logits of ±10,000", huge, [2, 1, 3, 0, 1])
    largest = single(3e38)
    yield cross_entropy("logits as large as floats go", torch.tensor([[largest, -largest, 0.0]]), [1])
    yield cross_entropy("tiny differences", numbers(3, 5) / 2**20, [0, 4, 2])


def binary_cross_entropy(title, logits, target):
    logits = logits.clone().requires_grad_()
    loss = torch.nn.BCEWithLogitsLoss()(logits, torch.full_like(logits, target))
    loss.backward()
    return dict(
        title=title, logits=stored(logits), target=target, loss=loss.item(), gradient=stored(logits.grad),
        meanProbability=torch.sigmoid(logits).mean().item(), positiveShare=(logits > 0).double().mean().item(),
    )


def binary_cross_entropy_cases():
    for target in (0, 1):
        yield binary_cross_entropy(f"a batch against {target}", numbers(7, deviation=2), target)
        yield binary_cross_entropy(f"logits of ±200 against {target}", torch.tensor([200.0, -200.0, 0.5]), target)
        yield binary_cross_entropy(f"+200 alone against {target}", torch.tensor([200.0]), target)
        yield binary_cross_entropy(f"-200 alone against {target}", torch.tensor([-200.0]), target)
        yield binary_cross_entropy(f"±10,000 against {target}", torch.tensor([1e4, -1e4, -1e4]), target)
    yield binary_cross_entropy("a smoothed target", numbers(4), 0.75)


# --- Optimisers -------------------------------------------------------------------------------------------------------

STEPS = 10


def optimiser(title, recipe, make):
    """Ten steps. Half of the numbers start at 0, where the way they went shows in every digit."""
    start = torch.cat([numbers(8), torch.zeros(8)])
    gradients = numbers(STEPS, 16)
    gradients[:, 2] = 0  # never moves
    gradients[3:, 3] = 0  # moved, then left to its momentum
    gradients[:, 10] /= 2**20  # about 1e-6
    gradients[:, 11] *= 1024
    gradients[:, 12] /= 2**33  # about 1e-10: below Adam's epsilon
    weights = start.clone().requires_grad_()
    optimiser = make([weights])
    after = []
    for gradient in gradients:
        weights.grad = gradient.clone()
        optimiser.step()
        after.append(stored(weights))
    return dict(
        title=title, recipe=recipe, start=stored(start), gradients=[stored(g) for g in gradients], after=after
    )


def adam(title, rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    recipe = {"adam": dict(rate=rate, beta1=beta1, beta2=beta2, epsilon=epsilon)}
    return optimiser(
        title, recipe,
        lambda weights: torch.optim.Adam(
            weights, lr=single(rate), betas=(single(beta1), single(beta2)), eps=single(epsilon)
        ),
    )


def sgd(title, rate, momentum):
    recipe = {"sgd": dict(rate=rate, momentum=momentum)}
    return optimiser(
        title, recipe, lambda weights: torch.optim.SGD(weights, lr=single(rate), momentum=single(momentum))
    )


def optimiser_cases():
    yield adam("Adam as the classifiers have it", 1e-3)
    yield adam("Adam as a DCGAN has it", 2e-4, beta1=0.5)
    yield adam("Adam as TensorFlow's tutorial has it", 1e-4, epsilon=1e-7)
    yield sgd("SGD", 0.05, 0)
    yield sgd("SGD with momentum", 0.05, 0.9)


if __name__ == "__main__":
    print(f"PyTorch {torch.__version__}")
    path = pathlib.Path(__file__).with_name("torch_training.json")
    parts = dict(
        crossEntropy=list(cross_entropy_cases()), binaryCrossEntropy=list(binary_cross_entropy_cases()),
        optimisers=list(optimiser_cases()),
    )
    lines = [
        f"{json.dumps(name)}: [\n"
        + ",\n".join(json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in cases) + "\n]"
        for name, cases in parts.items()
    ]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"{path.name}: {path.stat().st_size:,} bytes")

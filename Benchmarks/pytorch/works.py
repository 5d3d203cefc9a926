"""The pieces of work that are timed, each as a function without arguments that does it once.

Inputs lie ready in memory in the form's layout, so that nothing but the network is timed; only the
latents of a DCGAN step are drawn anew in each, as training does.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from networks import adversaries, cnn, latent_shape, memory_format, trainable_count
from training import classifier, duel

# What is done once, and the networks that do it.
Networked = tuple[Callable[[], torch.Tensor | None], tuple[nn.Module, ...]]


@dataclass(frozen=True)
class Command:
    """What is to be timed. Two equal commands are the same networks, kept warm between them."""

    work: str
    batch: int = 128
    form: str = "contiguous"
    width: int = 1
    image: int = 28
    channels: int = 1
    seed: int = 0
    n: int = 2048


@dataclass(frozen=True)
class Work:
    """A command made ready: `once` does it and gives the loss, if there is one."""

    once: Callable[[], torch.Tensor | None]
    parameters: int
    flops: int
    images: int


def prepared(command: Command) -> Work:
    """Makes networks and inputs for a command and counts what once through costs."""
    torch.manual_seed(command.seed)
    if command.work == "sgemm":
        return product(command.n)
    name, _, kind = command.work.rpartition("-")
    if kind == "activations" and name == "cnn":
        once, networks = activations(command)
    elif kind == "inference":
        once, networks = inference(command, name)
    elif kind == "step":
        once, networks = training_step(command, name)
    else:
        raise ValueError(f"no work {command.work}")
    with FlopCounterMode(display=False) as counter:
        once()
    return Work(once, trainable_count(*networks), counter.get_total_flops(), command.batch)


def pictures(command: Command) -> torch.Tensor:
    """A batch of noise in -1 ... 1, where normalised pictures lie."""
    shape = (command.batch, command.channels, command.image, command.image)
    noise = torch.rand(shape) * 2 - 1
    return noise.contiguous(memory_format=memory_format(command.form))


def training_step(command: Command, name: str) -> Networked:
    """One step of the optimisers."""
    batch = pictures(command)
    size = (command.image, command.channels, command.width, command.form)
    if name == "cnn":
        labels = torch.randint(10, (command.batch,))
        network, _, step = classifier(*size)
        return lambda: step(batch, labels), (network,)
    generator, discriminator, play = duel(name, command.batch, *size)
    return lambda: play(batch), (generator, discriminator)


def inference(command: Command, name: str) -> Networked:
    """Forward passes only: of the classifier, or of the generator."""
    if name == "cnn":
        network, given = cnn(command.image, command.channels, command.width), pictures(command)
    else:
        network, _ = adversaries(name, command.image, command.channels, command.width)
        given = torch.randn(command.batch, *latent_shape(name))
    network = network.eval().to(memory_format=memory_format(command.form))

    def once() -> None:
        with torch.inference_mode():
            network(given)

    return once, (network,)


def activations(command: Command) -> Networked:
    """A forward pass that keeps every node's value, but for those that pass on what they get."""
    network = cnn(command.image, command.channels, command.width, in_place=False)
    network = network.eval().to(memory_format=memory_format(command.form))
    given = pictures(command)
    kept: dict[str, torch.Tensor] = {}

    def keep(name: str) -> Callable[[nn.Module, tuple[torch.Tensor], torch.Tensor], None]:
        def hook(_: nn.Module, __: tuple[torch.Tensor], value: torch.Tensor) -> None:
            kept[name] = value

        return hook

    for name, layer in network.named_children():
        if not isinstance(layer, (nn.Dropout, nn.Flatten)):
            layer.register_forward_hook(keep(name))

    def once() -> None:
        with torch.inference_mode():
            network(given)

    return once, (network,)


def product(n: int) -> Work:
    """A product of two square matrices: what PyTorch's own BLAS reaches on this machine."""
    left, right, result = torch.randn(n, n), torch.randn(n, n), torch.empty(n, n)

    def once() -> None:
        torch.mm(left, right, out=result)

    return Work(once, 0, 2 * n**3, 0)

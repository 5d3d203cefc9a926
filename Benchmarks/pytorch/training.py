"""One training step of each kind, written as the PyTorch documentation advises for speed on a CPU.

What makes it fast: the fused Adam (one pass over memory), gradients set to None, the discriminator
frozen while the generator learns (its weight gradients would be thrown away), rectifiers in place,
the fakes of one forward pass used for both networks. Nothing is measured but the loss.
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import nn

from networks import adversaries, cnn, latent_shape, memory_format


def adam(network: nn.Module, rate: float, beta1: float = 0.9) -> torch.optim.Adam:
    """Adam as fast as it is to be had on a CPU."""
    return torch.optim.Adam(network.parameters(), lr=rate, betas=(beta1, 0.999), fused=True)


def classifier(
    image: int, channels: int, width: int, form: str
) -> tuple[nn.Module, torch.optim.Adam, Callable[[torch.Tensor, torch.Tensor], torch.Tensor]]:
    """The network `cnn`, its optimiser, and a step: pictures and labels in, the loss out."""
    network = cnn(image, channels, width).to(memory_format=memory_format(form)).train()
    optimiser = adam(network, 2e-3)

    def step(pictures: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        optimiser.zero_grad(set_to_none=True)
        loss = F.cross_entropy(network(pictures), labels)
        loss.backward()
        optimiser.step()
        return loss.detach()

    return network, optimiser, step


def duel(
    name: str, batch: int, image: int, channels: int, width: int, form: str
) -> tuple[nn.Module, nn.Module, Callable[[torch.Tensor], torch.Tensor]]:
    """Generator, discriminator, and a step of both: real pictures in, the sum of the losses out.

    The two-step game of Sources/Train/Training/AdversarialTask.swift: D on real pictures and on
    fakes in batches of their own, then G through the D that has just learnt, on the same fakes,
    with the non-saturating loss.
    """
    layout = memory_format(form)
    generator, discriminator = (
        network.to(memory_format=layout).train()
        for network in adversaries(name, image, channels, width)
    )
    optimise_generator = adam(generator, 2e-4, beta1=0.5)
    optimise_discriminator = adam(discriminator, 2e-4, beta1=0.5)
    latent = latent_shape(name)
    real, fake = torch.ones(batch, 1), torch.zeros(batch, 1)
    criterion = F.binary_cross_entropy_with_logits

    def step(pictures: torch.Tensor) -> torch.Tensor:
        fakes = generator(torch.randn(batch, *latent))

        optimise_discriminator.zero_grad(set_to_none=True)
        loss_real = criterion(discriminator(pictures), real)
        loss_real.backward()
        loss_fake = criterion(discriminator(fakes.detach()), fake)
        loss_fake.backward()
        optimise_discriminator.step()

        discriminator.requires_grad_(False)
        optimise_generator.zero_grad(set_to_none=True)
        loss = criterion(discriminator(fakes), real)
        loss.backward()
        optimise_generator.step()
        discriminator.requires_grad_(True)
        return (loss_real + loss_fake + loss).detach()

    return generator, discriminator, step

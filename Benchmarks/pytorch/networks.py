"""The presets as PyTorch modules, layer by layer those of Sources/Train/Presets: the same work.

Every network can be made wider (`width` multiplies its channels, and the hidden features of `cnn`)
or for larger pictures. `dcgan` is the 28 x 28 DCGAN that speed is measured on; `dcgan-small` is the
preset that is called `dcgan` on the command line. A layer directly before a batch norm has no bias.
"""

import torch
from torch import nn


def cnn(image: int = 28, channels: int = 1, width: int = 1, in_place: bool = True) -> nn.Sequential:
    """The preset `cnn`. Without `in_place` every node's value outlives the forward pass."""
    wide = 64 * width
    return nn.Sequential(
        nn.Conv2d(channels, 32 * width, 3, padding=1),
        nn.ReLU(in_place),
        nn.MaxPool2d(2),
        nn.Conv2d(32 * width, wide, 3, padding=1),
        nn.ReLU(in_place),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(wide * (image // 4) ** 2, 128 * width),
        nn.ReLU(in_place),
        nn.Dropout(0.25),
        nn.Linear(128 * width, 10),
    )


def spread(inputs: int, outputs: int, bias: bool = False) -> nn.ConvTranspose2d:
    """Doubles height and width."""
    return nn.ConvTranspose2d(inputs, outputs, 4, stride=2, padding=1, bias=bias)


def gather(inputs: int, outputs: int, bias: bool = False) -> nn.Conv2d:
    """Halves height and width."""
    return nn.Conv2d(inputs, outputs, 4, stride=2, padding=1, bias=bias)


def normalised(layer: nn.Module, channels: int, leaky: bool = False) -> list[nn.Module]:
    """The layer with batch norm and a rectifier behind it."""
    rectifier = nn.LeakyReLU(0.2, inplace=True) if leaky else nn.ReLU(inplace=True)
    return [layer, nn.BatchNorm2d(channels), rectifier]


def judge(image: int, channels: int, narrow: int) -> nn.Sequential:
    """Both smaller DCGANs' discriminator."""
    return nn.Sequential(
        gather(channels, narrow, bias=True),
        nn.LeakyReLU(0.2, inplace=True),
        *normalised(gather(narrow, 2 * narrow), 2 * narrow, leaky=True),
        nn.Flatten(),
        nn.Linear(2 * narrow * (image // 4) ** 2, 1),
    )


def dcgan(image: int, channels: int, width: int) -> tuple[nn.Sequential, nn.Sequential]:
    """The generator and the discriminator that speed is measured on."""
    side, narrow = image // 4, 64 * width
    generator = nn.Sequential(
        nn.Linear(100, 4 * narrow * side**2, bias=False),
        nn.Unflatten(1, (4 * narrow, side, side)),
        nn.BatchNorm2d(4 * narrow),
        nn.ReLU(inplace=True),
        *normalised(spread(4 * narrow, 2 * narrow), 2 * narrow),
        *normalised(spread(2 * narrow, narrow), narrow),
        nn.Conv2d(narrow, channels, 3, padding=1),
        nn.Tanh(),
    )
    return generator, judge(image, channels, narrow)


def dcgan_small(image: int, channels: int, width: int) -> tuple[nn.Sequential, nn.Sequential]:
    """The preset `dcgan`."""
    side, narrow = image // 4, 32 * width
    generator = nn.Sequential(
        nn.Linear(64, 2 * narrow * side**2, bias=False),
        nn.Unflatten(1, (2 * narrow, side, side)),
        nn.BatchNorm2d(2 * narrow),
        nn.ReLU(inplace=True),
        *normalised(spread(2 * narrow, narrow), narrow),
        spread(narrow, channels, bias=True),
        nn.Tanh(),
    )
    return generator, judge(image, channels, narrow)


def dcgan_64(channels: int, width: int) -> tuple[nn.Sequential, nn.Sequential]:
    """The preset `dcgan-64`: no biases, 64 x 64."""
    one, two, four, eight = (64 * width * factor for factor in (1, 2, 4, 8))
    generator = nn.Sequential(
        *normalised(nn.ConvTranspose2d(100, eight, 4, bias=False), eight),
        *normalised(spread(eight, four), four),
        *normalised(spread(four, two), two),
        *normalised(spread(two, one), one),
        spread(one, channels),
        nn.Tanh(),
    )
    discriminator = nn.Sequential(
        gather(channels, one),
        nn.LeakyReLU(0.2, inplace=True),
        *normalised(gather(one, two), two, leaky=True),
        *normalised(gather(two, four), four, leaky=True),
        *normalised(gather(four, eight), eight, leaky=True),
        nn.Conv2d(eight, 1, 4, bias=False),
        nn.Flatten(),
    )
    return generator, discriminator


def adversaries(
    name: str, image: int, channels: int, width: int = 1
) -> tuple[nn.Sequential, nn.Sequential]:
    """The generator and the discriminator of that name, with the weights a DCGAN begins with."""
    if name == "dcgan-64":
        if image != 64:
            raise ValueError(f"dcgan-64 makes pictures of 64 x 64, not {image} x {image}")
        networks = dcgan_64(channels, width)
    elif name in ("dcgan", "dcgan-small"):
        if image % 4 or image < 8:
            raise ValueError(f"{name} makes pictures with sides divisible by 4, not {image}")
        networks = (dcgan if name == "dcgan" else dcgan_small)(image, channels, width)
    else:
        raise ValueError(f"no network {name}; there are cnn, dcgan, dcgan-small, dcgan-64")
    for network in networks:
        network.apply(initialise)
    return networks


def latent_shape(name: str) -> tuple[int, ...]:
    """The shape of one latent of that generator."""
    return {"dcgan": (100,), "dcgan-small": (64,), "dcgan-64": (100, 1, 1)}[name]


def initialise(layer: nn.Module) -> None:
    """Weights from N(0, 0.02²), batch norm's from N(1, 0.02²), biases 0 (Radford et al. 2015)."""
    if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
        nn.init.normal_(layer.weight, 0, 0.02)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
    elif isinstance(layer, nn.BatchNorm2d):
        nn.init.normal_(layer.weight, 1, 0.02)


def memory_format(form: str) -> torch.memory_format:
    """PyTorch's two layouts by their names."""
    forms = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}
    if form not in forms:
        raise ValueError(f"no form {form}; there are contiguous and channels_last")
    return forms[form]


def trainable_count(*networks: nn.Module) -> int:
    """How many numbers learn: to be compared with the other side's."""
    return sum(parameter.numel() for network in networks for parameter in network.parameters())

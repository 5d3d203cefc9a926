"""Trains for some batches in a process of its own and prints how much memory that took at most.

    python memory.py --network cnn --data ~/.cache/vitrine --batches 50

The last line printed is JSON; `peak_kib` is the answer. dcgan-64 sees noise, the others MNIST where
--data is given.
"""

import argparse
import json
import time

import torch

from machine import description, maxrss_kib, peak_kib
from pictures import Feeder, Pictures, mnist, noise
from training import classifier, duel


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names = ("cnn", "dcgan", "dcgan-small", "dcgan-64")
    parser.add_argument("--network", choices=names, required=True)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--batches", type=int, default=50)
    parser.add_argument("--form", choices=("contiguous", "channels_last"), default="contiguous")
    parser.add_argument("--data", help="holds a folder mnist; without it there is noise")
    parser.add_argument("--count", type=int, help="pictures of noise; as many as there are to be seen")
    parser.add_argument("--channels", type=int, help="of noise; 3 for dcgan-64, else 1")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def training_pictures(options: argparse.Namespace) -> Pictures:
    """MNIST or noise."""
    is_large = options.network == "dcgan-64"
    if options.data and not is_large:
        return mnist(options.data, "train")
    count = options.count or options.batch * options.batches
    return noise(count, options.channels or (3 if is_large else 1), 64 if is_large else 28)


def train(options: argparse.Namespace, pictures: Pictures) -> float:
    """Trains and gives the last loss."""
    channels, image = pictures.pixels.shape[1:3]
    size = (image, channels, 1, options.form)
    feeder = Feeder(0.5, 0.5, options.form)
    if options.network == "cnn":
        _, _, learn = classifier(*size)
    else:
        _, _, play = duel(options.network, options.batch, *size)
    for _ in range(max(1, options.batches)):
        batch = pictures.chosen(torch.randint(len(pictures.labels), (options.batch,)))
        given = feeder.input(batch.pixels)
        loss = learn(given, batch.labels) if options.network == "cnn" else play(given)
    return loss.item()


def main() -> None:
    """Trains and reports."""
    options = arguments()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    import_kib = peak_kib()
    pictures = training_pictures(options)
    data_kib = peak_kib()
    start = time.perf_counter()
    loss = train(options, pictures)
    answer = vars(options) | {
        "peak_kib": peak_kib(),
        "maxrss_kib": maxrss_kib(),
        "import_kib": import_kib,
        "data_kib": data_kib,
        "pictures": list(pictures.pixels.shape),
        "loss": loss,
        "seconds": time.perf_counter() - start,
    }
    print(json.dumps(answer | description()))


if __name__ == "__main__":
    main()

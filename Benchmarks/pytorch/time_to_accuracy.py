"""Trains the preset `cnn` on MNIST until it names a share of the test pictures rightly, then stops.

    python time_to_accuracy.py --data ~/.cache/vitrine --every 50 --target 0.983

The whole process is to be timed, from its start: importing and reading are part of the wait.
Network, optimiser, schedule and data are those of the preset's recipe (Sources/Train/Recipe.swift):
5,000 training pictures held out, Adam at 0.002 falling to 0.6 of itself over every epoch, a new
shuffle each epoch, the last incomplete batch left out. The last line printed is JSON. Exit status 3
if the accuracy is not reached.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator

import torch
from torch import nn

from machine import description, peak_kib, seconds_since_start
from pictures import Feeder, Pictures, mnist, statistics
from training import classifier


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, help="holds a folder mnist")
    parser.add_argument("--target", type=float, default=0.983)
    parser.add_argument("--every", type=int, default=50, help="steps between evaluations")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--evaluation-batch", type=int, default=250)
    parser.add_argument("--validation", type=int, default=5_000, help="pictures held out")
    parser.add_argument("--maximum-steps", type=int, default=3_432)
    parser.add_argument("--form", choices=("contiguous", "channels_last"), default="contiguous")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def batches(count: int, batch: int) -> Iterator[torch.Tensor]:
    """Indices of batches without end: a new shuffle each epoch, incomplete batches left out."""
    while True:
        order = torch.randperm(count)
        for start in range(0, count - batch + 1, batch):
            yield order[start : start + batch]


def accuracy(network: nn.Module, test: Pictures, feeder: Feeder, batch: int) -> float:
    """The share of pictures that the network names rightly."""
    network.eval()
    correct = 0
    with torch.inference_mode():
        for pixels, labels in zip(test.pixels.split(batch), test.labels.split(batch)):
            correct += (network(feeder.input(pixels)).argmax(1) == labels).sum().item()
    network.train()
    return correct / len(test.labels)


def main() -> int:
    """Trains and reports."""
    import_seconds = seconds_since_start()
    options = arguments()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)

    start = time.perf_counter()
    train, test = mnist(options.data, "train"), mnist(options.data, "t10k")
    train = train.chosen(torch.randperm(len(train.labels))[options.validation :])
    feeder = Feeder(*statistics(train.pixels), options.form)
    data_seconds = time.perf_counter() - start

    steps_per_epoch = len(train.labels) // options.batch
    network, optimiser, learn = classifier(28, 1, 1, options.form)
    evaluations: list[tuple[int, float]] = []
    evaluation_seconds = 0.0
    start = time.perf_counter()
    for step, indices in enumerate(batches(len(train.labels), options.batch), 1):
        optimiser.param_groups[0]["lr"] = 2e-3 * 0.6 ** ((step - 1) / steps_per_epoch)
        batch = train.chosen(indices)
        learn(feeder.input(batch.pixels), batch.labels)
        if step % options.every == 0 or step == options.maximum_steps:
            before = time.perf_counter()
            share = accuracy(network, test, feeder, options.evaluation_batch)
            evaluation_seconds += time.perf_counter() - before
            evaluations.append((step, share))
            if share >= options.target or step == options.maximum_steps:
                break

    step, share = evaluations[-1]
    answer = vars(options) | {
        "reached": share >= options.target,
        "accuracy": share,
        "step": step,
        "evaluations": evaluations,
        "import_seconds": import_seconds,
        "data_seconds": data_seconds,
        "training_seconds": time.perf_counter() - start - evaluation_seconds,
        "evaluation_seconds": evaluation_seconds,
        "since_start_seconds": seconds_since_start(),
        "peak_kib": peak_kib(),
    }
    print(json.dumps(answer | description()))
    return 0 if share >= options.target else 3


if __name__ == "__main__":
    sys.exit(main())

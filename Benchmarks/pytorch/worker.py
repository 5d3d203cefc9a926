"""Times pieces of work on request, in a process that a driver can interleave with another.

It stays alive between requests, so that its networks and caches are warm when their turn comes.

    python worker.py [--threads 2]

prints a line that describes itself, then answers each line of JSON with one line of JSON:

    {"work": "cnn-step", "batch": 128, "form": "channels_last", "width": 1, "steps": 20}
    {"seconds": [0.011, ...], "images": 128, "parameters": 421642, "flops": 3199401984, ...}

Works are <network>-step and <network>-inference for cnn, dcgan, dcgan-small and dcgan-64,
cnn-activations, and sgemm with "n". {"forget": true} lets go of all networks, {"quit": true} ends.
What goes wrong is answered with "error".
"""

import argparse
import json
import os
import sys
import time
from dataclasses import asdict
from typing import Any, TextIO

import torch

from machine import description, peak_kib
from works import Command, Work, prepared


def answer_stream() -> TextIO:
    """Standard output for answers alone: what libraries print there goes to standard error."""
    stream = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    return stream


def command_in(message: dict[str, Any]) -> Command:
    """The command in a message; pictures of dcgan-64 are 3 x 64 x 64 if not said otherwise."""
    fields = {key: value for key, value in message.items() if key not in ("steps", "warmup")}
    if str(message.get("work")).startswith("dcgan-64"):
        fields = {"image": 64, "channels": 3} | fields
    return Command(**fields)


def timed(work: Work, steps: int) -> tuple[list[float], float | None]:
    """The seconds of each time through, and the last loss."""
    seconds, loss = [], None
    for _ in range(steps):
        start = time.perf_counter()
        loss = work.once()
        seconds.append(time.perf_counter() - start)
    if loss is not None and not torch.isfinite(loss):
        raise ArithmeticError(f"the loss became {loss.item()}")
    return seconds, None if loss is None else loss.item()


def answer(message: dict[str, Any], works: dict[Command, Work]) -> dict[str, object]:
    """Times what a message asks for. Networks are made at the first time and kept in `works`."""
    if message.get("forget"):
        count = len(works)
        works.clear()
        return {"forgot": count}
    command = command_in(message)
    start = time.perf_counter()
    is_new = command not in works
    if is_new:
        works[command] = prepared(command)
        timed(works[command], int(message.get("warmup", 3)))
    build_seconds = time.perf_counter() - start if is_new else 0.0
    work = works[command]
    seconds, loss = timed(work, int(message.get("steps", 20)))
    return {
        "work": command.work,
        "seconds": seconds,
        "images": work.images,
        "parameters": work.parameters,
        "flops": work.flops,
        "loss": loss,
        "build_seconds": build_seconds,
        "command": asdict(command),
    }


def main() -> None:
    """Reads commands until the end of input."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    torch.set_num_threads(parser.parse_args().threads)
    answers = answer_stream()
    print(json.dumps({"ready": True} | description()), file=answers)
    works: dict[Command, Work] = {}
    for line in sys.stdin:
        try:
            message = json.loads(line)
            if message.get("quit"):
                print(json.dumps({"bye": True, "peak_kib": peak_kib()}), file=answers)
                return
            reply = answer(message, works)
        except Exception as error:  # a driver's mistake must not cost it the warm networks
            reply = {"error": f"{type(error).__name__}: {error}".replace("\n", " ")}
        print(json.dumps(reply), file=answers)


if __name__ == "__main__":
    main()

"""Has a classifier's run judge a generator's run: which digits it makes, and how surely they are read.

    python3 Benchmarks/judge_samples.py dcgan.h5 cnn.h5 [--count 1000] [--vitrine .build/release/vitrine]

Needs numpy. All computing is done by `vitrine predict`; this script only draws latents, maps the generator's
−1 … 1 to the classifier's normalisation and counts.
"""

import argparse
import json
import pathlib
import subprocess
import tempfile

import numpy as np

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("gan")
parser.add_argument("classifier")
parser.add_argument("--count", type=int, default=1000)
parser.add_argument("--seed", type=int, default=7)
parser.add_argument("--vitrine", default=".build/release/vitrine")
arguments = parser.parse_args()


def predict(run, values, *options):
    with tempfile.TemporaryDirectory() as folder:
        given, answer = pathlib.Path(folder, "given.npy"), pathlib.Path(folder, "answer.npy")
        np.save(given, values.astype(np.float32))
        command = [arguments.vitrine, "predict", run, "--input", given, "-o", answer, *options]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return np.load(answer)


def info(run):
    answer = subprocess.run([arguments.vitrine, "info", run, "--json"], check=True, capture_output=True, text=True)
    return json.loads(answer.stdout)


shape = next(n for n in info(arguments.gan)["networks"] if n["role"] == "generator")["inputs"][0]["shape"]
latents = np.random.default_rng(arguments.seed).standard_normal((arguments.count, *shape))
pictures = (predict(arguments.gan, latents, "--network", "generator") + 1) / 2
normalisation = json.loads(info(arguments.classifier)["recipe"])["normalisation"]
mean, deviation = (np.reshape(normalisation[key], (1, -1, 1, 1)) for key in ("mean", "deviation"))
logits = predict(arguments.classifier, (pictures - mean) / deviation).astype(float)
probabilities = np.exp(logits - logits.max(axis=1, keepdims=True))
probabilities /= probabilities.sum(axis=1, keepdims=True)
shares = np.bincount(probabilities.argmax(axis=1), minlength=logits.shape[1]) / arguments.count

print("share of each class:", " ".join(f"{share:.1%}" for share in shares))
print(f"rarest class: {shares.min():.1%}")
print(f"mean top probability: {probabilities.max(axis=1).mean():.3f}")

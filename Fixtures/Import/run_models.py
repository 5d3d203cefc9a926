"""Runs model files with the frameworks they are written for.

    python Fixtures/Import/run_models.py FOLDER

For every `NAME.npz` in the folder, which holds the inputs of a model by name, the model `NAME` beside it (`g.onnx`, `g.keras`,
`g.h5`, `w.safetensors`) is opened and run, and its answer written as `NAME.npy`. Of safetensors, which cannot be run, all
tensors are written, as `NAME.tensors.npz`.
"""

import os
import sys

import numpy as np

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def run_onnx(path, inputs):
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    wanted = session.get_inputs()
    if len(wanted) == 1:
        inputs = {wanted[0].name: next(iter(inputs.values()))}
    return session.run(None, inputs)[0]


def run_keras(path, inputs):
    import keras

    model = keras.models.load_model(path, compile=False)
    given = list(inputs.values())
    return np.asarray(model(given[0] if len(given) == 1 else given, training=False))


def main(folder):
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".npz") or name.endswith(".tensors.npz"):
            continue
        path = os.path.join(folder, name[: -len(".npz")])
        with np.load(os.path.join(folder, name)) as archive:
            inputs = {key: archive[key] for key in archive.files}
        if path.endswith(".safetensors"):
            from safetensors.numpy import load_file

            np.savez(path + ".tensors.npz", **load_file(path))
        elif path.endswith(".onnx"):
            import onnx

            onnx.checker.check_model(path, full_check=True)
            np.save(path + ".npy", run_onnx(path, inputs))
        else:
            np.save(path + ".npy", run_keras(path, inputs))
        print(os.path.basename(path), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])

"""Runs a Keras model on stored inputs: keras_predict.py MODEL INPUTS.npz OUTPUT.npy

Used by the tests of files that are written for Keras; needs keras and one of its backends.
"""

import sys

import keras
import numpy as np

model = keras.models.load_model(sys.argv[1], compile=False)
arrays = np.load(sys.argv[2])
inputs = [arrays[f"input{index}"] for index in range(len(arrays.files))]
output = model(inputs if len(inputs) > 1 else inputs[0], training=False)
np.save(sys.argv[3], np.asarray(keras.ops.convert_to_numpy(output), dtype=np.float32))

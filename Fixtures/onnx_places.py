"""Reference numbers for operations that move numbers about, computed by ONNX's own reference evaluator.

    pip install onnx numpy     # see README.md for the versions these numbers were made with
    python Fixtures/onnx_places.py

writes onnx_places.json beside itself: for each case an ONNX operator run on multiples of 1/64, and the same operation as
Vitrine writes it.
"""

import json
import pathlib

import numpy as np
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

random = np.random.default_rng(3)
cases = []


def case(title, operation, options, shape, op, constants=(), **attributes):
    x = np.round(random.standard_normal(shape) * 64).astype(np.float32) / 64
    initializers = [
        numpy_helper.from_array(np.asarray(value), f"c{index}")
        for index, value in enumerate(constants) if value is not None
    ]
    inputs = ["x"] + ["" if value is None else f"c{index}" for index, value in enumerate(constants)]
    graph = helper.make_graph(
        [helper.make_node(op, inputs, ["y"], **attributes)], "case",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)], initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)])
    y = ReferenceEvaluator(model).run(None, {"x": x})[0]
    cases.append(dict(
        title=title,
        network=dict(
            name="case", inputs=[dict(name="x", shape=list(shape[1:]))], output="y",
            nodes=[dict(name="y", operation=operation, options=options, inputs=["x"])]),
        input=dict(shape=list(shape), elements=x.flatten().tolist()),
        output=dict(shape=list(y.shape), elements=[float(f"{v:.7g}") for v in y.flatten().tolist()])))


coordinates = dict(
    halfPixel="half_pixel", asymmetric="asymmetric", alignCorners="align_corners",
    pytorchHalfPixel="pytorch_half_pixel", halfPixelSymmetric="half_pixel_symmetric")
roundings = dict(
    floor="floor", ceiling="ceil", roundPreferFloor="round_prefer_floor", roundPreferCeiling="round_prefer_ceil")


def resize(shape, size=None, scale=None, mode="nearest", where="halfPixel", rounding="roundPreferFloor",
           a=-0.75, exclude=False, antialias=False):
    options = dict(
        mode=mode, coordinates=where, rounding=rounding, cubicCoefficient=a, excludesOutside=exclude,
        antialiases=antialias)
    if scale:
        options["size"] = [int(n * s) for n, s in zip(shape[2:], scale)]
        options["scale"] = dict(zip(["height", "width"], [float(np.float32(s)) for s in scale]))
        constants = [None, np.array([1, 1, *scale], np.float32)]
    else:
        options["size"] = list(size)
        constants = [None, None, np.array([*shape[:2], *size], np.int64)]
    words = f"{mode} {where} {rounding if mode == 'nearest' else ''} {a if mode == 'cubic' else ''}"
    case(
        f"Resize {shape[2:]} to {options['size']}, scale {scale}, {words}{' excluding' * exclude}"
        f"{' antialiased' * antialias}", "Resize", options, shape, "Resize", constants, mode=mode,
        coordinate_transformation_mode=coordinates[where], nearest_mode=roundings[rounding],
        cubic_coeff_a=a, exclude_outside=int(exclude), antialias=int(antialias))


for where in coordinates:
    for rounding in roundings:
        resize((1, 1, 4, 3), size=(7, 2), where=where, rounding=rounding)
    for mode in ["linear", "cubic"]:
        resize((1, 2, 3, 4), size=(5, 3), mode=mode, where=where)
        resize((1, 1, 3, 5), scale=(2.3, 0.7), mode=mode, where=where)
resize((1, 1, 4, 4), scale=(0.8, 2.0), mode="cubic", a=-0.5, exclude=True)
resize((1, 1, 3, 4), size=(6, 8), mode="cubic", a=-0.5, exclude=True)
resize((1, 1, 3, 4), size=(6, 2), mode="linear", exclude=True)
for mode in ["linear", "cubic"]:
    resize((1, 1, 6, 5), scale=(0.6, 0.6), mode=mode, antialias=True)
    resize((1, 1, 7, 5), size=(3, 6), mode=mode, antialias=True)
    resize((1, 1, 9, 7), size=(2, 3), mode=mode, antialias=True, exclude=True)
resize((1, 1, 4, 4), size=(3, 1), mode="linear", where="pytorchHalfPixel")
resize((1, 1, 2, 2), scale=(2.0, 3.0), where="asymmetric", rounding="floor")


def pool(kind, shape, kernel, stride=(1, 1), pads=(0, 0, 0, 0), dilation=(1, 1), up=False, counts=None):
    options = dict(
        kernelSize=list(kernel), stride=list(stride), padding=list(pads), roundsUp=up, dilation=list(dilation))
    attributes = dict(
        kernel_shape=kernel, strides=stride, pads=pads, dilations=dilation, ceil_mode=int(up))
    if counts is not None:
        options["countsPadding"] = counts
        attributes["count_include_pad"] = int(counts)
    case(
        f"{kind} {shape[2:]} by {kernel}, stride {stride}, pads {pads}, dilation {dilation}{', up' * up}"
        f"{', counting padding' * bool(counts)}", kind + "Pool2d", options, shape,
        dict(Max="MaxPool", Avg="AveragePool")[kind], **attributes)


for kind, counts in [("Max", None), ("Avg", False), ("Avg", True)]:
    pool(kind, (1, 2, 5, 6), (3, 2), (2, 2), up=True, counts=counts)
    pool(kind, (1, 2, 5, 6), (3, 3), (2, 3), (1, 0, 1, 2), up=True, counts=counts)
    pool(kind, (1, 1, 2, 2), (3, 3), (3, 3), (1, 1, 1, 1), up=True, counts=counts)
    pool(kind, (1, 1, 6, 7), (2, 3), (1, 2), (1, 1, 1, 1), (2, 2), counts=counts)
    pool(kind, (1, 1, 6, 7), (2, 2), (2, 2), (0, 1, 1, 0), (3, 2), up=True, counts=counts)


def pad(before, after, mode, onnx, value=0.0):
    case(
        f"Pad {before} {after} {mode}", "Pad", dict(before=before, after=after, mode=mode, value=value), (2, 2, 3, 4),
        "Pad", [np.array([0, *before, 0, *after], np.int64), np.float32(value)], mode=onnx)


pad([1, 0, 2], [0, 2, 1], "constant", "constant", 1.5)
pad([0, 2, 3], [1, 1, 2], "reflect", "reflect")
pad([1, 2, 0], [2, 0, 5], "replicate", "edge")
pad([0, 2, 4], [1, 3, 2], "circular", "wrap")

case("Permute", "Permute", dict(axes=[2, 3, 1]), (2, 2, 3, 4), "Transpose", perm=[0, 2, 3, 1])
case("Permute, 5 axes", "Permute", dict(axes=[3, 1, 4, 2]), (2, 2, 3, 2, 3), "Transpose", perm=[0, 3, 1, 4, 2])
case(
    "Slice", "Slice", dict(starts=[1, 4, 0], counts=[2, 3, 3], steps=[1, -2, 2]), (2, 3, 5, 6), "Slice",
    [np.array(v, np.int64) for v in ([1, 4, 0], [3, -6, 6], [1, 2, 3], [1, -2, 2])])
case(
    "Gather", "Gather", dict(axis=2, indices=[1, -1, 0, 1], indexShape=[2, 2]), (2, 2, 3, 2), "Gather",
    [np.array([[1, -1], [0, 1]], np.int64)], axis=2)
case(
    "Gather, one", "Gather", dict(axis=1, indices=[-1], indexShape=[]), (2, 3, 2), "Gather",
    [np.array(-1, np.int64)], axis=1)
case("Expand", "Expand", dict(shape=[2, 3, 1]), (2, 1, 3, 2), "Expand", [np.array([1, 2, 3, 1], np.int64)])
case("Tile", "Tile", dict(repeats=[2, 1, 3]), (2, 2, 1, 2), "Tile", [np.array([1, 2, 1, 3], np.int64)])
for order, mode in [("channelFirst", "CRD"), ("blockFirst", "DCR")]:
    case(
        f"PixelShuffle {order}", "PixelShuffle", dict(factor=2, order=order), (2, 8, 2, 3), "DepthToSpace",
        blocksize=2, mode=mode)
case(
    "PixelUnshuffle", "PixelUnshuffle", dict(factor=2, order="blockFirst"), (2, 3, 4, 2), "SpaceToDepth", blocksize=2)
case("GlobalMaxPool2d", "GlobalMaxPool2d", dict(keepsPlaces=True), (2, 3, 3, 2), "GlobalMaxPool")
case("GlobalAvgPool2d", "GlobalAvgPool2d", dict(keepsPlaces=True), (2, 3, 3, 2), "GlobalAveragePool")

target = pathlib.Path(__file__).with_suffix(".json")
target.write_text("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
print(len(cases), "cases,", target.stat().st_size, "bytes")

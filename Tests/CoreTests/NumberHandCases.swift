import Core

private let logarithmOf2: Float = 0.693_147_18
private let logarithmOf3: Float = 1.098_612_3
private let logarithmOf4: Float = 1.386_294_4

/// Values that have no value in PyTorch's fixtures because they stand at a kink, or that a hand can follow.
let functionHandCases: [HandCase] = [
  HandCase(
    "PReLU, whose derivative at 0 is the slope", PReLU(slopeShape: [2, 1]),
    inputs: [Tensor([1, 2, 2], [-4, 0, -4, 3])], parameters: [Tensor([2, 1], [0.25, 0.5])],
    output: Tensor([1, 2, 2], [-1, 0, -2, 3]), gradient: [1, 2, 3, -4],
    inputGradients: [[0.25, 0.5, 1.5, -4]],
    parameterGradients: [[-4, -12]]),
  // e^{−ln 2} − 1 = −½, where the slope is ½.
  HandCase(
    "ELU", ELU(alpha: 2), inputs: [Tensor([1, 2], [-logarithmOf2, 3])],
    output: Tensor([1, 2], [-1, 3]), gradient: [1, 5], inputGradients: [[1, 5]]),
  HandCase(
    "SELU", SELU(alpha: 3, scale: 2), inputs: [Tensor([1, 2], [-logarithmOf2, 3])],
    output: Tensor([1, 2], [-3, 6]), gradient: [1, 5], inputGradients: [[3, 10]]),
  HandCase(
    "CELU", CELU(alpha: 2), inputs: [Tensor([1, 2], [-2 * logarithmOf2, 3])],
    output: Tensor([1, 2], [-1, 3]), gradient: [1, 5], inputGradients: [[0.5, 5]]),
  // Φ(1) = 0.8413447 and φ(1) = 0.2419707.
  HandCase(
    "GELU", GELU(), inputs: [Tensor([1, 2], [0, 1])],
    output: Tensor([1, 2], [0, 0.841_344_75]), gradient: [1, 1], inputGradients: [[0.5, 1.083_315_5]]),
  HandCase(
    "Softplus", Softplus(), inputs: [Tensor([1, 3], [0, logarithmOf3, 200])],
    output: Tensor([1, 3], [logarithmOf2, logarithmOf4, 200]), gradient: [1, 1, 1],
    inputGradients: [[0.5, 0.75, 1]]),
  HandCase(
    "Softsign", Softsign(), inputs: [Tensor([1, 2], [-1, 3])],
    output: Tensor([1, 2], [-0.5, 0.75]), gradient: [1, 1], inputGradients: [[0.25, 0.0625]]),
  // σ(2x) = ¾ at x = ln(3) / 2.
  HandCase(
    "SiLU", SiLU(beta: 2), inputs: [Tensor([1, 2], [0, logarithmOf3 / 2])],
    output: Tensor([1, 2], [0, 0.375 * logarithmOf3]), gradient: [1, 1],
    inputGradients: [[0.5, 0.75 + 0.1875 * logarithmOf3]]),
  // tanh(ln 2) = 0.6 at x = 0, tanh(ln 4) = 15/17 at x = ln 3, where σ = ¾.
  HandCase(
    "Mish", Mish(), inputs: [Tensor([1, 2], [0, logarithmOf3])],
    output: Tensor([1, 2], [0, logarithmOf3 * 15 / 17]), gradient: [1, 1],
    inputGradients: [[0.6, 15.0 / 17 + logarithmOf3 * 0.75 * 64 / 289]]),
  HandCase(
    "Hardsigmoid", Hardsigmoid(slope: 0.25, offset: 0.5), inputs: [Tensor([1, 4], [-2, -1, 1, 3])],
    output: Tensor([1, 4], [0, 0.25, 0.75, 1]), gradient: [4, 4, 8, 4], inputGradients: [[0, 1, 2, 0]]),
  HandCase(
    "Hardswish", Hardswish(), inputs: [Tensor([1, 4], [-4, 0, 1.5, 4])],
    output: Tensor([1, 4], [0, 0, 1.125, 4]), gradient: [1, 1, 1, 1], inputGradients: [[0, 0.5, 1, 1]]),
  HandCase(
    "Hardtanh, whose derivative at its limits is 0", Hardtanh(),
    inputs: [Tensor([1, 5], [-2, -1, 0.5, 1, 2])],
    output: Tensor([1, 5], [-1, -1, 0.5, 1, 1]), gradient: [1, 2, 3, 4, 5], inputGradients: [[0, 0, 3, 0, 0]]),
  HandCase(
    "Hardtanh without limits", Hardtanh(minimum: nil, maximum: nil),
    inputs: [Tensor([1, 2], [-1e30, 1e30])],
    output: Tensor([1, 2], [-1e30, 1e30]), gradient: [1, 2], inputGradients: [[1, 2]]),
  HandCase(
    "Hardtanh with its limits crossed", Hardtanh(minimum: 2, maximum: 1), inputs: [Tensor([1, 2], [0, 5])],
    output: Tensor([1, 2], [1, 1]), gradient: [1, 2], inputGradients: [[0, 0]]),
  HandCase(
    "Threshold, which the threshold does not pass", Threshold(threshold: 1),
    inputs: [Tensor([1, 3], [-2, 1, 1.5])],
    output: Tensor([1, 3], [0, 0, 1.5]), gradient: [1, 2, 3], inputGradients: [[0, 0, 3]]),
  HandCase(
    "ReLU up to 6", ClippedReLU(maximum: 6), inputs: [Tensor([1, 4], [-1, 0, 5, 7])],
    output: Tensor([1, 4], [0, 0, 5, 6]), gradient: [1, 2, 3, 4], inputGradients: [[0, 0, 3, 0]]),
  HandCase(
    "Keras' ReLU with all its options", ClippedReLU(maximum: 4, slope: 0.5, threshold: 1),
    inputs: [Tensor([1, 5], [-1, 1, 2, 4, 5])],
    output: Tensor([1, 5], [-1, 1, 2, 4, 4]), gradient: [2, 2, 2, 2, 2], inputGradients: [[1, 1, 2, 0, 0]]),
  // ln ¼ and ln ¾, p being ¼ and ¾; then ln ½ twice, from numbers whose exponentials are infinite.
  HandCase(
    "logarithms of a softmax", LogSoftmax(), inputs: [Tensor([2, 2], [0, logarithmOf3, 500, 500])],
    output: Tensor([2, 2], [-logarithmOf4, logarithmOf3 - logarithmOf4, -logarithmOf2, -logarithmOf2]),
    gradient: [4, 0, 4, 0], inputGradients: [[3, -3, 2, -2]]),
  HandCase(
    "softmax along the last axis", Softmax(axis: 2),
    inputs: [Tensor([1, 2, 2], [0, logarithmOf3, 7, 7])],
    output: Tensor([1, 2, 2], [0.25, 0.75, 0.5, 0.5]), gradient: [1, 0, 0, 0],
    inputGradients: [[0.1875, -0.1875, 0, 0]]),
  HandCase(
    "rounding, halves to the even number", Pointwise(.round),
    inputs: [Tensor([1, 6], [-1.5, -0.5, 0.5, 1.5, 2.5, 2.6])],
    output: Tensor([1, 6], [-2, 0, 0, 2, 2, 3]), gradient: [1, 1, 1, 1, 1, 1],
    inputGradients: [[0, 0, 0, 0, 0, 0]]),
  HandCase(
    "signs", Pointwise(.sign), inputs: [Tensor([1, 3], [-2, 0, 3])],
    output: Tensor([1, 3], [-1, 0, 1]), gradient: [1, 1, 1], inputGradients: [[0, 0, 0]]),
  HandCase(
    "floor", Pointwise(.floor), inputs: [Tensor([1, 3], [-1.5, 2, 2.5])],
    output: Tensor([1, 3], [-2, 2, 2]), gradient: [1, 1, 1], inputGradients: [[0, 0, 0]]),
  HandCase(
    "ceiling", Pointwise(.ceiling), inputs: [Tensor([1, 3], [-1.5, 2, 2.5])],
    output: Tensor([1, 3], [-1, 2, 3]), gradient: [1, 1, 1], inputGradients: [[0, 0, 0]]),
  HandCase(
    "absolute values", Pointwise(.absolute), inputs: [Tensor([1, 3], [-2, 0, 3])],
    output: Tensor([1, 3], [2, 0, 3]), gradient: [1, 1, 1], inputGradients: [[-1, 0, 1]]),
  HandCase(
    "a factor and an offset a channel", Rescale(scale: [2, 10], offset: [1]),
    inputs: [Tensor([1, 2, 2], [1, 2, 3, 4])],
    output: Tensor([1, 2, 2], [3, 5, 31, 41]), gradient: [1, 2, 3, 4], inputGradients: [[2, 4, 30, 40]]),
]

let combiningHandCases: [HandCase] = [
  // A row of three over two rows, for each of two examples: its gradient is summed over rows, not over examples.
  HandCase(
    "adding a row to each row", Add(),
    inputs: [
      Tensor([2, 2, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
      Tensor([2, 3], [100, 200, 300, 400, 500, 600]),
    ],
    output: Tensor([2, 2, 3], [101, 202, 303, 104, 205, 306, 407, 508, 609, 410, 511, 612]),
    gradient: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
    inputGradients: [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [5, 7, 9, 17, 19, 21]]),
  HandCase(
    "a column and a row", Subtract(),
    inputs: [Tensor([1, 2, 1], [10, 20]), Tensor([1, 1, 2], [1, 2])],
    output: Tensor([1, 2, 2], [9, 8, 19, 18]), gradient: [1, 2, 3, 4], inputGradients: [[3, 7], [-4, -6]]),
  HandCase(
    "multiplying, a zero among the factors", Multiply(),
    inputs: [Tensor([1, 2], [0, 2]), Tensor([1, 2], [3, 4]), Tensor([1, 2], [5, 6])],
    output: Tensor([1, 2], [0, 48]), gradient: [1, 10], inputGradients: [[15, 240], [0, 120], [0, 80]]),
  HandCase(
    "dividing", Divide(), inputs: [Tensor([1, 2], [1, 6]), Tensor([1, 2], [4, -2])],
    output: Tensor([1, 2], [0.25, -3]), gradient: [16, 2], inputGradients: [[4, -1], [-1, -3]]),
  // 2³ = 8: 3 · 2² and 8 · ln 2. 0² = 0 and nothing moves it; (−2)² = 4, whose exponent must stay what it is.
  HandCase(
    "powers", Power(), inputs: [Tensor([1, 3], [2, 0, 3]), Tensor([1, 3], [3, 2, 0])],
    output: Tensor([1, 3], [8, 0, 1]), gradient: [1, 1, 1],
    inputGradients: [[12, 0, 0], [8 * logarithmOf2, 0, logarithmOf3]]),
  HandCase(
    "the largest, equals sharing", Maximum(),
    inputs: [Tensor([1, 3], [1, 5, 2]), Tensor([1, 3], [3, 4, 2])],
    output: Tensor([1, 3], [3, 5, 2]), gradient: [2, 4, 6], inputGradients: [[0, 4, 3], [2, 0, 3]]),
  HandCase(
    "the least, equals sharing", Minimum(),
    inputs: [Tensor([1, 3], [1, 5, 2]), Tensor([1, 3], [3, 4, 2])],
    output: Tensor([1, 3], [1, 4, 2]), gradient: [2, 4, 6], inputGradients: [[2, 0, 3], [0, 4, 3]]),
  HandCase(
    "the mean of inputs", Average(), inputs: [Tensor([1, 2], [1, 2]), Tensor([1, 1], [5])],
    output: Tensor([1, 2], [3, 3.5]), gradient: [2, 4], inputGradients: [[1, 2], [3]]),
  HandCase(
    "a row times a matrix", MatMul(),
    inputs: [Tensor([1, 2], [1, 2]), Tensor([1, 2, 2], [1, 10, 100, 1000])],
    output: Tensor([1, 2], [201, 2010]), gradient: [1, 2],
    inputGradients: [[21, 2100], [1, 2, 2, 4]]),
  HandCase(
    "a constant, whatever the batch", Constant(shape: [2]), inputs: [Tensor([3, 1], [7, 8, 9])],
    parameters: [Tensor([2], [3, 4])], output: Tensor([1, 2], [3, 4]), gradient: [1, 1],
    inputGradients: [[0, 0, 0]]),
  HandCase(
    "a constant of one number", Constant(shape: []), inputs: [Tensor([3, 1], [7, 8, 9])],
    parameters: [Tensor([], [3])], output: Tensor([1], [3]), gradient: [1], inputGradients: [[0, 0, 0]]),
  HandCase(
    "the mean of rows", Reduce(.mean, axes: [2], keepsAxes: true),
    inputs: [Tensor([1, 2, 2], [1, 3, 5, 9])],
    output: Tensor([1, 2, 1], [2, 7]), gradient: [2, 4], inputGradients: [[1, 1, 2, 2]]),
  HandCase(
    "the largest of columns, equals sharing", Reduce(.maximum, axes: [1], keepsAxes: false),
    inputs: [Tensor([1, 2, 2], [1, 3, 5, 3])],
    output: Tensor([1, 2], [5, 3]), gradient: [2, 4], inputGradients: [[0, 2, 2, 2]]),
  HandCase(
    "a product with one zero, and with two", Reduce(.product, axes: [-1], keepsAxes: false),
    inputs: [Tensor([1, 2, 3], [2, 0, 3, 0, 0, 5])],
    output: Tensor([1, 2], [0, 0]), gradient: [1, 1], inputGradients: [[0, 6, 0, 0, 0, 0]]),
  HandCase(
    "a length of nothing", Reduce(.l2, axes: [1], keepsAxes: false),
    inputs: [Tensor([2, 2], [3, 4, 0, 0])],
    output: Tensor([2], [5, 0]), gradient: [5, 1], inputGradients: [[3, 4, 0, 0]]),
  HandCase(
    "sums of exponentials, infinite ones too", Reduce(.logSumExp, axes: [1], keepsAxes: false),
    inputs: [Tensor([2, 2], [0, logarithmOf3, 500, 500])],
    output: Tensor([2], [logarithmOf4, 500 + logarithmOf2]), gradient: [4, 4],
    inputGradients: [[1, 3, 2, 2]]),
]

let exampleNormHandCases: [HandCase] = [
  // Each example: mean 2 or 20, distance 1 or 0, √(1 + 3) = 2 or √3. As batch norm's case, for the first example.
  HandCase(
    "layer norm", LayerNorm(axes: [1], parameterShape: [2], epsilon: 3),
    inputs: [Tensor([2, 2], [1, 3, 20, 20])],
    parameters: [Tensor([2], [4, 4]), Tensor([2], [10, 20])],
    output: Tensor([2, 2], [8, 22, 10, 20]), gradient: [1, 0, 0, 0], inputGradients: [[0.75, -0.75, 0, 0]],
    parameterGradients: [[-0.5, 0], [1, 0]]),
  HandCase(
    "instance norm", InstanceNorm2d(channels: 2, epsilon: 3),
    inputs: [Tensor([1, 2, 1, 2], [1, 3, 20, 20])],
    parameters: [Tensor([2], [4, 5]), Tensor([2], [10, 20])],
    output: Tensor([1, 2, 1, 2], [8, 12, 20, 20]), gradient: [1, 0, 0, 0],
    inputGradients: [[0.75, -0.75, 0, 0]], parameterGradients: [[-0.5, 0], [1, 0]]),
  // The two channels are one group.
  HandCase(
    "group norm", GroupNorm(groups: 1, channels: 2, epsilon: 3),
    inputs: [Tensor([1, 2], [1, 3])],
    parameters: [Tensor([2], [4, 4]), Tensor([2], [10, 20])],
    output: Tensor([1, 2], [8, 22]), gradient: [1, 0],
    inputGradients: [[0.75, -0.75]], parameterGradients: [[-0.5, 0], [1, 0]]),
  // The window of two reaches one channel back: divisors √(0 + 2/2 · 16) = 4 and √(16 + 9) = 5. Gradient 1 at the
  // second: −2 · 1 · ½ · 4 · 3 / 125 at the first, 1/5 − 9/125 at the second.
  HandCase(
    "response norm", LocalResponseNorm(size: 2, alpha: 2, beta: 0.5, k: 0),
    inputs: [Tensor([1, 2], [4, 3])],
    output: Tensor([1, 2], [1, 0.6]), gradient: [0, 1], inputGradients: [[-0.096, 0.128]]),
  HandCase(
    "batch norm over sequences", BatchNorm1d(features: 2, epsilon: 3),
    inputs: [Tensor([1, 2, 2], [1, 3, 5, 7])],
    parameters: [Tensor([2], [4, 2]), Tensor([2], [10, 20]), Tensor([2], [1, 5]), Tensor([2], [1, 1])],
    output: Tensor([1, 2, 2], [10, 14, 20, 22]), gradient: [1, 1, 0, 1],
    inputGradients: [[2, 2, 0, 1]], parameterGradients: [[1, 1], [2, 1]]),
]

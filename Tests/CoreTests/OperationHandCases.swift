import Core

/// One operation on numbers small enough to be worked by hand.
struct HandCase: Sendable, CustomStringConvertible {
  let description: String
  let operation: any Operation
  var mode = ExecutionMode.inference
  let inputs: [Tensor]
  var parameters: [Tensor] = []
  let output: Tensor
  /// The gradient that is sent in at the output.
  let gradient: [Float]
  let inputGradients: [[Float]]
  var parameterGradients: [[Float]] = []

  init(
    _ description: String, _ operation: any Operation, mode: ExecutionMode = .inference,
    inputs: [Tensor], parameters: [Tensor] = [], output: Tensor, gradient: [Float],
    inputGradients: [[Float]], parameterGradients: [[Float]] = []
  ) {
    self.description = description
    self.operation = operation
    self.mode = mode
    self.inputs = inputs
    self.parameters = parameters
    self.output = output
    self.gradient = gradient
    self.inputGradients = inputGradients
    self.parameterGradients = parameterGradients
  }
}

private let oneToNine: [Float] = [1, 2, 3, 4, 5, 6, 7, 8, 9]

let convolutionHandCases: [HandCase] = [
  // out[0, 0] = 1·1 + 2·2 + 4·3 + 5·4 + 10 = 47. The gradient 1 at the first place and 2 at the last lays
  // the kernel, and twice the kernel, where they looked, and adds up what they saw.
  HandCase(
    "convolution",
    Conv2d(inputChannels: 1, outputChannels: 1, kernelSize: 2),
    inputs: [Tensor([1, 1, 3, 3], oneToNine)],
    parameters: [Tensor([1, 1, 2, 2], [1, 2, 3, 4]), Tensor([1], [10])],
    output: Tensor([1, 1, 2, 2], [47, 57, 77, 87]),
    gradient: [1, 0, 0, 2],
    inputGradients: [[1, 2, 0, 3, 4 + 2, 4, 0, 6, 8]],
    parameterGradients: [[1 + 10, 2 + 12, 4 + 16, 5 + 18], [3]]),
  // With a row of zeros above and a column of zeros to the right the only window sees 0 0 / 1 2.
  HandCase(
    "convolution, padded above and to the right, stride 2",
    Conv2d(
      inputChannels: 1, outputChannels: 1, kernelSize: 2, stride: 2,
      padding: Padding(top: 1, left: 0, bottom: 0, right: 1), hasBias: false),
    inputs: [Tensor([1, 1, 2, 2], [1, 2, 3, 4])],
    parameters: [Tensor([1, 1, 2, 2], [1, 10, 100, 1000])],
    output: Tensor([1, 1, 1, 1], [2100]),
    gradient: [3],
    inputGradients: [[300, 3000, 0, 0]],
    parameterGradients: [[0, 0, 3, 6]]),
  // Taps two apart see the corners 1 3 / 7 9.
  HandCase(
    "convolution, dilation 2",
    Conv2d(inputChannels: 1, outputChannels: 1, kernelSize: 2, dilation: 2, hasBias: false),
    inputs: [Tensor([1, 1, 3, 3], oneToNine)],
    parameters: [Tensor([1, 1, 2, 2], [1, 10, 100, 1000])],
    output: Tensor([1, 1, 1, 1], [9731]),
    gradient: [1],
    inputGradients: [[1, 0, 10, 0, 0, 0, 100, 0, 1000]],
    parameterGradients: [[1, 3, 7, 9]]),
  // Each output channel sees the one input channel of its group.
  HandCase(
    "convolution, two groups",
    Conv2d(inputChannels: 2, outputChannels: 2, kernelSize: 1, groups: 2),
    inputs: [Tensor([1, 2, 1, 1], [3, 5])],
    parameters: [Tensor([2, 1, 1, 1], [2, 7]), Tensor([2], [0, 1])],
    output: Tensor([1, 2, 1, 1], [6, 36]),
    gradient: [1, 10],
    inputGradients: [[2, 70]],
    parameterGradients: [[3, 50], [1, 10]]),
  // Each input spreads its kernel, one further to the right or down; overlaps add:
  // the centre gets 1·1000 + 2·100 + 3·10 + 4·1.
  HandCase(
    "transposed convolution",
    ConvTranspose2d(inputChannels: 1, outputChannels: 1, kernelSize: 2),
    inputs: [Tensor([1, 1, 2, 2], [1, 2, 3, 4])],
    parameters: [Tensor([1, 1, 2, 2], [1, 10, 100, 1000]), Tensor([1], [0])],
    output: Tensor([1, 1, 3, 3], [1, 12, 20, 103, 1234, 2040, 300, 3400, 4000]),
    gradient: [0, 0, 0, 0, 1, 0, 0, 0, 0],
    inputGradients: [[1000, 100, 10, 1]],
    parameterGradients: [[4, 3, 2, 1], [1]]),
  // The kernel 5 10 / 15 20 loses its first row and gains a zero row below and a zero column to the right.
  HandCase(
    "transposed convolution, cut above, output padding 1",
    ConvTranspose2d(
      inputChannels: 1, outputChannels: 1, kernelSize: 2, stride: 2,
      padding: Padding(top: 1, left: 0, bottom: 0, right: 0), outputPadding: 1, hasBias: false),
    inputs: [Tensor([1, 1, 1, 1], [5])],
    parameters: [Tensor([1, 1, 2, 2], [1, 2, 3, 4])],
    output: Tensor([1, 1, 2, 3], [15, 20, 0, 0, 0, 0]),
    gradient: [1, 10, 100, 1000, 1000, 1000],
    inputGradients: [[3 + 40]],
    parameterGradients: [[0, 0, 5, 50]]),
  // With stride 2 the two inputs' kernels lie side by side, one channel a group.
  HandCase(
    "transposed convolution, stride 2, two groups",
    ConvTranspose2d(
      inputChannels: 2, outputChannels: 2, kernelSize: Extent(height: 1, width: 2),
      stride: Extent(height: 1, width: 2), groups: 2, hasBias: false),
    inputs: [Tensor([1, 2, 1, 2], [1, 2, 3, 4])],
    parameters: [Tensor([2, 1, 1, 2], [1, 10, 100, 1000])],
    output: Tensor([1, 2, 1, 4], [1, 10, 2, 20, 300, 3000, 400, 4000]),
    gradient: [1, 0, 0, 1, 0, 0, 1, 1],
    inputGradients: [[1, 10, 0, 1100]],
    parameterGradients: [[1, 2, 4, 4]]),
  HandCase(
    "linear",
    Linear(inputFeatures: 2, outputFeatures: 2),
    inputs: [Tensor([2, 2], [1, 2, 3, 4])],
    parameters: [Tensor([2, 2], [1, 10, 100, 1000]), Tensor([2], [0.5, -0.5])],
    output: Tensor([2, 2], [21.5, 2099.5, 43.5, 4299.5]),
    gradient: [1, 0, 0, 2],
    inputGradients: [[1, 10, 200, 2000]],
    parameterGradients: [[1, 2, 6, 8], [1, 2]]),
]

let normalisationHandCases: [HandCase] = [
  // Mean 2, variance 1, √(1 + 3) = 2: normalised −½ and ½. The gradient 1, 0 has mean ½ and mean product −¼ with
  // them: 4/2 · (1 − ½ − (−½)(−¼)) = ¾.
  HandCase(
    "batch norm in training",
    BatchNorm2d(channels: 1, epsilon: 3, momentum: 0.5), mode: .training,
    inputs: [Tensor([2, 1, 1, 1], [1, 3])],
    parameters: [Tensor([1], [4]), Tensor([1], [10]), Tensor([1], [0]), Tensor([1], [1])],
    output: Tensor([2, 1, 1, 1], [8, 12]),
    gradient: [1, 0],
    inputGradients: [[0.75, -0.75]],
    parameterGradients: [[-0.5], [1]]),
  HandCase(
    "batch norm over vectors in training",
    BatchNorm1d(features: 1, epsilon: 3, momentum: 0.5), mode: .training,
    inputs: [Tensor([2, 1], [1, 3])],
    parameters: [Tensor([1], [4]), Tensor([1], [10]), Tensor([1], [0]), Tensor([1], [1])],
    output: Tensor([2, 1], [8, 12]),
    gradient: [1, 0],
    inputGradients: [[0.75, -0.75]],
    parameterGradients: [[-0.5], [1]]),
  // The running mean 1 and variance 1 are constants: (x − 1) / 2 · 4 + 10.
  HandCase(
    "batch norm in inference",
    BatchNorm2d(channels: 1, epsilon: 3),
    inputs: [Tensor([1, 1, 1, 2], [1, 3])],
    parameters: [Tensor([1], [4]), Tensor([1], [10]), Tensor([1], [1]), Tensor([1], [1])],
    output: Tensor([1, 1, 1, 2], [10, 14]),
    gradient: [1, 1],
    inputGradients: [[2, 2]],
    parameterGradients: [[1], [2]]),
]

private let logarithmOf2: Float = 0.693_147_18
private let logarithmOf3: Float = 1.098_612_3

let activationHandCases: [HandCase] = [
  HandCase(
    "ReLU, whose derivative at 0 is 0", ReLU(), inputs: [Tensor([1, 4], [-1, 0, 2, 3])],
    output: Tensor([1, 4], [0, 0, 2, 3]), gradient: [5, 6, 7, -8], inputGradients: [[0, 0, 7, -8]]),
  HandCase(
    "LeakyReLU, whose derivative at 0 is the slope", LeakyReLU(slope: 0.25),
    inputs: [Tensor([1, 4], [-1, 0, 2, 3])],
    output: Tensor([1, 4], [-0.25, 0, 2, 3]), gradient: [4, 8, 7, -8], inputGradients: [[1, 2, 7, -8]]),
  // tanh(ln 2) = (2 − ½) / (2 + ½) = 0.6 and 1 − 0.36 = 0.64.
  HandCase(
    "tanh", Tanh(), inputs: [Tensor([1, 2], [0, logarithmOf2])],
    output: Tensor([1, 2], [0, 0.6]), gradient: [1, 1], inputGradients: [[1, 0.64]]),
  // 1 / (1 + ⅓) = ¾ and ¾ · ¼ = 0.1875.
  HandCase(
    "sigmoid", Sigmoid(), inputs: [Tensor([1, 2], [0, logarithmOf3])],
    output: Tensor([1, 2], [0.5, 0.75]), gradient: [1, 1], inputGradients: [[0.25, 0.1875]]),
  // 1 : 3. With the gradient 1, 0 the mean under the probabilities is ¼: ¼ · (1 − ¼) and ¾ · (0 − ¼).
  HandCase(
    "softmax", Softmax(), inputs: [Tensor([2, 2], [0, logarithmOf3, 500, 500])],
    output: Tensor([2, 2], [0.25, 0.75, 0.5, 0.5]), gradient: [1, 0, 0, 0],
    inputGradients: [[0.1875, -0.1875, 0, 0]]),
  // Two pixels, each with its own two classes.
  HandCase(
    "softmax over an image's channels", Softmax(),
    inputs: [Tensor([1, 2, 1, 2], [0, 0, logarithmOf3, 0])],
    output: Tensor([1, 2, 1, 2], [0.25, 0.5, 0.75, 0.5]), gradient: [1, 0, 0, 0],
    inputGradients: [[0.1875, 0, -0.1875, 0]]),
]

let poolingHandCases: [HandCase] = [
  HandCase(
    "max pooling, where the first of equals wins", MaxPool2d(kernelSize: 2),
    inputs: [Tensor([1, 1, 2, 4], [1, 5, -1, -2, 5, 5, -3, -4])],
    output: Tensor([1, 1, 1, 2], [5, -1]), gradient: [1, 10],
    inputGradients: [[0, 1, 10, 0, 0, 0, 0, 0]]),
  HandCase(
    "max pooling, where padding never wins", MaxPool2d(kernelSize: 3, padding: 1),
    inputs: [Tensor([1, 1, 1, 1], [-3])],
    output: Tensor([1, 1, 1, 1], [-3]), gradient: [2], inputGradients: [[2]]),
  HandCase(
    "max pooling with a last incomplete window",
    MaxPool2d(kernelSize: Extent(height: 1, width: 2), roundsUp: true),
    inputs: [Tensor([1, 1, 1, 3], [1, 2, -3])],
    output: Tensor([1, 1, 1, 2], [2, -3]), gradient: [1, 10], inputGradients: [[0, 1, 10]]),
  // The middle pixel wins in both windows and gets both gradients.
  HandCase(
    "max pooling with overlapping windows",
    MaxPool2d(kernelSize: Extent(height: 1, width: 2), stride: 1),
    inputs: [Tensor([1, 1, 1, 3], [1, 9, 2])],
    output: Tensor([1, 1, 1, 2], [9, 9]), gradient: [1, 10], inputGradients: [[0, 11, 0]]),
  HandCase(
    "average pooling", AvgPool2d(kernelSize: 2),
    inputs: [Tensor([1, 1, 2, 2], [1, 2, 3, 6])],
    output: Tensor([1, 1, 1, 1], [3]), gradient: [4], inputGradients: [[1, 1, 1, 1]]),
  HandCase(
    "average pooling that counts padding",
    AvgPool2d(kernelSize: 2, padding: Padding(top: 1, left: 1, bottom: 0, right: 0)),
    inputs: [Tensor([1, 1, 1, 1], [4])],
    output: Tensor([1, 1, 1, 1], [1]), gradient: [4], inputGradients: [[1]]),
  HandCase(
    "average pooling that counts pixels only",
    AvgPool2d(
      kernelSize: 2, padding: Padding(top: 1, left: 1, bottom: 0, right: 0), countsPadding: false),
    inputs: [Tensor([1, 1, 1, 1], [4])],
    output: Tensor([1, 1, 1, 1], [4]), gradient: [4], inputGradients: [[4]]),
  HandCase(
    "global average pooling", GlobalAvgPool2d(),
    inputs: [Tensor([1, 2, 2, 2], [1, 2, 3, 6, 4, 4, 4, 4])],
    output: Tensor([1, 2], [3, 4]), gradient: [4, 8], inputGradients: [[1, 1, 1, 1, 2, 2, 2, 2]]),
  HandCase(
    "nearest-neighbour enlargement", Upsample(factor: Extent(height: 2, width: 3)),
    inputs: [Tensor([1, 1, 1, 2], [1, 2])],
    output: Tensor([1, 1, 2, 6], [1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2]),
    gradient: [1, 10, 100, 1, 1, 1, 1000, 0, 0, 2, 2, 2], inputGradients: [[1111, 9]]),
]

let structureHandCases: [HandCase] = [
  HandCase(
    "flattening", Flatten(), inputs: [Tensor([1, 1, 2, 2], [1, 2, 3, 4])],
    output: Tensor([1, 4], [1, 2, 3, 4]), gradient: [5, 6, 7, 8], inputGradients: [[5, 6, 7, 8]]),
  HandCase(
    "reshaping", Reshape(shape: [2, 2, 1]), inputs: [Tensor([1, 4], [1, 2, 3, 4])],
    output: Tensor([1, 2, 2, 1], [1, 2, 3, 4]), gradient: [5, 6, 7, 8], inputGradients: [[5, 6, 7, 8]]),
  HandCase(
    "adding", Add(), inputs: [Tensor([1, 2], [1, 2]), Tensor([1, 2], [10, 20])],
    output: Tensor([1, 2], [11, 22]), gradient: [5, 6], inputGradients: [[5, 6], [5, 6]]),
  // Each example's channels stay together.
  HandCase(
    "putting one behind the other", Concatenate(),
    inputs: [Tensor([2, 1], [1, 2]), Tensor([2, 2], [10, 20, 30, 40])],
    output: Tensor([2, 3], [1, 10, 20, 2, 30, 40]), gradient: [1, 2, 3, 4, 5, 6],
    inputGradients: [[1, 4], [2, 3, 5, 6]]),
  HandCase(
    "dropout in inference", Dropout(rate: 0.5), inputs: [Tensor([1, 2], [1, 2])],
    output: Tensor([1, 2], [1, 2]), gradient: [5, 6], inputGradients: [[5, 6]]),
]

let handCases =
  convolutionHandCases + normalisationHandCases + activationHandCases + poolingHandCases + structureHandCases
  + placesHandCases + functionHandCases + combiningHandCases + exampleNormHandCases

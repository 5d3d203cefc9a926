package import Core

/// Height and width after two halvings, each rounded down.
private func quarter(_ picture: Shape) -> Int { (picture[1] / 2 / 2) * (picture[2] / 2 / 2) }

/// - Parameter width: what the channels and the hidden features are multiplied by.
package func cnnNetwork(picture: Shape, classes: Int, width: Int = 1) throws(NetworkError) -> Network {
  guard quarter(picture) > 0 else { throw .pictureSize(.cnn, picture, needs: "at least 4 × 4") }
  return try .sequential(
    "cnn", input: .init("image", picture),
    [
      "conv1": Conv2d(inputChannels: picture[0], outputChannels: 32 * width, kernelSize: 3, padding: 1),
      "relu1": ReLU(),
      "pool1": MaxPool2d(kernelSize: 2),
      "conv2": Conv2d(inputChannels: 32 * width, outputChannels: 64 * width, kernelSize: 3, padding: 1),
      "relu2": ReLU(),
      "pool2": MaxPool2d(kernelSize: 2),
      "flatten": Flatten(),
      "fc1": Linear(inputFeatures: 64 * width * quarter(picture), outputFeatures: 128 * width),
      "relu3": ReLU(),
      "dropout": Dropout(rate: 0.25),
      "fc2": Linear(inputFeatures: 128 * width, outputFeatures: classes),
    ])
}

func stridedNetwork(picture: Shape, classes: Int) throws(NetworkError) -> Network {
  // Stride 2 with padding 1 halves and rounds up, where pooling rounds down.
  func half(_ size: Int) -> Int { (size + 1) / 2 }
  let places = half(half(picture[1])) * half(half(picture[2]))
  return try .sequential(
    "strided", input: .init("image", picture),
    [
      "conv1": Conv2d(inputChannels: picture[0], outputChannels: 32, kernelSize: 3, stride: 2, padding: 1),
      "relu1": ReLU(),
      "conv2": Conv2d(inputChannels: 32, outputChannels: 64, kernelSize: 3, stride: 2, padding: 1),
      "relu2": ReLU(),
      "flatten": Flatten(),
      "fc1": Linear(inputFeatures: 64 * places, outputFeatures: 128),
      "relu3": ReLU(),
      "dropout": Dropout(rate: 0.25),
      "fc2": Linear(inputFeatures: 128, outputFeatures: classes),
    ])
}

func lenet5Network(picture: Shape, classes: Int) throws(NetworkError) -> Network {
  // Padding 2 on the first layer only for 28 × 28, which the paper embeds in 32 × 32.
  let padding = picture[1] < 32 ? 2 : 0
  func after(_ size: Int) -> Int { ((size + 2 * padding - 4) / 2 - 4) / 2 }
  guard after(picture[1]) > 0, after(picture[2]) > 0 else {
    throw .pictureSize(.lenet5, picture, needs: "at least \(16 - 2 * padding) × \(16 - 2 * padding)")
  }
  return try .sequential(
    "lenet5", input: .init("image", picture),
    [
      "conv1": Conv2d(inputChannels: picture[0], outputChannels: 6, kernelSize: 5, padding: Padding(padding)),
      "relu1": ReLU(),
      "pool1": MaxPool2d(kernelSize: 2),
      "conv2": Conv2d(inputChannels: 6, outputChannels: 16, kernelSize: 5),
      "relu2": ReLU(),
      "pool2": MaxPool2d(kernelSize: 2),
      "flatten": Flatten(),
      "fc1": Linear(inputFeatures: 16 * after(picture[1]) * after(picture[2]), outputFeatures: 120),
      "relu3": ReLU(),
      "fc2": Linear(inputFeatures: 120, outputFeatures: 84),
      "relu4": ReLU(),
      "fc3": Linear(inputFeatures: 84, outputFeatures: classes),
    ])
}

internal import Core

/// The paper's rules at a size for two cores: 4×4 kernels with stride 2 overlap evenly, so no checkerboard is
/// built in; batch norm in both but not at G's output nor D's input; ReLU in G, LeakyReLU in D, tanh at the end.
func plainAdversaries(picture: Shape) throws(NetworkError) -> Adversaries {
  let base = try base(of: picture, maps: 64, for: .dcganPlain)
  return Adversaries(
    generator: try Network.sequential(
      "generator", input: .init("latent", [latentLength]),
      [
        "fc": Linear(inputFeatures: latentLength, outputFeatures: base.elementCount, hasBias: false),
        "reshape": Reshape(shape: base),
        "bn1": BatchNorm2d(channels: 64),
        "relu1": ReLU(),
        "deconv1": doubling(64, 32),
        "bn2": BatchNorm2d(channels: 32),
        "relu2": ReLU(),
        "deconv2": doubling(32, picture[0], hasBias: true),
        "tanh": Tanh(),
      ]),
    discriminator: try smallDiscriminator(picture: picture, narrow: 32))
}

/// The same rules with what helped most in as many minutes (Benchmarks/RESULTS.md, "A better generator"): a last 3×3
/// convolution in G, which sets neighbouring pixels right, G twice as wide and D one and a half times.
func smallAdversaries(picture: Shape) throws(NetworkError) -> Adversaries {
  let base = try base(of: picture, maps: 128, for: .dcgan)
  return Adversaries(
    generator: try Network.sequential(
      "generator", input: .init("latent", [latentLength]),
      [
        "fc": Linear(inputFeatures: latentLength, outputFeatures: base.elementCount, hasBias: false),
        "reshape": Reshape(shape: base),
        "bn1": BatchNorm2d(channels: 128),
        "relu1": ReLU(),
        "deconv1": doubling(128, 64),
        "bn2": BatchNorm2d(channels: 64),
        "relu2": ReLU(),
        "deconv2": doubling(64, 32),
        "bn3": BatchNorm2d(channels: 32),
        "relu3": ReLU(),
        "conv": Conv2d(inputChannels: 32, outputChannels: picture[0], kernelSize: 3, padding: 1),
        "tanh": Tanh(),
      ]),
    discriminator: try smallDiscriminator(picture: picture, narrow: 48))
}

private let latentLength = 64

/// What the generator begins with: maps of a quarter of the picture's sides.
private func base(of picture: Shape, maps: Int, for preset: Preset) throws(NetworkError) -> Shape {
  guard picture[1] % 4 == 0, picture[2] % 4 == 0, picture[1] >= 8, picture[2] >= 8 else {
    throw .pictureSize(preset, picture, needs: "at least 8 × 8, sides divisible by 4")
  }
  return [maps, picture[1] / 4, picture[2] / 4]
}

/// Twice as high and wide.
private func doubling(_ inputs: Int, _ outputs: Int, hasBias: Bool = false) -> ConvTranspose2d {
  ConvTranspose2d(
    inputChannels: inputs, outputChannels: outputs, kernelSize: 4, stride: 2, padding: 1, hasBias: hasBias)
}

private func smallDiscriminator(picture: Shape, narrow: Int) throws(NetworkError) -> Network {
  try Network.sequential(
    "discriminator", input: .init("image", picture),
    [
      "conv1": Conv2d(
        inputChannels: picture[0], outputChannels: narrow, kernelSize: 4, stride: 2, padding: 1),
      "lrelu1": LeakyReLU(slope: 0.2),
      "conv2": Conv2d(
        inputChannels: narrow, outputChannels: 2 * narrow, kernelSize: 4, stride: 2, padding: 1,
        hasBias: false
      ),
      "bn2": BatchNorm2d(channels: 2 * narrow),
      "lrelu2": LeakyReLU(slope: 0.2),
      "flatten": Flatten(),
      "logit": Linear(inputFeatures: 2 * narrow * (picture[1] / 4) * (picture[2] / 4), outputFeatures: 1),
    ])
}

/// TensorFlow's tutorial, layer by layer: 5×5 kernels, its slope of 0.3, its batch norm (over all 12,544 features of
/// the first layer), 'same' padding with the odd row and column behind.
func tensorFlowAdversaries(picture: Shape) throws(NetworkError) -> Adversaries {
  guard picture[1] == 28, picture[2] == 28 else {
    throw .pictureSize(.dcganTF, picture, needs: "28 × 28")
  }
  let same = Padding(top: 1, left: 1, bottom: 2, right: 2)
  func spread(_ inputs: Int, _ outputs: Int, stride: Extent) -> ConvTranspose2d {
    ConvTranspose2d(
      inputChannels: inputs, outputChannels: outputs, kernelSize: 5, stride: stride,
      padding: stride == 1 ? 2 : same, hasBias: false)
  }
  func norm(_ channels: Int) -> BatchNorm2d { BatchNorm2d(channels: channels, epsilon: 1e-3, momentum: 0.01) }
  let leaky = LeakyReLU(slope: 0.3)
  let generator = try Network.sequential(
    "generator", input: .init("latent", [100]),
    [
      "fc": Linear(inputFeatures: 100, outputFeatures: 12_544, hasBias: false),
      "bn1": BatchNorm1d(features: 12_544, epsilon: 1e-3, momentum: 0.01),
      "lrelu1": leaky,
      "reshape": Reshape(shape: [256, 7, 7]),
      "deconv1": spread(256, 128, stride: 1),
      "bn2": norm(128),
      "lrelu2": leaky,
      "deconv2": spread(128, 64, stride: 2),
      "bn3": norm(64),
      "lrelu3": leaky,
      "deconv3": spread(64, picture[0], stride: 2),
      "tanh": Tanh(),
    ])
  func look(_ inputs: Int, _ outputs: Int) -> Conv2d {
    Conv2d(inputChannels: inputs, outputChannels: outputs, kernelSize: 5, stride: 2, padding: same)
  }
  let discriminator = try Network.sequential(
    "discriminator", input: .init("image", picture),
    [
      "conv1": look(picture[0], 64),
      "lrelu1": leaky,
      "dropout1": Dropout(rate: 0.3),
      "conv2": look(64, 128),
      "lrelu2": leaky,
      "dropout2": Dropout(rate: 0.3),
      "flatten": Flatten(),
      "logit": Linear(inputFeatures: 6_272, outputFeatures: 1),
    ])
  return Adversaries(generator: generator, discriminator: discriminator)
}

/// PyTorch's tutorial: a chain of 4×4 transposed convolutions from 1×1 to 64×64 and its mirror image, no biases.
func paperAdversaries(picture: Shape) throws(NetworkError) -> Adversaries {
  guard picture[1] == 64, picture[2] == 64 else {
    throw .pictureSize(.dcgan64, picture, needs: "64 × 64")
  }
  func spread(_ inputs: Int, _ outputs: Int, from point: Bool = false) -> ConvTranspose2d {
    ConvTranspose2d(
      inputChannels: inputs, outputChannels: outputs, kernelSize: 4, stride: point ? 1 : 2,
      padding: point ? 0 : 1, hasBias: false)
  }
  func gather(_ inputs: Int, _ outputs: Int, toPoint point: Bool = false) -> Conv2d {
    Conv2d(
      inputChannels: inputs, outputChannels: outputs, kernelSize: 4, stride: point ? 1 : 2,
      padding: point ? 0 : 1, hasBias: false)
  }
  let leaky = LeakyReLU(slope: 0.2)
  let generator = try Network.sequential(
    "generator", input: .init("latent", [100, 1, 1]),
    [
      "deconv1": spread(100, 512, from: true), "bn1": BatchNorm2d(channels: 512), "relu1": ReLU(),
      "deconv2": spread(512, 256), "bn2": BatchNorm2d(channels: 256), "relu2": ReLU(),
      "deconv3": spread(256, 128), "bn3": BatchNorm2d(channels: 128), "relu3": ReLU(),
      "deconv4": spread(128, 64), "bn4": BatchNorm2d(channels: 64), "relu4": ReLU(),
      "deconv5": spread(64, picture[0]), "tanh": Tanh(),
    ])
  let discriminator = try Network.sequential(
    "discriminator", input: .init("image", picture),
    [
      "conv1": gather(picture[0], 64), "lrelu1": leaky,
      "conv2": gather(64, 128), "bn2": BatchNorm2d(channels: 128), "lrelu2": leaky,
      "conv3": gather(128, 256), "bn3": BatchNorm2d(channels: 256), "lrelu3": leaky,
      "conv4": gather(256, 512), "bn4": BatchNorm2d(channels: 512), "lrelu4": leaky,
      "conv5": gather(512, 1, toPoint: true), "logit": Flatten(),
    ])
  return Adversaries(generator: generator, discriminator: discriminator)
}

import Core
import Train

/// A network that is measured and is no preset.
enum Networks {
  /// The DCGAN for 28 × 28 of the field's tutorials, with 4×4 kernels: twice the preset's widths and more.
  /// - Parameters:
  ///   - width: what the channels are multiplied by.
  ///   - image: height and width of a picture, a multiple of 4.
  static func dcgan(width: Int = 1, image: Int = 28) throws -> Adversaries {
    let (narrow, middle, wide) = (64 * width, 128 * width, 256 * width)
    let base: Shape = [wide, image / 4, image / 4]
    let generator = try Network.sequential(
      "generator", input: .init("latent", [100]),
      [
        "fc": Linear(inputFeatures: 100, outputFeatures: base.elementCount, hasBias: false),
        "reshape": Reshape(shape: base),
        "bn1": BatchNorm2d(channels: wide),
        "relu1": ReLU(),
        "deconv1": ConvTranspose2d(
          inputChannels: wide, outputChannels: middle, kernelSize: 4, stride: 2, padding: 1, hasBias: false),
        "bn2": BatchNorm2d(channels: middle),
        "relu2": ReLU(),
        "deconv2": ConvTranspose2d(
          inputChannels: middle, outputChannels: narrow, kernelSize: 4, stride: 2, padding: 1, hasBias: false),
        "bn3": BatchNorm2d(channels: narrow),
        "relu3": ReLU(),
        "conv": Conv2d(inputChannels: narrow, outputChannels: 1, kernelSize: 3, padding: 1),
        "tanh": Tanh(),
      ])
    let discriminator = try Network.sequential(
      "discriminator", input: .init("image", [1, image, image]),
      [
        "conv1": Conv2d(inputChannels: 1, outputChannels: narrow, kernelSize: 4, stride: 2, padding: 1),
        "lrelu1": LeakyReLU(slope: 0.2),
        "conv2": Conv2d(
          inputChannels: narrow, outputChannels: middle, kernelSize: 4, stride: 2, padding: 1, hasBias: false),
        "bn2": BatchNorm2d(channels: middle),
        "lrelu2": LeakyReLU(slope: 0.2),
        "flatten": Flatten(),
        "logit": Linear(inputFeatures: middle * base[1] * base[2], outputFeatures: 1),
      ])
    return Adversaries(generator: generator, discriminator: discriminator)
  }
}

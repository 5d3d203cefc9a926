/// What an operation computes, written to be read: its value, and by the chain rule what a gradient at its
/// value means for its inputs and its parameters.
///
/// Kernels are pure functions of what a `NodePass` holds. What the backward functions need beyond it (the winners of
/// a max pooling, a batch's mean) they compute again.
package protocol ReferenceKernel: Operation {
  /// The node's value. Batch norm also moves the running statistics among `pass.parameters`.
  func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar>

  /// The gradient at each input, from the gradient at the value.
  func inputGradients<Scalar>(_ gradient: Values<Scalar>, _ pass: NodePass<Scalar>) -> [Values<Scalar>]

  /// The gradient at each trainable parameter, in the order of `parameters`, from the gradient at the value.
  func parameterGradients<Scalar>(_ gradient: Values<Scalar>, _ pass: NodePass<Scalar>) -> [Values<Scalar>]
}

extension ReferenceKernel {
  package func parameterGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] { [] }
}

/// One node in one pass: all that its kernel may look at.
package struct NodePass<Scalar: ReferenceScalar>: Sendable {
  /// The values of the node's inputs.
  package var inputs: [Values<Scalar>]
  /// The node's parameters, in the order in which its operation declares them.
  package var parameters: [Values<Scalar>]
  /// The shape of the node's value.
  package var outputShape: Shape
  /// The node's value: set by `KernelStage.forward`, read by the backward stages.
  package var output: Values<Scalar>?
  /// Whether batch norm and dropout behave as in training.
  package var mode: ExecutionMode
  /// What happens to a gradient at a ReLU or LeakyReLU.
  package var rule = RectifierRule.plain
  /// Where dropout's random numbers come from.
  package var dropout = DropoutSeed(seed: 0, step: 0)
  /// The node's position among the network's nodes.
  package var nodeIndex: Int
  /// The gradient at the node's value; the backward stages need it.
  package var gradient: Values<Scalar>?
  /// Set by `KernelStage.inputGradients`: one for each input.
  package var inputGradients: [Values<Scalar>] = []
  /// Set by `KernelStage.parameterGradients`: one for each trainable parameter.
  package var parameterGradients: [Values<Scalar>] = []

  /// A node that is about to run forward.
  package init(
    inputs: [Values<Scalar>], parameters: [Values<Scalar>], outputShape: Shape, mode: ExecutionMode,
    nodeIndex: Int
  ) {
    self.inputs = inputs
    self.parameters = parameters
    self.outputShape = outputShape
    self.mode = mode
    self.nodeIndex = nodeIndex
  }
}

/// One of the three things a kernel can do.
package enum KernelStage: Sendable {
  case forward, inputGradients, parameterGradients
}

extension ReferenceKernel {
  /// Runs one stage, from and into `pass`. Traps if a backward stage is given no gradient.
  func perform<Scalar>(_ stage: KernelStage, _ pass: inout NodePass<Scalar>) {
    switch stage {
    case .forward: pass.output = forward(&pass)
    case .inputGradients: pass.inputGradients = inputGradients(pass.gradient!, pass)
    case .parameterGradients: pass.parameterGradients = parameterGradients(pass.gradient!, pass)
    }
  }
}

/// Runs one stage of an operation's kernel, from and into `pass`.
///
/// The operations are listed by type only for speed: called through the protocol alone, a kernel runs as
/// unspecialised generic code, a hundred times slower. One that is not listed still runs, that slowly.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
package func perform<Scalar>(
  _ stage: KernelStage, of kernel: any ReferenceKernel, _ pass: inout NodePass<Scalar>
) {
  switch kernel {
  case let kernel as Conv2d: kernel.perform(stage, &pass)
  case let kernel as ConvTranspose2d: kernel.perform(stage, &pass)
  case let kernel as Linear: kernel.perform(stage, &pass)
  case let kernel as BatchNorm2d: kernel.perform(stage, &pass)
  case let kernel as BatchNorm1d: kernel.perform(stage, &pass)
  case let kernel as ReLU: kernel.perform(stage, &pass)
  case let kernel as LeakyReLU: kernel.perform(stage, &pass)
  case let kernel as Tanh: kernel.perform(stage, &pass)
  case let kernel as Sigmoid: kernel.perform(stage, &pass)
  case let kernel as Softmax: kernel.perform(stage, &pass)
  case let kernel as PReLU: kernel.perform(stage, &pass)
  case let kernel as ELU: kernel.perform(stage, &pass)
  case let kernel as SELU: kernel.perform(stage, &pass)
  case let kernel as CELU: kernel.perform(stage, &pass)
  case let kernel as GELU: kernel.perform(stage, &pass)
  case let kernel as Softplus: kernel.perform(stage, &pass)
  case let kernel as Softsign: kernel.perform(stage, &pass)
  case let kernel as SiLU: kernel.perform(stage, &pass)
  case let kernel as Mish: kernel.perform(stage, &pass)
  case let kernel as Hardsigmoid: kernel.perform(stage, &pass)
  case let kernel as Hardswish: kernel.perform(stage, &pass)
  case let kernel as Hardtanh: kernel.perform(stage, &pass)
  case let kernel as Threshold: kernel.perform(stage, &pass)
  case let kernel as ClippedReLU: kernel.perform(stage, &pass)
  case let kernel as LogSoftmax: kernel.perform(stage, &pass)
  case let kernel as Pointwise: kernel.perform(stage, &pass)
  case let kernel as Rescale: kernel.perform(stage, &pass)
  case let kernel as Multiply: kernel.perform(stage, &pass)
  case let kernel as Subtract: kernel.perform(stage, &pass)
  case let kernel as Divide: kernel.perform(stage, &pass)
  case let kernel as Power: kernel.perform(stage, &pass)
  case let kernel as Maximum: kernel.perform(stage, &pass)
  case let kernel as Minimum: kernel.perform(stage, &pass)
  case let kernel as Average: kernel.perform(stage, &pass)
  case let kernel as MatMul: kernel.perform(stage, &pass)
  case let kernel as Constant: kernel.perform(stage, &pass)
  case let kernel as Reduce: kernel.perform(stage, &pass)
  case let kernel as LayerNorm: kernel.perform(stage, &pass)
  case let kernel as InstanceNorm2d: kernel.perform(stage, &pass)
  case let kernel as GroupNorm: kernel.perform(stage, &pass)
  case let kernel as LocalResponseNorm: kernel.perform(stage, &pass)
  case let kernel as MaxPool2d: kernel.perform(stage, &pass)
  case let kernel as AvgPool2d: kernel.perform(stage, &pass)
  case let kernel as GlobalAvgPool2d: kernel.perform(stage, &pass)
  case let kernel as Upsample: kernel.perform(stage, &pass)
  case let kernel as Dropout: kernel.perform(stage, &pass)
  case let kernel as Flatten: kernel.perform(stage, &pass)
  case let kernel as Reshape: kernel.perform(stage, &pass)
  case let kernel as Add: kernel.perform(stage, &pass)
  case let kernel as Concatenate: kernel.perform(stage, &pass)
  case let kernel as Pad: kernel.perform(stage, &pass)
  case let kernel as Permute: kernel.perform(stage, &pass)
  case let kernel as Slice: kernel.perform(stage, &pass)
  case let kernel as Gather: kernel.perform(stage, &pass)
  case let kernel as Embedding: kernel.perform(stage, &pass)
  case let kernel as Expand: kernel.perform(stage, &pass)
  case let kernel as Tile: kernel.perform(stage, &pass)
  case let kernel as Resize: kernel.perform(stage, &pass)
  case let kernel as PixelShuffle: kernel.perform(stage, &pass)
  case let kernel as PixelUnshuffle: kernel.perform(stage, &pass)
  case let kernel as GlobalMaxPool2d: kernel.perform(stage, &pass)
  case let kernel as Identity: kernel.perform(stage, &pass)
  default: kernel.perform(stage, &pass)
  }
}
